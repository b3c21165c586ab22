"""Devices over AMQP: which links a connection may have for which device, and how what comes and goes finds them.

https://learn.microsoft.com/azure/iot-hub/iot-hub-amqp-support#device-client
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from azext_iotdiag.credential import sas
from azext_iotdiag.lab.audit.endings import CLEAN
from azext_iotdiag.lab.hub import device_access
from azext_iotdiag.lab.hub.amqp.device import KINDS, AmqpDevice
from azext_iotdiag.lab.hub.amqp.errors import error_text
from azext_iotdiag.lab.hub.amqp.nodes import path_of
from azext_iotdiag.lab.hub.device_access import NEVER, DeviceAccess
from azext_iotdiag.wire.amqp import batch
from azext_iotdiag.wire.amqp.link_events import Delivery, Disposed
from azext_iotdiag.wire.amqp.message import decode_message
from azext_iotdiag.wire.amqp.performatives import AmqpError
from azext_iotdiag.wire.amqp.types import Symbol

if TYPE_CHECKING:
    from azext_iotdiag.lab.hub.identities import Device
    from azext_iotdiag.wire.amqp.links import Link
    from azext_iotdiag.wire.amqp.performatives import Attach

_PATH = re.compile(r"devices/(?P<device>[^/]+)(?:/modules/(?P<module>[^/]+))?(?:/(?P<kind>.+))?", re.IGNORECASE)
MOST_IDENTITIES = 1000  # on one connection: gateways carry many devices over one
TOKEN_EXPIRED = 401003


class DeviceNodes:
    """The links of devices on one connection, and what it has proven to be."""

    def __init__(self, connection):
        self._connection = connection
        self._proven: dict[str, DeviceAccess] = {}  # by the name of the identity
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._devices: dict[str, AmqpDevice] = {}
        self._of: dict[Link, AmqpDevice] = {}
        self._seen = False  # whether a device ever attached a link

    def verify(self, text: str, audience: str) -> DeviceAccess:
        """Whether the token of a device proves who the client is, and why not; where it does, that is remembered.

        Who that is stands in the token: clients differ in how they write the audience beside it. A host in it is the
        hub's in any case.
        """
        beside, hub = _host_of(audience), self._connection.runtime.hub.host
        if "." in beside and beside != hub:
            return DeviceAccess(f"InvalidAudience: the audience is at {beside}, and this is {hub}")
        host, _, path = sas.read(text).resource.rpartition("://")[2].partition("/")
        named = _PATH.fullmatch(path)
        if named is None:
            return DeviceAccess(f"{path!r} is not where a device is")
        names = (unquote(named["device"]), unquote(named["module"] or ""))
        access = device_access.judge(
            self._connection.runtime, host.split(":")[0], *names, text, peer=self._connection.stream.peer
        )
        if access.device is not None and (why := self.remember(access)):
            return DeviceAccess(why)
        return access

    def remember(self, access: DeviceAccess) -> str:
        """Keep what was proven, until it expires. Returns why that cannot be, empty when it can."""
        device, runtime = access.device, self._connection.runtime
        assert device is not None
        if device.name not in self._proven and len(self._proven) >= MOST_IDENTITIES:
            return f"the connection speaks for {MOST_IDENTITIES} devices already"
        self._proven[device.name] = access
        if device.name in self._timers:
            self._timers.pop(device.name).cancel()
        seconds = min(access.expires - runtime.clock(), 86_400 * 365)
        self._timers[device.name] = asyncio.get_running_loop().call_later(seconds, self._expired, device.name)
        return ""

    def _expired(self, name: str) -> None:
        del self._proven[name], self._timers[name]
        if name in self._devices:
            self._devices[name].end(TOKEN_EXPIRED, "the SAS token expired, and was not renewed")

    def expire(self) -> None:
        """End the links of those who were let in by a token of a policy that has expired."""
        for speaks in tuple(self._devices.values()):
            device = speaks.device
            if self._access(device.device_id, device.module_id).device is None:
                speaks.end(TOKEN_EXPIRED, "the SAS token expired, and was not renewed")

    def attach(self, link: Link, proposal: Attach, path: str, address: str) -> bool:
        """Answer a link to a device's address; False where the path is none."""
        named = _PATH.fullmatch(path)
        if named is None:
            return False
        device_id, module_id = unquote(named["device"]), unquote(named["module"] or "")
        kind = (named["kind"] or "").lower().rstrip("/")
        access = self._access(device_id, module_id)
        if access.device is None:
            self._refuse(link, proposal, "amqp:unauthorized-access", 401002, "Unauthorized", address, access)
        elif (kind, link.sender) not in KINDS or (kind == "messages/devicebound" and module_id):
            self._refuse(link, proposal, "amqp:not-found", 404001, f"there is no {kind!r} of a device", address)
        else:
            self._accept(link, proposal, kind, access)
        return True

    def _access(self, device_id: str, module_id: str) -> DeviceAccess:
        """What the client may, by its tokens or by its certificate."""
        connection, runtime = self._connection, self._connection.runtime
        device, reason, code = device_access.find(runtime, device_id, module_id)
        if device is None:
            return DeviceAccess(reason, code=code)
        known = self._proven.get(device.name)
        if known is not None and known.device is device:  # and not another of that id, made since
            return known
        if connection.allows(f"{runtime.hub.host}/{device.path}", "DeviceConnect"):
            return DeviceAccess("", device, NEVER)
        return device_access.judge(
            runtime,
            runtime.hub.host,
            device_id,
            module_id,
            None,
            connection.stream.peer_chain,
            peer=connection.stream.peer,
        )

    def _accept(self, link: Link, proposal: Attach, kind: str, access: DeviceAccess) -> None:
        device: Device = access.device  # type: ignore[assignment]
        speaks = self._devices.get(device.name)
        if speaks is None:
            speaks = self._devices[device.name] = AmqpDevice(self._connection, device, access.auth)
            self._seen = True
        replaced = speaks.links.get((kind, link.sender))
        if replaced is not None:
            self._of.pop(replaced, None)
        self._of[link] = speaks
        speaks.attach(kind, link, proposal)

    def _refuse(
        self,
        link: Link,
        proposal: Attach,
        condition: str,
        code: int,
        message: str,
        address: str,
        access: DeviceAccess | None = None,
    ) -> None:
        link.refuse(proposal, AmqpError(Symbol(condition), error_text(code, message, self._connection.runtime.clock())))
        who = _named(_PATH.fullmatch(path_of(address)))
        reason, log = (access.reason, access.code) if access is not None else (message, 0)
        self._connection.audit("attach", "refused", who=who, reason=reason, address=address, code=code, log=log)

    def deliver(self, delivery: Delivery) -> bool:
        """Take a message; False where it is not for a device's link."""
        speaks = self._of.get(delivery.link)
        if speaks is not None:
            whole = batch.decode_batch if delivery.link.format == batch.FORMAT else lambda one: [decode_message(one)]
            speaks.deliver(delivery, whole(delivery.message))
        return speaks is not None

    def settled(self, disposed: Disposed) -> None:
        """Take the fate of what was sent."""
        for speaks in tuple(self._devices.values()):
            speaks.settled(disposed)

    def pump(self, most: int) -> bool:
        """Send each device up to `most` of what waits for it; whether any has more to send now."""
        more = False
        for speaks in tuple(self._devices.values()):
            more = speaks.pump(most) or more
        return more

    def forget(self) -> None:
        """Forget the links that ended, and the devices that have none left."""
        for link in [link for link in self._of if not link.attached]:
            self._of.pop(link).detached(link)
        for name in [name for name, speaks in self._devices.items() if not speaks.links]:
            self._devices.pop(name).leave("the device detached its last link", CLEAN)

    def close(self, why: str, how: str) -> bool:
        """Let go of everything, because the connection ended so. Returns whether there were devices."""
        for timer in self._timers.values():
            timer.cancel()
        for speaks in self._devices.values():
            speaks.leave(why, how)
        self._devices.clear()
        return bool(self._proven) or self._seen


def _host_of(audience: str) -> str:
    """The host of an audience, which may be a URL, without its port."""
    return unquote(audience).rpartition("://")[2].partition("/")[0].partition(":")[0].lower()


def claimed(text: str) -> str:
    """Whose a token says it is: the name of a device or module, or that of a policy; empty where it says neither."""
    try:
        token = sas.read(text)
    except sas.MalformedToken:
        return ""
    return token.policy or _named(_PATH.fullmatch(token.resource.rpartition("://")[2].partition("/")[2]))


def _named(path: re.Match[str] | None) -> str:
    """The name of the device or module that a path is of."""
    if path is None:
        return ""
    return "/".join(unquote(name) for name in (path["device"], path["module"]) if name)


def is_of_device(text: str) -> bool:
    """Whether a token is one that a device signed with its own key."""
    try:
        return not sas.read(text).policy
    except sas.MalformedToken:
        return False
