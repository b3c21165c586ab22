"""What a query picks: ids of devices or modules, in whichever way a hub names them."""

from __future__ import annotations

import pytest

from azext_iotdiag.model.failure import Failure, Kind, StepFailed
from azext_iotdiag.model.query_selection import QuerySelection
from azext_iotdiag.model.target import Target
from azext_iotdiag.probes import context as context_module
from azext_iotdiag.probes import query_selection as query
from azext_iotdiag.probes.context import Context, Typed

TARGET = Target(hub="h")
ALL = "SELECT * FROM devices"


@pytest.fixture
def measure(monkeypatch):
    """What comes of these pages, of which one may be a failure, and the query as it was asked."""

    def run(*pages, text=ALL):
        asked = []

        class Hub:
            def __init__(self, target, now, said, patience, deadlines, connections):
                assert target is TARGET

            def query(self, text):
                asked.append(text)
                for page in pages:
                    if isinstance(page, Failure):
                        raise StepFailed(page)
                    yield page

            def close(self):
                asked.append("closed")

        monkeypatch.setattr(context_module, "Hub", Hub)
        try:
            selection = query.measure(Context(Typed(query=text), hub=TARGET), 15.0, {})
        except StepFailed as failed:
            selection = failed.failure
        assert asked[-1] == "closed"
        return selection, asked[0]

    return run


def devices(*ids: str) -> frozenset[str]:
    return frozenset(ids)


@pytest.mark.parametrize(("pages", "selection"), [
    ([], QuerySelection("h", ALL)),
    ([[]], QuerySelection("h", ALL)),
    ([[{"deviceId": "a"}], [{"DeviceId": "b"}, {"deviceId": "a"}]],
     QuerySelection("h", ALL, 3, devices=devices("a", "b"))),
    ([[{"deviceId": "a", "moduleId": "m"}, {"deviceId": "b"}]],
     QuerySelection("h", ALL, 2, devices=devices("b"), modules=frozenset({("a", "m")}))),
    ([[{"n": 1}, {"deviceId": 7}, {"deviceId": ""}, {"deviceId": "a"}]],
     QuerySelection("h", ALL, 4, without_id=3, devices=devices("a"))),
])  # fmt: skip
def test_rows(measure, pages, selection) -> None:
    assert measure(*pages)[0] == selection


def test_a_failure_amid_the_pages_picks_nobody(measure) -> None:
    failure = Failure(Kind.BUSY, "a step", "h", 443)
    assert measure([{"deviceId": "a"}], failure)[0] == failure


@pytest.mark.parametrize(("text", "asked"), [
    (ALL, "SELECT deviceId FROM devices"),
    ("select\n top 5 * from Devices where a = '* from devices'",
     "select\n top 5 deviceId from Devices where a = '* from devices'"),
    ("SELECT * FROM devices.modules", "SELECT * FROM devices.modules"),
    ("SELECT deviceId, tags FROM devices", "SELECT deviceId, tags FROM devices"),
])  # fmt: skip
def test_only_ids_are_asked_for(measure, text: str, asked: str) -> None:
    selection, sent = measure(text=text)
    assert (selection.query, sent) == (text, asked)


def test_a_hundred_thousand_devices_are_a_set(measure) -> None:
    selection, _ = measure(*([{"deviceId": f"device-{number}"} for number in range(start, start + 1000)]
                          for start in range(0, 100_000, 1000)))  # fmt: skip
    assert len(selection.devices) == selection.rows == 100_000
