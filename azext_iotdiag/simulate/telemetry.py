"""What a simulated device sends: made-up readings of a room sensor, the same for the same seed, in several forms."""

from __future__ import annotations

import gzip
import json
import random
import struct
from collections.abc import Callable, Iterator
from typing import NamedTuple

Reading = dict[str, float]


class Body(NamedTuple):
    """One message: its bytes and the content type and encoding that it is sent under, empty for none."""

    payload: bytes
    content_type: str
    content_encoding: str


def bodies(kind: str, seed: str, data: str | None = None) -> Iterator[Body]:
    """Messages without end. `kind` is one of KINDS; `data` is sent every time instead of readings."""
    write, content_type, content_encoding = KINDS[kind]
    for reading in _readings(seed):
        payload = write(reading) if data is None else _PACK.get(kind, bytes)(data.encode())
        yield Body(payload, content_type, content_encoding)


def _readings(seed: str) -> Iterator[Reading]:
    """A room that warms and cools a little from reading to reading: degrees Celsius, percent, hectopascal, volt."""
    dice = random.Random(seed)
    temperature, humidity, pressure, battery = dice.uniform(19, 24), dice.uniform(35, 55), dice.uniform(1000, 1025), 3.7
    while True:
        yield {
            "temperature": round(temperature, 2),
            "humidity": round(humidity, 1),
            "pressure": round(pressure, 1),
            "battery": round(battery, 3),
        }
        temperature = min(max(temperature + dice.gauss(0, 0.15), 15), 30)
        humidity = min(max(humidity + dice.gauss(0, 0.4), 20), 80)
        pressure = min(max(pressure + dice.gauss(0, 0.1), 980), 1040)
        battery = max(battery - 0.0001, 3.0)


def _gzip(text: bytes) -> bytes:
    return gzip.compress(text, mtime=0)  # without the time, so that equal readings make equal bytes


def _json(reading: Reading) -> bytes:
    return json.dumps(reading).encode()


def _text(reading: Reading) -> bytes:
    return " ".join(f"{name}={value}" for name, value in reading.items()).encode()


def _binary(reading: Reading) -> bytes:
    return struct.pack(">BB4f", 0xFE, len(reading), *reading.values())  # 0xFE occurs in no UTF-8 text


# How a body is written, and the content type and encoding that belong to it.
KINDS: dict[str, tuple[Callable[[Reading], bytes], str, str]] = {
    "json": (_json, "application/json", "utf-8"),
    "text": (_text, "text/plain", "utf-8"),
    "gzip": (lambda reading: _gzip(_json(reading)), "application/json", "gzip"),
    "binary": (_binary, "application/octet-stream", ""),
}
_PACK: dict[str, Callable[[bytes], bytes]] = {"gzip": _gzip}
