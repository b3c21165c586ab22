"""Rows of a device in a resource log, made of what `tests.insights` plays, and judged."""

from __future__ import annotations

from typing import Any

from azext_iotdiag.checks import catalogue, verdict
from azext_iotdiag.insights.log_rows import RowReader
from azext_iotdiag.model.device_log import DeviceLog
from azext_iotdiag.model.resource_log import CONNECT, CONNECTIONS, DISCONNECT, Row, Shape
from azext_iotdiag.model.verdict import Verdict
from tests.checks.judging import known
from tests.checks.test_doctor import HEALTHY_ENDPOINTS, HOST, HOUR, NOW, NOW_MS, ago, device, hub, stream

WELL = {"hub_settings": hub(), "endpoint_health": HEALTHY_ENDPOINTS}


def log(*rows: Row) -> DeviceLog:
    return DeviceLog(HOST, "pump", NOW_MS - 24 * HOUR * 1000, NOW_MS, tuple(sorted(rows)))


def row(seconds_ago: float, operation: str, code: str = "", **more: str) -> Row:
    return Row(ago(seconds_ago), Shape(**{"category": CONNECTIONS, "operation": operation, "code": code, **more}))


def connects(seconds_ago: float, code: str = "", **more: str) -> Row:
    return row(seconds_ago, CONNECT, code, **more)


def ends(seconds_ago: float, code: str = "") -> Row:
    return row(seconds_ago, DISCONNECT, code)


def played(records: Any) -> DeviceLog:
    """The rows of records, so that the newest came 20 min ago."""
    reader = RowReader()
    found = [reader.read(each) for each in records]
    later = NOW_MS - 1_200_000 - max(each.moment for each in found)
    return log(*(Row(each.moment + later, each.shape) for each in found))


def judged(rows: DeviceLog, *, heard: float = 6 * HOUR, came: float | None = None, **more: Any) -> Verdict:
    """The verdict on a device that the hub heard of so many seconds ago."""
    facts = {**WELL, "identity": device(heard), "newest_messages": stream(came), "device_log": rows, **more}
    return verdict.judge(catalogue.ALL, known(now=NOW, **facts), lambda: 0.0).verdict


def codes(reasons: Any) -> list[str]:
    return [each.finding.entry.code for each in reasons]
