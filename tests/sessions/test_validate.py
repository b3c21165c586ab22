"""`validate messages` without az and without a network: recorded messages and live ones."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from azext_iotdiag.checks import catalogue, ends
from azext_iotdiag.checks.verdict import diagnose
from azext_iotdiag.model import exit_codes
from azext_iotdiag.model.check import Link
from azext_iotdiag.model.ending import End, SessionEnd
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.query_selection import QuerySelection
from azext_iotdiag.model.tally import Judged
from azext_iotdiag.model.target import Target
from azext_iotdiag.model.verdict import State
from azext_iotdiag.payload.assigned import Assigned, Lack, Models
from azext_iotdiag.sessions.asked import MessagesAsked, SessionLimits, ValidateOptions
from azext_iotdiag.sessions.events import Ended, FormOnly, Interrupted, Progress, Session, Subject, Unjudged
from azext_iotdiag.sessions.validate import ValidateFiles
from azext_iotdiag.sessions.validate_live import Live
from azext_iotdiag.streams.templates import Templates
from azext_iotdiag.streams.validation import Rules, judge_of
from tests.sessions.fakes import HUB, TARGET, Clock, Reader, Registry, breaks, ended, message, messages, opens, told

MODEL = {
    "@context": "dtmi:dtdl:context;2", "@id": "dtmi:example:a;1", "@type": "Interface",
    "contents": [{"@type": "Telemetry", "name": "t", "schema": "double"}],
}  # fmt: skip
RIGHT, WRONG = b'{"t": 1.5}', b'{"t": "warm"}'
BROKEN = Failure(Kind.DROPPED, "the next message", "h", 5671)


class Form:
    """Findings as their codes, the account as its numbers."""

    def __init__(self, shown: int | None = None):
        self.shown = shown

    def finding(self, found) -> bytes:
        return found.finding.entry.code.encode()

    def same(self, group, more: int) -> bytes:
        return f"{group.entry.code} {more} more".encode()

    def summary(self, tally, end: str, judged) -> bytes:
        self.judged = judged
        return f"{tally.messages} messages, {tally.faulty} faulty, ended {end!r}".encode()


def options(model=MODEL, **given) -> ValidateOptions:
    rules = Rules(model)
    return ValidateOptions(rules, judge_of(rules), **given)


def shown(items) -> list[bytes]:
    return [each for each in items if isinstance(each, bytes)]


def code_of(end: Ended) -> int:
    if end.subject is Subject.RECORDED:
        return ends.of_recorded(end.facts).verdict.exit_code
    return diagnose(catalogue.OF_SESSIONS, end.facts, lambda: 0.0).verdict.exit_code


# recorded


@pytest.fixture
def recorded(tmp_path: Path):
    def made(*bodies: bytes) -> str:
        path = tmp_path / "messages.jsonl"
        path.write_bytes(b"".join(body + b"\n" for body in bodies or (b"[]",)))
        return str(path)

    return made


def files(path: str, form: Form | None = None, **given) -> ValidateFiles:
    return ValidateFiles(options(files=(path,), **given), form or Form(), Clock().deadlines())


def closing(session: Session, stopped: End | None = None) -> tuple[list[bytes], Ended]:
    *more, end = session.end(stopped)
    return shown(more), end


def test_recorded_messages(recorded) -> None:
    form = Form()
    session = files(recorded(RIGHT, WRONG, RIGHT), form)
    assert shown(session) == [b"wrong-type"]
    account, end = closing(session)
    assert account == [b"3 messages, 1 faulty, ended ''"]
    assert (end.subject, end.why, end.shown, end.whole) == (Subject.RECORDED, End.SOURCE, 3, True)
    assert end.facts["judged"].value == Judged(3, 1, 1)
    verdict = ends.of_recorded(end.facts).verdict
    assert form.judged == verdict
    assert (verdict.state, verdict.link, verdict.exit_code) == (State.BROKEN, Link.PAYLOAD, exit_codes.PROBLEM)
    with_checks = diagnose(catalogue.OF_SESSIONS, end.facts, lambda: 0.0).verdict
    assert verdict == replace(with_checks, blind_spots=())  # a recording has no service that could be asked


def test_right_ones_are_well(recorded) -> None:
    session = files(recorded(RIGHT))
    assert shown(session) == []
    assert code_of(ended(session)) == exit_codes.HEALTHY


def test_only_so_many_of_a_kind_are_shown(recorded) -> None:
    session = files(recorded(*[WRONG] * 5), Form(2))
    assert shown(session) == [b"wrong-type"] * 2
    assert ended(session).tally.faulty == 5


def test_none_at_all_is_a_problem(recorded) -> None:
    session = files(recorded())
    list(session)
    end = ended(session)
    assert (end.facts["judged"].value.empty, code_of(end)) == (True, exit_codes.PROBLEM)


@pytest.mark.parametrize(("stopped", "bodies", "account", "code"), [
    (End.INTERRUPTED, (RIGHT,), [b"1 messages, 0 faulty, ended 'interrupted'"], exit_codes.INTERRUPTED),
    (End.INTERRUPTED, (), [b"0 messages, 0 faulty, ended 'interrupted'"], exit_codes.INTERRUPTED),
    (End.INTERRUPTED, (WRONG,), [b"1 messages, 1 faulty, ended 'interrupted'"], exit_codes.PROBLEM),
    (End.PIPE_CLOSED, (RIGHT,), [], exit_codes.HEALTHY),
])  # fmt: skip
def test_who_ends_it_early(recorded, stopped, bodies, account, code) -> None:
    session = files(recorded(*bodies))
    list(session)
    assert closing(session, stopped)[0] == account
    end = ended(session, stopped)
    assert (end.whole, end.facts["ended"].value) == (stopped is not End.INTERRUPTED, SessionEnd(stopped, False))
    assert code_of(end) == code


def test_progress_now_and_then(recorded) -> None:
    clock = Clock()
    path = recorded(*[RIGHT] * 1000)
    session = ValidateFiles(options(files=(path,)), Form(), clock.deadlines(progress=0.0))
    found = [each for each in session if isinstance(each, Progress)]
    assert len(found) > 5 and 0 < found[0].messages < 1000
    assert all(0 <= each.share <= 1 for each in found)


def test_without_a_model_that_is_told(recorded) -> None:
    assert told(files(recorded(RIGHT), model=None, form_only=True)) == [FormOnly()]


# live


def live(*steps, target=TARGET, known=None, form=None, limits=None, clock=None, **given) -> Live:
    clock = clock or Clock()
    source = messages(Reader(*steps), clock, target=target, limits=limits or SessionLimits(), **given)
    made = options(None if known else MODEL, asked=MessagesAsked())
    return Live(source, made, form or Form(), known=known, deadlines=clock.deadlines())


def test_live_messages() -> None:
    session = live(opens(), message(body=RIGHT), message(body=WRONG), breaks(BROKEN), message(body=WRONG))
    items = list(session)
    assert shown(items) == [b"wrong-type", b"wrong-type"]
    assert items[items.index(b"wrong-type") + 1] is None, "the next one may be long in coming"
    assert items.count(Interrupted(BROKEN)) == 1
    first, second = (at for at, each in enumerate(items) if isinstance(each, bytes))
    assert first < items.index(Interrupted(BROKEN)) < second
    account, end = closing(session)
    assert account == [b"3 messages, 2 faulty, ended 'source'"]
    assert (end.subject, end.shown, code_of(end)) == (Subject.MESSAGES, 3, exit_codes.PROBLEM)


def test_what_repeats_is_folded_as_it_comes() -> None:
    clock = Clock()

    def later(_stream) -> None:
        clock.sleep(11)

    wrong = message(body=WRONG)
    steps = [wrong] * 5 + [later, None] + [wrong] * 3 + [None, later, None, later, None]
    session = live(opens(), *steps, form=Form(2), clock=clock)
    assert shown(session) == [b"wrong-type", b"wrong-type", b"wrong-type 3 more", b"wrong-type 3 more"]
    assert closing(session)[0] == [b"8 messages, 8 faulty, ended 'source'"]


def test_where_all_is_shown_nothing_is_folded() -> None:
    clock = Clock()
    session = live(opens(), *[message(body=WRONG)] * 5, lambda _: clock.sleep(11), None, clock=clock)
    assert shown(session) == [b"wrong-type"] * 5


def test_hidden_messages_are_counted() -> None:
    session = live(opens(), message("valve", WRONG), message(body=RIGHT), device="pump")
    assert shown(session) == []
    end = ended(session)
    assert (end.tally.messages, end.tally.hidden, end.shown) == (1, 1, 1)


@pytest.mark.parametrize(("stopped", "body", "code"), [
    (None, RIGHT, exit_codes.HEALTHY), (None, WRONG, exit_codes.PROBLEM), (End.INTERRUPTED, RIGHT, exit_codes.HEALTHY),
    (End.INTERRUPTED, WRONG, exit_codes.PROBLEM), (End.PIPE_CLOSED, RIGHT, exit_codes.HEALTHY),
])  # fmt: skip
def test_the_exit_code(stopped, body, code) -> None:
    session = live(opens(), message(body=body), limits=SessionLimits(count=1))
    list(session)
    account, end = closing(session, stopped)
    assert (code_of(end), bool(account)) == (code, stopped is not End.PIPE_CLOSED)


def test_silence_is_judged_too() -> None:
    form = Form()
    session = live(opens(), None, form=form)
    list(session)
    found = diagnose(catalogue.OF_SESSIONS, ended(session).facts, lambda: 0.0).verdict
    assert [each.finding.entry.code for each in found.reasons] == ["nothing-came"]
    assert form.judged == found, "the account holds the verdict on the whole session"


def test_where_no_device_is_picked_there_is_no_account() -> None:
    session = live(
        message(), device_query="SELECT *", measure=Registry(query_selection=QuerySelection(HUB, "SELECT *"))
    )
    assert shown(session) == []
    account, end = closing(session)
    assert (account, end.tally, code_of(end)) == ([], None, exit_codes.PROBLEM)


def test_templates_of_an_application() -> None:
    answers = {"pump": Assigned(MODEL), "valve": Assigned(lack=Lack.NOT_ASSIGNED)}
    known = Templates(answers.__getitem__, Models())
    session = live(opens(), message(body=WRONG), message("valve", RIGHT), known=known, target=Target(app="a.example"))
    assert sorted(shown(session)) == [b"central-unassociated", b"wrong-type"]


def test_what_could_not_be_judged_is_undetermined() -> None:
    def asked(_device: str):
        raise AssertionError("a template was asked for")

    known = Templates(asked, Models())
    known.unjudged = 2
    session = live(opens(), known=known, target=Target(app="a.example"), limits=SessionLimits(duration=0))
    list(session)
    known.unjudged = 2
    *more, end = session.end(End.INTERRUPTED)
    assert Unjudged(2, "a.example") in more
    assert code_of(end) == exit_codes.UNDETERMINED
