"""Text with placeholders, such as `{"n": {n}, "temperature": {random 18 25}}`, filled in for each message."""

from __future__ import annotations

import random
import re
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from typing import NamedTuple

PLACEHOLDERS = {
    "n": "the number of the message, from 1 on",
    "time": "the time, as 2026-01-31T12:00:00.000Z",
    "epoch": "the time in milliseconds since 1970",
    "device": "the id of the device",
    "id": "a new random id (UUID)",
    "random LOW HIGH": "a random number with two decimals",
    "integer LOW HIGH": "a random whole number, both ends included",
    "choice A B ...": "one of these words",
}
# What looks like a placeholder. In JSON, nothing does but by accident: there a brace is followed by a quotation mark.
_PLACEHOLDER = re.compile(r"\{([A-Za-z_]+)((?: +[^\s{}\"]+)*) *\}")
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,15})?")


class BadTemplate(ValueError):
    """A placeholder that cannot be filled in; the text says which, and why."""


class Moment(NamedTuple):
    """Of what the placeholders of one message are made: `now` is in seconds since 1970."""

    number: int
    now: float
    device: str
    dice: random.Random


Filling = Callable[[Moment], str]


class BodyTemplate:
    """A text, read once. `unknown` are the braces in it that are no placeholders and are sent as they stand."""

    def __init__(self, text: str):
        """Raises BadTemplate."""
        self.unknown: list[str] = []
        self._parts: list[str | Filling] = []
        end = 0
        for found in _PLACEHOLDER.finditer(text):
            filling = _filling(found[1], found[2].split(), found[0])
            if filling is None:
                self.unknown.append(found[0])
                continue
            self._parts += [text[end : found.start()], filling]
            end = found.end()
        self._parts.append(text[end:])

    def fill(self, moment: Moment) -> str:
        """The text of one message."""
        return "".join(part if isinstance(part, str) else part(moment) for part in self._parts)

    def fills(self, device: str, clock: Callable[[], float]) -> Iterator[str]:
        """The texts of all messages, without end; what is random is the same for the same device."""
        number, dice = 0, random.Random(device)
        while True:
            number += 1
            yield self.fill(Moment(number, clock(), device, dice))


def _filling(word: str, arguments: list[str], written: str) -> Filling | None:
    plain = _PLAIN.get(word)
    if plain is not None and not arguments:
        return plain
    if word == "choice" and arguments:
        return lambda moment: moment.dice.choice(arguments)
    if word not in ("random", "integer"):
        return None
    if len(arguments) != 2 or not all(map(_NUMBER.fullmatch, arguments)):
        raise BadTemplate(f"{written} needs two numbers, as in {{{word} 10 30}}")
    low, high = map(float, arguments)
    if low > high:
        raise BadTemplate(f"{written}: {arguments[0]} is more than {arguments[1]}")
    if word == "random":
        return lambda moment: f"{moment.dice.uniform(low, high):.2f}"
    if not (low.is_integer() and high.is_integer()):
        raise BadTemplate(f"{written} needs two whole numbers")
    return lambda moment: str(moment.dice.randint(int(low), int(high)))


def _time(moment: Moment) -> str:
    written = datetime.fromtimestamp(moment.now, timezone.utc).isoformat(timespec="milliseconds")
    return written.replace("+00:00", "Z")


_PLAIN: dict[str, Filling] = {
    "n": lambda moment: str(moment.number),
    "time": _time,
    "epoch": lambda moment: str(int(moment.now * 1000)),
    "device": lambda moment: moment.device,
    "id": lambda moment: str(uuid.UUID(int=moment.dice.getrandbits(128), version=4)),
}
