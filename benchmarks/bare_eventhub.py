"""The shortest program that reads events with azure-eventhub: `bare_eventhub.py COUNT`, and how to reach the lab in the
environment. It looks at what a monitor must look at, and shows nothing."""

from __future__ import annotations

import os
import sys
import threading

from azure.eventhub import EventData, EventHubConsumerClient, PartitionContext

# The default prefetch of 300 is slower; more than this is not faster.
PREFETCH = 3000
BATCH_SIZE = 300
PATIENCE_SECONDS = 120


def main(count: int) -> int:
    """Read so many events and return how many came."""
    client = EventHubConsumerClient.from_connection_string(
        os.environ["BENCH_EVENT_HUB"],
        consumer_group="$Default",
        custom_endpoint_address=os.environ["BENCH_ADDRESS"],
        connection_verify=os.environ["BENCH_CA_FILE"],
    )
    seen = 0
    lock = threading.Lock()
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

    settings = {"starting_position": "-1", "max_batch_size": BATCH_SIZE, "prefetch": PREFETCH, "max_wait_time": 1}
    partitions = client.get_partition_ids()
    threads = [
        threading.Thread(target=client.receive_batch, args=(on_batch,), kwargs={"partition_id": name, **settings})
        for name in partitions
    ]
    for thread in threads:
        thread.start()
    enough.wait(PATIENCE_SECONDS)
    client.close()
    for thread in threads:
        thread.join()
    return seen


if __name__ == "__main__":
    wanted = int(sys.argv[1])
    sys.exit(0 if main(wanted) >= wanted else "not all events came")
