"""What a simulated device sends: made-up readings of a room sensor, the same for the same seed, in several forms."""

from __future__ import annotations

import gzip
import json
import random
import struct
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

Reading = dict[str, float]
NOTHING: Mapping[str, str] = MappingProxyType({})


class Body(NamedTuple):
    """One message: its bytes, the content type and encoding that it is sent under, empty for none, and its properties.

    `properties` are the sender's own, and those of the system by the names that they have in a topic, such as `$.mid`.
    """

    payload: bytes
    content_type: str
    content_encoding: str
    properties: Mapping[str, str] = NOTHING


def bodies(kind: str, seed: str) -> Iterator[Body]:
    """Readings without end. `kind` is one of KINDS."""
    write, content_type, content_encoding = KINDS[kind]
    for reading in _readings(seed):
        yield Body(write(reading), content_type, content_encoding)


def texts(kind: str, lines: Iterable[str]) -> Iterator[Body]:
    """Given texts as messages, under the content type of "json" or "text"."""
    _, content_type, content_encoding = KINDS[kind]
    for line in lines:
        yield Body(line.encode(), content_type, content_encoding)


def dressed(
    messages: Iterable[Body],
    *,
    content_type: str | None = None,
    content_encoding: str | None = None,
    properties: Mapping[str, str] = NOTHING,
    component: str = "",
) -> Iterator[Body]:
    """The messages with other system properties, and with properties of the sender's; None leaves as it is."""
    added = {**properties, **({"$.sub": component} if component else {})}
    for body in messages:
        yield body._replace(
            content_type=body.content_type if content_type is None else content_type,
            content_encoding=body.content_encoding if content_encoding is None else content_encoding,
            properties={**body.properties, **added},
        )


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


def _gzip(reading: Reading) -> bytes:
    return gzip.compress(_json(reading), mtime=0)  # without the time, so that equal readings make equal bytes


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
    "gzip": (_gzip, "application/json", "gzip"),
    "binary": (_binary, "application/octet-stream", ""),
}
