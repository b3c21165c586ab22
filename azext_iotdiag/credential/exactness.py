"""What `connection_string.read` overlooks in a string, and a device's SDK does not: each with its place. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.credential import connection_string as strings
from azext_iotdiag.model.keys import Repair

_BOM = "\ufeff"


def of_string(text: str) -> tuple[Repair, ...]:
    """What stands in a connection string that is no part of it, in the order of the places.

    A string that `connection_string.read` refuses has its fault there; it may have these, too.
    """
    body = text.strip(strings.BLANK)
    start = text.find(body)
    found = [*_around(text, body, start)]
    inner = strings.unwrapped(text)
    if inner != body:
        found.append(Repair("The string", "stands in quotation marks", start + 1))
        start = text.find(inner)
    found += _inside(inner, start)
    return tuple(sorted(found, key=lambda each: each.place))


def of_key(text: str) -> tuple[Repair, ...]:
    """The same for a key alone."""
    body = text.strip()
    return tuple(_around(text, body, text.find(body), "The key"))


def _around(text: str, body: str, start: int, what: str = "The string") -> Iterator[Repair]:
    if start > 0:
        yield Repair(what, f"begins with {_named(text[:start])}", 1)
    if rest := text[start + len(body) :]:
        yield Repair(what, f"ends with {_named(rest)}", start + len(body) + 1)


def _inside(text: str, start: int) -> Iterator[Repair]:
    """What is around the names and values of the parts; `start` is where the text begins in what was given."""
    at = start
    for piece in text.split(";"):
        if not piece.strip(strings.BLANK):
            yield Repair("The string", "holds an empty part: two semicolons, or one at its end", at, fatal=False)
        name, _, value = piece.partition("=")
        part = name.strip(strings.BLANK)
        if part in strings.PARTS:
            yield from _beside(f"The name {part}", name, at)
            yield from _beside(part, value, at + len(name) + 1)
            bare = value.strip(strings.BLANK)
            if part in ("HostName", "GatewayHostName") and bare != bare.lower():
                place = at + len(name) + 1 + value.find(bare) + 1
                yield Repair(part, "is written with capital letters", place, fatal=False)
        at += len(piece) + 1


def _beside(what: str, text: str, at: int) -> Iterator[Repair]:
    """What is before and behind a name or a value that begins at this index."""
    body = text.strip(strings.BLANK)
    before = text.find(body)
    if body and before:
        yield Repair(what, f"begins with {_named(text[:before])}", at + 1)
    if body and (rest := text[before + len(body) :]):
        yield Repair(what, f"ends with {_named(rest)}", at + before + len(body) + 1)


def _named(blanks: str) -> str:
    if _BOM in blanks:
        return "a byte order mark"
    if "\n" in blanks or "\r" in blanks:
        return "a line break"
    return "a blank" if set(blanks) == {" "} and len(blanks) == 1 else "blanks"
