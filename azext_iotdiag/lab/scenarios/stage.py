"""Puts a scenario on: its devices in the hub's registry, and each of them connected to the lab as any other device."""

from __future__ import annotations

import asyncio
import base64
import copy
import json
import logging
import secrets
import time
from typing import Any

from azext_iotdiag.credential import sas
from azext_iotdiag.lab.hub import twins
from azext_iotdiag.lab.hub.identities import Device, new_key
from azext_iotdiag.lab.hub.runtime import Runtime
from azext_iotdiag.lab.net.trust import trusting
from azext_iotdiag.lab.scenarios.bodies import BODIES
from azext_iotdiag.lab.scenarios.client import Client, ConnectRefused, LabPlace, connect
from azext_iotdiag.lab.scenarios.scenario import Resident, Scenario
from azext_iotdiag.wire import mqtt

API_VERSION = "2021-04-12"
TOKEN_SECONDS = 3600
KEEP_ALIVE = 60  # seconds
FIRST_PAUSE, LONGEST_PAUSE = 3.0, 30.0  # seconds until a device that was refused or cut off tries again
PAUSE_EVERY = 10  # messages
_TWIN, _DESIRED, _METHODS = "$iothub/twin/res/", "$iothub/twin/PATCH/properties/desired/", "$iothub/methods/POST/"

log = logging.getLogger(__name__)


def populate(runtime: Runtime, scenario: Scenario) -> None:
    """Enter the devices of a scenario into the hub's registry, with their twins."""
    if scenario.geo_replicated:
        runtime.hub.stream.replicate()
    for resident in scenario.residents:
        device = Device(resident.device, new_key(), new_key(), generation_id=runtime.new_generation())
        if not resident.enabled:
            device.status, device.status_reason = "disabled", "stolen in spring"
        patch = {
            "tags": copy.deepcopy(dict(resident.tags)),
            "properties": {"desired": copy.deepcopy(dict(resident.desired))},
        }
        twins.update(device.twin, patch, runtime.clock())
        runtime.hub.devices[resident.device] = device


def play(runtime: Runtime, scenario: Scenario, way: tuple[str, int], ca_pem: bytes) -> list[asyncio.Task[None]]:
    """Let the residents live, until their tasks are cancelled. `way` is the address and the port of the lab's MQTT."""
    trust = trusting(ca_pem.decode("ascii"))
    place = LabPlace(*way, runtime.hub.host, trust)
    loop = asyncio.get_running_loop()
    return [
        loop.create_task(_live(Actor(runtime, resident, place), number))
        for resident in scenario.residents
        if resident.connects
        for number in range(resident.clones + 1)
    ]


async def end(residents: list[asyncio.Task[None]]) -> None:
    """End them. Again where need be: before Python 3.12 wait_for swallows a cancellation that comes with a result."""
    while waiting := [resident for resident in residents if not resident.done()]:
        for resident in waiting:
            resident.cancel()
        await asyncio.wait(waiting, timeout=0.1)


async def _live(actor: Actor, number: int) -> None:
    """Connect, and again after each end, waiting longer each time that nothing came of it."""
    pause = FIRST_PAUSE * (number + 1)  # a clone comes later, and drives the other out
    if number:
        await asyncio.sleep(pause)
    while True:
        try:
            await actor.session()
            pause = FIRST_PAUSE
        except ConnectRefused as refused:
            log.debug("%s: %s", actor.resident.device, refused)
            pause = min(2 * pause, LONGEST_PAUSE)
        except (OSError, asyncio.TimeoutError) as broken:  # of which ConnectionError and ssl.SSLError are
            log.debug("%s: %s", actor.resident.device, broken)
            pause = FIRST_PAUSE if actor.was_connected else min(2 * pause, LONGEST_PAUSE)
        await asyncio.sleep(pause)


class Actor:
    """A resident that is connected, or tries to be."""

    def __init__(self, runtime: Runtime, resident: Resident, place: LabPlace):
        self._runtime = runtime
        self.resident = resident
        self._place = place
        self._number = 0
        self._client: Client | None = None
        self.was_connected = False

    async def session(self) -> None:
        """Connect, report, and send until the connection ends. Raises what Client does."""
        resident, self.was_connected = self.resident, False
        client = self._client = await connect(self._place, self._sign_in(), self._hear)
        self.was_connected = True
        try:
            await client.subscribe(f"{_METHODS}#", f"{_TWIN}#", f"{_DESIRED}#")
            if resident.reported:
                self._report(dict(resident.reported))
            if resident.desired:
                self._acknowledge({**resident.desired, "$version": 1})
            await self._send(client)
        finally:
            await client.close()

    async def _send(self, client: Client) -> None:
        resident, loop = self.resident, asyncio.get_running_loop()
        path = f"devices/{resident.device}/messages/events/"
        due = loop.time()
        while True:
            if resident.body:
                sent = BODIES[resident.body](self._number)
                named = {"$.ct": sent.content_type, "$.ce": sent.content_encoding}
                bag = "&".join(f"{name}={value.replace('/', '%2F')}" for name, value in named.items() if value)
                await client.publish(path + bag, sent.payload)
                self._number += 1
            due += resident.every + (resident.pause if self._number % PAUSE_EVERY == 0 else 0)
            while (left := due - loop.time()) > 0:
                await asyncio.wait({client.reading}, timeout=min(left, KEEP_ALIVE / 2))
                if client.reading.done():
                    raise ConnectionResetError("the hub closed the connection")
                client.ping()

    def _sign_in(self) -> mqtt.Connect:
        resident, hub = self.resident, self._runtime.hub
        device, host = resident.connects_as or resident.device, resident.connects_to or hub.host
        key = hub.devices[resident.device].primary.reveal() if resident.device in hub.devices else ""
        if resident.key == "another" or not key:
            key = base64.b64encode(secrets.token_bytes(32)).decode("ascii")
        expires = int(time.time() - resident.clock) + TOKEN_SECONDS
        token = sas.sign(f"{host}/devices/{device}", sas.iothub_key(key), expires)
        model = f"&model-id={resident.model_id}" if resident.model_id else ""
        username = f"{host}/{device}/?api-version={API_VERSION}{model}"
        return mqtt.Connect(device, username, token.encode(), KEEP_ALIVE)

    def _hear(self, topic: str, payload: bytes) -> None:
        assert self._client is not None
        if topic.startswith(_METHODS):
            _, _, request = topic.partition("?$rid=")
            self._client.say(f"$iothub/methods/res/200/?$rid={request}", payload or b"null")
        elif topic.startswith(_DESIRED):
            self._acknowledge(json.loads(payload))

    def _acknowledge(self, desired: dict[str, Any]) -> None:
        """Answer as a plug and play device does."""
        status, version = self.resident.acknowledges, desired.get("$version", 1)
        self._report({
            name: {"value": value, "ac": status, "av": version}
            for name, value in desired.items()
            if not name.startswith("$") and value is not None
        })  # fmt: skip

    def _report(self, patch: dict[str, Any]) -> None:
        assert self._client is not None
        if patch:
            topic = f"$iothub/twin/PATCH/properties/reported/?$rid={secrets.token_hex(4)}"
            self._client.say(topic, json.dumps(patch).encode())
