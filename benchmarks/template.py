"""A template of 24 fields, and messages of about 700 bytes that fit it or do not."""

from __future__ import annotations

import json
import random
from typing import Any

MESSAGES = 1000  # different ones
FAULTY_EACH = 101  # of the mixed ones: a fleet is mostly healthy, and each partition is to have some
FAULTY = len(range(0, MESSAGES, FAULTY_EACH))

WHOLE = {"@type": "Enum", "valueSchema": "integer", "enumValues": [
    {"name": "off", "enumValue": 0}, {"name": "on", "enumValue": 1},
]}  # fmt: skip
WORDS = {"@type": "Enum", "valueSchema": "string", "enumValues": [
    {"name": "idle", "enumValue": "idle"}, {"name": "busy", "enumValue": "busy"},
]}  # fmt: skip
STATUS = {"@type": "Object", "fields": [
    {"name": "level", "schema": "integer"}, {"name": "since", "schema": "dateTime"},
    {"name": "inner", "schema": {"@type": "Object", "fields": [
        {"name": "kind", "schema": WORDS}, {"name": "x", "schema": "double"}]}},
]}  # fmt: skip
SCHEMAS: dict[str, Any] = {
    **{f"temperature{number}": "double" for number in range(6)}, **{f"count{number}": "integer" for number in range(3)},
    "total": "long", "on0": "boolean", "on1": "boolean", "text0": "string", "text1": "string", "mode": WHOLE,
    "state": WORDS, "location": "geopoint", "acceleration": "vector", "day": "date", "clock": "time", "at": "dateTime",
    "length": "duration", "status": STATUS, "share": "float",
}  # fmt: skip
MODEL = {
    "@context": "dtmi:dtdl:context;2", "@id": "dtmi:example:bench;1", "@type": "Interface",
    "contents": [{"@type": "Telemetry", "name": name, "schema": schema} for name, schema in SCHEMAS.items()],
}  # fmt: skip


def messages() -> list[bytes]:
    """Different messages that fit, the same ones each time."""
    chance = random.Random(5)
    return [_message(chance) for _ in range(MESSAGES)]


def mixed() -> list[bytes]:
    """The same messages, but that now and then one has a misspelt name, a text for a number, or ends too early."""
    found = messages()
    for at in range(0, len(found), FAULTY_EACH):
        body = found[at]
        faulty = (body.replace(b'"count0"', b'"cuont0"'), body.replace(b'"level": 3', b'"level": "3"'), body[:-1])
        found[at] = faulty[at // FAULTY_EACH % len(faulty)]
    return found


def _message(chance: random.Random) -> bytes:
    numbers = {f"temperature{number}": round(chance.uniform(-20, 40), 3) for number in range(6)}
    counts = {f"count{number}": chance.randrange(10_000) for number in range(3)}
    return json.dumps({
        **numbers, **counts, "total": chance.randrange(2**40), "on0": True, "on1": False,
        "text0": "a note of some thirty characters", "text1": "firmware 1.2.3 of last November",
        "mode": 1, "state": "idle",
        "location": {"lat": round(chance.uniform(-90, 90), 5), "lon": round(chance.uniform(-180, 180), 5), "alt": 12.5},
        "acceleration": {"x": 0.1, "y": 0.2, "z": 9.81}, "day": "2026-11-20", "clock": "10:00:00Z",
        "at": "2026-11-20T10:00:00.123Z", "length": "PT1M30S", "share": chance.random(),
        "status": {"level": 3, "since": "2026-11-20T09:00:00+01:00", "inner": {"kind": "busy", "x": 1.5}},
    }).encode()  # fmt: skip
