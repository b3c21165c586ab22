"""Every status of a device and every error of provisioning, provoked in a lab: what `device show` makes of it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from azext_iotdiag.clients.deadlines import Deadlines, applying
from azext_iotdiag.credential import sas
from azext_iotdiag.lab.dps import device_api as dps_device
from azext_iotdiag.lab.dps import provisioning
from azext_iotdiag.lab.dps.provisioning import Proof
from azext_iotdiag.lab.dps.service import TPM, Enrollment
from azext_iotdiag.lab.hub import twins
from azext_iotdiag.lab.lab import Lab
from azext_iotdiag.lab.process.hosting import Hosted
from azext_iotdiag.model.target import Secret
from tests.flows.conftest import Flow
from tests.plugins import az as plugin

pytestmark = pytest.mark.slow
HEALTHY, MISSING, PROBLEM, UNDETERMINED = 0, 3, 4, 5
GOOD = "https://learn.microsoft.com"  # an address that no lab asks


def show(flow: Flow, *arguments: str, dps: bool = False, hub: bool = True) -> tuple[int, dict[str, Any]]:
    """Run `device show`; no key is in what it says."""
    strings = flow.strings
    options = (["--dps-login", strings["provisioning"]] if dps else []) + (
        ["--login", strings["iothubowner"]] if hub else []
    )
    environment = dict(flow.lab.description["environment"])
    run = flow.judged(plugin.az("iot", "diag", "device", "show", *arguments, *options, environment=environment))
    assert run.out, run.err
    return run.code, json.loads(run.out)


def mitigated(told: dict[str, Any], code: str) -> bool:
    """Whether a finding of that code comes with causes, each with steps."""
    found = [each for check in told["checks"] for each in check["findings"] if each["code"] == code]
    return bool(found) and all(cause["mitigation"] for each in found for cause in each["causes"])


def device(state: Lab, **given: Any) -> None:
    for name, value in given.items():
        setattr(state.hub.devices["device-1"], name, value)


def reported(state: Lab) -> None:
    twins.report(state.hub.devices["device-1"].twin, {"on": True}, state.clock())


IN_A_HUB = {
    "connected": (lambda state: device(state, connected=True, last_activity=time.time()), "device-connected", HEALTHY),
    "disconnected": (lambda state: device(state, last_activity=time.time() - 60), "device-disconnected", HEALTHY),
    "has reported": (reported, "device-disconnected", HEALTHY),
    "never": (lambda state: None, "device-never-seen", PROBLEM),
    "disabled": (lambda state: device(state, status="disabled", status_reason="lost"), "device-disabled", PROBLEM),
    "unknown": (lambda state: state.hub.devices.__delitem__("device-1"), "device-unknown", PROBLEM),
}


@pytest.mark.parametrize(("provoke", "code", "exit_code"), IN_A_HUB.values(), ids=IN_A_HUB)
def test_in_a_hub(flow: Flow, provoke: Callable[[Lab], None], code: str, exit_code: int) -> None:
    flow.lab.call(provoke, flow.lab.state)
    left, told = show(flow, "-d", "device-1")
    assert (told["connection"]["status"], left) == (code, exit_code)
    assert mitigated(told, code)


def register(lab: Hosted, prepare: Callable[[Lab, Enrollment], None] = lambda state, enrollment: None) -> None:
    """Let `pump` register with the key of its individual enrollment, as far as it comes."""

    async def run() -> None:
        state, now = lab.state, lab.state.clock()
        dps = state.provisioning[0]
        enrollment = dps.enrollments["pump"] = Enrollment("pump")
        prepare(state, enrollment)
        token = sas.sign(
            f"{dps.id_scope}/registrations/pump",
            sas.iothub_key(enrollment.attestation.primary.reveal()),
            int(now) + 60,
            "registration",
        )
        operation = dps_device.register(state, dps.id_scope, "pump", {}, Proof(token))
        await provisioning.decide(dps, operation, [state.hub], now + 2, dps_device.call_webhook)

    lab.call(run)


def stale_link(state: Lab, _enrollment: Enrollment) -> None:
    state.provisioning[0].linked[0].key = Secret(sas.base64.b64encode(b"old" * 8).decode())


def no_hub(state: Lab, _enrollment: Enrollment) -> None:
    state.provisioning[0].linked[0].takes_part = False


def function(_state: Lab, enrollment: Enrollment) -> None:
    enrollment.allocation, enrollment.webhook = "custom", GOOD


REGISTERED: dict[str, tuple[Callable[[Lab, Enrollment], None], str, int]] = {
    "assigned": (lambda state, enrollment: None, "dps-assigned", HEALTHY),
    "400207": (function, "dps-400207", PROBLEM),
    "400209": (lambda state, enrollment: state.provisioning[0].refused.add("pump"), "dps-400209", PROBLEM),
    "linked hub refuses": (stale_link, "dps-linked-hub-refuses", PROBLEM),
    "no hub takes part": (no_hub, "dps-400", PROBLEM),
    "disabled": (lambda state, enrollment: setattr(enrollment, "enabled", False), "dps-disabled", PROBLEM),
}


@pytest.mark.parametrize(("prepare", "code", "exit_code"), REGISTERED.values(), ids=REGISTERED)
def test_a_registration(flow: Flow, prepare: Callable[[Lab, Enrollment], None], code: str, exit_code: int) -> None:
    register(flow.lab, prepare)
    left, told = show(flow, "--rid", "pump", dps=True, hub=False)
    assert (told["connection"]["status"], left) == (code, exit_code), told
    assert mitigated(told, code)


def put(lab: Hosted, status: str, hub: str = "", enrollment: Enrollment | None = None) -> None:
    def run() -> None:
        enrolled = enrollment or Enrollment("pump")
        dps = lab.state.provisioning[0]
        dps.enrollments["pump"] = enrolled
        if status:
            made = provisioning.Registration("pump", enrolled, status, hub=hub, device_id="pump")
            made.updated = time.time()
            dps.registrations["pump"] = made

    lab.call(run)


@pytest.mark.parametrize(
    ("status", "code", "exit_code"),
    [("assigning", "dps-assigning", 0), ("unassigned", "dps-unassigned", 0), ("", "registration-missing", 4)],
)
def test_a_registration_under_way(flow: Flow, status: str, code: str, exit_code: int) -> None:
    put(flow.lab, status)
    left, told = show(flow, "--rid", "pump", dps=True, hub=False)
    assert (told["connection"]["status"], left) == (code, exit_code)


def test_nobody_is_enrolled(flow: Flow) -> None:
    left, told = show(flow, "--rid", "nobody", dps=True, hub=False)
    assert (told["connection"]["status"], left) == ("dps-404201", PROBLEM)


def test_assigned_to_another_hub(flow: Flow) -> None:
    put(flow.lab, "assigned", "other.azure-devices.net")
    left, told = show(flow, "-d", "pump", dps=True)
    assert left == PROBLEM and mitigated(told, "device-assigned-elsewhere")
    assert told["connection"]["status"] == "device-assigned-elsewhere"
    assert told["provisioning"]["registration"]["hub"] == "other.azure-devices.net"


def test_every_source_is_shown(flow: Flow) -> None:
    register(flow.lab)
    left, told = show(flow, "-d", "pump", dps=True)
    assert (left, told["connection"]["status"]) == (PROBLEM, "assigned-and-never-seen")
    assert told["provisioning"]["registration"]["status"] == "assigned" and told["hub"]["status"] == "enabled"
    assert told["provisioning"]["enrollment"]["attestation"] == "symmetricKey"


def test_a_tpm_and_a_group(flow: Flow) -> None:
    tpm = Enrollment("pump")
    tpm.attestation.type = TPM
    put(flow.lab, "assigned", flow.lab.state.hub.host, tpm)
    assert show(flow, "--rid", "pump", dps=True, hub=False)[1]["provisioning"]["enrollment"]["attestation"] == "tpm"
    left, told = show(flow, "--eid", "devices", dps=True, hub=False)
    assert left == HEALTHY and told["provisioning"]["enrollment"]["group"] is True


def throttled(state: Lab) -> None:
    state.provisioning[0].per_minute = 0


def no_rights(state: Lab) -> None:
    policies = state.provisioning[0].policies
    owner = next(iter(policies.values()))
    owner.rights = frozenset({"DeviceConnect"})


@pytest.mark.parametrize(("provoke", "code"), [(throttled, "dps-429"), (no_rights, "dps-caller-refused")])
def test_a_service_that_does_not_tell(flow: Flow, provoke: Callable[[Lab], None], code: str) -> None:
    flow.lab.call(provoke, flow.lab.state)
    with applying(Deadlines(patience=0.1)):
        left, told = show(flow, "--rid", "pump", dps=True, hub=False)
    assert left == UNDETERMINED and mitigated(told, code)
    assert told["connection"] is None  # nothing is concluded from what could not be seen
