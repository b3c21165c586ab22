"""`validate` on recorded messages: each finding as the bytes that show it, and the account at the end.

What other sessions that judge share stands here, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from azext_iotdiag.checks import ends
from azext_iotdiag.clients.deadlines import Deadlines, usual
from azext_iotdiag.model.ending import End, SessionEnd
from azext_iotdiag.model.facts import given
from azext_iotdiag.model.tally import Found, Group, Key, Tally
from azext_iotdiag.model.verdict import Verdict
from azext_iotdiag.sessions.asked import ValidateOptions
from azext_iotdiag.sessions.events import Ended, Event, FormOnly, Items, Progress, Subject
from azext_iotdiag.streams import validation


class ValidateForm(Protocol):
    """How findings are shown, and the account of them after `end`, which is empty where all was read.

    Of one code and field `shown` findings are wanted, None for all; the others are counted. `same` shows how many more
    of a group there were. `judged` is the verdict.
    """

    @property
    def shown(self) -> int | None: ...

    @property
    def finding(self) -> Callable[[Found], bytes]: ...

    def same(self, group: Group, more: int) -> bytes: ...

    def summary(self, tally: Tally, end: str, judged: Verdict) -> bytes: ...


class ValidateFiles:
    """A session that judges recorded messages."""

    def __init__(self, options: ValidateOptions, form: ValidateForm, deadlines: Deadlines | None = None):
        deadlines = deadlines or usual()
        rules = options.rules._replace(shown=form.shown)
        self._run = validation.RecordedRun(options.files, rules, judge=options.judge, processes=options.processes)
        self._form = form
        self._form_only = options.form_only
        self._deadlines = deadlines
        self._started = deadlines.session_clock()

    def __iter__(self) -> Items:
        if self._form_only:
            yield FormOnly()
        yield from with_progress(self._run, self._form, self._deadlines, self._progress, at_once=self._run.live)

    def end(self, stopped: End | None) -> Items:
        """The account."""
        tally, seconds = self._run.tally, self._deadlines.session_clock() - self._started
        why = stopped or End.SOURCE
        ended = SessionEnd(why, enough=stopped is None)
        judged = tally.judged(empty=stopped is None and not tally.messages)
        facts = given(self._deadlines.clock.now(), ended=ended, judged=judged)
        if stopped is not End.PIPE_CLOSED:
            yield self._form.summary(tally, stopped.value if stopped else "", ends.of_recorded(facts).verdict)
        yield Ended(Subject.RECORDED, why, facts, tally.messages, seconds, tally, whole=stopped is not End.INTERRUPTED)

    def _progress(self) -> Progress:
        run = self._run
        return Progress(run.tally.messages, min(run.done / run.size, 1.0) if run.size else None)


def with_progress(
    found: Iterable[Found | None],
    form: ValidateForm,
    deadlines: Deadlines,
    progress: Callable[[], Progress],
    news: Callable[[], Iterable[Event]] = tuple,
    folded: Callable[[], Iterable[bytes]] = tuple,
    *,
    at_once: bool = True,
) -> Items:
    """The bytes of each finding as it comes, and now and then how far it is.

    `news` gives the news, `folded` what is to be said of findings that were only counted. A finding is shown `at_once`
    where the next one may be long in coming.
    """
    last = deadlines.session_clock()
    for each in found:
        yield from news()
        if each is not None:
            yield form.finding(each)
            if at_once:
                yield None
        elif deadlines.session_clock() - last >= deadlines.progress:
            last = deadlines.session_clock()
            yield from folded()
            yield None
            yield progress()
    yield from news()


class Folding:
    """Says now and then how many findings were like those that were shown, since that was last said."""

    def __init__(self, tally: Tally, form: ValidateForm, deadlines: Deadlines):
        self._tally = tally
        self._form = form
        self._deadlines = deadlines
        self._last = deadlines.session_clock()
        self._told: dict[Key, int] = {}

    def __call__(self) -> Iterator[bytes]:
        """The bytes that say so, where it is time."""
        shown, now = self._form.shown, self._deadlines.session_clock()
        if shown is None or now - self._last < self._deadlines.fold:
            return
        self._last = now
        for key, group in self._tally.groups.items():
            more = group.count - max(self._told.get(key, 0), shown)
            if more > 0:
                self._told[key] = group.count
                yield self._form.same(group, more)
