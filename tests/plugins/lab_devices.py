"""Devices that speak MQTT with a lab in memory for days: its clock is turned by hand, and its log is collected."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Awaitable, Callable
from typing import Any

from azext_iotdiag.credential import sas
from azext_iotdiag.insights.queries.catalogue import QUERIES
from azext_iotdiag.lab.hub.identities import Device, new_key
from azext_iotdiag.lab.hub.mqtt import connection as mqtt_connection
from azext_iotdiag.lab.hub.rest import api as rest
from azext_iotdiag.lab.lab import new_lab
from azext_iotdiag.lab.net import certificates, https
from azext_iotdiag.lab.net.http_types import Request
from azext_iotdiag.lab.tenant.tenant import HUB_TYPE, WORKSPACE_TYPE
from azext_iotdiag.wire import mqtt
from tests.plugins.mqtt_wire import DEADLINE, Wire

START = 1_900_000_000.0  # within the life of the authority, which begins today
HOUR, MINUTE = 3600, 60
GRACE = 7 * MINUTE  # after which a hub ends a session whose token has ended; the lab ends it when it next hears of it
PYTHON, NODE = "azure-iot-device-iothub-py/2.14", "azure-iot-device/1.18.3"
ADDRESS = "203.0.113.7"
_REPORT, _GET = "$iothub/twin/PATCH/properties/reported/?$rid=1", "$iothub/twin/GET/?$rid=1"
_SOURCE = itertools.count(1024)


class LabPlay:
    """A lab whose hub logs all that it may. `source` makes chance the same each time."""

    def __init__(self, seed: int = 5, units: int = 0):
        self.now, self.source = START, random.Random(seed)
        self.state = new_lab(clock=lambda: self.now, device_count=1, units=units)
        self.runtime, self.hub = self.state.runtime, self.state.hub
        subscription = self.state.tenant.subscriptions[0]
        (resource,), (workspace,) = subscription.find(HUB_TYPE), subscription.find(WORKSPACE_TYPE)
        logs = [{"categoryGroup": "allLogs", "enabled": True}]
        resource.diagnostics["mine"] = {"workspaceId": subscription.id_of(workspace), "logs": logs}
        self.workspace = subscription.id_of(workspace)
        self.authority = certificates.make_authority("factory", days=3650)
        self.hub.authorities["factory"] = self.authority.pem

    def device(self, name: str, **more: Any) -> PlayedDevice:
        """A device of that name, which is made where it is not there yet."""
        if name not in self.hub.devices:
            self.hub.devices[name] = Device(name, new_key(), new_key(), generation_id="1")
        return PlayedDevice(self, name, **more)

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds

    def chance(self, least: float, most: float) -> float:
        """A number between two."""
        return self.source.uniform(least, most)

    async def asks(self, method: str, path: str) -> int:
        """The status with which the hub answers a service, over HTTPS."""
        policy = self.hub.policies["iothubowner"]
        key = sas.iothub_key(policy.primary.reveal())
        token = sas.sign(self.hub.host, key, int(self.now + HOUR), policy.name)
        return await self.requests(method, path, token)

    async def requests(self, method: str, path: str, token: str, body: bytes = b"") -> int:
        """The status with which the hub answers a request over HTTPS."""
        target, headers = f"{path}?api-version=2021-04-12", {"authorization": token}
        request = Request(method, target, self.hub.host, headers, body, peer="198.51.100.9:443")
        answer = await rest.serve(request, self.runtime)
        https.note(self.state, "https", request, answer)
        return answer.status

    def rows(self) -> list[dict[str, Any]]:
        """The rows of the log, as the saved query brings them."""
        query = QUERIES["log-rows"]
        return [dict(each) for each in query.table(self.state.logs.rows(workspace=self.workspace), {}).records()]


class PlayedDevice:
    """A device of the lab, which has one session at a time."""

    def __init__(self, play: LabPlay, name: str, address: str = ADDRESS, sdk: str = PYTHON, tls: str = "TLSv1.2"):
        self.play, self.name = play, name
        self.address, self.sdk, self.tls = address, sdk, tls
        self.wire: Wire | None = None
        self._task: asyncio.Future[None] | None = None
        self._key = play.hub.devices[name].primary

    def by_certificate(self, days: int) -> None:
        """Sign in by a certificate of the authority that the hub knows, from now on."""
        from datetime import datetime, timezone

        self.play.hub.devices[self.name].authentication = "certificateAuthority"
        start = datetime.fromtimestamp(self.play.now, timezone.utc)
        issued, _ = self.play.authority.issue_device(self.name, start=start, days=days)
        self._chain = tuple(certificates.load(issued))

    async def connects(self, life: float = HOUR) -> int:
        """Connect with a token of so many seconds. Returns the code of CONNACK."""
        self.wire = wire = Wire(f"{self.address}:{next(_SOURCE)}")
        wire.tls = self.tls
        wire.peer_chain = getattr(self, "_chain", ())
        host, now = self.play.hub.host, self.play.now
        resource = f"{host}/devices/{self.name}"
        token = None if wire.peer_chain else sas.sign(resource, sas.iothub_key(self._key.reveal()), int(now + life))
        username = f"{host}/{self.name}/?api-version=2021-04-12&DeviceClientType={self.sdk.replace('/', '%2F')}"
        self._task = asyncio.ensure_future(mqtt_connection.serve(wire, self.play.runtime))
        password = token.encode() if token else None
        wire.send(mqtt.Connect(client_id=self.name, username=username, password=password, keep_alive=1200))
        answer = await wire.receive()
        assert isinstance(answer, mqtt.ConnAck)
        if answer.code:
            await self._over()
        return answer.code

    async def posts(self) -> int:
        """Send a message over HTTPS. Returns the status of the answer."""
        resource = f"{self.play.hub.host}/devices/{self.name}"
        token = sas.sign(resource, sas.iothub_key(self._key.reveal()), int(self.play.now + HOUR))
        return await self.play.requests("POST", f"/devices/{self.name}/messages/events", token, b'{"n":1}')

    async def leaves(self) -> None:
        """Say goodbye."""
        self._wire.send(mqtt.Disconnect())
        await self._over()

    async def drops(self) -> None:
        """Be gone without a goodbye, as when the network fails."""
        self._wire.hang_up()
        await self._over()

    async def pings(self) -> None:
        """Show that it is there. Where its token has ended, the hub ends the session."""
        self._wire.send(mqtt.PingReq())
        await self._wire.receive()

    async def is_ended(self) -> None:
        """Wait until the hub has ended the session."""
        await self._over()

    async def reports(self, body: bytes = b'{"n":1}') -> None:
        """Report properties."""
        self._wire.send(mqtt.Publish(_REPORT, body))
        await self.pings()

    async def reads_twin(self) -> None:
        """Read its twin."""
        self._wire.send(mqtt.Publish(_GET))
        await self.pings()

    async def renews(self, life: float = HOUR, pause: float = 3.0) -> None:
        """Go and come back with a new token, as the SDKs do over MQTT."""
        await self.leaves()
        self.play.wait(pause)
        assert await self.connects(life) == 0

    @property
    def _wire(self) -> Wire:
        assert self.wire is not None, "it has connected"
        return self.wire

    async def _over(self) -> None:
        assert self._task is not None, "it has connected"
        await asyncio.wait_for(self._task, DEADLINE)


Steps = Callable[[LabPlay], Awaitable[None]]


def played(steps: Steps, units: int = 0) -> list[dict[str, Any]]:
    """The rows of the log after these steps. Sessions that are left are ended, and the rows of that are not wanted."""
    play = LabPlay(units=units)

    async def run() -> list[dict[str, Any]]:
        await steps(play)
        rows = play.rows()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        return rows

    return asyncio.run(run())
