"""A plain program that judges what a hub has: `bare_validation.py COUNT MODEL`, with azure-eventhub and our rules.

It prints how many findings there were of each code, as JSON. The hub is in the environment.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections import Counter

from azure.eventhub import EventData, EventHubConsumerClient, PartitionContext

from azext_iotdiag.payload import NotJson, read_model
from azext_iotdiag.payload.message import unreadable

# With the default prefetch of 300 it needs up to twice the time; with more than this no less.
PREFETCH = 3000
PATIENCE_SECONDS = 120.0


def main(count: int, path: str) -> tuple[int, Counter[str]]:
    """Judge so many messages, or a few more. Returns how many it were, and the findings of each code."""
    model = read_model(path)
    client = EventHubConsumerClient.from_connection_string(
        os.environ["BENCH_EVENT_HUB"],
        consumer_group="$Default",
        custom_endpoint_address=os.environ["BENCH_ADDRESS"],
        connection_verify=os.environ["BENCH_CA_FILE"],
    )
    seen = 0
    codes: Counter[str] = Counter()
    lock = threading.Lock()  # each partition has a thread
    enough = threading.Event()

    def on_batch(_context: PartitionContext, events: list[EventData]) -> None:
        nonlocal seen
        found: list[str] = []
        for event in events:
            try:
                found += [each.entry.code for each in model.telemetry_json(b"".join(event.body))]
            except NotJson as wrong:
                found.append(unreadable(wrong).entry.code)
        with lock:
            seen += len(events)
            codes.update(found)
        if seen >= count:
            enough.set()

    settings = {"starting_position": "-1", "prefetch": PREFETCH, "max_wait_time": 1}
    reading = threading.Thread(target=client.receive_batch, args=(on_batch,), kwargs=settings)
    reading.start()
    enough.wait(PATIENCE_SECONDS)
    client.close()
    reading.join()
    return seen, codes


if __name__ == "__main__":
    wanted = int(sys.argv[1])
    judged, by_code = main(wanted, sys.argv[2])
    if judged < wanted:
        sys.exit("Not all messages came.")
    json.dump(by_code, sys.stdout)
