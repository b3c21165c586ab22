"""Rows of one device and members of a fleet as the tests of single patterns write them."""

from __future__ import annotations

from typing import Any

from azext_iotdiag.insights.patterns.life import Life, life
from azext_iotdiag.insights.patterns.member import LogMember
from azext_iotdiag.model.resource_log import CONNECT, CONNECTIONS, DISCONNECT, Row, Shape, Timeline

KINDS = {"+": CONNECT, "!": CONNECT, "-": DISCONNECT}


def row(seconds: float, what: str, **shape: str) -> Row:
    """`+` let in, `!401002` refused, `-404104` an end with a code, `-` an end without one, `TwinQueries:read` use."""
    if what[0] in KINDS:
        return Row(round(seconds * 1000), Shape(CONNECTIONS, KINDS[what[0]], what[1:], **shape))
    category, _, operation = what.partition(":")
    operation, _, code = operation.partition("/")
    return Row(round(seconds * 1000), Shape(category, operation, code, **shape))


def lived(text: str, newest: float | None = None, **shape: str) -> Life:
    """The life of a device by rows such as `0 +, 600 -401003, 605 +`. `newest` is the last second of the log."""
    rows = [row(float(seconds), what, **shape) for seconds, what in (each.split() for each in text.split(","))]
    return life(Timeline("plant", "pump", rows), rows[-1].moment if newest is None else round(newest * 1000))


def repeated(times: int, every: float, *rows: tuple[float, str]) -> str:
    """So many turns of the same rows, each `every` seconds after the one before."""
    return ", ".join(f"{turn * every + seconds} {what}" for turn in range(times) for seconds, what in rows)


def member(device: str = "pump", **changes: Any) -> LogMember:
    """A device that came once and stayed, changed."""
    usual = LogMember(
        hub="plant", device=device, address="10.0.0.XXX", sdk="python", tls="TLS1_2", login="sas", first=0,
        last=3_600_000, connected=0, accepted=0, sessions=1, errors=0, explained=False, lost=(), tried=(0,),
        throttled=(), moving=(), refusals=None, regions=((0, "westeurope"),),
    )  # fmt: skip
    return usual._replace(**changes)
