"""The forms of a whole diagnosis."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

from azext_iotdiag.model.check import Link
from azext_iotdiag.model.diagnosing import Diagnosed, Judged
from azext_iotdiag.model.facts import Fact, given, typed
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.hub_settings import EndpointHealth, HubSettings, Quota, Route
from azext_iotdiag.model.identity import Identity
from azext_iotdiag.model.newest_messages import NewestMessages
from azext_iotdiag.render import check as render
from azext_iotdiag.render.commands import Known
from azext_iotdiag.sessions.doctor import Doctor

NOW = 1_796_040_000.0  # 2026-11-30T12:00:00Z
AT = datetime.fromtimestamp(NOW, timezone.utc)
KNOWN = Known("hub", "pump-7")
HOST = "hub.azure-devices.net"
FALLBACK = Route("$fallback", "DeviceMessages", "true", ("events",), True)
REFUSED = Failure(
    Kind.UNAUTHORIZED, "the settings of the hub", "management.azure.com", 443, condition="AuthorizationFailed"
)
WELL: dict[str, Any] = {
    "hub_settings": HubSettings(HOST, "Active", fallback=FALLBACK),
    "identity": Identity(HOST, "pump-7", status="enabled", connected=True, last_activity=int(NOW * 1000) - 60_000),
    "quota": Quota(1000, 400_000),
    "endpoint_health": (EndpointHealth("events", "healthy"),),
}
SAMPLES: dict[str, dict[str, Any]] = {
    "healthy": WELL,
    "disabled": {**WELL, "identity": Identity(HOST, "pump-7", status="disabled", status_reason="stolen")},
    "several faults": {
        **WELL,
        "hub_settings": HubSettings(HOST, "FailingOver", fallback=FALLBACK),
        "quota": Quota(400_000, 400_000),
    },
    "coming": {**WELL, "quota": Quota(390_000, 400_000)},
    "not shown": {"identity": WELL["identity"], "hub_settings": REFUSED, "quota": REFUSED},
}


def diagnosed(**values: Any) -> tuple[list[Judged], Diagnosed]:
    def fact(value: Any) -> Fact[Any]:
        return Fact(None, AT, "s", failure=value) if isinstance(value, Failure) else typed(value, AT)

    doctor = Doctor(None, {**given(NOW), **{name: fact(value) for name, value in values.items()}})
    (end,) = doctor.end(None)
    return [each for each in doctor if isinstance(each, Judged)], end


def test_golden(golden: Callable[[str, str], None]) -> None:
    shown = []
    for name, values in SAMPLES.items():
        judged, end = diagnosed(**values)
        told = [line for each in judged for line in render.told(each)]
        shown += [
            f"== {name}, as it goes on",
            *told,
            f"== {name}",
            *render.lines("pump-7", end, Known("hub", "pump-7")),
        ]
    _, end = diagnosed(**SAMPLES["disabled"])
    shown += ["== disabled, in detail", *render.lines("pump-7", end, Known("hub", "pump-7"), detail=True)]
    golden("check.txt", "\n".join(shown) + "\n")


def test_golden_json(golden: Callable[[str, str], None]) -> None:
    _, end = diagnosed(**SAMPLES["disabled"])
    data = render.data("pump-7", end, KNOWN)
    for check in data["checks"]:
        for found in check["findings"]:
            found["causes"] = len(found["causes"])  # they are pinned with their entries
    golden("check.json", json.dumps(data, indent=2) + "\n")


def test_a_table_holds_the_verdict_first() -> None:
    _, end = diagnosed(**SAMPLES["disabled"])
    rows = render.table(render.data("pump-7", end, Known()))
    assert rows[0]["About"] == "verdict" and rows[0]["Status"] == "broken" and rows[0]["Code"] == "device-disabled"
    assert {row["About"]: row["Status"] for row in rows}["quota-left"] == "pass"
    assert rows[-1]["About"] == "next"


def test_what_could_not_be_looked_at_stands_in_the_table() -> None:
    _, end = diagnosed(**SAMPLES["not shown"])
    assert render.table(render.data("pump-7", end, Known()))[0]["Code"] == "manager-refuses"


def test_each_check_is_a_test_of_junit() -> None:
    _, end = diagnosed(**SAMPLES["several faults"])
    suite = ElementTree.fromstring(render.junit_of(end))[0]
    failed = [case.get("name") for case in suite if case.find("failure") is not None]
    assert failed == ["The hub serves devices", "The hub has messages left of its daily quota"]
    assert suite.get("failures") == "2"


def test_saved_facts_hold_no_message_and_are_read_again() -> None:
    from azext_iotdiag.model import facts_json

    _, end = diagnosed(**WELL, newest_messages=NewestMessages("pump-7", int(NOW * 1000)))
    assert facts_json.load(json.loads(render.saved(end))).facts["quota"].value == WELL["quota"]


def test_a_silence_is_told_where_no_fault_is_seen() -> None:
    from datetime import timedelta

    from azext_iotdiag.model.facts import Window

    seen = Fact(NewestMessages("pump-7", None, 40, 3), AT, "s", window=Window(AT - timedelta(days=1), AT))
    facts = {**given(NOW), **{name: typed(value, AT) for name, value in WELL.items()}, "newest_messages": seen}
    (end,) = Doctor(None, facts).end(None)
    assert render.answer("pump-7", end) == (
        "√ No fault was seen at 2026-11-30T12:00:00Z. No message of 'pump-7' is among the 40 messages of 3 devices in "
        "the last 1 day."
    )


def test_a_link_of_this_machine_has_a_name_for_people() -> None:
    judged, _ = diagnosed(**WELL)
    assert all(each.link is not Link.MACHINE or not each.results for each in judged)
