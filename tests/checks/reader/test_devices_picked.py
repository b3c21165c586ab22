"""A query that is refused, picks nobody, or names no device."""

from __future__ import annotations

import pytest

from azext_iotdiag.checks.reader.devices_picked import devices_picked
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.query_selection import QuerySelection
from tests.checks.judging import finding, verdict

QUERY = "SELECT * FROM devices"


def picked(**more) -> QuerySelection:
    return QuerySelection("h", QUERY, **more)


def failed(kind: Kind, condition: str = "X") -> Failure:
    return Failure(kind, "the answer to the query", "h", 443, condition=condition, description="no")


@pytest.mark.parametrize(("seen", "expected"), [
    (picked(rows=1, devices=frozenset({"a"})), ("pass", [])),
    (picked(), ("fail", [("query-picks-nobody", "fail")])),
    (picked(rows=2, without_id=1), ("fail", [("query-without-ids", "fail")])),
    (failed(Kind.UNAUTHORIZED), ("fail", [("registry-refused", "fail")])),
    (failed(Kind.REFUSED), ("fail", [("query-refused", "fail")])),
    (failed(Kind.BUSY, "ThrottlingException"), ("error", [("hub-throttles", "warn")])),
    (failed(Kind.BUSY, "http:429"), ("error", [("hub-throttles", "warn")])),
    (failed(Kind.BUSY, "429001"), ("error", [("hub-throttles", "warn")])),
    (failed(Kind.BUSY, "ServerError"), ("error", [("hub-500001", "warn")])),
    (failed(Kind.BUSY, "http:503"), ("error", [("hub-500001", "warn")])),
    (failed(Kind.NOT_HTTP), ("error", [("not-a-hub", "warn")])),
    (failed(Kind.SILENT), ("error", [("server-silent", "warn")])),
])  # fmt: skip
def test_verdict(seen, expected) -> None:
    assert verdict(devices_picked, query_selection=seen) == expected


def test_words() -> None:
    assert finding(devices_picked, query_selection=picked()).message == f"h answered with no row to: {QUERY}"
    words = finding(devices_picked, query_selection=picked(rows=5, without_id=5)).message
    assert words == "h answered with 5 rows, of which 5 name no device"
    assert "(X: no)" in finding(devices_picked, query_selection=failed(Kind.REFUSED)).message
