"""What the logs of a workspace come to: rows that arrived or are expected, errors of a hub, and answers to queries."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from azext_iotdiag.knowledge.workspace import LOG_QUERY_REFUSED, WORKSPACE_BUSY
from azext_iotdiag.model.finding import fail, note
from azext_iotdiag.model.log_query import QueryAnswer, SavedQuery
from azext_iotdiag.model.log_setting import Action, LogSetting, LogStatus, Plan, Planned, Workspace
from azext_iotdiag.model.log_table import Column, LogTable
from azext_iotdiag.model.log_volume import Arrivals, Arrived, Volume
from azext_iotdiag.model.resource_log import LogRead, Unread
from azext_iotdiag.render import log_errors, log_query, log_settings

HUB, DPS = "plant.azure-devices.net", "line.azure-devices-provisioning.net"
AT, DAY = 1_796_040_000_000, 86_400_000  # 2026-11-30T12:00:00Z
BUSY = fail(WORKSPACE_BUSY, "nothing came")
PLAN = Plan("/hubs/plant", Action.CREATE, "iot-diag", Workspace("/w/logs", "logs", "rg"), {}, ("Connections",))
STAYS = replace(PLAN, action=Action.NOTHING)
VOLUME = Volume(1, 48, 1_200)
ROUTES = Arrived("Routes", 1, 99_999, AT - 60_000)
ARRIVED = Arrivals(AT - DAY, AT, (ROUTES, Arrived("Connections", 1_200, 100_000, AT - 3_600_000)))
NONE = Arrivals(AT - DAY, AT)
VOLUMES: dict[str, Volume | None] = {
    "one device": VOLUME,
    "no device": Volume(),
    "devices, and the log was not read": replace(VOLUME, devices=2_000, measured=replace(ARRIVED, failure=BUSY)),
    "devices, and no row came": replace(VOLUME, devices=2, measured=NONE),
    "measured": replace(VOLUME, measured=ARRIVED),
    "not known": Volume(failure=BUSY),
}
OWN = LogSetting("iot-diag", "/w/logs", frozenset({"Routes", "Connections"}), {})
STATES = {
    "rows": ARRIVED,
    "none, and no device": replace(NONE, connected=0),
    "none, and it is not known how many devices": NONE,
    "none, and devices": replace(NONE, connected=3),
    "silence": replace(NONE, connected=3, silence=note(LOG_QUERY_REFUSED, "no row arrived")),
    "not read": replace(NONE, failure=BUSY),
}
READ = LogRead(0, 0, 0, 0, 0, (), (), hub=HUB, since=AT - DAY)
ROWS = READ._replace(rows=1, devices=1, first=AT, last=AT)
ERRORS = {
    "no row of the hub": READ,
    "no row of the service": READ._replace(hub=DPS, of_dps=True),
    "no row of the device": READ._replace(device="pump*", rows_read=1),
    "no row of the registration": READ._replace(hub=DPS, of_dps=True, device="pump*", rows_read=2),
    "no row of the device in a file": READ._replace(hub="", device="pump*", rows_read=2),
    "could not be read": READ._replace(failure=BUSY),
    "could not be read, of the service": READ._replace(hub=DPS, of_dps=True, failure=BUSY),
    "a row of the hub": ROWS,
    "rows of a device and of others": ROWS._replace(device="pump", rows_read=2, partial="too many"),
    "a row, and one that is none": ROWS._replace(unread=Unread(1, "line 7: cut off")),
}
TABLE = LogTable((Column("A", "string"), Column("B", "long")), (("x" * 60, 7), ("y" * 61, None), (None, 12)))
ASKED = QueryAnswer(HUB, "mine", AT - DAY, AT, TABLE)
ANSWERS = {
    "rows": ASKED,
    "a part": replace(ASKED, table=TABLE._replace(partial="too much data")),
    "fifty rows": replace(ASKED, table=LogTable((Column("N", "long"),), tuple((number,) for number in range(50)))),
    "fifty-one rows": replace(ASKED, table=LogTable((Column("N", "long"),), tuple((number,) for number in range(51)))),
    "no row": replace(ASKED, table=LogTable()),
    "no row, of the service": replace(ASKED, hub=DPS, of_dps=True, table=LogTable()),
    "no row, and a part": replace(ASKED, table=LogTable(partial="too much data")),
    "refused": replace(ASKED, failure=fail(LOG_QUERY_REFUSED, "m", condition="SYN0002", description="No query.")),
    "refused without words": replace(ASKED, failure=fail(LOG_QUERY_REFUSED, "m", condition="SYN0002")),
    "busy": replace(ASKED, hub=DPS, of_dps=True, failure=BUSY),
    "one saved query": QueryAnswer(listed=(SavedQuery("a", "All rows", {}),)),
    "saved queries": QueryAnswer(
        listed=(SavedQuery("a", "All rows", {}), SavedQuery("b", "Errors", {"device": "string", "after": "datetime"}))
    ),
}


def test_golden(golden: Callable[[str, str], None]) -> None:
    told: list[str] = []
    for name, volume in VOLUMES.items():
        before = [f"  (before) {line}" for line in log_settings.planned(Planned(HUB, PLAN, volume=volume))]
        told += [f"== {name}", *before, *log_settings.lines(Planned(HUB, STAYS, volume=volume))]
    for name, arrivals in STATES.items():
        told += [f"== status: {name}", *log_settings.status_lines(status(arrivals))]
    for name, read in ERRORS.items():
        told += [f"== errors: {name}", *log_errors.lines(read)]
    for name, found in ANSWERS.items():
        told += [f"== query: {name}", *log_query.lines(found)]
    golden("workspace_logs.txt", "\n".join(told) + "\n")


def status(arrivals: Arrivals) -> LogStatus:
    return LogStatus(HUB, (OWN,), connections=True, arrivals=arrivals)


def test_golden_json(golden: Callable[[str, str], None]) -> None:
    told: dict[str, Any] = {
        name: log_settings.data(Planned(HUB, PLAN, volume=volume), dry_run=True)["rowsADay"]
        for name, volume in VOLUMES.items()
    }
    told |= {f"status: {name}": log_settings.status_data(status(each))["arrivals"] for name, each in STATES.items()}
    told |= {f"errors: {name}": log_errors.data(read) for name, read in ERRORS.items()}
    told |= {f"query: {name}": log_query.data(found) for name, found in ANSWERS.items() if "fifty" not in name}
    golden("workspace_logs.json", json.dumps(told, indent=1, ensure_ascii=False) + "\n")


def test_a_hub_is_silent_where_devices_are_connected_and_no_row_came() -> None:
    codes = {name: status(each).exit_code for name, each in STATES.items()}
    assert {name for name, code in codes.items() if code} == {"silence"}


def test_saved_queries_as_a_table() -> None:
    assert log_query.table(log_query.data(ANSWERS["saved queries"])) == [
        {"Name": "a", "Title": "All rows", "Parameters": ""},
        {"Name": "b", "Title": "Errors", "Parameters": "device, after"},
    ]
