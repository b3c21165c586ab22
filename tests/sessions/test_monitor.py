"""`monitor events` without az and without a network: what it yields, how it ends, and what it leaves to be judged."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from azext_iotdiag.checks import catalogue
from azext_iotdiag.checks.verdict import diagnose
from azext_iotdiag.model import exit_codes, facts_json
from azext_iotdiag.model.central import CentralDevice
from azext_iotdiag.model.ending import End, SessionEnd
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.identity import Identity
from azext_iotdiag.model.query_selection import QuerySelection
from azext_iotdiag.model.target import Resource, Secret, Target
from azext_iotdiag.model.verdict import State
from azext_iotdiag.sessions.asked import SessionLimits
from azext_iotdiag.sessions.events import (
    Asking,
    Busy,
    Chosen,
    Connecting,
    Interrupted,
    Lapsed,
    Lost,
    Opened,
    Quiet,
    Receiving,
)
from azext_iotdiag.sessions.monitor import Monitor
from tests.sessions.fakes import (
    HUB,
    TARGET,
    Clock,
    Reader,
    Registry,
    breaks,
    ended,
    fails,
    message,
    messages,
    opens,
    told,
)

REFUSED = Failure(Kind.REFUSED, "the link to partition 1", "h", 5671, condition="amqp:not-allowed")
BROKEN = Failure(Kind.DROPPED, "the next message", "h", 5671)


def show(event, payload) -> bytes:
    return f"{event.device} {payload.form} {payload.text}\n".encode()


def passes(clock: Clock, seconds: float):
    return lambda stream: clock.sleep(seconds)


def monitor(*steps, clock: Clock | None = None, content_type: str | None = None, **asked) -> Monitor:
    return Monitor(messages(Reader(*steps), clock or Clock(), **asked), show, content_type)


def test_messages_become_bytes_and_pauses_stay() -> None:
    items = list(monitor(opens(), message(), message("valve", b"x"), None))
    assert [each for each in items if each is None or isinstance(each, bytes)] == [
        None, b"pump json 1\n", b"valve text x\n", None,
    ]  # fmt: skip


def test_a_message_is_shown_before_the_news_are_looked_for() -> None:
    items = list(monitor(opens(), message(), breaks(BROKEN)))
    shown, news = items.index(b"pump json 1\n"), items.index(Interrupted(BROKEN))
    assert items[shown : news + 2] == [b"pump json 1\n", None, Interrupted(BROKEN), None]


def test_a_body_is_taken_for_what_is_asked() -> None:
    items = list(monitor(message(body=b"1"), content_type="text/plain"))
    assert b"pump text 1\n" in items


def test_the_way_is_told_before_anything_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("https_proxy", raising=False)
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    session = monitor(target=Target(hub=HUB, origin="Found by its name."), transport="amqp_ws")
    assert told(session) == [
        Opened("Found by its name."), Connecting("h", "amqp_ws", "proxy.example:3128", "HTTPS_PROXY"),
    ]  # fmt: skip
    assert told(monitor()) == [Connecting("h", "amqp")]


def test_the_reader_gets_what_was_asked() -> None:
    clock, reader = Clock(), Reader()
    list(Monitor(messages(reader, clock, consumer_group="diag", since=7, reader="sdk"), show))
    assert reader.asked["position"].since == 7
    assert (reader.asked["consumer_group"], reader.asked["reader"], reader.asked["transport"]) == (
        "diag",
        "sdk",
        "amqp",
    )
    assert reader.closed == 1


@pytest.mark.parametrize(("steps", "readable", "lost"), [
    ((opens("0"),), [], []),
    ((opens("0"), opens("1")), [2], []),
    ((opens("0"), fails("1", REFUSED)), [1], ["1"]),
    ((fails("0", REFUSED), fails("1", REFUSED)), [], ["0"]),
])  # fmt: skip
def test_partitions_that_are_still_opening_are_waited_for(steps, readable, lost) -> None:
    events = told(monitor(*steps, None, None))
    opened = [each for each in events if isinstance(each, Receiving)]
    assert [sum(part.opened for part in each.stream.partitions.values()) for each in opened] == readable
    assert [each.partition.id for each in events if isinstance(each, Lost)] == lost


def test_a_break_is_told_once_and_before_what_comes_after_it() -> None:
    items = list(monitor(opens(), message(), breaks(BROKEN), None, message("valve")))
    at = items.index(Interrupted(BROKEN))
    assert items.count(Interrupted(BROKEN)) == 1
    assert items.index(b"pump json 1\n") < at < items.index(b"valve json 1\n")


def test_silence_is_told_at_its_moments() -> None:
    clock = Clock()
    steps = (opens(), *(passes(clock, seconds) for seconds in (5, 6, 1, 50)))
    quiet = [each for each in told(monitor(*steps, clock=clock)) if isinstance(each, Quiet)]
    assert [each.seconds for each in quiet] == [11, 62]
    shown = monitor(opens(), message(), passes(clock, 11), clock=clock)
    assert not [each for each in told(shown) if isinstance(each, Quiet)]


def test_a_device_that_misses_its_beat() -> None:
    clock = Clock()
    steps = (opens(), message(), *[passes(clock, 1.0)] * 30)
    session = monitor(*steps, clock=clock, expect_every=10.0)
    (lapsed,) = [each for each in told(session) if isinstance(each, Lapsed)]
    assert ([each.device for each in lapsed.lapses], lapsed.interval) == (["pump"], 10.0)
    found = diagnose(catalogue.OF_SESSIONS, ended(session).facts, lambda: 0.0)
    assert [each.finding.entry.code for each in found.verdict.reasons] == ["heartbeat-missed"]


def test_a_beat_that_is_missed_with_the_last_message_is_told() -> None:
    session = monitor(opens(), message(), message("valve", seconds=60), expect_every=10.0)
    items = list(session)
    assert isinstance(items[-1], Lapsed) and [each.device for each in items[-1].lapses] == ["pump"]


# the end


@pytest.mark.parametrize(("limits", "steps", "why"), [
    (SessionLimits(count=1), (message(), message()), End.COUNT),
    (SessionLimits(duration=0), (None, None), End.DURATION),
    (SessionLimits(idle=0), (None, None), End.IDLE),
    (SessionLimits(), (message(),), End.SOURCE),
])  # fmt: skip
def test_why_it_ended(limits: SessionLimits, steps, why: End) -> None:
    session = monitor(opens(), *steps, limits=limits)
    list(session)
    end = ended(session)
    assert (end.why, end.facts["ended"].value) == (why, SessionEnd(why, True))


@pytest.mark.parametrize(("stopped", "steps", "code"), [
    (End.INTERRUPTED, (), exit_codes.INTERRUPTED),
    (End.INTERRUPTED, (opens(),), exit_codes.HEALTHY),
    (End.INTERRUPTED, (opens(), message()), exit_codes.HEALTHY),
    (End.PIPE_CLOSED, (opens(), message()), exit_codes.HEALTHY),
    (None, (opens(),), exit_codes.PROBLEM),
])  # fmt: skip
def test_who_ends_it_early_has_not_asked_for_more(stopped, steps, code: int) -> None:
    session = monitor(*steps)
    list(session)
    end = ended(session, stopped)
    assert ("request" in end.facts) is (stopped is None)
    assert diagnose(catalogue.OF_SESSIONS, end.facts, lambda: 0.0).verdict.exit_code == code


def test_an_interrupt_closes_the_reader() -> None:
    reader = Reader(opens(), message(), KeyboardInterrupt())
    session = Monitor(messages(reader, Clock()), show)
    with pytest.raises(KeyboardInterrupt):
        list(session)
    assert reader.closed == 1
    assert ended(session, End.INTERRUPTED).shown == 1


# what the registry is asked


def picking(picked, *pauses, hear=lambda event: None):
    return monitor(
        opens(), message(), message("valve"), device_query="SELECT *",
        measure=Registry(*pauses, query_selection=picked),
        hear=hear,
    )  # fmt: skip


def test_a_query_picks_the_devices() -> None:
    picked = QuerySelection(HUB, "SELECT *", 1, devices=frozenset({"valve"}))
    heard: list = []
    items = list(picking(picked, ("it is busy", 3.0), hear=heard.append))
    assert items[:2] == [Asking(HUB, "which devices the query picks", False), Chosen(picked)]
    assert heard == [Busy(HUB, "it is busy", 3.0)]
    assert [each for each in items if isinstance(each, bytes)] == [b"valve json 1\n"]


@pytest.mark.parametrize(("picked", "code", "exit_code"), [
    (QuerySelection(HUB, "SELECT *"), "query-picks-nobody", exit_codes.PROBLEM),
    (QuerySelection(HUB, "SELECT *", 2, 1, frozenset({"valve"})), "query-without-ids", exit_codes.PROBLEM),
    (Failure(Kind.SILENT, "the query", HUB, 443), "server-silent", exit_codes.UNDETERMINED),
])  # fmt: skip
def test_where_no_device_is_picked_nothing_is_read(picked, code: str, exit_code: int) -> None:
    session = picking(picked)
    assert told(session) == [Asking(HUB, "which devices the query picks", False)]
    found = diagnose(catalogue.OF_SESSIONS, ended(session).facts, lambda: 0.0).verdict
    assert [each.finding.entry.code for each in (*found.reasons, *found.blind)] == [code]
    assert found.exit_code == exit_code


def silent(stopped: End | None = None, target: Target = TARGET, device: str = "pump"):
    registry = Registry(identity=Identity(HUB, "pump", known=False))
    session = monitor(opens(), message("valve"), None, device=device, target=target, measure=registry)
    list(session)
    *events, end = session.end(stopped)
    return registry, events, end


def waiting(clock: Clock, **asked):
    """A session that waits for a device which neither the hub nor the application knows, and its last step."""
    late: list[object] = []
    unknown = {"identity": Identity(HUB, "pump", known=False)}
    if asked.get("target", TARGET).app:
        unknown = {"central_device": CentralDevice("app", "pump", known=False)}
    registry = Registry(**unknown)
    heard: list[object] = []
    steps = (opens(), *[passes(clock, 6.0)] * 4, late.append)
    return monitor(*steps, clock=clock, measure=registry, hear=heard.append, **asked), late, heard


@pytest.mark.parametrize(("target", "host", "fact", "code"), [
    (TARGET, HUB, "identity", "device-unknown"),
    (Target(app="app", authorization=lambda: Secret("x")), "app", "central_device", "central-404"),
])  # fmt: skip
def test_a_device_that_the_service_does_not_know_is_not_waited_for(target: Target, host, fact, code) -> None:
    clock = Clock()
    session, late, heard = waiting(clock, device="pump", target=target)
    list(session)
    assert (heard, late, clock()) == ([Asking(host, "what it knows of pump", False)], [], 12.0)
    end = ended(session)
    assert (end.why, end.facts["ended"].value.why, end.facts[fact].value.known) == (End.UNKNOWN, End.UNKNOWN, False)
    verdict = diagnose(catalogue.OF_SESSIONS, end.facts, lambda: 0.0).verdict
    assert ([each.finding.entry.code for each in verdict.reasons], verdict.exit_code) == ([code], exit_codes.PROBLEM)


@pytest.mark.parametrize("asked", [{"device": "pum*"}, {}, {"device": "pump", "since": 7},
                                   {"device": "pump", "target": Target(event_hub="h", entity="e")}])  # fmt: skip
def test_what_may_still_come_is_waited_for(asked) -> None:
    session, late, heard = waiting(Clock(), **asked)
    list(session)
    assert (heard, len(late)) == ([], 1) and ended(session).why is End.SOURCE


def test_a_device_that_the_service_knows_is_waited_for_and_asked_about_again_at_the_end() -> None:
    clock, registry = Clock(), Registry(identity=Identity(HUB, "pump"))
    session = monitor(opens(), *[passes(clock, 6.0)] * 4, clock=clock, device="pump", measure=registry)
    list(session)
    assert registry.wanted.count("identity") == 1
    ended(session)
    assert registry.wanted.count("identity") == 2 and clock() == 24.0


def test_a_silent_device_of_an_application_is_looked_up() -> None:
    registry = Registry(central_device=CentralDevice("app", "pump", known=False))
    app = Target(app="app", authorization=lambda: Secret("x"), origin="with az's login")
    session = monitor(opens(), message("valve"), None, device="pump", target=app, measure=registry)
    list(session)
    *events, end = session.end(None)
    assert events == [Asking("app", "what it knows of pump", True)]
    assert end.facts["central_device"].value.known is False


def test_a_silent_device_is_looked_up() -> None:
    registry, events, end = silent()
    assert events == [Asking(HUB, "what it knows of pump", False)]
    assert "identity" in registry.wanted and end.facts["identity"].value.known is False
    assert end.facts["access"].value.policy == "service"


@pytest.mark.parametrize(("registry", "told_of"), [
    (Target(hub=HUB, origin="found"), [Asking(HUB, "what it knows of pump", False)]),
    (Target(hub=HUB, origin="another key"), [Opened("another key"), Asking(HUB, "what it knows of pump", False)]),
    (
        Target(hub=HUB, origin="a login", authorization=lambda: Secret("x")),
        [Asking(HUB, "what it knows of pump", True)],
    ),
])  # fmt: skip
def test_what_opens_the_registry_is_told_where_it_is_another_key(registry: Target, told_of: list) -> None:
    _, events, _ = silent(target=Target(hub=HUB, origin="found", registry=lambda: registry))
    assert events == told_of


@pytest.mark.parametrize(("stopped", "target", "device"), [
    (End.INTERRUPTED, TARGET, "pump"), (None, Target(event_hub="h", entity="e"), "pump"), (None, TARGET, "pum*"),
    (None, TARGET, "valve"),
])  # fmt: skip
def test_nothing_is_looked_up(stopped, target, device) -> None:
    registry, events, end = silent(stopped, target, device)
    assert (events, "identity" in registry.wanted, "identity" in end.facts) == ([], False, False)


def test_saved_facts_of_a_silent_stream_give_the_same_verdict() -> None:
    _, _, end = silent()
    first = diagnose(catalogue.OF_SESSIONS, end.facts, lambda: 0.0)
    saved = json.dumps(facts_json.dump(end.facts, "1.0"))
    again = diagnose(catalogue.OF_SESSIONS, facts_json.load(json.loads(saved)).facts, lambda: 0.0)
    assert again == first
    assert (first.verdict.state, first.verdict.exit_code) == (State.BROKEN, exit_codes.PROBLEM)
    assert [each.finding.entry.code for each in first.verdict.reasons] == ["device-unknown"]


@pytest.mark.parametrize(("steps", "measured"), [((opens(),), True), ((opens(), message()), False)])
def test_a_silent_stream_is_explained_by_what_the_hub_counted(steps, measured: bool) -> None:
    asked = []

    def measure(wanted, context, known, **_):
        asked.append((wanted, context.resource))
        return ()

    managed = Resource("/id", HUB, "https://management.example", lambda: "t")
    session = monitor(*steps, target=replace(TARGET, managed=managed), measure=measure)
    list(session)
    ended(session)
    ((wanted, resource),) = asked
    assert "hub_metrics" in wanted and (resource.id if resource else "") == ("/id" if measured else "")
