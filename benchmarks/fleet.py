"""The devices of a lab, all at once: `fleet.py SECONDS` reads the lab's description from its stdin, lets each device
connect, waits until all are, and has each send once a second. It prints how many were acknowledged, as JSON.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import sys
import time
from statistics import quantiles
from typing import Any

from azext_iotdiag.credential import connection_string, sas
from azext_iotdiag.lab.process.limits import raise_limits
from azext_iotdiag.lab.scenarios.client import Client, LabPlace, connect
from azext_iotdiag.wire import mqtt

AT_ONCE = 50  # handshakes
CONNECT_SECONDS = 120.0
KEEP_ALIVE = 60


async def main(described: dict[str, Any], seconds: int) -> dict[str, Any]:
    """Connect all, then send."""
    address, port = described["endpoints"]["mqtts"].split(":")
    trust = ssl.create_default_context(cafile=described["caFile"])
    place = LabPlace(address, int(port), described["hub"], trust)
    door = asyncio.Semaphore(AT_ONCE)
    strings = described["connectionStrings"]["devices"]
    began = time.monotonic()
    clients = await asyncio.wait_for(
        asyncio.gather(*(enter(place, door, string) for string in strings.values())), CONNECT_SECONDS
    )
    connecting = time.monotonic() - began
    took: list[float] = []
    start = asyncio.get_running_loop().time() + 0.5
    counts = await asyncio.gather(
        *(
            send(client, device, seconds, start + number / len(clients), took)
            for number, (device, client) in enumerate(zip(strings, clients, strict=True))
        )
    )
    together = sum(not client.reading.done() for client in clients)
    await asyncio.gather(*(client.close() for client in clients))
    return {
        "together": together,
        "connecting": connecting,
        "acknowledged": dict(zip(strings, counts, strict=True)),
        "p99": quantiles(took, n=100)[98],
    }


async def enter(place: LabPlace, door: asyncio.Semaphore, text: str) -> Client:
    """Connect one device."""
    given = connection_string.read(text)
    async with door:
        token = sas.sign(
            f"{given.host}/devices/{given.device}", sas.iothub_key(given.key.reveal()), int(time.time()) + 3600
        )
        username = f"{given.host}/{given.device}/?api-version=2021-04-12"
        return await connect(place, mqtt.Connect(given.device, username, token.encode(), KEEP_ALIVE))


async def send(client: Client, device: str, seconds: int, start: float, took: list[float]) -> int:
    """Send once a second, and say how many were acknowledged."""
    loop = asyncio.get_running_loop()
    topic = f"devices/{device}/messages/events/$.ct=application%2Fjson&$.ce=utf-8"
    number = 0
    while number < seconds:
        await asyncio.sleep(start + number - loop.time())
        sent = time.monotonic()
        await client.publish(topic, json.dumps({"number": number}).encode())
        took.append(time.monotonic() - sent)
        number += 1
    return number


if __name__ == "__main__":
    raise_limits()
    json.dump(asyncio.run(main(json.load(sys.stdin), int(sys.argv[1]))), sys.stdout)
