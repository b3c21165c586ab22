"""`tally merge`: what several runs of `validate` found, as one account."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from azext_iotdiag.checks import merged
from azext_iotdiag.clients.deadlines import Deadlines, usual
from azext_iotdiag.model.ending import End, SessionEnd
from azext_iotdiag.model.facts import given
from azext_iotdiag.model.tally import Tally
from azext_iotdiag.model.verdict import Diagnosis, State, Verdict
from azext_iotdiag.sessions import results
from azext_iotdiag.sessions.events import Ended, Items, Progress, Subject


class MergeForm(Protocol):
    """How the account is shown, and a finding of each group where the account holds none."""

    def samples(self, tally: Tally) -> bytes: ...

    def summary(self, tally: Tally, end: str, judged: Verdict) -> bytes: ...


class Merge:
    """A session that adds up the results in files. `diagnosis` is the verdict, once it has ended.

    An iteration raises OSError for a file that cannot be read, and BadResult for one that holds no results.
    """

    def __init__(self, files: Iterable[str], form: MergeForm, deadlines: Deadlines | None = None):
        deadlines = deadlines or usual()
        self.diagnosis: Diagnosis | None = None
        self._files = list(files)
        self._form = form
        self._deadlines = deadlines
        self._started = deadlines.session_clock()
        self._tally = Tally()
        self._verdicts: list[Verdict] = []
        self._empty = False

    def __iter__(self) -> Items:
        seen: set[int] = set()
        for done, path in enumerate(self._files):
            for run in results.runs(path, seen):
                self._tally.merge(run.tally)
                if run.verdict is not None:
                    self._verdicts.append(run.verdict)
                    told = run.verdict.reasons or run.verdict.blind
                    self._empty |= run.verdict.state is State.BROKEN and not run.tally.messages and not told
            yield Progress(self._tally.messages, (done + 1) / len(self._files))

    def end(self, stopped: End | None) -> Items:
        """The account."""
        tally, why = self._tally, stopped or End.SOURCE
        empty = stopped is None and self._empty and not tally.messages
        facts = given(
            self._deadlines.clock.now(),
            ended=SessionEnd(why, enough=stopped is None),
            judged=tally.judged(unjudged=tally.unended, empty=empty),
        )
        self.diagnosis = merged.of_runs(facts, self._verdicts)
        if stopped is not End.PIPE_CLOSED:
            yield self._form.samples(tally)
            yield self._form.summary(tally, stopped.value if stopped else "", self.diagnosis.verdict)
        seconds = self._deadlines.session_clock() - self._started
        whole = stopped is not End.INTERRUPTED
        yield Ended(Subject.RECORDED, why, facts, tally.messages, seconds, tally, whole=whole)
