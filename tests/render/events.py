"""A sample of every kind of message."""

from __future__ import annotations

import uuid

from azext_iotdiag.model.event import Event
from azext_iotdiag.wire.amqp.types import Array, Described, Symbol, Timestamp

AT = 1_763_633_045_123


def event(body: bytes = b"{}", **fields) -> Event:
    usual = {
        "kind": "Telemetry", "device": "device-1", "module": "", "component": "", "partition": "3", "sequence": 42,
        "offset": "4711", "enqueued": AT, "system": {}, "properties": {}, "annotations": {},
    }  # fmt: skip
    return Event(**(usual | fields), body=body)


ODD_PROPERTIES = {
    "bytes": b"\x00text\xff", "uuid": uuid.UUID(int=1), "time": Timestamp(AT), "symbol": Symbol("s"), "none": None,
    "big": 2**64 - 1, "float": 1.5, "nan": float("nan"), "inf": -float("inf"), "bool": True,
    "map": {Symbol("k"): {7: b"\xfe", uuid.UUID(int=2): float("nan")}, b"raw": None}, "list": [1, [b"a"], Array([2])],
    "described": Described(Symbol("d"), b"v"), "text": "line\nbreak \u2028 \x1b[1m \x85 \u202e",
}  # fmt: skip

SAMPLES = {
    "JSON": event(b'{"temperature": 21.50, "big": 12345678901234567890123}'),
    "pretty JSON": event(b'{\r\n  "a": [\n    1\n  ]\n}\n'),
    "duplicate keys": event(b'{"a":1,"a":2}'),
    "text": event(b"t=21,5"),
    "text of several lines": event(b"one\ntwo\ttabs\r\n"),
    "text that would steer": event("\x9b2J \u202eevil\u202c \u2028 \u200f\u061c".encode()),
    "empty": event(b""),
    "gzip": event(b"\x1f\x8b\x08\x00", system={"content-type": "application/json", "content-encoding": "gzip"}),
    "binary": event(b"\x00\x1b[31m\xff"),
    "long": event(b'"' + b"x" * 300 + b'"'),
    "properties": event(properties={"alert": "true", "": "empty", "steer": "\x1b]0;title\x07"}),
    "odd properties": event(properties=ODD_PROPERTIES),
    "module": event(module="camera"),
    "component": event(component="thermostat1"),
    "a twin change": event(kind="twinChangeEvents"),
    "no device": event(kind="", device=""),
    "not from a hub": event(kind="", device="", annotations={"x-opt-partition-key": "k"}),
    "before 1970": event(enqueued=-1),
    "beyond all years": event(enqueued=2**62),
    "a value": event(b'{"t":1}', body_type="amqp-value"),
    "problems": event(b"", problems=("a data section holds null, not binary", "the footer\x1b is cut off")),
    "odd content type": event(system={"content-type": b"\xff", "content-encoding": float("nan")}),
}  # fmt: skip
