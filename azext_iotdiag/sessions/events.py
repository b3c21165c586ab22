"""What a session yields while it goes on.

Bytes are to be shown as they are. None says that nothing is left to show for the moment. All else is one of these
events, which say what a person should hear. `Ended` is the last one.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Protocol

from azext_iotdiag.model.ending import End
from azext_iotdiag.model.failure import Failure
from azext_iotdiag.model.heartbeat import Lapse
from azext_iotdiag.model.hidden_messages import HiddenMessages
from azext_iotdiag.model.query_selection import QuerySelection
from azext_iotdiag.model.stream import PartitionEnd, StreamEnd

if TYPE_CHECKING:  # the first event must not wait for what the last one holds
    from azext_iotdiag.model.change import Side
    from azext_iotdiag.model.facts import Facts
    from azext_iotdiag.model.tally import Tally


@dataclass(frozen=True)
class Opened:
    """A service is found and can be opened; `origin` says for people how."""

    origin: str


@dataclass(frozen=True)
class Asking:
    """The registry of `hub` is asked `question`, a clause such as "which devices the query picks"."""

    hub: str
    question: str
    by_login: bool


@dataclass(frozen=True)
class Busy:
    """A hub is asked again after so many seconds; `why` says what it answered."""

    hub: str
    why: str
    seconds: float


@dataclass(frozen=True)
class Chosen:
    """The devices that a query picked."""

    query_selection: QuerySelection


@dataclass(frozen=True)
class Connecting:
    """A connection to `host` begins. `proxy` is where it goes through, and `variable` names that; both may be empty."""

    host: str
    transport: str
    proxy: str = ""
    variable: str = ""


@dataclass(frozen=True)
class Receiving:
    """Each partition was opened or has failed: from now on messages can be expected."""

    stream: StreamEnd


@dataclass(frozen=True)
class Interrupted:
    """A connection or a link broke, and is made again."""

    failure: Failure


@dataclass(frozen=True)
class Lost:
    """One partition is read no more, while the others are."""

    partition: PartitionEnd


@dataclass(frozen=True)
class Quiet:
    """Nothing was shown for so many seconds. `at` is now, in milliseconds since 1970."""

    stream: StreamEnd
    hidden_messages: HiddenMessages
    seconds: float
    at: int


@dataclass(frozen=True)
class Lapsed:
    """Devices missed their heartbeat of `interval` seconds, or are back."""

    lapses: tuple[Lapse, ...]
    interval: float


@dataclass(frozen=True)
class Full:
    """More devices send than can be watched for their heartbeat, which are `most`."""

    most: int


@dataclass(frozen=True)
class FormOnly:
    """Nothing says what is right in a message, so that only its form is judged."""


@dataclass(frozen=True)
class Progress:
    """So many messages were judged. `share` is the part of all, from 0 to 1; None where that is not known."""

    messages: int
    share: float | None = None


@dataclass(frozen=True)
class Unjudged:
    """So many messages were not judged, because the application `app` did not tell the templates in time."""

    messages: int
    app: str


@dataclass(frozen=True)
class WatchingProperties:
    """The properties of a device were seen for the first time."""

    device: str
    sides: Mapping[str, Side]


@dataclass(frozen=True)
class Unanswered:
    """The properties could not be read once, and are asked for again."""

    failure: Failure


class Subject(Enum):
    """What a session shows or judges."""

    MESSAGES = "message"
    CHANGES = "change"
    RECORDED = "recorded message"


@dataclass(frozen=True)
class Ended:
    """The session is over: why, the facts that it leaves, and what it came to.

    `shown` counts the messages or changes that were asked for and came, in so many seconds. `tally` is the account of
    what was judged, None where nothing was. `waited` tells whether it waited for more than was there at the start, and
    `whole` whether all that was recorded was read.
    """

    subject: Subject
    why: End
    facts: Facts
    shown: int = 0
    seconds: float = 0.0
    tally: Tally | None = None
    waited: bool = True
    whole: bool = True


Event = (
    Opened | Asking | Busy | Chosen | Connecting | Receiving | Interrupted | Lost | Quiet | Lapsed | Full
    | FormOnly | Progress | Unjudged | WatchingProperties | Unanswered | Ended
)  # fmt: skip
Item = bytes | None | Event
Items = Generator[Item, None, None]
Hear = Callable[[Event], None]


def unheard(event: Event) -> None:
    """Take no notice of an event."""


class Session(Protocol):
    """A long-running command. Iterate it once, and then what `end` gives."""

    def __iter__(self) -> Items: ...

    def end(self, stopped: End | None) -> Items:
        """What follows the iteration, up to `Ended`. `stopped` is INTERRUPTED or PIPE_CLOSED, if either ended it."""
        ...
