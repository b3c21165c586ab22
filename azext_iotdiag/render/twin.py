"""A test of a device's twin: what happens as lines for people, and what came of it as data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from azext_iotdiag.model import json_depth
from azext_iotdiag.model.check import Status
from azext_iotdiag.model.twin_test import Answered, Restoring, TwinTest
from azext_iotdiag.model.twin_testing import (
    Event,
    LeftoverKept,
    LeftoverRestored,
    Looking,
    Planned,
    Restored,
    Set,
    TwinTested,
    TwinTestInterrupted,
)
from azext_iotdiag.render import results, text
from azext_iotdiag.render.commands import Known
from azext_iotdiag.render.event import printable

_LONGEST = 300  # characters of a value on a terminal; JSON has all
_RESTORED = {
    Restoring.UNNEEDED: "{0.name} of {0.whose} was not changed.",
    Restoring.DONE: (
        "Restored {0.name} of {0.whose}, in version {0.restored} of the desired properties. The device gets this "
        "second change, too."
    ),
    Restoring.OVERTAKEN: "{0.name} of {0.whose} was not restored: another program has written it since.",
    Restoring.FAILED: (
        "{0.name} of {0.whose} could not be restored. The next command of this tool that opens the hub restores it."
    ),
}
_LEFTOVERS = {
    Restoring.DONE: "Restored {0.name} of {0.whose}, which a killed test had changed.",
    Restoring.OVERTAKEN: "A killed test changed {0.name} of {0.whose}. It has a later value by now, which stays.",
}


def event_lines(event: Event) -> Iterator[str]:
    """What is said of an event."""
    yield from map(printable, _told(event))


def _told(event: Event) -> Iterator[str]:
    if isinstance(event, LeftoverRestored):
        yield _LEFTOVERS[event.restoring].format(event)
    elif isinstance(event, LeftoverKept):
        yield (
            f"A killed test changed {event.name} of {event.whose}, and {event.hub} did not let it be restored: "
            f"{event.failure.sentence} A command whose access may change twins restores it."
        )
    elif isinstance(event, Looking):
        yield f"Reading the twin of {event.whose} in {event.hub} ..."
    elif isinstance(event, Planned):
        yield from _planned(event)
    elif isinstance(event, Set):
        test = event.test
        yield f"Set {test.name} to {_short(test.value)} in version {test.changed} of the desired properties."
        yield f"Waiting for the answer of {test.whose}, for {event.seconds:g} s at most ..."
    elif isinstance(event, Restored):
        yield _RESTORED[event.test.restoring].format(event.test)
    elif isinstance(event, TwinTestInterrupted):
        yield "Interrupted." if event.changed else "Interrupted before anything was changed."


def _planned(event: Planned) -> Iterator[str]:
    test = event.test
    now = f"is {_short(event.before)}" if event.before else "is not there"
    yield f"The desired properties of {test.whose} have version {test.before}; {test.name} {now}."
    if test.configurations:
        yield (
            f"Warning: automatic configurations apply to {test.whose}: {', '.join(test.configurations)}. Where one "
            "writes this property, the hub sets it again by itself."
        )


def question(planned: Planned) -> str:
    """What is asked before the property is changed."""
    test = planned.test
    return (
        f"Set the desired property {test.name} of {test.whose} in {test.hub} to {_short(test.value)}, and restore it "
        "afterwards? The device gets both changes."
    )


def lines(ended: TwinTested, known: Known) -> Iterator[str]:
    """The result for a person."""
    test = ended.test
    yield from text.answer(ended.found, _healthy(test))
    if test.changed is not None:
        yield f"  Desired properties: version {test.before} before, {test.changed} changed{_last(test)}."
    if test.answered is not Answered.SILENT:
        yield printable(f"  Answer after {test.seconds:.1f} s: {_acknowledged(test)}{_short(test.answer)}")
    yield from text.rest(ended.found, known)


def data(ended: TwinTested, known: Known) -> dict[str, Any]:
    """The result as data, of a schema that only grows."""
    test = ended.test
    return {
        **results.diagnosis(ended.found, known, _healthy(test)),
        "hub": test.hub,
        "device": test.device,
        "module": test.module or None,
        "property": test.name,
        "value": json_depth.loads(test.value),
        "versions": {"before": test.before, "changed": test.changed, "restored": test.restored},
        "answered": test.answered.value if test.changed is not None else None,
        "answer": json_depth.loads(test.answer) if test.answer else None,
        "acknowledgement": {"code": test.code, "description": test.words} if test.code is not None else None,
        "seconds": test.seconds,
        "restoring": test.restoring.value,
        "configurations": list(test.configurations),
    }


def _last(test: TwinTest) -> str:
    return f", {test.restored} restored" if test.restoring is Restoring.DONE else ""


def _acknowledged(test: TwinTest) -> str:
    return f"acknowledged with {test.code}, " if test.code is not None else ""


def _healthy(test: TwinTest) -> str:
    """The answer where nothing is wrong."""
    if test.answered is Answered.SILENT:
        return "- Interrupted before an answer came."
    how = {Answered.ACKNOWLEDGED: "acknowledged", Answered.ECHOED: "reported the value of"}.get(
        test.answered, "answered"
    )
    said = f"{test.whose} {how} the desired property {test.name} after {test.seconds:.1f} s."
    return printable(f"{text.MARKS[Status.PASS]} {said}")


def _short(value: str) -> str:
    return text.shortened(value, _LONGEST)
