"""What a diagnosis comes to: the first broken link, why, the evidence, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from azext_iotdiag.model.check import CheckResult, Link
from azext_iotdiag.model.finding import Cause, Certainty, Finding, When


class State(Enum):
    """What the verdict is."""

    HEALTHY = "healthy"  # no fault was seen
    BROKEN = "broken"  # data stops at a link, or will
    UNDETERMINED = "undetermined"  # what was seen decides nothing


class Standing(Enum):
    """What the facts say of a cause. Ruled out causes are not shown."""

    PROVEN = "proven"
    OPEN = "open"


class Success(NamedTuple):
    """What a device did: the link that it came through, and when, in milliseconds since 1970."""

    link: Link
    at: int


class BlindSpot(Enum):
    """What was not looked at. The value completes "Not looked at: " and says what may hide there."""

    DEVICE = "The device itself: its clock, its network, its trust store and its log."
    PROVISIONING = "A provisioning service. Name it with --dps-name where the device uses one."
    REGISTRY = "The registry of the hub: whether it knows the device, and whether the device is enabled."
    SETTINGS = (
        "The settings of the hub: its state, network rules, quota and routes. They take az's login and --hub-name."
    )
    MESSAGES = "The messages at the built-in endpoint: whether any of the device are there."
    ANY_DEVICE = (
        "Any device, because none was named. Name a device with --device-id, or the quiet devices of a hub with "
        "--quiet-since 12h."
    )
    LOGS_OF_ALL = "The logs of all devices. `az iot diag logs errors` counts the errors in the log of a hub."
    COMMANDS = "Whether the device answers. --active calls a method of the device."
    LOGS = (
        "Connection logs. They show a second client with the same identity, failed renewals of tokens, and idle "
        "connections that were cut. They also show refused twin updates, and sessions that the hub ended because of a "
        "topic, a size or a quality of service."
    )


@dataclass(frozen=True)
class Reason:
    """A finding, the causes that the facts leave, proven ones first, and how sure it is with them."""

    finding: Finding
    causes: tuple[tuple[Cause, Standing], ...] = ()
    certainty: Certainty = Certainty.OPEN


@dataclass(frozen=True)
class Verdict:
    """The judgement of a whole diagnosis.

    `proofs` are the latest successes of the device, one for each link, and `blind_spots` say what was not looked at.
    `link` is the first broken link; `proven` the last one before it that was seen to work. `reasons` say why data stops
    at `link`, `also` what else is wrong, `blind` what could not be looked at. `when` is COMING where data does not stop
    yet: there is no broken link then, and `also` says what is coming. `next_command` is a template that holds HUB,
    DEVICE and the like, empty where nothing follows. `exit_code` is one of `model.exit_codes`.
    """

    state: State
    exit_code: int
    certainty: Certainty = Certainty.OPEN
    when: When = When.NOW
    link: Link | None = None
    proven: Link | None = None
    reasons: tuple[Reason, ...] = ()
    also: tuple[Reason, ...] = ()
    blind: tuple[Reason, ...] = ()
    next_command: str = ""
    proofs: tuple[Success, ...] = ()
    blind_spots: tuple[BlindSpot, ...] = ()


@dataclass(frozen=True)
class Diagnosis:
    """The results of all checks for which there were facts, in the order of the data's way, and the verdict."""

    results: tuple[CheckResult, ...]
    verdict: Verdict
