"""Link after link is judged, each as soon as all that it needs is known."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

import pytest

from azext_iotdiag.model.check import Link, Status
from azext_iotdiag.model.diagnosing import Diagnosed, Judged
from azext_iotdiag.model.ending import End
from azext_iotdiag.model.facts import Fact, given, typed
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.hub_settings import EndpointHealth, HubSettings, Quota, Route
from azext_iotdiag.model.identity import Identity
from azext_iotdiag.model.target import Secret, Target
from azext_iotdiag.model.verdict import State
from azext_iotdiag.probes import gather
from azext_iotdiag.probes.catalogue import PROBES
from azext_iotdiag.probes.context import Context, Resource, Typed
from azext_iotdiag.sessions.doctor import ALL, Doctor, Selection

NOW = 1_800_000_000.0
AT = datetime.fromtimestamp(NOW, timezone.utc)
FALLBACK = Route("$fallback", "DeviceMessages", "true", ("events",), True)
WELL = {
    "hub_settings": HubSettings("h", "Active", fallback=FALLBACK),
    "identity": Identity("h", "d", status="enabled", connected=True, last_activity=int(NOW * 1000) - 2000),
    "quota": Quota(1, 100),
    "endpoint_health": (EndpointHealth("events", "healthy"),),
}
CONTEXT = Context(
    Typed(device="d"),
    hub=Target(hub="h", policy="p", credential=Secret("a2V5")),
    resource=Resource("/id", "h", "https://m", lambda: "t"),
)


class Measure:
    """In the place of `gather`: these facts, one after the other, whatever is wanted of them."""

    def __init__(self, **values: Any):
        self.wanted: tuple[str, ...] = ()
        self._values = {**WELL, **values}

    def __call__(self, wanted, context, *, known, seconds) -> Iterator[tuple[str, Fact[Any]]]:
        self.wanted = tuple(wanted)
        for name in ("quota", "hub_settings", "endpoint_health", "identity"):
            if name in wanted:
                yield name, typed(self._values[name], AT)


def run(selection: Selection = ALL, stopped: End | None = None, **values: Any) -> list[Any]:
    doctor = Doctor(CONTEXT, given(NOW), selection, measure=Measure(**values))
    return [*doctor, *doctor.end(stopped)]


def links(events: list[Any]) -> list[Link]:
    return [each.link for each in events if isinstance(each, Judged) and each.results]


def test_links_come_in_the_order_of_the_way_whatever_is_known_first() -> None:
    assert links(run()) == [Link.ADMISSION, Link.CONNECTION, Link.INGRESS, Link.ROUTING, Link.PAYLOAD, Link.COMMANDS]


def test_a_healthy_device() -> None:
    end = run()[-1]
    assert isinstance(end, Diagnosed)
    assert end.exit_code() == 0
    assert {result.status for result in end.found.results} == {Status.PASS}


def test_the_first_broken_link() -> None:
    end = run(identity=Identity("h", "d", status="disabled"), quota=Quota(100, 100))[-1]
    assert (end.found.verdict.link, end.exit_code()) == (Link.ADMISSION, 4)
    assert [reason.finding.entry.code for reason in end.found.verdict.also] == ["hub-403002"]


def test_a_link_behind_a_broken_one_is_not_reached() -> None:
    judged = {
        each.link: each.reached
        for each in run(identity=Identity("h", "d", status="disabled"))
        if isinstance(each, Judged)
    }
    assert judged[Link.ADMISSION] and judged[Link.MACHINE]
    assert not judged[Link.CONNECTION] and not judged[Link.ROUTING]


def test_only_what_is_asked_for_is_measured_and_judged() -> None:
    measure = Measure()
    doctor = Doctor(CONTEXT, given(NOW), Selection(only=frozenset({"ingress"})), measure=measure)
    events = [*doctor, *doctor.end(None)]
    assert measure.wanted == ("quota", "hub_metrics", "device_log")
    assert [result.check.name for result in events[-1].found.results] == ["quota-left"]


def test_a_check_that_is_left_out() -> None:
    end = run(Selection(skip=frozenset({"quota-left", "routing"})), quota=Quota(100, 100))[-1]
    assert end.exit_code() == 0
    assert Link.ROUTING not in end.by_link and Link.INGRESS not in end.by_link


def test_an_interrupt_leaves_the_diagnosis_unfinished() -> None:
    end = run(stopped=End.INTERRUPTED)[-1]
    assert end.found.verdict.state is State.UNDETERMINED
    assert end.exit_code() == 130


def test_facts_of_a_file_are_judged_without_a_context() -> None:
    facts = {**given(NOW), **{name: typed(value, AT) for name, value in WELL.items()}}
    doctor = Doctor(None, facts)
    events = [*doctor, *doctor.end(None)]
    assert events[-1].exit_code() == 0
    assert links(events) == [Link.ADMISSION, Link.CONNECTION, Link.INGRESS, Link.ROUTING, Link.PAYLOAD, Link.COMMANDS]


@pytest.mark.parametrize(
    ("fail_on", "healthy", "warned", "broken", "interrupted"),
    [("found", 0, 0, 4, 130), ("undetermined", 0, 0, 4, 130), ("warning", 0, 4, 4, 130)],
)
def test_what_fails_the_command(fail_on: str, healthy: int, warned: int, broken: int, interrupted: int) -> None:
    assert run()[-1].exit_code(fail_on) == healthy
    away = HubSettings(
        "h", "Active", routes=(Route("r", "DeviceMessages", "x = 1", ("cold",), True),), fallback=FALLBACK
    )
    assert run(hub_settings=away)[-1].exit_code(fail_on) == warned
    assert run(quota=Quota(9, 9))[-1].exit_code(fail_on) == broken
    assert run(stopped=End.INTERRUPTED)[-1].exit_code(fail_on) == interrupted


def test_an_open_verdict_fails_unless_only_faults_count() -> None:
    refused = Failure(Kind.UNAUTHORIZED, "the quota", "m", 443, condition="AuthorizationFailed")
    unseen = {**given(NOW), "quota": Fact(None, AT, "m", failure=refused)}
    (open_,) = Doctor(None, unseen).end(None)
    assert (open_.exit_code("found"), open_.exit_code(), open_.exit_code("warning")) == (0, 5, 5)


def test_the_whole_deadline_holds_with_every_probe_hung() -> None:
    """What hangs becomes a fact that says so, and the diagnosis ends undetermined."""
    never = threading.Event()

    def hang(context: Context, end: float, facts: Any) -> Any:
        never.wait(60)

    hung = {name: probe._replace(measure=hang) for name, probe in PROBES.items()}

    def measure(wanted, context, *, known, seconds):
        return gather.gather(wanted, context, known=known, seconds=seconds, probes=hung)

    begun = time.monotonic()
    doctor = Doctor(replace(CONTEXT, stop=threading.Event()), given(NOW), seconds=0.3, measure=measure)
    events = [*doctor, *doctor.end(None)]
    took = time.monotonic() - begun
    never.set()
    assert took < 5.0, "no thread is waited for"
    assert events[-1].found.verdict.state is State.UNDETERMINED
    silent = [name for name, fact in events[-1].facts.items() if fact.failure is not None]
    assert {"identity", "hub_settings", "quota"} <= set(silent)
