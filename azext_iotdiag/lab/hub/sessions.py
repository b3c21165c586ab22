"""Which devices are connected, one session for each identity, and what the hub pushes to them in whatever protocol."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from azext_iotdiag.lab.hub import cloud_messages, methods
from azext_iotdiag.lab.hub.identities import Device
from azext_iotdiag.lab.hub.runtime import Runtime
from azext_iotdiag.lab.hub.session import DeviceSession
from azext_iotdiag.lab.monitor.definitions import CONNECTED

MOST_TAKEOVERS = 100  # that are remembered of a device
NEW_CONNECTION, LINK_CONFLICT = 400027, 409002  # what the older session of a device ends with, over MQTT and over AMQP


def connect(runtime: Runtime, session: DeviceSession) -> None:
    """Let a session begin. An older one of the same identity ends: the hub keeps one."""
    older = runtime.sessions.get(session.device.name)
    runtime.sessions[session.device.name] = session
    device = session.device
    device.connected, device.last_activity, device.connection_updated = True, runtime.clock(), runtime.clock()
    _count(runtime)
    if older is not None:
        times = runtime.takeovers.setdefault(device.name, [])
        times.append(runtime.clock())
        del times[:-MOST_TAKEOVERS]
        code = LINK_CONFLICT if session.protocol == "amqp" else NEW_CONNECTION
        older.end(code, f"the same device connected again, from {session.peer}")


def leave(runtime: Runtime, session: DeviceSession) -> None:
    """Forget a session that is over. Callers of methods that wait for its device hear of it."""
    if runtime.sessions.get(session.device.name) is session:
        del runtime.sessions[session.device.name]
        _count(runtime)
        session.device.connected, session.device.connection_updated = False, runtime.clock()
        methods.left(runtime, session.device)


def _count(runtime: Runtime) -> None:
    """Note how many devices are connected; modules do not count."""
    connected = sum("/" not in name for name in runtime.sessions)
    runtime.metrics.note(CONNECTED, runtime.clock(), connected)


def drop(runtime: Runtime, device: Device, code: int, why: str) -> None:
    """End the session of a device, and of its modules, because the hub lets it in no longer."""
    for identity in (device, *device.modules.values()):
        session = runtime.sessions.get(identity.name)
        if session is not None:
            session.end(code, why)


def ready(runtime: Runtime, session: DeviceSession) -> None:
    """Call when a session has subscribed to something: the one who waits for that goes on, and what waits is sent."""
    for waiter in tuple(runtime.waiters):
        waiter()
    if session.on_message is not None and session.device.messages.waiting:
        cloud_messages.sweep(runtime, session.device)
        session.on_message()


def push_desired(runtime: Runtime, device: Device, told: Mapping[str, Any] | None) -> bool:
    """Tell a device what `twins.update` or `twins.replace` returned; whether it was there to hear it."""
    session = runtime.sessions.get(device.name)
    if told is None or session is None or session.on_desired is None:
        return False
    session.on_desired(told)
    return True
