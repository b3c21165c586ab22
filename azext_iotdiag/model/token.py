"""What a SAS token shows of itself, compared with what it should open and with keys that may have made it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

NO_KEY = "none of the keys"
WORTH_A_WORD_SECONDS = 30  # by which two clocks may differ without harm
REGISTRATION = "registration"  # the policy in a device's token for the provisioning service, where it names one


class Gap(Enum):
    """How the resource in a token differs from the one that it should open."""

    NONE = "none"
    HOST = "host"
    DEVICE = "device"
    CASE = "case"
    PATH = "path"
    ENCODED_TWICE = "encoded-twice"
    SCHEME = "scheme"


@dataclass(frozen=True)
class SasFacts:
    """A token, taken apart, or what is malformed in it (`part` and `fault`).

    `form` says what it was found in. `expires` is in seconds since 1970, whatever unit it was written in;
    `in_milliseconds` tells that it was the wrong one. `wanted` is the resource that it should open, empty where none
    was given. `signer` names the key that made the signature, NO_KEY where none of those given did, and is empty where
    none was given; `made` says how, where that is not how services verify it: "text", "plain", "case", "group".
    """

    form: str
    part: str = ""
    fault: str = ""
    resource: str = ""
    expires: int = 0
    in_milliseconds: bool = False
    policy: str = ""
    encoded: bool = True
    wanted: str = ""
    wanted_policy: str | None = None
    gap: Gap = Gap.NONE
    keys: tuple[str, ...] = ()
    signer: str = ""
    made: tuple[str, ...] = ()


class OtherClock(NamedTuple):
    """The clock of a further service: this machine is so many seconds `ahead` of it."""

    host: str
    ahead: float


@dataclass(frozen=True)
class ClockFacts:
    """A service's clock against this machine's, in seconds: positive where this machine is ahead.

    `uncertain` is how far the measured value may be off: half of the time that the answer took, and the second to
    which the service tells its time. `others` are the clocks of further services, which were asked for comparison.
    """

    host: str
    ahead: float
    uncertain: float
    others: tuple[OtherClock, ...] = ()
