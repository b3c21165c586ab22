"""What changed in a device's properties, and how they stood when they were looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from azext_iotdiag.model.failure import Failure

DESIRED, REPORTED = SIDES = ("desired", "reported")


class Side(NamedTuple):
    """The desired or the reported properties. `version` is None where the service counts none for them all.

    `values` and `written` have the same names, which lead through components as in "battery.chemistry"; `written` says
    in which version (None: unknown) and when each was last written.
    """

    version: int | None
    values: Mapping[str, Any]
    written: Mapping[str, tuple[int | None, str]]


class PropertyChange(NamedTuple):
    """A property that was written between two looks at it.

    `before` and `after` are its values, ABSENT where it was not there; they are the same where the same was written
    again. `versions` and `times` are those of before and after: of the side, and of the property's last writing.
    """

    device: str
    side: str
    name: str
    before: Any
    after: Any
    versions: tuple[int | None, int | None]
    times: tuple[str, str]


class Absent:
    """In the place of a value that is not there, which null would not tell from one that is null."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = Absent()


@dataclass(frozen=True)
class WatchedProperties:
    """What watching a device's properties at a hub or an application came to.

    `looks` counts how often they were seen, `changed` how often anything changed; `count` changes were asked for (None:
    any). `failure` says why it could not go on.
    """

    host: str
    device: str
    looks: int
    changed: int
    seconds: float
    count: int | None = None
    app: bool = False
    failure: Failure | None = None
