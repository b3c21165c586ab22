"""`twin test`: sets a desired property, waits for the device's answer, and restores the property whatever happens."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from azext_iotdiag import journal
from azext_iotdiag.checks import verdict
from azext_iotdiag.checks.admission.device_enabled import device_enabled
from azext_iotdiag.checks.commands.desired_answered import desired_answered
from azext_iotdiag.checks.commands.desired_restored import desired_restored
from azext_iotdiag.clients.deadlines import Deadlines, usual
from azext_iotdiag.clients.hub import PRECONDITION_FAILED, Hub
from azext_iotdiag.journal import Note
from azext_iotdiag.model.access import opened_by
from azext_iotdiag.model.change import Side
from azext_iotdiag.model.ending import End, SessionEnd
from azext_iotdiag.model.facts import given
from azext_iotdiag.model.failure import Failure, Kind, StepFailed
from azext_iotdiag.model.identity import Identity
from azext_iotdiag.model.target import Target
from azext_iotdiag.model.twin_test import PROBE, Answered, Restoring, TwinTest
from azext_iotdiag.model.twin_testing import Event, Looking, Planned, Restored, Set, TwinTested, TwinTestInterrupted
from azext_iotdiag.probes import readings
from azext_iotdiag.sessions import twin_change
from azext_iotdiag.sessions.twin_change import TwinChange, Twins
from azext_iotdiag.streams import desired

_REFUSALS = frozenset({Kind.UNAUTHORIZED, Kind.REFUSED, Kind.MISSING})
CHECKS = (device_enabled, desired_answered, desired_restored)


class OpenTwins(Twins, Protocol):
    """Twins at a hub to which a connection is kept."""

    def close(self) -> None:
        """Let go of the connection."""


@dataclass(frozen=True)
class TwinTestAsked:
    """What is tested, and how long the device's answer is waited for, in seconds.

    `name` is empty where no property was named: one is set then that no device is expected to know.
    """

    device: str
    module: str = ""
    name: str = ""
    value: Any = None
    seconds: float = 30.0


class TwinTesting:
    """One test as events. Iterate it once, and then what `end` gives.

    `agree` is asked before anything is changed, and raises where the answer is no. `notes` is the folder for notes of
    changes. `open_` opens the hub.
    """

    def __init__(
        self,
        target: Target,
        asked: TwinTestAsked,
        agree: Callable[[Planned], None],
        notes: Path,
        *,
        deadlines: Deadlines | None = None,
        open_: Callable[[Target, Callable[[], float]], OpenTwins] = Hub,
    ):
        deadlines = deadlines or usual()
        self._target, self._asked, self._agree, self._notes = target, asked, agree, notes
        self._deadlines, self._open = deadlines, open_
        value = asked.value if asked.name else int(deadlines.clock.now())
        self._patch = {asked.name or PROBE: value}
        self._test = TwinTest(
            target.hub, asked.device, asked.module, asked.name or PROBE, twin_change.text(value), not asked.name
        )
        self._wanted: Mapping[str, Any] = {}  # what the device is expected to report
        self._identity: Identity | None = None
        self._sent = False  # the request for the change is, or may be, on its way
        self._told = False  # the end of the change was told

    def __iter__(self) -> Iterator[Event]:
        asked, deadlines = self._asked, self._deadlines
        with closing(self._open(self._target, deadlines.clock.now)) as twins:
            yield Looking(self._target.hub, self._test.whose)
            try:
                twin = twins.twin(asked.device, asked.module)
                change, before = self._read(twin)
                planned = Planned(self._test, twin_change.before_of(twin, change.name))
                yield planned
                self._agree(planned)
                with journal.noting(self._notes, twin_change.note_name()) as note:
                    note.write(twin_change.written(change))
                    try:
                        yield from self._changed(twins, change, before, note)
                    finally:
                        self._undone(twins, change, note)
            except StepFailed as failed:
                self._test = replace(self._test, failure=failed.failure)
            yield from self._end_of_change()

    def end(self, stopped: End | None) -> Iterator[Event]:
        """What it came to, with what became of the property. An interrupt leaves the answer undecided."""
        if stopped is not None and stopped.early:
            yield TwinTestInterrupted(self._sent)
        yield from self._end_of_change()
        now = self._deadlines.clock.now()
        early = stopped is not None and stopped.early
        undecided = early and self._test.answered is Answered.SILENT and self._test.failure is None
        ended = SessionEnd(stopped, enough=not undecided) if stopped is not None else None
        whole = self._identity if not self._asked.module else None
        facts = given(
            now,
            access=opened_by(self._target),
            identity=whole,
            ended=ended,
            twin_test=replace(self._test, stopped=undecided),
        )
        yield TwinTested(verdict.judge(CHECKS, facts, _no_clock), facts, self._test)

    def _read(self, twin: Mapping[str, Any]) -> tuple[TwinChange, Side]:
        """The change that a twin will get, and what the device has reported before."""
        test = self._test
        change = twin_change.planned(test.hub, test.device, test.module, twin, self._patch)
        before = desired.reported(twin)
        self._identity = readings.identity(test.hub, test.device, twin)
        self._wanted = twin_change.expected(twin, self._patch)
        self._test = replace(
            test,
            known=desired.knows(before, self._wanted),
            before=change.version,
            connected=self._identity.connected,
            configurations=tuple(sorted(readings.part(twin, "configurations"))),
        )
        return change, before

    def _changed(self, twins: Twins, change: TwinChange, before: Side, note: Note) -> Iterator[Event]:
        """Set the property, and wait for the answer."""
        self._sent = True
        try:
            after = twins.change_desired(change.device, change.module, dict(change.patch), change.etag)
        except StepFailed as failed:
            self._sent = not _is_refusal(failed.failure)
            raise
        begun = self._deadlines.session_clock()
        changed = desired.version(after)
        self._test = replace(self._test, changed=changed)
        note.write(twin_change.written(replace(change, made=True)))
        yield Set(self._test, self._asked.seconds)
        while True:
            self._take(desired.reported(after), before, changed or 0, self._deadlines.session_clock() - begun)
            left = self._asked.seconds - (self._deadlines.session_clock() - begun)
            if self._test.answered is not Answered.SILENT or left <= 0:
                return
            self._deadlines.clock.sleep(min(self._deadlines.answer_look, left))
            after = twins.twin(change.device, change.module)

    def _take(self, now: Side, before: Side, changed: int, seconds: float) -> None:
        """Compare what the device reports now with what it reported before."""
        answer = desired.answer(self._wanted, changed, before, now)
        self._test = replace(
            self._test,
            answered=answer.answered,
            answer="" if answer.answered is Answered.SILENT else twin_change.text(answer.value),
            code=answer.code,
            words=answer.words,
            seconds=round(seconds, 3),
            others=now.version != before.version,
        )

    def _undone(self, twins: Twins, change: TwinChange, note: Note) -> None:
        """Undo the change, once more where a signal breaks into that. A second signal gives it up, and the note stays.

        The first try may have been carried out. Then the property is no longer ours, and stays.
        """
        if not self._sent:
            note.remove()
            return
        self._test = replace(self._test, restoring=Restoring.FAILED)
        try:
            self._undo(twins, change, note)
        except KeyboardInterrupt:
            self._undo(twins, change, note)
            raise

    def _undo(self, twins: Twins, change: TwinChange, note: Note) -> None:
        made = self._test.changed is not None
        try:
            done = twin_change.undo(twins, replace(change, made=made), in_flight=not made)
        except StepFailed as failed:
            self._test = replace(self._test, not_restored=failed.failure)
            return
        note.remove()
        lost = not made and done.restoring is Restoring.OVERTAKEN  # another writer was faster, and nothing was changed
        restoring = Restoring.UNNEEDED if lost else done.restoring
        self._test = replace(self._test, restoring=restoring, restored=done.version)

    def _end_of_change(self) -> Iterator[Event]:
        """Tell what became of the property, once."""
        if self._sent and not self._told:
            self._told = True
            yield Restored(self._test)


def _is_refusal(failure: Failure) -> bool:
    """Whether the hub has surely changed nothing. Of an old etag it may speak to a request that was sent once more."""
    return failure.kind in _REFUSALS and failure.condition not in PRECONDITION_FAILED


def _no_clock() -> float:
    """Checks are pure; how long one takes is of no interest here."""
    return 0.0
