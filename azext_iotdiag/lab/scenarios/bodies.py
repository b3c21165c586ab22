"""What residents send: good readings, and each way of getting them wrong."""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

JSON, UTF8 = "application/json", "utf-8"


class Sent(NamedTuple):
    """A message: its bytes, and what is said of them, empty for nothing."""

    payload: bytes
    content_type: str = JSON
    content_encoding: str = UTF8


def _reading(number: int) -> dict[str, Any]:
    """A pump that warms up and cools down: degrees Celsius, bar, and whether its valve is open."""
    return {
        "temperature": round(45 + 8 * math.sin(number / 20), 1),
        "pressure": round(2.4 + 0.3 * math.sin(number / 7), 2),
        "valveOpen": number % 10 < 7,
    }


def _good(number: int) -> Sent:
    return Sent(json.dumps(_reading(number)).encode())


def _typo(number: int) -> Sent:
    reading = _reading(number)
    return Sent(json.dumps({"temprature": reading.pop("temperature"), **reading}).encode())


def _numbers_as_text(number: int) -> Sent:
    return Sent(json.dumps({name: str(value) for name, value in _reading(number).items()}).encode())


def _gzip(number: int) -> Sent:
    return Sent(gzip.compress(_good(number).payload, mtime=0), content_encoding="gzip")


def _single_quotes(number: int) -> Sent:
    return Sent(str(_reading(number)).encode())  # as Python prints a dict: no JSON


def _cut_off(number: int) -> Sent:
    return Sent(_good(number).payload[:40])


def _untyped(number: int) -> Sent:
    return Sent(_good(number).payload, "", "")


def _latin1(number: int) -> Sent:
    return Sent(json.dumps({**_reading(number), "site": "Halle Süd"}, ensure_ascii=False).encode("latin-1"))


BODIES: Mapping[str, Callable[[int], Sent]] = {
    "good": _good,
    "typo": _typo,
    "numbers-as-text": _numbers_as_text,
    "gzip": _gzip,
    "single-quotes": _single_quotes,
    "cut-off": _cut_off,
    "untyped": _untyped,
    "latin-1": _latin1,
}
