"""The last messages of a device, judged: what is wrong in them, without anything that they hold."""

from __future__ import annotations

from dataclasses import dataclass

from azext_iotdiag.model.finding import Severity


@dataclass(frozen=True)
class SampleViolation:
    """A code that judging found in `times` messages, at a path of the body, which is empty for the whole message."""

    code: str
    path: str
    severity: Severity
    times: int


@dataclass(frozen=True)
class Sample:
    """So many messages, of which `marked` say that they are JSON in UTF-8, as routes that look into a body want it.

    `largest` is the size of the largest body in bytes. `model` names what the bodies were judged by, empty where only
    their form was. The faults are the most frequent, at most 20. `lacking` is the code of why there is no
    model where the device should have one.
    """

    messages: int
    marked: int = 0
    largest: int = 0
    model: str = ""
    faults: tuple[SampleViolation, ...] = ()
    lacking: str = ""
