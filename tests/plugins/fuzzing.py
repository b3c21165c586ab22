"""Seeded mischief for the fuzzers of each boundary: a second each in the suite, less in `make quick`, and long
with IOTDIAG_SIEGE=1."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from typing import Any

from tests.plugins import effort

QUICK_SECONDS, SUITE_SECONDS, SIEGE_SECONDS = 0.2, 1.0, 60.0
TEXTS = ("", "x", "null", "-1", "1e999", "\ud800", "\x1b[31m", "##vso[task.setvariable variable=x]y", "caf\u00e9", "\0",
         "a\r\nX-Injected: 1", "0001-01-01T00:00:00Z", "9" * 5000, "../../etc/passwd", "%", "https://evil.example/x",
         "{", "x" * 3000, "2023-99-99T99:99:99Z", "[::1", "\u202e")  # fmt: skip


def rounds(name: str) -> Iterator[tuple[str, random.Random]]:
    """A seed for people, and what it makes; a failing round is run again by `random.Random(seed)`."""
    seconds = SIEGE_SECONDS if effort.siege() else QUICK_SECONDS if effort.quick() else SUITE_SECONDS
    until = time.monotonic() + seconds
    number = 0
    while number < 5 or time.monotonic() < until:
        seed = f"{name} {number}"
        yield seed, random.Random(seed)
        number += 1


def value(chance: random.Random, depth: int = 0) -> Any:
    """Any JSON value."""
    kinds = 6 if depth > 2 else 8
    match chance.randrange(kinds):
        case 0:
            return None
        case 1:
            return chance.choice((True, False))
        case 2:
            return chance.choice((0, -1, 1, 2**31, 2**63, -(2**70), 10**40, 0.5, 1e300, float("inf"), float("nan")))
        case 3 | 4 | 5:
            return chance.choice(TEXTS)
        case 6:
            return [value(chance, depth + 1) for _ in range(chance.randrange(4))]
    return {chance.choice(TEXTS): value(chance, depth + 1) for _ in range(chance.randrange(4))}


def altered(document: Any, chance: random.Random, rate: float = 0.2) -> Any:
    """A JSON document with some of its parts replaced, left out, doubled, or of another type."""
    if chance.random() < rate / 3:
        return value(chance)
    if isinstance(document, dict):
        made = {name: altered(part, chance, rate) for name, part in document.items() if chance.random() > rate / 4}
        if chance.random() < rate / 2:
            made[chance.choice(TEXTS)] = value(chance)
        return made
    if isinstance(document, list):
        made_list = [altered(part, chance, rate) for part in document]
        return made_list * 2 if chance.random() < rate / 4 else made_list
    return chance.choice((str(document), [document], {"value": document})) if chance.random() < rate / 3 else document


def damaged(data: bytes, chance: random.Random) -> bytes:
    """Bytes with some of them changed, left out, put in, said again, or cut off."""
    made = bytearray(data)
    for _ in range(chance.choice((0, 1, 1, 2, 5, 20))):
        place = chance.randrange(len(made) + 1)
        match chance.randrange(6):
            case 0:
                made[place:place] = chance.randbytes(chance.choice((1, 2, 8, 300)))
            case 1:
                del made[place : place + chance.choice((1, 2, 8, 100))]
            case 2 if made:
                made[place % len(made)] ^= 1 << chance.randrange(8)
            case 3:
                made[place:place] = chance.choice((b"\r\n", b"\r\n\r\n", b"\0", b"\xff\xfe", b"9" * 40, b": ", b"-"))
            case 4:
                made[place:place] = made[: chance.randrange(200)]
            case _:
                del made[place:]
    return bytes(made)


def pieces(data: bytes, chance: random.Random) -> list[bytes]:
    """The same bytes in parts, as a network may bring them."""
    found, place = [], 0
    while place < len(data):
        size = chance.choice((1, 3, 50, 1000, 65_536))
        found.append(data[place : place + size])
        place += size
    return found
