"""A lab for a measurement: `lab.py FOLDER full COUNT SIZE`, `lab.py FOLDER mixed COUNT`, `lab.py FOLDER trickle
RATE` or `lab.py FOLDER fleet COUNT`, until its stdin ends.

`full` holds so many events of so many bytes from the start, `mixed` so many of which most fit the template of
template.py; `trickle` sends RATE events a second and partition, each with the time at which it was sent; `fleet` knows
so many devices. It prints its description, which holds its keys, as one line of JSON; the files that this names are in
FOLDER.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import template

from azext_iotdiag.lab.hub.hub import Hub
from azext_iotdiag.lab.hub.identities import Device
from azext_iotdiag.lab.lab import new_lab
from azext_iotdiag.lab.process import description, limits, server

PARTITION_COUNT = 4
DEVICE_COUNT = 32  # enough that each partition has one
SENSOR_BYTES = 73  # of a large body; the head has about as many
SYSTEM = {"content-type": "application/json", "content-encoding": "utf-8"}
PROPERTIES = {"line": "7", "alert": "false"}


def body(dice: random.Random, number: int, size: int) -> bytes:
    """JSON of about so many bytes, as a gateway with some sensors sends it: a dozen of them in 900 bytes."""
    sensors = [
        {
            "id": f"sensor-{sensor:02d}",
            "temperature": round(dice.uniform(18, 30), 2),
            "humidity": round(dice.uniform(30, 60), 1),
            "ok": True,
        }
        for sensor in range(size // SENSOR_BYTES)
    ]
    return json.dumps({"number": number, "firmware": "4.2.0", "site": "hall 7", "sensors": sensors}).encode()


def senders(hub: Hub) -> list[Device]:
    """A device of each partition."""
    devices: dict[str, Device] = {}
    for device in hub.devices.values():
        devices.setdefault(hub.partition_of(device.device_id).id, device)
    return [devices[partition] for partition in hub.stream.partitions]


def fill(hub: Hub, count: int, size: int) -> None:
    """Put as many events into the partitions, equally many into each."""
    dice = random.Random(0)
    put(hub, (body(dice, number, size) for number in range(count)))


def fill_mixed(hub: Hub, count: int) -> None:
    """Put as many messages of the template into the partitions."""
    bodies = template.mixed()
    put(hub, (bodies[number % len(bodies)] for number in range(count)))


def put(hub: Hub, texts: Iterable[bytes]) -> None:
    """Put events with these bodies into the partitions in turns."""
    devices = senders(hub)
    now = int(time.time() * 1000)
    for number, text in enumerate(texts):
        hub.telemetry(devices[number % len(devices)], text, system=SYSTEM, properties=PROPERTIES, now_ms=now)


async def trickle(hub: Hub, rate: float) -> None:
    """Send for ever, the partitions in turns."""
    devices = senders(hub)
    loop = asyncio.get_running_loop()
    began, number = loop.time(), 0
    while True:
        await asyncio.sleep(began + number / (rate * len(devices)) - loop.time())
        now = time.time()
        text = json.dumps({"number": number, "sent": now}).encode()
        hub.telemetry(
            devices[number % len(devices)], text, system=SYSTEM, properties=PROPERTIES, now_ms=int(now * 1000)
        )
        number += 1


async def main(folder: Path, kind: str, *numbers: str) -> None:
    """Be the lab."""
    limits.raise_limits()
    device_count = int(numbers[0]) if kind == "fleet" else DEVICE_COUNT
    state = new_lab("bench", partition_count=PARTITION_COUNT, device_count=device_count)
    if kind == "full":
        fill(state.hub, *map(int, numbers))
    if kind == "mixed":
        fill_mixed(state.hub, int(numbers[0]))
    running = await server.serve(state)
    sending = asyncio.ensure_future(trickle(state.hub, float(numbers[0]))) if kind == "trickle" else None
    try:
        described = description.describe("bench", state, running.ports, folder)
        description.write(described, running.ca_pem, folder)
        print(json.dumps({**described, "entity": state.hub.stream.entity}), flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    finally:
        if sending is not None:
            sending.cancel()
        await running.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), *sys.argv[2:]))
