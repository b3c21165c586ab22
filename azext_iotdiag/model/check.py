"""A check, how it ended, and the links of the two chains that checks judge."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import NamedTuple

from azext_iotdiag.model.finding import Certainty, Finding


class Link(Enum):
    """A link of the observer's chain, or of the data's way from the device to the person who waits for it.

    The order is the order of the way. COMMANDS stands beside it: what goes from the cloud to the device.
    """

    MACHINE = "machine"
    NETWORK = "network"
    LOGIN = "login"
    DEVICE = "device"
    PROVISIONING = "provisioning"
    ADMISSION = "admission"
    CONNECTION = "connection"
    INGRESS = "ingress"
    ROUTING = "routing"
    STREAM = "stream"
    PAYLOAD = "payload"
    READER = "reader"
    COMMANDS = "commands"

    @property
    def place(self) -> int:
        """The place on the way, from 0 on."""
        return list(Link).index(self)

    @property
    def of_observer(self) -> bool:
        """Whether it only limits what can be looked at from here."""
        return self in OBSERVER


OBSERVER = frozenset({Link.MACHINE, Link.NETWORK, Link.LOGIN})


class Status(Enum):
    """How a check ended, from best to worst. ERROR means that the check itself could not look."""

    SKIP = "skip"
    PASS = "pass"
    WARN = "warn"
    ERROR = "error"
    FAIL = "fail"

    @property
    def rank(self) -> int:
        """The place in the order from best (0) to worst."""
        return list(Status).index(self)


class Need(NamedTuple):
    """A fact that a check asks for, by the name and the annotation of its parameter.

    `whole` asks for the Fact itself, failed or not; else the check gets the value. `optional` has a default, and takes
    part also where the fact was not measured. `nullable` takes a value that is None.
    """

    name: str
    whole: bool
    optional: bool
    nullable: bool


@dataclass(frozen=True)
class Check:
    """A question with a yes-or-no answer, named for the healthy answer.

    `run` judges facts and never measures: its parameters name the facts it needs, it yields findings, and its silence
    means healthy. `after` names the checks that must not have failed before this one makes sense. `at_most` is how
    sure its findings can be: a check that judges what is absent, or a state that may be old, is never sure.
    """

    name: str
    title: str
    run: Callable[..., Iterable[Finding]]
    after: tuple[str, ...] = ()
    at_most: Certainty = Certainty.SURE

    @cached_property
    def needs(self) -> tuple[Need, ...]:
        """The facts that it asks for."""
        return tuple(_need(each) for each in inspect.signature(self.run).parameters.values())


def _need(parameter: inspect.Parameter) -> Need:
    """Read without resolving the annotation, which would import what it names."""
    kind = parameter.annotation
    text = kind if isinstance(kind, str) else typing.cast(str, getattr(kind, "__name__", str(kind)))
    return Need(
        parameter.name,
        text.startswith("Fact["),
        parameter.default is not parameter.empty,
        "None" in text.split(" | ") or parameter.annotation is parameter.empty,
    )


class SkipReason(Enum):
    """Why a check was not run."""

    NOT_MEASURED = "not measured"  # `by` names the fact
    BLOCKED = "blocked"  # `by` names the check before it that failed
    NOT_APPLICABLE = "not applicable"  # `by` names the fact that says so


class Skip(NamedTuple):
    """Why a check was not run, and the name of the fact or check that decided it."""

    why: SkipReason
    by: str

    def __str__(self) -> str:
        words = {
            SkipReason.NOT_MEASURED: f"not known: {self.by}",
            SkipReason.BLOCKED: f"{self.by} did not pass",
            SkipReason.NOT_APPLICABLE: f"does not apply: {self.by}",
        }
        return words[self.why]


@dataclass(frozen=True)
class CheckResult:
    """How one check ended, what it saw, and how long it took in seconds.

    `skip` is set where it was not run. `reason` says for people why it was not run, or what kept it from looking.
    """

    check: Check
    status: Status
    findings: tuple[Finding, ...] = ()
    reason: str = ""
    seconds: float = 0.0
    skip: Skip | None = None

    @property
    def was_asked(self) -> bool:
        """Whether the facts that it needs were measured."""
        return self.skip is None or self.skip.why is not SkipReason.NOT_MEASURED


Results = typing.Sequence[CheckResult]
ByLink = Mapping[Link, tuple[Check, ...]]
