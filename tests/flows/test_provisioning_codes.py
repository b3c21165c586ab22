"""Every code and status of the provisioning service, provoked in a lab: what `device show` makes of each.

Which there are stands in tests/knowledge/service_codes.py; one that nothing here provokes fails a test.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest

from azext_iotdiag.clients import dps as client
from azext_iotdiag.clients.deadlines import Deadlines, applying
from azext_iotdiag.lab.dps import service_api as dps_service
from azext_iotdiag.lab.dps.provisioning import DpsRefusal, Registration
from azext_iotdiag.lab.dps.service import Enrollment
from azext_iotdiag.lab.lab import Lab
from azext_iotdiag.model.target import Secret
from tests.flows.conftest import Flow
from tests.knowledge import service_codes
from tests.plugins import az as plugin
from tests.plugins.lab_fixture import open_lab

pytestmark = pytest.mark.slow
HEALTHY, PROBLEM, UNDETERMINED = 0, 4, 5
PUMP, NOBODY = ("--rid", "pump"), ("--eid", "nobody")
# What a hub says that turns its provisioning service away; the service copies it into the registration.
TURNED_AWAY = '{"Message":"ErrorCode:IotHubUnauthorizedAccess;Unauthorized","ExceptionMessage":"Tracking ID:1"}'


class Case(NamedTuple):
    """How a code comes about, and what follows: the entry that names it, the exit code, and what is asked for.

    `standing` is whether the entry is the device's status, or only why nothing is known of it.
    """

    provoke: Callable[[Lab, pytest.MonkeyPatch], object]
    entry: str
    code: int
    asked: tuple[str, ...] = PUMP
    standing: bool = True


def registered(status: str, error: int = 0, message: str = "") -> Callable[[Lab, pytest.MonkeyPatch], object]:
    """A registration that ended, or stands, like this."""

    def provoke(state: Lab, _patched: pytest.MonkeyPatch) -> None:
        dps, hub = state.provisioning[0], state.hub.host if status == "assigned" else ""
        made = Registration("pump", dps.enrollments["pump"], status, hub=hub, device_id="pump" if hub else "")
        made.error_code, made.error_message, made.updated = error, message, state.clock()
        dps.registrations["pump"] = made

    return provoke


def refused(code: int) -> Callable[[Lab, pytest.MonkeyPatch], object]:
    """The service answers all that its owner asks with this."""

    def provoke(_state: Lab, patched: pytest.MonkeyPatch) -> None:
        def refuse(*_given: object) -> None:
            raise DpsRefusal(code, "Refused")

        patched.setattr(dps_service, "_answer", refuse)

    return provoke


def nothing(_state: Lab, _patched: pytest.MonkeyPatch) -> None:
    """An enrollment, and a device that never came."""


def old_version(_state: Lab, patched: pytest.MonkeyPatch) -> None:
    patched.setattr(client, "API_VERSION", "2000-01-01")


def no_token(_state: Lab, patched: pytest.MonkeyPatch) -> None:
    patched.setattr(client.sas, "sign", lambda *_: "nothing of the kind")


def other_key(state: Lab, _patched: pytest.MonkeyPatch) -> None:
    owner = next(iter(state.provisioning[0].policies.values()))
    owner.primary = owner.secondary = state.hub.policies["service"].primary


def network_rule(state: Lab, _patched: pytest.MonkeyPatch) -> None:
    state.provisioning[0].network["publicNetworkAccess"] = "Disabled"


def throttled(state: Lab, _patched: pytest.MonkeyPatch) -> None:
    state.provisioning[0].per_minute = 0


def nobody(state: Lab, _patched: pytest.MonkeyPatch) -> None:
    state.provisioning[0].enrollments.clear()


def unknown(entry: str) -> dict[str, Any]:
    return {"entry": entry, "code": UNDETERMINED, "standing": False}


REFUSED = unknown("dps-caller-refused")
CASES = {
    "400004": Case(old_version, **unknown("dps-400")),
    "400207": Case(registered("failed", 400207, "Custom allocation failed: 500"), "dps-400207", PROBLEM),
    "400209": Case(registered("failed", 400209, "Custom allocation failed."), "dps-400209", PROBLEM),
    "401000": Case(no_token, **REFUSED),
    "401002": Case(other_key, **REFUSED),
    "401002 by a rule": Case(network_rule, **REFUSED),
    "401002 of either": Case(registered("failed", 401002, "Unauthorized"), "dps-registration-unauthorized", PROBLEM),
    "401002 of a certificate": Case(
        registered("failed", 401002, "Invalid certificate"), "dps-certificate-refused", PROBLEM
    ),
    "401001 of a hub": Case(registered("failed", 401001, "IoT Hub not found"), "dps-linked-hub-unknown", PROBLEM),
    "401002 in a message": Case(registered("failed", 400000, TURNED_AWAY), "dps-linked-hub-refuses", PROBLEM),
    "404201": Case(nobody, "dps-404201", PROBLEM),
    "404201 of a registration": Case(registered("failed", 404201, "Not found"), "dps-404201", PROBLEM),
    "404202": Case(nothing, "registration-missing", PROBLEM),
    "404204": Case(nothing, "dps-404201", PROBLEM, NOBODY),
    "429001": Case(throttled, **unknown("dps-429")),
    "400": Case(refused(400000), **unknown("dps-400")),
    "401": Case(refused(401000), **REFUSED),
    "404": Case(refused(404000), "dps-404201", PROBLEM),
    "405": Case(refused(405000), **unknown("dps-405")),
    "409": Case(refused(409000), **unknown("dps-409")),
    "412": Case(refused(412000), **unknown("dps-412")),
    "415": Case(refused(415000), **unknown("dps-415")),
    "429": Case(refused(429000), **unknown("dps-429")),
    "500": Case(refused(500000), **unknown("dps-500")),
    "unassigned": Case(registered("unassigned"), "dps-unassigned", HEALTHY),
    "assigning": Case(registered("assigning"), "dps-assigning", HEALTHY),
    "assigned": Case(registered("assigned"), "dps-assigned", HEALTHY),
    "failed": Case(registered("failed"), "dps-failed", PROBLEM),
    "failed with a code that nobody knows": Case(registered("failed", 499999, "?"), "dps-failed", PROBLEM),
    "disabled": Case(registered("disabled"), "dps-disabled", PROBLEM),
}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flow]:
    with open_lab(tmp_path_factory.mktemp("lab")) as lab:
        yield Flow(lab)


@pytest.fixture
def flow(running: Flow) -> Iterator[Flow]:
    """The lab with one device enrolled; what a test before did to its service is undone."""

    def renew() -> None:
        dps = running.lab.state.provisioning[0]
        owner = next(iter(dps.policies.values()))
        owner.primary = owner.secondary = Secret(running.strings["provisioning"].partition("SharedAccessKey=")[2])
        dps.registrations.clear()
        dps.enrollments.clear()
        dps.enrollments["pump"] = Enrollment("pump")
        dps.per_minute, dps.network["publicNetworkAccess"] = 1000, "Enabled"

    running.lab.call(renew)
    with applying(Deadlines(patience=0.1)):
        yield running


@pytest.mark.parametrize("name", CASES)
def test_what_it_means(flow: Flow, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    case = CASES[name]
    flow.lab.call(case.provoke, flow.lab.state, monkeypatch)
    given = ("--dps-login", flow.strings["provisioning"])
    environment = flow.lab.description["environment"]
    run = flow.judged(plugin.az("iot", "diag", "device", "show", *case.asked, *given, environment=environment))
    told = json.loads(run.out)
    found = [each for check in told["checks"] for each in check["findings"] if each["code"] == case.entry]
    said = [each["code"] for check in told["checks"] for each in check["findings"]]
    assert found, f"{case.entry} is not among {said}"
    assert run.code == case.code
    assert all(each["causes"] and all(cause["mitigation"] for cause in each["causes"]) for each in found)
    assert (told["connection"] or {}).get("status") == (case.entry if case.standing else None)


def test_none_is_left_out() -> None:
    there = set(service_codes.DPS.split())
    assert not there - {name.partition(" ")[0] for name in CASES}
