"""Where a device stands: which finding is its status on each axis, and the forms of the whole."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from azext_iotdiag.checks.verdict import diagnose
from azext_iotdiag.model.central import CentralDevice, CentralProof
from azext_iotdiag.model.check import Check, CheckResult, Link, Status
from azext_iotdiag.model.dps import Enrollment, ProvisioningAsked, Registration
from azext_iotdiag.model.facts import given
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.finding import Entry, Finding, fail, note, warn
from azext_iotdiag.model.identity import Identity
from azext_iotdiag.render import device as render
from azext_iotdiag.render.commands import Known
from azext_iotdiag.render.device import statuses
from tests.checks.judging import known
from tests.render.without_causes import without_causes

A, B, C = (Entry(name, name.upper()) for name in "abc")


def result(name: str, status: Status, *findings: Finding) -> CheckResult:
    return CheckResult(Check(name, name, lambda: ()), status, findings)


def codes(*results: CheckResult) -> dict[str, str]:
    return {axis: each.entry.code for axis, each in statuses(results).items()}


def test_the_first_that_is_wrong_is_the_status() -> None:
    wrong = result("enabled", Status.FAIL, note(A, "x"), fail(B, "x"), fail(C, "x"))
    assert codes(result("seen", Status.PASS, note(A, "x")), wrong) == {"connection": "b"}
    assert codes(wrong, result("seen", Status.FAIL, fail(C, "x"))) == {"connection": "b"}


def test_where_nothing_is_wrong_the_last_that_was_seen_is_the_status() -> None:
    seen = [result("seen", Status.PASS, note(A, "x")), result("later", Status.WARN, warn(B, "x"), note(C, "x"))]
    assert codes(*seen) == {"connection": "c"}


def test_a_template_is_an_axis_of_its_own() -> None:
    connection, template = result("seen", Status.FAIL, fail(A, "x")), result("model-known", Status.PASS, note(B, "x"))
    assert codes(connection, template) == {"connection": "a", "template": "b"}
    assert codes(result("template-assigned", Status.FAIL, fail(C, "x"))) == {"template": "c"}


def test_what_could_not_be_looked_at_is_no_status() -> None:
    assert codes(result("seen", Status.ERROR, fail(A, "x")), result("later", Status.PASS)) == {}


NOW = 1_796_040_000  # 2026-11-30T12:00:00Z
HOST = "hub.azure-devices.net"
DPS = ProvisioningAsked("dps.azure-devices-provisioning.net", "pump-7")
WELL = Identity(
    HOST, "pump-7", status="enabled", connected=True, last_activity=(NOW - 60) * 1000, authentication="sas",
    model="dtmi:example:pump;1", reported=(NOW - 3600) * 1000, queued=2,
)  # fmt: skip
CENTRAL = CentralDevice("app.azureiotcentral.com", "pump-7", True, True, True, "Pump", "The pump")
PROOF = CentralProof("x509", True, "0ne00AA", ("AB" * 20, ""))
ENROLLED = Enrollment("pump-7", attestation="symmetricKey", allocation="hashed")
ASSIGNED = Registration("pump-7", "assigned", "initialAssignment", HOST, "pump-7", updated=NOW * 1000)
REFUSED = Failure(Kind.UNAUTHORIZED, "how the device signs in", "app", 443)
SAMPLES: dict[str, dict[str, Any]] = {
    "connected": {"identity": WELL},
    "never heard of, and disabled": {
        "identity": Identity(
            HOST, "pump-7", status="disabled", status_reason="stolen", authentication="selfSigned",
            thumbprints=("AB" * 20, "CD" * 20), edge=True, parents=True,
        )
    },
    "not in the hub": {"identity": replace(WELL, known=False)},
    "assigned by a provisioning service": {
        "identity": WELL,
        "provisioning": DPS,
        "registration": ASSIGNED,
        "enrollment": ENROLLED,
    },
    "failed to register": {
        "provisioning": DPS,
        "registration": Registration("pump-7", "failed", error_code=401002, error_message="Unauthorized"),
        "enrollment": replace(ENROLLED, id="all", group=True, attestation="tpm", enabled=False),
    },
    "unknown to the provisioning service": {"provisioning": DPS, "registration": None, "enrollment": None},
    "of an application": {"central_device": CENTRAL, "central_proof": PROOF},
    "of an application, with little": {
        "central_device": replace(CENTRAL, template="", name="", provisioned=False, simulated=True),
        "central_proof": CentralProof(),
    },
    "of an application, by a group": {
        "central_device": CENTRAL,
        "central_proof": CentralProof("symmetricKey", False, "0ne00AA"),
    },
    "of an application that does not say how it signs in": {"central_device": CENTRAL, "central_proof": REFUSED},
    "of an application that says why": {
        "central_device": CENTRAL,
        "central_proof": replace(REFUSED, description="Forbidden"),
    },
    "of an application that was not asked how it signs in": {"central_device": CENTRAL},
    "not in the application": {"central_device": replace(CENTRAL, known=False), "central_proof": PROOF},
}  # fmt: skip


def shown(values: dict[str, Any]) -> tuple[Any, ...]:
    facts = {**given(NOW), **known(**values)}
    links = (Link.PROVISIONING, Link.ADMISSION, Link.CONNECTION, Link.PAYLOAD)
    found = diagnose(links, facts, lambda: 0.0)
    return "pump-7", without_causes(found), facts, Known("hub", "pump-7")


def test_golden(golden: Callable[[str, str], None]) -> None:
    told: list[str] = []
    for name, values in SAMPLES.items():
        told += [f"== {name}", *render.lines(*shown(values))]
    golden("device.txt", "\n".join(told) + "\n")


def test_golden_json(golden: Callable[[str, str], None]) -> None:
    told = {name: render.data(*shown(values)) for name, values in SAMPLES.items()}
    for each in told.values():
        each["verdict"] = (each["verdict"]["state"], each["verdict"]["statement"])
        del each["checks"]  # they are pinned with their verdict, and grow
    golden("device.json", json.dumps(told, indent=1) + "\n")


def test_a_device_steers_no_terminal() -> None:
    hostile = {
        "identity": replace(WELL, status_reason="\x1b[31m", model="\x1b[0m"),
        "provisioning": DPS,
        "registration": replace(ASSIGNED, hub="\x1b[1m"),
        "enrollment": replace(ENROLLED, id="\x1b[2m"),
        "central_device": replace(CENTRAL, name="\x1b[3m"),
        "central_proof": replace(PROOF, id_scope="\x1b[4m"),
    }
    assert "\x1b" not in "\n".join(render.lines(*shown(hostile)))
