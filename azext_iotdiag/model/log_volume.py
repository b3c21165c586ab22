"""How many rows of a resource log there are: those that arrived, and how many are to be expected."""

from __future__ import annotations

from dataclasses import dataclass

from azext_iotdiag.model.finding import Finding


@dataclass(frozen=True)
class Arrived:
    """The rows of a category that arrived; `newest` is the time of the newest in milliseconds since 1970."""

    category: str
    rows: int
    size: int
    newest: int


@dataclass(frozen=True)
class Arrivals:
    """What arrived in a workspace between two times in milliseconds since 1970.

    `connected` is the largest number of devices that were connected at once, None where it is not known. `silence` is
    the finding that no row arrived, though devices were connected. `failure` says why the workspace could not be asked.
    """

    since: int
    until: int
    categories: tuple[Arrived, ...] = ()
    connected: int | None = None
    silence: Finding | None = None
    failure: Finding | None = None

    @property
    def rows(self) -> int:
        """How many rows arrived."""
        return sum(each.rows for each in self.categories)

    @property
    def size(self) -> int:
        """How many bytes of them are billed."""
        return sum(each.size for each in self.categories)

    @property
    def newest(self) -> int:
        """The time of the newest row, 0 where there is none."""
        return max((each.newest for each in self.categories), default=0)


@dataclass(frozen=True)
class Volume:
    """How many rows a day are to be expected.

    `devices` are connected now, and each writes none to `renewals` rows a day. `operations` are the twin operations and
    calls of methods of the last day. `measured` are the rows of the last day, where the log is collected already.
    `failure` says why nothing is known.
    """

    devices: int = 0
    renewals: int = 0
    operations: int = 0
    measured: Arrivals | None = None
    failure: Finding | None = None

    @property
    def least(self) -> int:
        """The rows a day, where every device stays connected."""
        return self.operations

    @property
    def most(self) -> int:
        """The rows a day, where every device renews its token by a new connection."""
        return self.operations + self.devices * self.renewals
