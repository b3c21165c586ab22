"""`monitor properties` and `validate properties` without az: looks that are played, and what is left to be judged."""

from __future__ import annotations

import pytest

from azext_iotdiag.checks import catalogue
from azext_iotdiag.checks.verdict import diagnose
from azext_iotdiag.model import exit_codes
from azext_iotdiag.model.ending import End, SessionEnd
from azext_iotdiag.model.failure import Failure, Kind, StepFailed
from azext_iotdiag.model.finding import Severity
from azext_iotdiag.model.target import Target
from azext_iotdiag.sessions.asked import SessionLimits, ValidateOptions
from azext_iotdiag.sessions.events import Ended, Opened, Subject, Unanswered, WatchingProperties
from azext_iotdiag.sessions.properties import Looks, WatchedChanges
from azext_iotdiag.sessions.validate_live import ValidateProperties
from azext_iotdiag.streams.properties import of_twin
from azext_iotdiag.streams.validation import Rules, judge_of
from tests.sessions.fakes import TARGET, Clock, ended, told

BUSY = Failure(Kind.BUSY, "the device's twin", TARGET.hub, 443)
REFUSED = Failure(Kind.UNAUTHORIZED, "the device's twin", TARGET.hub, 443)
MODEL = {
    "@context": "dtmi:dtdl:context;2", "@id": "dtmi:example:a;1", "@type": "Interface",
    "contents": [{"@type": "Property", "name": "level", "schema": "integer"}],
}  # fmt: skip


class Service:
    """Gives the reported values in turn, the last one for ever; raises a failure."""

    def __init__(self, *answers: dict | Failure):
        self._answers = list(answers)
        self._version = 0

    def __call__(self):
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Failure):
            raise StepFailed(answer)
        self._version += 1
        return of_twin({"properties": {"reported": {**answer, "$version": self._version}, "desired": {"$version": 1}}})


def looks(*answers, clock: Clock | None = None, target: Target = TARGET, **limits) -> Looks:
    clock = clock or Clock()
    return Looks(target, "pump", SessionLimits(**limits), deadlines=clock.deadlines(), look=Service(*answers))


def changes(*answers, **given) -> WatchedChanges:
    return WatchedChanges(looks(*answers, **given), lambda change: f"{change.name}={change.after}".encode())


def test_each_change_once() -> None:
    session = changes({"level": 1}, {"level": 2}, {"level": 3}, count=2)
    items = list(session)
    assert [each for each in items if isinstance(each, bytes)] == [b"level=2", b"level=3"]
    (watching,) = told(items)
    assert isinstance(watching, WatchingProperties) and watching.sides["reported"].values == {"level": 1}
    end = ended(session)
    assert (end.subject, end.why, end.shown) == (Subject.CHANGES, End.COUNT, 2)
    assert end.facts["watched"].value.changed == 2


def test_the_pace_is_that_of_the_service() -> None:
    for target, seconds in ((TARGET, 2.0), (Target(app="app.azureiotcentral.com"), 4.0)):
        clock = Clock()
        list(changes({"level": 1}, {"level": 2}, clock=clock, target=target, count=1))
        assert clock() == pytest.approx(seconds)


def test_how_it_is_opened_is_told_first() -> None:
    session = changes({"level": 1}, target=Target(hub="h", origin="Found by its name."), duration=0)
    assert next(iter(session)) == Opened("Found by its name.")


def test_a_service_that_does_not_answer_once() -> None:
    session = changes({"level": 1}, BUSY, {"level": 2}, count=1)
    assert [each for each in told(session) if isinstance(each, Unanswered)] == [Unanswered(BUSY)]
    assert ended(session).why is End.COUNT


@pytest.mark.parametrize(("answers", "limits", "stopped", "codes", "exit_code"), [
    (({"level": 1},), {"idle": 10}, None, ["properties-unchanged"], exit_codes.PROBLEM),
    (({"level": 1},), {"duration": 10}, None, [], exit_codes.HEALTHY),
    (({"level": 1},), {"duration": 10, "count": 1}, None, ["properties-unchanged"], exit_codes.PROBLEM),
    (({"level": 1}, {"level": 2}), {"duration": 10, "count": 2}, None, ["properties-unchanged"], exit_codes.PROBLEM),
    (({"level": 1},), {"idle": 10}, End.INTERRUPTED, [], exit_codes.HEALTHY),
    ((REFUSED,), {"idle": 10}, None, ["twin-refused"], exit_codes.PROBLEM),
    ((REFUSED,), {"duration": 10}, None, ["twin-refused"], exit_codes.PROBLEM),
])  # fmt: skip
def test_what_it_comes_to(answers, limits, stopped, codes, exit_code) -> None:
    session = changes(*answers, **limits)
    list(session)
    verdict = diagnose(catalogue.OF_SESSIONS, ended(session, stopped).facts, lambda: 0.0).verdict
    assert ([each.finding.entry.code for each in verdict.reasons], verdict.exit_code) == (codes, exit_code)


def test_an_interrupt_before_the_first_look() -> None:
    end = ended(changes({"level": 1}), End.INTERRUPTED)
    assert end.facts["ended"].value == SessionEnd(End.INTERRUPTED, False)
    assert diagnose(catalogue.OF_SESSIONS, end.facts, lambda: 0.0).verdict.exit_code == exit_codes.INTERRUPTED


# judged


class Form:
    shown = None

    def finding(self, found) -> bytes:
        return found.finding.entry.code.encode()

    def summary(self, tally, end: str, judged) -> bytes:
        return f"{tally.messages} {end}".encode()


def judged(*answers, waits: bool, **limits) -> tuple[list, Ended]:
    rules = Rules(MODEL, properties=True, min_severity=Severity.NOTE)
    options = ValidateOptions(rules, judge_of(rules), waits=waits)
    clock = Clock()
    session = ValidateProperties(looks(*answers, clock=clock, **limits), options, Form(), deadlines=clock.deadlines())
    items = list(session)
    *more, end = session.end(None)
    return [each for each in (*items, *more) if isinstance(each, bytes)], end


def test_properties_are_judged_as_they_are() -> None:
    shown, end = judged({"level": "x"}, {"level": 1}, waits=False)
    assert shown == [b"wrong-type", b"1 source"]
    assert not end.waited and end.facts["judged"].value.faulty == 1
    verdict = diagnose(catalogue.OF_SESSIONS, end.facts, lambda: 0.0).verdict
    assert verdict.exit_code == exit_codes.PROBLEM


def test_changes_are_judged_where_they_are_waited_for() -> None:
    shown, end = judged({"level": 1}, {"level": "x"}, waits=True, count=1)
    assert shown == [b"wrong-type", b"2 count"]
    assert end.waited and end.shown == 1


def test_right_properties_are_well() -> None:
    shown, end = judged({"level": 1}, waits=False)
    assert shown == [b"1 source"]
    assert diagnose(catalogue.OF_SESSIONS, end.facts, lambda: 0.0).verdict.exit_code == exit_codes.HEALTHY
