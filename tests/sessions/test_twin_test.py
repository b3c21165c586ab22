"""A desired property is set, answered or not, and restored whatever happens meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from azext_iotdiag.model.ending import End
from azext_iotdiag.model.failure import Kind
from azext_iotdiag.model.target import Target
from azext_iotdiag.model.twin_test import Answered, Restoring
from azext_iotdiag.model.twin_testing import Looking, Planned, Restored, Set, TwinTested, TwinTestInterrupted
from azext_iotdiag.sessions.twin_change import restore_left_behind
from azext_iotdiag.sessions.twin_test import TwinTestAsked, TwinTesting
from tests.sessions.fakes import TARGET, Clock
from tests.sessions.twin_hub import Hook, TwinHub, failing, interrupted

NAMED = TwinTestAsked("d", name="interval", value=30, seconds=10.0)


class Run:
    """A test of a twin, and what it came to."""

    def __init__(
        self,
        hub: TwinHub,
        notes: Path,
        asked: TwinTestAsked = NAMED,
        agree: Callable[[Planned], None] = lambda planned: None,
    ):
        clock = Clock()
        session = TwinTesting(TARGET, asked, agree, notes, deadlines=clock.deadlines(), open_=lambda target, now: hub)
        self.events: list[Any] = []
        stopped = None
        try:
            for event in session:
                self.events.append(event)
        except KeyboardInterrupt:
            stopped = End.INTERRUPTED
        *more, end = session.end(stopped)
        assert isinstance(end, TwinTested) and hub.closed
        self.events += more
        self.end, self.test, self.code = end, end.test, end.exit_code
        self.seconds = clock.seconds
        verdict = end.found.verdict
        self.codes = [each.finding.entry.code for each in (*verdict.reasons, *verdict.blind)]
        self.left = sorted(path.name for path in notes.iterdir()) if notes.exists() else []

    @property
    def kinds(self) -> list[type]:
        return [type(each) for each in self.events]


def acknowledging(name: str = "interval", **given: Any) -> Hook:
    def read(hub: TwinHub) -> None:
        if hub.writes == 1 and name not in hub.device.twin.reported.values:
            hub.report(**{name: {"value": hub.desired[name], "ac": 200, "av": hub.version, **given}})

    return read


def hub_with(read: Hook = lambda hub: None, desired: dict[str, Any] | None = None, **given: Any) -> TwinHub:
    hub = TwinHub(**given)
    hub.set(**(desired if desired is not None else {"interval": 60, "other": {"a": 1}}))
    hub.read = read
    return hub


def test_a_device_that_acknowledges(tmp_path: Path) -> None:
    hub = hub_with(acknowledging())
    run = Run(hub, tmp_path / "n")
    assert run.kinds == [Looking, Planned, Set, Restored]
    assert (run.code, run.codes, run.test.answered) == (0, [], Answered.ACKNOWLEDGED)
    assert (run.test.before, run.test.changed, run.test.restored) == (2, 3, 4)
    assert (run.test.code, run.test.answer, run.test.restoring) == (200, "30", Restoring.DONE)
    assert hub.desired == {"interval": 60, "other": {"a": 1}} and hub.writes == 2 and run.left == []


def test_a_property_that_was_not_there_is_removed_again(tmp_path: Path) -> None:
    hub = hub_with(acknowledging("iotDiagProbe"), {})
    run = Run(hub, tmp_path, TwinTestAsked("d"))
    assert (run.code, run.test.probe, hub.desired) == (0, True, {})


@pytest.mark.parametrize(("read", "code", "codes"), [
    (lambda hub: None, 5, ["desired-unanswered"]),
    (lambda hub: hub.report(other=hub.reads), 5, ["desired-unanswered"]),
    (acknowledging(ac=500, ad="too fast"), 4, ["desired-refused"]),
    (acknowledging(value=31), 4, ["desired-different"]),
    (lambda hub: hub.report(interval=31), 4, ["desired-different"]),
    (lambda hub: hub.report(interval=hub.desired["interval"]), 0, []),
])  # fmt: skip
def test_what_the_device_reports(tmp_path: Path, read: Hook, code: int, codes: list[str]) -> None:
    hub = hub_with(read)
    run = Run(hub, tmp_path)
    assert (run.code, run.codes) == (code, codes)
    assert hub.desired["interval"] == 60 and run.left == [] and run.test.restoring is Restoring.DONE


def test_silence_is_a_fault_only_of_a_property_that_the_device_reported_before(tmp_path: Path) -> None:
    hub = hub_with()
    hub.report(interval=60)
    run = Run(hub, tmp_path)
    assert (run.code, run.codes, run.test.known) == (4, ["desired-unanswered"], True)
    assert run.seconds == run.test.seconds == 10.0, "it waits for as long as it was asked to"


@pytest.mark.parametrize(("connected", "left"), [(False, 2), (True, 5)])
def test_the_causes_of_silence_by_the_state_of_the_connection(tmp_path: Path, connected: bool, left: int) -> None:
    """Offline and HTTPS for a device that the hub does not show; all but HTTPS for one that it shows."""
    run = Run(hub_with(connected=connected), tmp_path)
    (reason,) = run.end.found.verdict.blind
    assert len(reason.causes) == left


def test_of_a_module_the_state_of_its_device_says_nothing(tmp_path: Path) -> None:
    run = Run(hub_with(), tmp_path, TwinTestAsked("d", "m", "interval", 30, 1.0))
    (reason,) = run.end.found.verdict.blind
    assert len(reason.causes) == len(reason.finding.entry.causes) and run.test.whose == "d/m"


def test_nothing_is_changed_before_the_user_agrees(tmp_path: Path) -> None:
    hub = hub_with(acknowledging(), configurations=("winter",))
    seen: list[Planned] = []

    def refuse(planned: Planned) -> None:
        seen.append(planned)
        raise InterruptedError("no")

    with pytest.raises(InterruptedError):
        Run(hub, tmp_path, agree=refuse)
    assert hub.writes == 0 and hub.closed and list(tmp_path.iterdir()) == []
    assert [(each.before, each.test.configurations) for each in seen] == [("60", ("winter",))]


def test_another_back_end_that_writes_between_reading_and_change(tmp_path: Path) -> None:
    """Its write wins, and the test says that the twin was changed meanwhile."""
    hub = hub_with()
    hub.before[1] = lambda hub: hub.set(interval=99)
    run = Run(hub, tmp_path)
    assert (run.code, run.codes) == (5, ["hub-412001"])
    assert hub.desired["interval"] == 99 and run.left == [] and run.test.restoring is Restoring.UNNEEDED


def test_a_change_that_the_hub_refuses_needs_no_restoring(tmp_path: Path) -> None:
    hub = hub_with()
    hub.before[1] = failing(Kind.UNAUTHORIZED)
    run = Run(hub, tmp_path)
    assert (run.code, run.codes, run.left) == (5, ["twin-read-only"], [])
    assert hub.writes == 1 and run.test.restoring is Restoring.UNNEEDED


def test_another_back_end_that_writes_the_property_meanwhile(tmp_path: Path) -> None:
    hub = hub_with(acknowledging())
    hub.after[1] = lambda hub: hub.set(interval=99)
    run = Run(hub, tmp_path)
    assert run.test.restoring is Restoring.OVERTAKEN and hub.desired["interval"] == 99 and run.left == []
    assert [each.finding.entry.code for each in run.end.found.verdict.also] == ["desired-overtaken"]


def test_another_back_end_that_writes_other_properties_keeps_no_one_from_restoring(tmp_path: Path) -> None:
    hub = hub_with(acknowledging())
    hub.after[1] = lambda hub: hub.set(speed=1)
    hub.before[2] = lambda hub: hub.set(speed=2)  # between reading and restoring
    run = Run(hub, tmp_path)
    assert (run.test.restoring, hub.desired) == (Restoring.DONE, {"interval": 60, "other": {"a": 1}, "speed": 2})


MOMENTS: dict[str, Callable[[TwinHub], None]] = {
    "before the change": lambda hub: hub.before.update({1: interrupted}),
    "after the change": lambda hub: hub.after.update({1: interrupted}),
    "while it waits": lambda hub: setattr(hub, "read", lambda hub: interrupted(hub) if hub.reads == 3 else None),
    "before restoring": lambda hub: hub.before.update({2: interrupted}),
    "after restoring": lambda hub: hub.after.update({2: interrupted}),
}


@pytest.mark.parametrize("provoke", MOMENTS.values(), ids=MOMENTS)
def test_an_interrupt_at_any_moment_restores_at_once(tmp_path: Path, provoke: Callable[[TwinHub], None]) -> None:
    hub = hub_with()
    provoke(hub)
    run = Run(hub, tmp_path / "n")
    assert hub.desired == {"interval": 60, "other": {"a": 1}}
    assert TwinTestInterrupted in run.kinds and run.code in (130, 5) and run.left == []


def test_a_late_request_is_kept_out(tmp_path: Path) -> None:
    """The change may arrive after the interrupt. It then names an etag that is no longer the present one."""
    hub = hub_with()
    hub.before[1] = interrupted
    late = hub.device.twin.etag
    Run(hub, tmp_path)
    assert hub.device.twin.etag != late and hub.desired["interval"] == 60


def test_an_interrupt_before_anything_was_done(tmp_path: Path) -> None:
    hub = hub_with(interrupted)
    run = Run(hub, tmp_path)
    assert (run.code, hub.writes) == (130, 0)
    assert TwinTestInterrupted(changed=False) in run.events


def test_a_hub_that_fails_at_restoring_leaves_a_note_for_the_next_run(tmp_path: Path) -> None:
    hub = hub_with(acknowledging())
    hub.before[2] = failing()
    run = Run(hub, tmp_path)
    assert (run.code, run.codes) == (4, ["desired-not-restored"])
    assert hub.desired["interval"] == 30 and [name for name in run.left if name.endswith(".json")]
    assert [each.restoring for each in restore_left_behind(hub, TARGET.hub, tmp_path, 0.0)] == [Restoring.DONE]
    assert hub.desired["interval"] == 60 and list(tmp_path.iterdir()) == []


def test_a_change_of_which_no_answer_came_is_undone(tmp_path: Path) -> None:
    hub = hub_with()
    hub.after[1] = failing(Kind.DROPPED)
    run = Run(hub, tmp_path)
    assert run.code == 5 and hub.desired["interval"] == 60 and run.left == []


@pytest.mark.parametrize(("kind", "code", "codes"), [
    (Kind.MISSING, 4, ["device-unknown"]),
    (Kind.UNAUTHORIZED, 5, ["twin-refused"]),
    (Kind.SILENT, 5, ["server-silent"]),
])  # fmt: skip
def test_a_twin_that_cannot_be_read(tmp_path: Path, kind: Kind, code: int, codes: list[str]) -> None:
    from azext_iotdiag.model.failure import Failure, StepFailed

    def fail(hub: TwinHub) -> None:
        raise StepFailed(Failure(kind, "the device's twin", "h", 443, condition="DeviceNotFound"))

    run = Run(hub_with(fail), tmp_path)
    assert (run.code, run.codes, run.kinds) == (code, codes, [Looking])


def test_a_target_of_another_kind_has_nothing_to_restore() -> None:
    from azext_iotdiag.sessions.twin_change import _hub_of

    assert _hub_of(None) is None and _hub_of(Target(hub="h")) is None and _hub_of(TARGET) is TARGET
