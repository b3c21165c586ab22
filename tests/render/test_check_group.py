"""The forms of a diagnosis of a group, and of one that began without a service."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

from azext_iotdiag.model.changes import Changes, HistoryChange, HistoryPart, Source
from azext_iotdiag.model.facts import Fact, given, typed
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.group import Group
from azext_iotdiag.model.group_log import ADDRESS, SDK, GroupLog
from azext_iotdiag.model.homes import Home, Homes, Unseen, Where
from azext_iotdiag.model.listing import ListingProgress
from azext_iotdiag.model.shares import Share
from azext_iotdiag.render import check as render
from azext_iotdiag.render.commands import Known
from azext_iotdiag.sessions.doctor import Doctor

NOW = 1_796_040_000.0  # 2026-11-30T12:00:00Z
AT = datetime.fromtimestamp(NOW, timezone.utc)
MS, HOUR = int(NOW * 1000), 3_600_000
HOST = "hub.azure-devices.net"
KNOWN = Known("hub", login="--hub-name hub")
WENT = MS - 20 * HOUR
QUIET = Group(
    HOST, quiet_since=MS - 12 * HOUR, devices=100, unsure=3, fleet=10_000,
    shares=(
        Share("tag site", "north", 95, 100, 50, 9_900), Share("authentication", "sas", 98, 100, 9_600, 9_900),
        Share("tag \x1b[31mcolour", "red", 80, 100, 0, 9_900),
    ),
    uncounted=(Share("behind a gateway", "yes", 100, 100),), first=WENT, last=WENT + 60_000, together=90,
    examples=("pump-1", "pump-2"), calls=9,
)  # fmt: skip
CHANGES = Changes(HOST, WENT - 24 * HOUR, (
    HistoryPart(Source.ACTIVITY, tuple(
        HistoryChange(WENT - number * 600_000, Source.ACTIVITY, f"Create or update IotHub {number}", "alice")
        for number in range(7)
    )),
    HistoryPart(Source.SETTINGS, (HistoryChange(MS, Source.SETTINGS, "later"),)),
    HistoryPart(Source.DEPLOYMENTS, failure=Failure(Kind.UNAUTHORIZED, "the automatic configurations", HOST, 443)),
))  # fmt: skip
LOG = GroupLog(
    HOST, MS - 180 * HOUR, MS, 80, 9_000,
    (
        Share(SDK, "azure-iot-device/\x1b[31m1.18", 80, 80, 90, 9_000),
        Share(ADDRESS, "192.0.2.0/24", 60, 80, 6_000, 9_000),
    ),
)  # fmt: skip
NO_LOG = Failure(Kind.UNAUTHORIZED, "the answer of Log Analytics", "api.loganalytics.io", 443, description="No right.")
PICKED = Group(
    HOST, "SELECT * FROM devices WHERE tags.site = 'north'", devices=100, connected=100, fleet=10_000,
    shares=(Share("model", "dtmi:a:b;1", 50, 100, 4_900, 9_900),),
)  # fmt: skip
HUB = Home(Where.HUB, HOST, "hub", "g", "s", "enabled, connected")
APP = Home(Where.APP, "app.azureiotcentral.com", "app", "g", "s", "provisioned")
DPS = Home(Where.DPS, "dps.azure-devices-provisioning.net", "dps", "g", "s", "assigned", HOST)
UNSEEN = tuple(Unseen(Where.HUB, f"h{number}.azure-devices.net", "Unauthorized.") for number in range(7))
GROUPS: dict[str, dict[str, Any]] = {
    "quiet": {"group": QUIET, "changes": CHANGES},
    "quiet, with the resource log": {"group": QUIET, "changes": CHANGES, "group_log": LOG},
    "quiet, with a part of the log": {"group": QUIET, "group_log": replace(LOG, partial="The answer is too large.")},
    "quiet, with a log that is refused": {"group": QUIET, "group_log": NO_LOG},
    "quiet, with a log that is not collected": {"group": QUIET, "group_log": None},
    "quiet ones of a query": {"group": replace(QUIET, query="SELECT * FROM devices WHERE tags.site = 'north'")},
    "quiet, by a string": {"group": replace(QUIET, shares=(), uncounted=(), examples=())},
    "none is quiet": {"group": Group(HOST, quiet_since=MS - 12 * HOUR, unsure=1)},
    "as the others": {"group": PICKED},
    "most are disabled": {
        "group": replace(PICKED, connected=0, disabled=100, shares=(Share("state", "disabled", 100, 100, 10, 9_900),))
    },
    "a query that is refused": {
        "group": Failure(Kind.REFUSED, "the answer to the query", HOST, 443, condition="400", description="bad query")
    },
}
HOMES = {
    "one": Homes("pump-7", (HUB, DPS), (), 5, 2, "Resource Graph"),
    "several": Homes("pump-7", (HUB, APP), UNSEEN, 12, 1, "Resource Graph"),
    "none": Homes("pump-7", (DPS,), (), 3, 1, "the resource manager"),
    "not all asked": Homes("pump-7", (), UNSEEN[:2], 3, 1, "Resource Graph"),
}


def diagnosed(**values: Any) -> Any:
    def fact(value: Any) -> Fact[Any]:
        return Fact(None, AT, "s", failure=value) if isinstance(value, Failure) else typed(value, AT)

    doctor = Doctor(None, {**given(NOW), **{name: fact(value) for name, value in values.items()}})
    (end,) = doctor.end(None)
    return end


def test_golden(golden: Callable[[str, str], None]) -> None:
    shown = [*render.event_lines(ListingProgress(2000, None, 40))]
    for name, values in GROUPS.items():
        end = diagnosed(**values)
        shown += [f"== {name}: {end.exit_code()}", *render.lines("", end, KNOWN)]
    for name, homes in HOMES.items():
        end = diagnosed(homes=homes)
        shown += [f"== {name}: {end.exit_code()}", *render.lines("pump-7", end, Known(device="pump-7"))]
    golden("check_group.txt", "\n".join(shown) + "\n")


def test_golden_json(golden: Callable[[str, str], None]) -> None:
    told = render.data("", diagnosed(**GROUPS["quiet"]), KNOWN)
    searched = render.data("pump-7", diagnosed(homes=HOMES["several"]), Known())
    shown = {"group": told["group"], "homes": searched["homes"], "verdict": told["verdict"]}
    golden("check_group.json", json.dumps(shown, indent=2) + "\n")


def test_golden_json_with_the_resource_log(golden: Callable[[str, str], None]) -> None:
    logged = {name: render.data("", diagnosed(**GROUPS[name]), KNOWN)["group"] for name in GROUPS if "log" in name}
    shown = {name: {part: group[part] for part in ("shares", "resourceLog")} for name, group in logged.items()}
    golden("check_group_log.json", json.dumps(shown, indent=2) + "\n")


def test_a_diagnosis_of_one_device_has_neither() -> None:
    assert not {"group", "homes"} & set(render.data("pump-7", diagnosed(), Known()))
