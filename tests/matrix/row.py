"""A row of the matrix: one fault or habit, how it is provoked, and what `check` must say with each access."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.matrix.accesses import Access
from tests.matrix.stage import Stage

Provoke = Callable[[Stage], object]
NONE = "-"  # no fault is seen
HEALTHY = ""  # the truth of a device that is well


@dataclass(frozen=True)
class Row:
    """`says` holds for each access the link and the code of the verdict, such as "admission device-disabled".

    "-" stands for no fault that is seen, "? CODE" for undetermined, and "exit N" for a command that ended before it had
    a verdict. An access that is left out cannot be had there. `truth` names the fault: it is the code that names it, or
    the name of the row where none does. Rows of one truth are one fault in several forms. `number` is that of a public
    case. `logged` is what is said with az's login where the hub's resource log shows more.
    """

    name: str
    truth: str
    provoke: tuple[Provoke, ...]
    says: dict[Access, str]
    number: str = ""
    sample: bool = False  # whether it runs in `make test`
    logged: str = ""


def only(service: str, device: str = "") -> dict[Access, str]:
    """The same with both strings. With az's login, az itself fails before there is anything to diagnose."""
    return {Access.SERVICE: service, Access.DEVICE: device or service}


def in_app(login: str, device: str | None = NONE) -> dict[Access, str]:
    """What is said of a device of IoT Central: the same with az's login and with a token for the API."""
    told = {Access.KEYS: login, Access.SERVICE: login, Access.DEVICE: device}
    return {access: words for access, words in told.items() if words is not None}


def said(
    keys: str, reader: str | None = None, service: str | None = None, device: str | None = NONE
) -> dict[Access, str]:
    """What is said with each access; `reader` as with keys and `service` as the reader where they are not given."""
    reader = keys if reader is None else reader
    service = reader if service is None else service
    told = {Access.KEYS: keys, Access.READER: reader, Access.SERVICE: service, Access.DEVICE: device}
    return {access: words for access, words in told.items() if words is not None}
