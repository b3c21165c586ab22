"""A group of devices, judged by what it shares and by what changed before."""

from __future__ import annotations

from dataclasses import replace

import pytest

from azext_iotdiag.checks.connection.group_connected import group_connected
from azext_iotdiag.model.changes import Changes, HistoryChange, HistoryPart, Source
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.finding import Certainty
from azext_iotdiag.model.group import Group
from azext_iotdiag.model.group_log import SDK, GroupLog
from azext_iotdiag.model.shares import Share
from tests.checks.judging import NOW, finding, verdict

HOUR = 3_600_000
NORTH = Share("tag site", "north", 95, 100, 50, 9_900)
COMMON = Share("authentication", "sas", 95, 100, 9_400, 9_900)
QUIET = Group(
    "h", quiet_since=NOW - 12 * HOUR, devices=100, fleet=10_000, shares=(NORTH, COMMON), first=NOW - 20 * HOUR,
    last=NOW - 20 * HOUR + 60_000, together=90,
)  # fmt: skip
PICKED = Group("h", "SELECT * FROM devices WHERE tags.site = 'north'", devices=100, connected=100, fleet=10_000)
AWAY = Share("state", "not connected", 95, 100, 50, 9_900)
DISABLED = Share("state", "disabled", 95, 100, 50, 9_900)


@pytest.mark.parametrize(
    ("group", "status", "codes"),
    [
        (QUIET, "fail", [("group-quiet", "fail")]),
        (replace(QUIET, devices=0, shares=(), first=None, last=None), "pass", []),
        (PICKED, "pass", []),
        (replace(PICKED, shares=(NORTH,)), "pass", []),  # what is no state is no fault
        (replace(PICKED, shares=(AWAY,)), "fail", [("group-quiet", "fail")]),
        (replace(PICKED, shares=(replace(AWAY, others=9_400),)), "pass", []),  # as the rest is
        (replace(PICKED, shares=(DISABLED,)), "fail", [("device-disabled", "fail")]),
        (replace(PICKED, devices=0), "fail", [("query-picks-nobody", "fail")]),
        (Failure(Kind.REFUSED, "the answer to the query", "h", 443, condition="400", description="bad query"), "error",
         [("query-refused", "warn")]),
        (Failure(Kind.UNAUTHORIZED, "the answer to the query", "h", 443), "error", [("registry-refused", "warn")]),
    ],
)  # fmt: skip
def test_verdict(group, status, codes) -> None:
    assert verdict(group_connected, group=group) == (status, codes)


def test_the_message_says_what_they_share_and_when_they_went() -> None:
    change = HistoryChange(NOW - 21 * HOUR, Source.SETTINGS, "ipRules: 1 → 2", "alice")
    later = HistoryChange(NOW - HOUR, Source.ACTIVITY, "later")
    changes = Changes("h", 0, (HistoryPart(Source.SETTINGS, (change, later)),))
    found = finding(group_connected, group=QUIET, changes=changes)
    assert found.message == (
        "100 devices of h are not connected and quiet since 2023-11-14T10:13:20Z. 90 of them were heard of last "
        "between 2023-11-14T02:13:20Z and 2023-11-14T02:14:20Z. tag site is 'north' for 95% of them, and for "
        "1% of the 9,900 others. Before that, at 2023-11-14T01:13:20Z: ipRules: 1 → 2 by alice"
    )
    assert found.weight.certainty is Certainty.LIKELY and found.evidence["changes"] == 1


def test_what_is_common_in_the_whole_fleet_is_not_told() -> None:
    assert "authentication" not in finding(group_connected, group=QUIET).message


def test_the_resource_log_adds_to_what_they_share() -> None:
    log = GroupLog("h", 0, NOW, 80, 9_000, (Share(SDK, "sdk/1.0", 80, 80, 90, 9_000),))
    said = finding(group_connected, group=QUIET, group_log=log).message
    assert "SDK version is 'sdk/1.0' for 100% of them, and for 1% of the 9,000 others" in said
    assert verdict(group_connected, group=PICKED, group_log=log) == ("pass", [])  # a share is no fault


def test_comparisons_of_the_log_change_no_verdict() -> None:
    """Each comparison makes the limit of chance lower. The verdict is the same with the log and without it."""
    away = Share("state", "not connected", 5, 5, 0, 5)  # by chance in 1 of 252
    common = tuple(Share(SDK, str(number), 5, 5, 5, 5) for number in range(5))
    group = replace(PICKED, devices=5, fleet=10, shares=(away,))
    for log in (None, GroupLog("h", 0, NOW, 5, 5, common)):
        assert verdict(group_connected, group=group, group_log=log) == ("fail", [("group-quiet", "fail")])


def test_one_device_alone() -> None:
    alone = replace(QUIET, devices=1, shares=(), first=None, last=None)
    assert finding(group_connected, group=alone).message.startswith("1 device of h is not connected and quiet")
