"""The event that a message of an Event Hub is: the one place where annotations become what `Event` declares."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from azext_iotdiag.model.event import Event
from azext_iotdiag.model.values import json_of, text_of
from azext_iotdiag.wire.amqp.message import Message
from azext_iotdiag.wire.amqp.section_cache import CachedMap, LazyMap
from azext_iotdiag.wire.amqp.types import Timestamp

# The annotations that say who sent a message, as fields of an event, and where it is and since when.
_SENDER = ("iothub-message-source", "iothub-connection-device-id", "iothub-connection-module-id", "dt-subject")
_PLACE = _SEQUENCE, _OFFSET, _ENQUEUED = ("x-opt-sequence-number", "x-opt-offset", "x-opt-enqueued-time")
_WHOLE = re.compile(r"-?[0-9]{1,19}")
_YEAR_10000 = 253_402_300_800_000  # ms since 1970; a time from then on would count as later than all that follows
_tuple = tuple.__new__  # a NamedTuple's own constructor takes three times as long


def event_of(message: Message, partition: str) -> Event:
    """The event that a message of an Event Hub is. Never raises: `problems` of the event says what is odd."""
    body, _, marks, _, properties, application, _, body_type, problems = message
    known: Any = ()
    parts: Any = ()
    if type(marks) is LazyMap:
        earlier, parts = marks.earlier, marks.parts
        known = earlier.told
        if known is None:
            known = earlier.told = _sender(earlier)
    if known:
        kind, device, module, component, sequence_at, offset_at, enqueued_at = known
        sequence, offset, enqueued = parts[sequence_at], parts[offset_at].decode(), parts[enqueued_at]
    else:
        kind, device, module, component, sequence, offset, enqueued, problems = _typed(marks, problems)
    if not 0 <= enqueued < _YEAR_10000:
        problems = (*problems, f"the annotation {_ENQUEUED} is no time of a message: {enqueued} ms after 1970")
        enqueued = 0
    if body_type and not body:  # a body that could not be read stands in `body` as it was sent
        body = _written(message.value)
    fields = (
        kind, device, module, component, partition, sequence, offset, enqueued, properties, application, marks, body,
        body_type, problems,
    )  # fmt: skip
    return _tuple(Event, fields)


def _written(value: Any) -> bytes:
    """A value of AMQP as the bytes of a body: binary as it is, anything else as JSON."""
    return value if type(value) is bytes else json_of(value).encode("utf-8", "surrogatepass")


def _sender(earlier: CachedMap) -> tuple[Any, ...]:
    """What messages with such annotations have in common, and where their sequence number, offset and time are.

    Nothing where that is not so: an id of digits alone is taken for a number, too.
    """
    numbers, pairs = earlier.numbers, earlier.pairs
    at, made = zip(*(numbers.get(name, (0, None)) for name in _PLACE))
    if not all(at) or made != (None, bytes.decode, Timestamp) or any(name in numbers for name in _SENDER):
        return ()
    senders = [pairs.get(name, "") for name in _SENDER]
    if type(pairs[_SEQUENCE]) is not int or any(type(value) is not str for value in senders):
        return ()
    return *senders, *at


def _typed(marks: Mapping[Any, Any], problems: tuple[str, ...]) -> tuple[Any, ...]:
    """The fields of an event that annotations tell, each of its type, and the problems with these added."""
    found = list(problems)
    senders = [_text(marks, name, found) for name in _SENDER]
    sequence = _number(marks, _SEQUENCE, -1, found)
    offset = _text(marks, _OFFSET, found)
    return *senders, sequence, offset, _number(marks, _ENQUEUED, 0, found), tuple(found)


def _text(marks: Mapping[Any, Any], name: str, problems: list[str]) -> str:
    value = marks.get(name, "")
    if isinstance(value, str):
        return str(value)
    problems.append(f"the annotation {name} is {_kind(value)}, not text")
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    return "" if value is None else text_of(value)


def _number(marks: Mapping[Any, Any], name: str, otherwise: int, problems: list[str]) -> int:
    value = marks.get(name, otherwise)
    if isinstance(value, int) and not isinstance(value, bool):
        return int(value)
    problems.append(f"the annotation {name} is {_kind(value)}, not a whole number")
    return int(value) if isinstance(value, str) and _WHOLE.fullmatch(value) else otherwise


def _kind(value: Any) -> str:
    """The type of a value, for people."""
    if value is None:
        return "null"
    names = ((bool, "a boolean"), (int, "a number"), (float, "a number with a fraction"), (str, "text"))
    more = ((bytes, "binary"), (Mapping, "a map"), ((list, tuple), "a list"))
    return next((name for kind, name in (*names, *more) if isinstance(value, kind)), f"a {type(value).__name__}")
