"""What a hub says of a device is read with whichever right there is."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from azext_iotdiag.model.dps import Registration
from azext_iotdiag.model.facts import typed
from azext_iotdiag.model.failure import Failure, Kind, StepFailed
from azext_iotdiag.model.identity import Identity
from azext_iotdiag.model.target import Secret, Target
from azext_iotdiag.probes import context as context_module
from azext_iotdiag.probes import identity as probe
from azext_iotdiag.probes.context import Context, Typed
from tests.plugins import clocks

NOON = datetime(2026, 11, 30, 12, tzinfo=timezone.utc)
TARGET = Target(hub="h", policy="service", credential=Secret("x"))
SAID = {
    "deviceId": "d",
    "status": "enabled",
    "connectionState": "Connected",
    "lastActivityTime": "0001-01-01T00:00:00Z",
}
READ = Identity("h", "d", known=True, status="enabled", connected=True)


def failure(kind: Kind, condition: str = "") -> Failure:
    return Failure(kind, "a step", "h", 443, condition=condition)


NOT_FOUND = failure(Kind.MISSING, "DeviceNotFound")


@pytest.fixture
def measure(monkeypatch):
    """The identity that comes of what twin and identity are answered with: data or a failure."""

    def run(twin, identity=None):
        asked = []

        class Hub:
            def __init__(self, target, now, said, patience, deadlines, connections):
                assert target is TARGET and patience <= 10

            def twin(self, device):
                return self._give("twin", twin)

            def device(self, device):
                return self._give("identity", identity)

            def _give(self, name, what):
                asked.append(name)
                if isinstance(what, Failure):
                    raise StepFailed(what)
                return what

            def query(self, text):
                raise StepFailed(failure(Kind.UNAUTHORIZED))

            def close(self):
                asked.append("closed")

        monkeypatch.setattr(context_module, "Hub", Hub)
        context = Context(Typed(device="d"), hub=TARGET, deadlines=clocks.deadlines(seconds=lambda: 0.0))
        try:
            return probe.measure(context, 15.0, {}), asked
        except StepFailed as failed:
            return failed.failure, asked

    return run


@pytest.mark.parametrize(("twin", "identity", "found", "asked"), [
    (SAID, None, READ, ["twin"]),
    (NOT_FOUND, None, Identity("h", "d", known=False), ["twin", "twin"]),
    (failure(Kind.MISSING, "404001"), None, Identity("h", "d", known=False), ["twin", "twin"]),
    (failure(Kind.MISSING, "http:404"), None, failure(Kind.MISSING, "http:404"), ["twin"]),
    (failure(Kind.UNAUTHORIZED), SAID, READ, ["twin", "identity"]),
    (failure(Kind.REFUSED), SAID, READ, ["twin", "identity"]),
    (failure(Kind.UNAUTHORIZED), NOT_FOUND, Identity("h", "d", known=False), ["twin", "identity"] * 2),
    (failure(Kind.UNAUTHORIZED), failure(Kind.UNAUTHORIZED, "x"),
     failure(Kind.UNAUTHORIZED, "x"), ["twin", "identity"]),
    (failure(Kind.SILENT), SAID, failure(Kind.SILENT), ["twin"]),
])  # fmt: skip
def test_measure(measure, twin, identity, found, asked) -> None:
    assert measure(twin, identity) == (found, [*asked, "closed"])


@pytest.mark.parametrize(("text", "moment"), [
    ("2023-11-14T22:13:20Z", 1_700_000_000_000),
    ("2023-11-14T22:13:20.0543092Z", 1_700_000_000_054),
    ("2023-11-14T22:13:20.5+00:00", 1_700_000_000_500),
    ("0001-01-01T00:00:00", None), ("0001-01-01T00:00:00Z", None), ("2023-99-14T22:13:20Z", None), ("", None),
    (None, None), (7, None),
])  # fmt: skip
def test_times(measure, text, moment) -> None:
    found, _ = measure({**SAID, "lastActivityTime": text})
    assert found.last_activity == moment


def test_odd_answers(measure) -> None:
    found, _ = measure({"status": None})
    assert found == Identity("h", "d", known=True)


def test_the_device_is_the_one_that_registered_where_none_was_named(monkeypatch) -> None:
    asked = []

    class Hub:
        def __init__(self, target, now, said, patience, deadlines, connections):
            pass

        def twin(self, device):
            asked.append(device)
            return SAID

        def close(self):
            pass

    monkeypatch.setattr(context_module, "Hub", Hub)
    registered = typed(Registration("r", "assigned", device="pump"), NOON)
    context = Context(Typed(registration_id="r"), hub=TARGET)
    assert probe.measure(context, context.clock() + 15, {"registration": registered}).device == "pump"
    assert probe.measure(context, context.clock() + 15, {}).device == "r"
    assert asked == ["pump", "r"]


@pytest.mark.parametrize(("twin", "identity", "near", "asked"), [
    ([NOT_FOUND, SAID, NOT_FOUND], [], ("pump",), ["twin"] * 3),
    ([NOT_FOUND, NOT_FOUND, SAID], [], ("PUMP",), ["twin"] * 3),
    ([NOT_FOUND, NOT_FOUND, NOT_FOUND], [], (), ["twin"] * 3),
    ([failure(Kind.UNAUTHORIZED)] * 3, [NOT_FOUND, SAID, NOT_FOUND], ("pump",), ["twin", "identity"] * 3),
    ([NOT_FOUND, failure(Kind.BUSY), failure(Kind.BUSY)], [], (), ["twin"] * 3),
])  # fmt: skip
def test_an_id_that_is_not_known_is_looked_for_in_other_letters(monkeypatch, twin, identity, near, asked) -> None:
    answers, calls = {"twin": list(twin), "identity": list(identity)}, []

    class Hub:
        def __init__(self, *_given, **_more):
            pass

        def twin(self, device):
            return self._give("twin", device)

        def device(self, device):
            return self._give("identity", device)

        def _give(self, name, device):
            calls.append((name, device))
            told = answers[name].pop(0)
            if isinstance(told, Failure):
                raise StepFailed(told)
            return told

        def query(self, text):
            raise StepFailed(failure(Kind.UNAUTHORIZED))

        def close(self):
            pass

    monkeypatch.setattr(context_module, "Hub", Hub)
    found = probe.measure(
        Context(Typed(device="Pump"), hub=TARGET, deadlines=clocks.deadlines(seconds=lambda: 0.0)), 15.0, {}
    )
    assert found == Identity("h", "Pump", known=False, near=near)
    assert [name for name, _ in calls] == asked
    assert {device for _, device in calls} == {"Pump", "pump", "PUMP"}


@pytest.mark.parametrize(("reported", "moment"), [
    ({"$version": 1}, None),  # what the hub writes when it makes the twin
    ({"$version": 2}, 1_700_000_000_000),
    ({"$version": 1, "fan": 1}, 1_700_000_000_000),
    ({}, 1_700_000_000_000),
])  # fmt: skip
def test_only_the_device_writes_what_it_reports(measure, reported, moment) -> None:
    section = {**reported, "$metadata": {"$lastUpdated": "2023-11-14T22:13:20Z"}}
    found, _ = measure({**SAID, "properties": {"reported": section}})
    assert found.reported == moment
