"""A group of a hub's devices: how many, in which states, and what they share against the rest of the fleet."""

from __future__ import annotations

from dataclasses import dataclass

from azext_iotdiag.model.shares import Share


@dataclass(frozen=True)
class Group:
    """The devices that `query` picks, or of them those that are quiet since `quiet_since`. Times are in milliseconds.

    `devices` is how many there are. `unsure` counts those of which it is not known whether they are quiet. `connected`,
    `disabled` and `never` count the members in these states. `fleet` is how many devices there are in all, None where
    the hub does not tell. `shares` are compared with the rest; `uncounted` are those that the hub does not count.
    `first` and `last` bound the time in which `together` members were heard of last, None where it is no common time.
    `calls` is how many requests the hub's registry got.
    """

    hub: str
    query: str = ""
    quiet_since: int | None = None
    devices: int = 0
    unsure: int = 0
    connected: int = 0
    disabled: int = 0
    never: int = 0
    fleet: int | None = None
    shares: tuple[Share, ...] = ()
    uncounted: tuple[Share, ...] = ()
    first: int | None = None
    last: int | None = None
    together: int = 0
    examples: tuple[str, ...] = ()
    calls: int = 0

    @property
    def of_quiet(self) -> bool:
        """Whether its members are devices of which the hub heard nothing for as long as was asked."""
        return self.quiet_since is not None

    @property
    def of_part(self) -> bool:
        """Whether it is compared with a part of the fleet: the devices of a query that are not quiet."""
        return self.of_quiet and bool(self.query)
