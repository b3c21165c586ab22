"""Which devices are connected, one session for each identity, and what the hub pushes to them in whatever protocol."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from azext_iotdiag.lab.hub import cloud_messages

if TYPE_CHECKING:
    from azext_iotdiag.lab.hub.identities import Device
    from azext_iotdiag.lab.state import State

NEW_CONNECTION, LINK_CONFLICT = 400027, 409002  # what the older session of a device ends with, over MQTT and over AMQP


class MethodCall(NamedTuple):
    """A direct method as it goes to a device; `payload` is JSON."""

    call_id: str
    name: str
    payload: bytes


@dataclass(eq=False)
class Session:
    """A connected device. A service over some protocol makes it, and sets what the device has subscribed to.

    `end(code, why)` is called once, and ends the connection: the code is one of refusal.NAMES. `on_message` says that
    a message from the cloud may wait.
    """

    device: Device
    protocol: str
    peer: str
    end: Callable[[int, str], None]
    on_desired: Callable[[Mapping[str, Any]], None] | None = None
    on_method: Callable[[MethodCall], None] | None = None
    on_message: Callable[[], None] | None = None


def connect(state: State, session: Session) -> None:
    """Let a session begin. An older one of the same identity ends: the hub keeps one."""
    older = state.sessions.get(session.device.name)
    state.sessions[session.device.name] = session
    device = session.device
    device.connected, device.last_activity, device.connection_updated = True, state.clock(), state.clock()
    if older is not None:
        code = LINK_CONFLICT if session.protocol == "amqp" else NEW_CONNECTION
        older.end(code, f"the same device connected again, from {session.peer}")


def leave(state: State, session: Session) -> None:
    """Forget a session that is over."""
    if state.sessions.get(session.device.name) is session:
        del state.sessions[session.device.name]
        session.device.connected, session.device.connection_updated = False, state.clock()


def drop(state: State, device: Device, code: int, why: str) -> None:
    """End the session of a device, and of its modules, because the hub lets it in no longer."""
    for identity in (device, *device.modules.values()):
        session = state.sessions.get(identity.name)
        if session is not None:
            session.end(code, why)


def ready(state: State, session: Session) -> None:
    """Call when a session has subscribed to something: whoever waits for that goes on, and what waits is sent."""
    for waiter in tuple(state.waiters):
        waiter()
    if session.on_message is not None and session.device.messages.waiting:
        cloud_messages.sweep(state, session.device)
        session.on_message()


def push_desired(state: State, device: Device, told: Mapping[str, Any] | None) -> bool:
    """Tell a device what `twins.update` or `twins.replace` returned; whether it was there to hear it."""
    session = state.sessions.get(device.name)
    if told is None or session is None or session.on_desired is None:
        return False
    session.on_desired(told)
    return True
