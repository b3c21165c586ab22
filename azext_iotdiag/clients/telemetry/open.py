"""Reading the messages of an IoT hub's built-in endpoint, or of any Event Hub: one function, three readers.

Each is imported when it is wanted, because azure-eventhub takes half a second.
"""

from __future__ import annotations

from azext_iotdiag.clients.telemetry.contract import Options, Reader
from azext_iotdiag.model.target import Target


def open_reader(target: Target, options: Options, reader: str = "wire") -> Reader:
    """A reader of all partitions of a target. Nothing is connected before it is iterated.

    `target` is a hub, whose redirect is followed, or an Event Hubs namespace and entity, with a policy and its key; or
    an IoT Central application, of which all hubs are read, by the reader "wire" alone. `reader` is "wire", which tells
    what AMQP said, or "sdk", which goes through Microsoft's azure-eventhub.
    """
    if target.app:
        from azext_iotdiag.clients.telemetry.central_reader import CentralReader

        return CentralReader(target, options)
    if reader == "sdk":
        from azext_iotdiag.clients.telemetry.sdk_reader import SdkReader

        return SdkReader(target, options)
    from azext_iotdiag.clients.telemetry.wire_reader import WireReader

    return WireReader(target, options)
