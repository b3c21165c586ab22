"""The devices of a lab's provisioning service, listed and summarised at the pace that it allows."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from azext_iotdiag.clients.deadlines import Clock
from azext_iotdiag.lab.dps.service import Dps, Enrollment, Registration
from tests.flows.conftest import Flow
from tests.plugins import az as plugin

pytestmark = pytest.mark.slow
OF_THE_GROUP = 2500  # registrations
SINGLE = 1100  # enrollments of one device: more than the requests of a minute


class Hours:
    """A clock that goes on while somebody waits."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead

    def sleep(self, seconds: float) -> None:
        self.ahead += seconds


@pytest.fixture
def hours(flow: Flow, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hours]:
    made = Hours()
    monkeypatch.setattr(flow, "timing", {"session_clock": made, "clock": Clock(sleep=made.sleep)})
    flow.lab.call(setattr, flow.lab.runtime, "clock", made)
    yield made


def device(flow: Flow, *arguments: str) -> plugin.Run:
    given = ("--dps-login", flow.strings["provisioning"])
    return flow.run(("iot", "diag", "device"), *arguments, *given)


def rows(run: plugin.Run) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run.out.splitlines()]


def fill(dps: Dps, single: int = 4, of_the_group: int = 3) -> None:
    """Devices with each status, and as many more that were given a hub."""
    now = time.time()
    dps.enrollments.clear()
    dps.registrations.clear()

    def came(name: str, enrollment: Enrollment, status: str, **more: Any) -> None:
        dps.registrations[name] = Registration(name, enrollment, status, created=now, updated=now, **more)

    group = dps.groups["devices"]
    for number in range(of_the_group):
        came(f"member-{number:05}", group, "assigned", hub="lab-hub.azure-devices.net", device_id=f"member-{number:05}")
    came(
        "turned-away",
        group,
        "failed",
        error_code=400209,
        error_message="Custom allocation failed with status code: 401.",
    )
    off = dps.groups["off"] = Enrollment("off", group=True, enabled=False)
    came("was-let-in", off, "assigned", hub="lab-hub.azure-devices.net", device_id="was-let-in")
    for number in range(single):
        name = f"pump-{number:05}"
        dps.enrollments[name] = enrollment = Enrollment(name)
        if number:
            came(name, enrollment, "assigned", hub="lab-hub.azure-devices.net", device_id=name)
    dps.enrollments["lost"] = Enrollment("lost", enabled=False)


def test_every_status(flow: Flow) -> None:
    flow.lab.call(fill, flow.lab.state.provisioning[0])
    run = device(flow, "list")
    told = {each["registration"]: each for each in rows(run)}
    assert run.code == 0 and len(told) == len(rows(run)) == 10
    statuses = {name: each["status"] for name, each in told.items()}
    assert statuses["pump-00000"] == "registration-missing"
    assert statuses["pump-00001"] == statuses["member-00000"] == "dps-assigned"
    assert statuses["lost"] == statuses["was-let-in"] == "dps-disabled"
    assert (told["turned-away"]["status"], told["turned-away"]["errorCode"]) == ("dps-400209", 400209)
    assert (told["turned-away"]["group"], told["pump-00001"]["group"]) == ("devices", None)
    assert (told["pump-00001"]["hub"], told["pump-00001"]["device"]) == ("lab-hub.azure-devices.net", "pump-00001")
    assert "5 enrollments, each of which takes a request" in run.err and "2 groups" in run.err


@pytest.mark.parametrize(("status", "names"), [
    ("failed", ["turned-away"]), ("never-registered", ["pump-00000"]), ("disabled", ["lost", "was-let-in"]),
    ("assigning", []),
])  # fmt: skip
def test_of_one_status(flow: Flow, status: str, names: list[str]) -> None:
    flow.lab.call(fill, flow.lab.state.provisioning[0])
    assert sorted(each["registration"] for each in rows(device(flow, "list", "--status", status))) == names


def test_of_one_enrollment_or_group(flow: Flow) -> None:
    flow.lab.call(fill, flow.lab.state.provisioning[0])
    assert [each["registration"] for each in rows(device(flow, "list", "--eid", "pump-00002"))] == ["pump-00002"]
    assert len(rows(device(flow, "list", "--eid", "devices"))) == 4
    run = device(flow, "summary", "--eid", "device")
    assert run.code == 3 and "no enrollment group 'device'" in run.err and "Did you mean devices" in run.err


def test_many_at_the_pace_that_the_service_allows(flow: Flow, hours: Hours) -> None:
    dps = flow.lab.state.provisioning[0]
    flow.lab.call(fill, dps, SINGLE, OF_THE_GROUP)
    refused: list[Any] = []
    throttled = dps.throttled
    dps.throttled = lambda what, now: (refused.append(what) if (full := throttled(what, now)) else None) or full
    run = device(flow, "summary", "-o", "json")
    told = json.loads(run.out)
    counts = {each["status"]: each["count"] for each in told["connection"]}
    assert (run.code, told["devices"], told["complete"]) == (0, SINGLE + OF_THE_GROUP + 3, True)
    assert counts == {
        "dps-assigned": SINGLE + OF_THE_GROUP - 1,
        "registration-missing": 1,
        "dps-disabled": 2,
        "dps-400209": 1,
    }
    assert told["calls"] < SINGLE + 20, "a request for each single enrollment, and a few for all others"
    assert refused == [] and "at least 1 min at 900 requests a minute" in run.err
    failed = next(each for each in told["connection"] if each["status"] == "dps-400209")
    assert failed["examples"][0]["registration"] == "turned-away" and failed["mitigation"]


def test_for_a_person(flow: Flow) -> None:
    flow.lab.call(fill, flow.lab.state.provisioning[0])
    run = plugin.az("iot", "diag", "device", "list", "-o", "table", "--dps-login", flow.strings["provisioning"],
                    environment=flow.environment)  # fmt: skip
    heading, _, *lines = run.out.decode().splitlines()
    assert heading.split()[:3] == ["Registration", "Status", "Group"] and len(lines) == 10


def test_a_key_that_opens_nothing(flow: Flow) -> None:
    wrong = flow.strings["provisioning"].rpartition("SharedAccessKey=")[0] + "SharedAccessKey=" + "A" * 43 + "="
    for command in ("list", "summary"):
        run = plugin.az("iot", "diag", "device", command, "--dps-login", wrong, environment=flow.environment)
        assert run.code == 5 and "dps-caller-refused" in run.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("list", "--quiet-since", "12h"), "--quiet-since has no meaning"),
        (("list", "--status", "connected"), "no status of devices of a provisioning service"),
        (("list", "--hub-name", "x"), "--hub-name has no meaning"),
        (("summary", "--dps-name", "x"), "both say which provisioning service"),
    ],
)
def test_wrong_arguments(flow: Flow, arguments: tuple[str, ...], words: str) -> None:
    run = device(flow, *arguments)
    assert run.code == 1 and words in run.err, run.err
