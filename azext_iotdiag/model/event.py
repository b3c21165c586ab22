"""A message as it came out of a stream."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

# The properties of a message, by whose they are: AMQP's own, the sender's, the hub's.
SYSTEM, APPLICATION, ANNOTATIONS = PROPERTIES = ("sys", "app", "anno")

# The model that a sender says it follows, and what the first preview of plug and play had in its place.
# https://learn.microsoft.com/azure/iot/concepts-message-payloads
_MODEL, _INTERFACE = "dt-dataschema", "iothub-interface-name"


class Event(NamedTuple):
    """One message of a stream, as the service delivered it.

    A NamedTuple, because streams make tens of thousands of them a second. `body` holds the bytes that were sent,
    unaltered. `enqueued` is in milliseconds since 1970 UTC. `kind` is the service's word for where the message comes
    from ("Telemetry", "twinChangeEvents", ...), empty where the stream is no IoT Hub's. `system` are the AMQP
    properties (`content-type`, `message-id`, ...), `properties` those that the sender added, `annotations` those that
    the service added. `sequence` is -1 and `enqueued` 0 where the message does not tell them.

    `body_type` is "amqp-value" or "amqp-sequence" where the body is a value of AMQP; `body` then holds that value as
    JSON, or its bytes where it is binary. `problems` states what of the message could not be read, or is not of the
    type that it should be, a sentence each.
    """

    kind: str
    device: str
    module: str
    component: str
    partition: str
    sequence: int
    offset: str
    enqueued: int
    system: Mapping[str, Any]
    properties: Mapping[str, Any]
    annotations: Mapping[str, Any]
    body: bytes
    body_type: str = ""
    problems: tuple[str, ...] = ()


def model_id(event: Event) -> str:
    """The id of the model that the sender of a message says it follows, empty where it names none."""
    marks = event.annotations
    found = marks.get(_MODEL) or marks.get(_INTERFACE) or ""
    return found.decode("utf-8", "backslashreplace") if isinstance(found, bytes) else str(found)


class Payload(NamedTuple):
    """A body as it is shown: `form` is json, text or base64.

    `text` is the JSON text, the text or the base64. `looks_like` names what a body that is neither JSON nor text seems
    to be, such as "gzip". `problem` says why a body is not what it was said to be.
    """

    form: str
    text: str
    looks_like: str = ""
    problem: str = ""
