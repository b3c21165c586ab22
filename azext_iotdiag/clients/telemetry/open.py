"""Reading the messages of an IoT hub's built-in endpoint, or of any Event Hub: one function, three readers.

Each is imported when it is wanted, because azure-eventhub takes half a second.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from azext_iotdiag.clients.telemetry.contract import AMQP, Position, Reader
from azext_iotdiag.model.target import Target


def open_reader(
    target: Target,
    *,
    consumer_group: str,
    position: Position,
    reader: str = "wire",
    transport: str = AMQP,
    now: Callable[[], float] = time.time,
) -> Reader:
    """A reader of all partitions of a target. Nothing is connected before it is iterated.

    `target` is a hub, whose redirect is followed, or an Event Hubs namespace and entity, with a policy and its key; or
    an IoT Central application, of which all hubs are read, by the reader "wire" alone.
    `now` gives seconds since 1970, for the tokens. `reader` is "wire", which tells what AMQP said, or "sdk", which
    goes through Microsoft's azure-eventhub. `transport` is one of TRANSPORTS.
    """
    if target.app:
        from azext_iotdiag.clients.telemetry.central_reader import SeveralReader

        return SeveralReader(target, consumer_group=consumer_group, position=position, transport=transport, now=now)
    if reader == "sdk":
        from azext_iotdiag.clients.telemetry.sdk_reader import SdkReader

        return SdkReader(target, consumer_group=consumer_group, position=position, transport=transport, now=now)
    from azext_iotdiag.clients.telemetry.wire_reader import WireReader

    return WireReader(target, consumer_group=consumer_group, position=position, transport=transport, now=now)
