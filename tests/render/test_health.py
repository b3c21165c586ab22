"""The health of a service, as a person, a program and a table read it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

from azext_iotdiag.knowledge.access import MANAGER_REFUSES
from azext_iotdiag.model import exit_codes
from azext_iotdiag.model.finding import fail
from azext_iotdiag.model.health import Availability, HealthRead, Issue
from azext_iotdiag.render import health as render

HUB, AT = "plant.azure-devices.net", 1_796_040_000_000  # 2026-11-30T12:00:00Z
GOOD = Availability("Available", "Available", "No problem is known.", since=AT)
BAD = Availability("Degraded", "Degraded", "Some calls fail.", "Unplanned", AT, ("Look at the portal.", "Wait."))
ISSUE = Issue("TR1", "Calls fail", "ServiceIssue", True, ("IoT Hub",), ("West Europe",), AT, True)
SAMPLES = {
    "available": HealthRead(HUB, "westeurope", current=GOOD, issues=()),
    "an application": HealthRead("app.azureiotcentral.com", current=GOOD, issues=(), of_app=True),
    "degraded": HealthRead(HUB, current=BAD, issues=()),
    "unavailable without a summary": HealthRead(HUB, current=Availability("Unavailable"), issues=()),
    "no signal": HealthRead(HUB, current=Availability("Unknown"), issues=()),
    "not offered": HealthRead(HUB, offered=False, issues=()),
    "not offered, and issues are not known": HealthRead(HUB, offered=False, unread="The login may not."),
    "issues are not known": HealthRead(HUB, current=GOOD, unread="The login may not."),
    "an issue": HealthRead(HUB, current=GOOD, issues=(ISSUE,)),
    "an issue without regions and time, and others": HealthRead(
        HUB, current=GOOD, issues=(ISSUE._replace(regions=(), since=None), *(
            ISSUE._replace(id=f"O{number}", here=False) for number in range(2)
        ))
    ),
    "an issue that is over": HealthRead(HUB, current=GOOD, issues=(ISSUE._replace(active=False),)),
    "an issue elsewhere": HealthRead(HUB, current=GOOD, issues=(ISSUE._replace(here=False),)),
    "maintenance": HealthRead(HUB, current=GOOD, issues=(ISSUE._replace(kind="PlannedMaintenance"),)),
    "six changes": HealthRead(
        HUB, current=GOOD, issues=(),
        history=(
            BAD, GOOD, BAD._replace(since=None, reason=""),
            *(GOOD._replace(since=AT - before) for before in (1, 2000, 3000)),
        ),
    ),
    "refused": HealthRead(HUB, current=GOOD, failure=fail(MANAGER_REFUSES, "the login may not")),
}  # fmt: skip
WRONG = ("degraded", "unavailable without a summary", "an issue", "an issue without regions and time, and others")
UNKNOWN = ("no signal", "not offered, and issues are not known")


def test_golden(golden: Callable[[str, str], None]) -> None:
    told: list[str] = []
    for name, read in SAMPLES.items():
        told += [f"== {name}", *render.lines(read)]
    golden("health_shown.txt", "\n".join(told) + "\n")


def test_golden_json(golden: Callable[[str, str], None]) -> None:
    told = {name: render.data(read) for name, read in SAMPLES.items()}
    golden("health_shown.json", json.dumps(told, indent=1) + "\n")


def test_exit_codes() -> None:
    for name, read in SAMPLES.items():
        wanted = exit_codes.PROBLEM if name in WRONG else exit_codes.UNDETERMINED if name in UNKNOWN else 0
        assert read.exit_code == (wanted if read.failure is None else exit_codes.UNDETERMINED), name


def test_the_rows_of_a_table() -> None:
    read = replace(SAMPLES["an issue"], history=(BAD,))
    assert [tuple(row.values()) for row in render.table(render.data(read))] == [
        ("× Azure reports a service issue: Calls fail.", None),
        ("Degraded", "2026-11-30T12:00:00Z"),
        ("ServiceIssue: Calls fail", "2026-11-30T12:00:00Z"),
    ]
    assert len(render.table(render.data(SAMPLES["issues are not known"]))) == 1
