"""How far a device has followed its twin: which desired properties it has not taken up, and which it refused."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Pending:
    """A desired property that the device has reported before, and not since it was set.

    `desired` is when it was set, in version `version`, and `reported` when the device reported it last: milliseconds
    since 1970. `acknowledged` is the version that the device acknowledged, None where it acknowledges none.
    """

    name: str
    version: int
    desired: int
    reported: int | None = None
    acknowledged: int | None = None


@dataclass(frozen=True)
class RefusedProperty:
    """A desired property of which the device acknowledged the present version with an error status."""

    name: str
    code: int
    words: str = ""


@dataclass(frozen=True)
class TwinState:
    """The versions of both sides of a twin, and where they differ. At most 20 properties of each kind are named."""

    desired_version: int = 0
    reported_version: int = 0
    desired: int | None = None
    pending: tuple[Pending, ...] = ()
    refused: tuple[RefusedProperty, ...] = ()
