"""Gathering: each fact once, in the order of needs, at the same time, never later than its deadline."""

import threading
import time

import pytest

from azext_iotdiag.model.facts import Fact, Vantage, Window, typed
from azext_iotdiag.model.failure import Failure, Kind, StepFailed
from azext_iotdiag.model.target import Target
from azext_iotdiag.probes.catalogue import Probe
from azext_iotdiag.probes.context import Access, Context
from azext_iotdiag.probes.gather import AT_ONCE, gather, left
from tests.plugins import clocks

REFUSED = Failure(Kind.UNAUTHORIZED, "the twin", "hub", 443, condition="401003")
WAIT = 20.0  # seconds that no test needs


def probe(value, **row):
    """A row whose probe returns this value, or calls it with what a probe gets."""
    measure = value if callable(value) else lambda context, end, facts: value
    return Probe(measure, "a test", "the value", **row)


def gathered(wanted, probes, context=None, **more):
    return dict(gather(wanted, context or Context(), probes=probes, **more))


def test_a_value_becomes_a_fact_with_its_time_and_source():
    fact = gathered(
        ["one"], {"one": probe(1, place=Vantage.SERVICE)}, Context(deadlines=clocks.deadlines(lambda: 0.0))
    )["one"]
    assert (fact.value, fact.source, fact.place, fact.failure) == (1, "a test", Vantage.SERVICE, None)
    assert fact.measured.isoformat() == "1970-01-01T00:00:00+00:00"


def test_a_probe_may_tell_more_of_its_fact():
    now = typed(0, typed_at := Fact(0, _noon(), "x").measured).measured
    told = Fact(1, typed_at, "a log", Vantage.DEVICE, window=Window(now, now, complete=False))
    fact = gathered(["one"], {"one": probe(told)})["one"]
    assert (fact.value, fact.source, fact.place) == (1, "a log", Vantage.DEVICE)
    assert fact.window == told.window


def _noon():
    from datetime import datetime, timezone

    return datetime(2026, 11, 30, 12, tzinfo=timezone.utc)


def test_a_step_that_failed_is_a_fact_with_a_failure():
    def refused(context, end, facts):
        raise StepFailed(REFUSED)

    fact = gathered(["one"], {"one": probe(refused)})["one"]
    assert (fact.value, fact.failure) == (None, REFUSED)


def test_a_probe_that_crashes_is_a_fact_with_a_failure():
    fact = gathered(["one", "two"], {"one": probe(lambda *_: 1 / 0), "two": probe(2)})["one"]
    assert fact.failure.kind is Kind.CRASHED
    assert fact.failure.description == "ZeroDivisionError: division by zero"


def test_needs_come_first_failed_or_not_and_each_once():
    order = []

    def measure(name, fails=False):
        def run(context, end, facts):
            order.append((name, {each: fact.failure is None for each, fact in facts.items()}))
            if fails:
                raise StepFailed(REFUSED)
            return name

        return run

    probes = {
        "base": probe(measure("base", fails=True)),
        "middle": probe(measure("middle"), needs=("base",)),
        "top": probe(measure("top"), needs=("middle", "base")),
    }
    assert set(gathered(["top", "base", "middle"], probes)) == {"base", "middle", "top"}
    assert order == [("base", {}), ("middle", {"base": False}), ("top", {"base": False, "middle": True})]


def test_what_is_known_is_not_measured_again():
    probes = {"one": probe(lambda *_: pytest.fail("measured")), "two": probe(lambda c, e, facts: facts["one"].value)}
    probes["two"] = probes["two"]._replace(needs=("one",))
    assert gathered(["two"], probes, known={"one": typed(5, _noon())})["two"].value == 5


def test_what_is_not_open_is_left_out():
    probes = {
        "hub": probe(1, access=Access.HUB),
        "named": probe(1, wanted=lambda context, facts: bool(context.typed.device)),
    }
    assert gathered(["hub", "named", "unknown"], probes) == {}
    assert set(gathered(["hub"], probes, Context(hub=Target(hub="h")))) == {"hub", "access"}


