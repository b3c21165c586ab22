"""What Azure support asks first about a device that lost its way, and who knows what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

MOST_DEVICES = 3  # ids in a ticket: support looks at examples, never at a list


class Tracking(NamedTuple):
    """The tracking id of a request, and when the service answered it, as ISO 8601; empty where that is not known.

    `source` says where the id was found.
    """

    id: str
    at: str = ""
    source: str = ""


@dataclass(frozen=True)
class TicketTyped:
    """What the user knows of the trouble. What is empty was not given.

    `started` is in milliseconds since 1970. `devices` are up to three ids, the first of which was diagnosed.
    `resources` are the ids of the services in the resource manager, where az's login found them there.
    """

    resources: tuple[str, ...] = ()
    started: int | None = None
    devices: tuple[str, ...] = ()
    protocol: str = ""
    sdk: str = ""
    sdk_version: str = ""
    language: str = ""
    tracking: tuple[Tracking, ...] = ()


@dataclass(frozen=True)
class TicketField:
    """A line of a ticket: `values` as they are known, `source` where from, and `ask` who knows where there are none."""

    name: str
    title: str
    values: tuple[str, ...] = ()
    source: str = ""
    ask: str = ""
