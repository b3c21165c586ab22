"""The forms of a test of a device's twin."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from azext_iotdiag.checks import verdict
from azext_iotdiag.model.ending import End, SessionEnd
from azext_iotdiag.model.facts import given
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.identity import Identity
from azext_iotdiag.model.twin_test import Answered, Restoring, TwinTest
from azext_iotdiag.model.twin_testing import (
    LeftoverKept,
    LeftoverRestored,
    Looking,
    Planned,
    Restored,
    Set,
    TwinTested,
    TwinTestInterrupted,
)
from azext_iotdiag.render import results
from azext_iotdiag.render import twin as render
from azext_iotdiag.render.commands import Known
from azext_iotdiag.sessions.twin_test import CHECKS

NOW = 1_796_040_000.0  # 2026-11-30T12:00:00Z
HOST = "hub.azure-devices.net"
KNOWN = Known("hub", "pump-7", login="--hub-name hub")
SILENT = Failure(Kind.SILENT, "the change of the desired properties", HOST, 443, seconds=12.0)
WELL = TwinTest(
    HOST, "pump-7", "", "interval", "30", before=5, changed=6, restored=7, answered=Answered.ACKNOWLEDGED,
    answer="30", code=200, seconds=1.5, restoring=Restoring.DONE,
)  # fmt: skip
QUIET = replace(WELL, answered=Answered.SILENT, answer="", code=None, seconds=30.0)
STOPPED = replace(QUIET, stopped=True)
SAMPLES: dict[str, TwinTest] = {
    "acknowledged": WELL,
    "echoed": replace(WELL, answered=Answered.ECHOED, code=None),
    "refused": replace(WELL, answered=Answered.REFUSED, code=400, words="too \x1b[31mfast"),
    "another value": replace(WELL, answered=Answered.DIFFERENT, answer='"x"'),
    "silent": QUIET,
    "no longer answered": replace(QUIET, known=True, others=True),
    "overtaken": replace(WELL, restoring=Restoring.OVERTAKEN),
    "not restored": replace(WELL, restoring=Restoring.FAILED, restored=None, not_restored=SILENT),
    "interrupted": STOPPED,
    "not read": replace(
        QUIET, before=None, changed=None, seconds=0.0, restoring=Restoring.UNNEEDED,
        failure=Failure(Kind.UNAUTHORIZED, "the device's twin", HOST, 443, condition="401002"),
    ),
}  # fmt: skip


def ended(test: TwinTest) -> TwinTested:
    stopped = SessionEnd(End.INTERRUPTED, enough=False) if test.stopped else None
    whole = Identity(HOST, "pump-7", status="enabled", connected=True, last_activity=int(NOW * 1000))
    facts = given(NOW, twin_test=test, ended=stopped, identity=None if test.failure else whole)
    return TwinTested(verdict.judge(CHECKS, facts, lambda: 0.0), facts, test)


EVENTS = (
    LeftoverRestored("pump-8", "interval", Restoring.DONE),
    LeftoverRestored("pump-8", "interval", Restoring.OVERTAKEN),
    LeftoverKept(HOST, "pump-8", "interval", SILENT),
    Looking(HOST, "pump-7"),
    Planned(replace(WELL, configurations=("winter", "summer")), "60"),
    Planned(WELL, ""),
    Set(WELL, 30.0),
    *(Restored(replace(WELL, restoring=each)) for each in Restoring),
    TwinTestInterrupted(changed=True),
    TwinTestInterrupted(changed=False),
)


def test_golden(golden: Callable[[str, str], None]) -> None:
    shown = ["== as it goes on", *(line for event in EVENTS for line in render.event_lines(event))]
    shown += ["== what is asked", render.question(Planned(WELL, "60"))]
    for name, test in SAMPLES.items():
        end = ended(test)
        shown += [f"== {name}: {end.exit_code}", *render.lines(end, KNOWN)]
    golden("twin.txt", "\n".join(shown) + "\n")


def test_golden_json(golden: Callable[[str, str], None]) -> None:
    shown: dict[str, Any] = {}
    for name in ("acknowledged", "silent", "interrupted", "not read"):
        shown[name] = render.data(ended(SAMPLES[name]), KNOWN)
        for check in shown[name]["checks"]:
            for found in check["findings"]:
                found["causes"] = len(found["causes"])  # they are pinned with their entries
    golden("twin.json", json.dumps(shown, indent=2) + "\n")


def test_a_table_holds_the_verdict_first() -> None:
    rows = results.table(render.data(ended(SAMPLES["refused"]), KNOWN))
    assert (rows[0]["Status"], rows[0]["Code"], rows[0]["Device"]) == ("broken", "desired-refused", "pump-7")


def test_a_device_steers_no_terminal() -> None:
    assert "\x1b" not in "\n".join(render.lines(ended(SAMPLES["refused"]), KNOWN))
