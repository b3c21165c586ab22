"""A lab that holds many events from the start: `lab.py FOLDER COUNT`. It runs until its standard input ends.

It prints its description, which holds its keys, as one line of JSON; the files that this names are in FOLDER.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from pathlib import Path

from azext_iotdiag.lab import description, server
from azext_iotdiag.lab.state import Device, Hub, new_state

PARTITION_COUNT = 4
DEVICE_COUNT = 32  # enough that each partition has one
SENSOR_COUNT = 12


def body(dice: random.Random, number: int) -> bytes:
    """About 900 bytes of JSON, as a gateway with a dozen sensors sends them."""
    sensors = [
        {
            "id": f"sensor-{sensor:02d}",
            "temperature": round(dice.uniform(18, 30), 2),
            "humidity": round(dice.uniform(30, 60), 1),
            "ok": True,
        }
        for sensor in range(SENSOR_COUNT)
    ]
    return json.dumps({"number": number, "firmware": "4.2.0", "site": "hall 7", "sensors": sensors}).encode()


def fill(hub: Hub, count: int) -> None:
    """Put as many events into the partitions, equally many into each."""
    devices: dict[str, Device] = {}
    for device in hub.devices.values():
        devices.setdefault(hub.partition_of(device.device_id).id, device)
    dice = random.Random(0)
    system = {"content-type": "application/json", "content-encoding": "utf-8"}
    properties = {"line": "7", "alert": "false"}
    senders = [devices[partition] for partition in hub.stream.partitions]
    now = int(time.time() * 1000)
    for number in range(count):
        text = body(dice, number)
        hub.telemetry(senders[number % len(senders)], text, system=system, properties=properties, now_ms=now)


async def main(folder: Path, count: int) -> None:
    """Be the lab."""
    state = new_state("bench", partition_count=PARTITION_COUNT, device_count=DEVICE_COUNT)
    fill(state.hub, count)
    running = await server.serve(state)
    try:
        described = description.describe("bench", state.hub, running.ports, folder)
        description.write(described, running.ca_pem, folder)
        print(json.dumps({**described, "entity": state.hub.stream.entity}), flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    finally:
        await running.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