def test_probes_run_at_the_same_time():
    meet = threading.Barrier(AT_ONCE, timeout=WAIT)
    probes = {str(number): probe(lambda *_: meet.wait()) for number in range(AT_ONCE)}
    facts = gathered(probes, probes)
    assert all(fact.failure is None for fact in facts.values())


def test_no_more_than_so_many_run_at_the_same_time():
    running, most, lock = [0], [0], threading.Lock()

    def measure(*_):
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        time.sleep(0.001)
        with lock:
            running[0] -= 1

    probes = {str(number): probe(measure) for number in range(5 * AT_ONCE)}
    assert len(gathered(probes, probes)) == 5 * AT_ONCE
    assert most[0] <= AT_ONCE


def test_a_hung_probe_is_a_fact_and_keeps_nothing_waiting():
    never = threading.Event()
    probes = {
        "hung": probe(lambda *_: never.wait(WAIT), seconds=0.05, access=Access.HUB),
        "after": probe(lambda context, end, facts: facts["hung"].failure.kind, needs=("hung",)),
        "other": probe(1),
    }
    started = time.monotonic()
    facts = gathered(["after", "other"], probes, Context(hub=Target(hub="hub.azure-devices.net")))
    assert time.monotonic() - started < WAIT / 2
    assert (facts["hung"].failure.kind, facts["hung"].failure.host) == (Kind.SILENT, "hub.azure-devices.net")
    assert (facts["after"].value, facts["other"].value) == (Kind.SILENT, 1)
    assert all(thread.daemon for thread in threading.enumerate() if thread.name.startswith("probe"))
    never.set()


def test_the_whole_deadline_holds_with_every_probe_hung():
    never = threading.Event()
    probes = {str(number): probe(lambda *_: never.wait(WAIT)) for number in range(3 * AT_ONCE)}
    started = time.monotonic()
    facts = gathered(probes, probes, seconds=0.05)
    assert time.monotonic() - started < WAIT / 2
    assert len(facts) == 3 * AT_ONCE
    assert {fact.failure.kind for fact in facts.values()} == {Kind.SILENT}
    never.set()


def test_a_probe_is_handed_its_deadline():
    ends = []
    probes = {
        "short": probe(lambda c, end, f: ends.append(end), seconds=5.0),
        "long": probe(lambda c, end, f: ends.append(end)),
    }
    list(
        gather(
            ["short", "long"], Context(deadlines=clocks.deadlines(seconds=lambda: 100.0)), seconds=12.0, probes=probes
        )
    )
    assert sorted(ends) == [105.0, 112.0]


def test_ending_early_tells_the_probes_to_stop():
    context, begun = Context(), threading.Event()

    def measure(context, end, facts):
        begun.set()
        return context.stop.wait(WAIT)

    going = gather(["quick", "slow"], context, probes={"quick": probe(1), "slow": probe(measure)})
    assert next(going)[0] == "quick"
    going.close()
    assert context.stop.is_set()


def test_what_its_needs_leave_nothing_to_measure_of_is_not_measured():
    def even(facts):
        return facts["one"].value % 2 == 0

    for value, names in ((1, {"one"}), (2, {"one", "half", "more"})):
        probes = {
            "one": probe(value),
            "half": probe(0, needs=("one",), worth=even),
            "more": probe(0, needs=("half",), worth=lambda facts: "half" in facts),
        }
        assert set(gathered(["more", "half", "one"], probes)) == names


def test_what_is_left_to_come():
    probes = {"one": probe(1), "half": probe(0, needs=("one",), worth=lambda facts: False), "two": probe(2)}
    assert left(["one", "half", "two"], Context(), {}, probes) == ("one", "half", "two")
    assert left(["one", "half", "two"], Context(), {"one": typed(1, _noon())}, probes) == ("two",)
