"""A plain program that reads all partitions with azure-eventhub: `bare_eventhub.py COUNT`, the hub in the environment.

It looks at what a monitor must look at, body and properties of each event, and shows nothing.
"""

from __future__ import annotations

import os
import sys
import threading

from azure.eventhub import EventData, EventHubConsumerClient, PartitionContext

# With the default prefetch of 300 it needs up to twice the time; with more than this no less.
PREFETCH = 3000
PATIENCE_SECONDS = 120.0


def main(count: int) -> int:
    """Read so many events, or a few more, and return how many it were."""
    client = EventHubConsumerClient.from_connection_string(
        os.environ["BENCH_EVENT_HUB"],
        consumer_group="$Default",
        custom_endpoint_address=os.environ["BENCH_ADDRESS"],
        connection_verify=os.environ["BENCH_CA_FILE"],
    )
    seen = 0
    lock = threading.Lock()  # each partition has a thread
    enough = threading.Event()

    def on_batch(_context: PartitionContext, events: list[EventData]) -> None:
        nonlocal seen
        for event in events:
            b"".join(event.body)
            _ = event.system_properties, event.properties
        with lock:
            seen += len(events)
        if seen >= count:
            enough.set()

    settings = {"starting_position": "-1", "prefetch": PREFETCH, "max_wait_time": 1}
    reading = threading.Thread(target=client.receive_batch, args=(on_batch,), kwargs=settings)
    reading.start()
    enough.wait(PATIENCE_SECONDS)
    client.close()
    reading.join()
    return seen


if __name__ == "__main__":
    wanted = int(sys.argv[1])
    sys.exit(0 if main(wanted) >= wanted else "Not all events came.")
