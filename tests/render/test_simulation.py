"""What is said while a device is simulated, and what is left of it as data."""

from __future__ import annotations

import typing
from typing import Any

import pytest

from azext_iotdiag.model.check import Check, CheckResult, Status
from azext_iotdiag.model.finding import Entry, fail, note
from azext_iotdiag.model.simulated import (
    AskingForKey,
    Deleted,
    DeviceConnecting,
    Event,
    LeftoverDeleted,
    Made,
    Misbehaving,
    NotDeleted,
    Played,
    Proxied,
    SimulationEnded,
    SimulationInterrupted,
    Told,
)
from azext_iotdiag.model.verdict import Diagnosis, State, Verdict
from azext_iotdiag.render import results, simulation
from azext_iotdiag.render.commands import Known


def played(sent: int = 2, acknowledged: int = 1, ended: str = "count", **more: Any) -> Played:
    return Played(sent, acknowledged, 1.26, ended, **more)


ENDED = SimulationEnded("pump", played(), False, "", {})
EVENTS: list[tuple[Event, list[str]]] = [
    (Proxied("p:1", "HTTPS_PROXY"), ["The way leads through the proxy p:1, which HTTPS_PROXY names."]),
    (AskingForKey("hub", "pump"), ["Asking hub for the key of pump ..."]),
    (LeftoverDeleted("pump"), ["Deleted pump, which a run that was killed had left."]),
    (Made("pump"), ["Made the temporary device pump."]),
    (Deleted("pump"), ["Deleted the temporary device pump."]),
    (NotDeleted("pump"), [
        "The temporary device pump could not be deleted; the next --new-device does it."]),
    (DeviceConnecting("hub:8883", "pump", False), ["Connecting to hub:8883 as pump ..."]),
    (DeviceConnecting("hub:443", "pump", True), ["Connecting to hub:443 as pump over WebSocket ..."]),
    (Misbehaving("pump", "sends too much"), ["Misbehaving: pump sends too much."]),
    (Told("a\x1b[2Jb"), ["a\\x1b[2Jb"]),
    (SimulationInterrupted(False), ["Interrupted."]),
    (SimulationInterrupted(True), ["Interrupted. If a temporary device is left, the next --new-device deletes it."]),
    (ENDED, []),
    (played(), ["2 sent, 1 acknowledged in 1.3 s."]),
    (played(ended="interrupted"), ["Interrupted: 2 sent, 1 acknowledged in 1.3 s."]),
    (played(methods=1, desired=1, messages=1), [
        "2 sent, 1 acknowledged in 1.3 s; answered 1 method, 1 desired change, 1 message from the cloud."]),
    (played(methods=2, messages=3), [
        "2 sent, 1 acknowledged in 1.3 s; answered 2 methods, 3 messages from the cloud."]),
    # What the hub made of a misbehaviour stands alone where nothing was sent.
    (played(ended="misbehaved", answer="the hub closed"), ["2 sent, 1 acknowledged in 1.3 s. The hub closed."]),
    (played(0, 0, "misbehaved", answer="the hub closed"), ["The hub closed."]),
    (played(0, 0), ["0 sent, 0 acknowledged in 1.3 s."]),
]  # fmt: skip


@pytest.mark.parametrize(("event", "lines"), EVENTS, ids=lambda each: type(each).__name__)
def test_what_is_said(event: Event, lines: list[str]) -> None:
    assert list(simulation.event_lines(event)) == lines


def test_every_event_has_its_words() -> None:
    assert {type(event) for event, _ in EVENTS} == set(typing.get_args(Event))


FOUND = CheckResult(
    Check("a", "A", lambda: ()), Status.FAIL,
    (fail(Entry("a-code", "A title"), "what was seen"), note(Entry("b-code", "B title"), "what else")),
)  # fmt: skip
FINDINGS = [{"code": "a-code", "message": "what was seen"}, {"code": "b-code", "message": "what else"}]
COUNTS = {"sent": 2, "acknowledged": 1, "seconds": 1.26}


WELL = Diagnosis((), Verdict(State.HEALTHY, 0))
BROKEN = Diagnosis((FOUND,), Verdict(State.BROKEN, 4))


@pytest.mark.parametrize(("ended", "found", "told"), [
    (ENDED, WELL, {**COUNTS, "ended": "count", "findings": []}),
    (ENDED, BROKEN, {**COUNTS, "ended": "count", "findings": FINDINGS}),
    (ENDED._replace(stopped=True, played=played(ended="interrupted")), WELL,
     {**COUNTS, "ended": "interrupted", "findings": []}),
    # No device was connected, because it could not be.
    (ENDED._replace(played=None), BROKEN, {"findings": FINDINGS}),
    (ENDED._replace(misbehaviour="flood", played=played(ended="misbehaved", answer="the hub closed")), WELL,
     {**COUNTS, "ended": "misbehaved", "misbehaviour": {"name": "flood", "answer": "the hub closed"}, "findings": []}),
    (ENDED._replace(misbehaviour="flood", played=None), BROKEN,
     {"misbehaviour": {"name": "flood", "answer": ""}, "findings": FINDINGS}),
])  # fmt: skip
def test_what_is_left_of_it(ended: SimulationEnded, found: Diagnosis, told: dict[str, Any]) -> None:
    verdict = results.verdict(found, Known())
    assert simulation.data(ended, found, Known()) == {"version": 1, "device": "pump", "verdict": verdict, **told}


def test_what_was_stopped_before_it_began_has_no_verdict() -> None:
    told = simulation.data(ENDED._replace(played=None, stopped=True), BROKEN, Known())
    assert told == {"version": 1, "device": "pump", "ended": "interrupted"}
