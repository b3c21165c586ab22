"""The text of a saved query: values are declared in its first line, and are read back from there."""

from __future__ import annotations

import pytest

from azext_iotdiag.insights.queries import catalogue
from azext_iotdiag.insights.queries.catalogue import QUERIES
from azext_iotdiag.insights.queries.values import BadValue, literal, of_literal

ROWS = QUERIES["log-rows"]
FORBIDDEN = ("make-series", "series_", "serialize", "prev(", "row_number", "scan", "partition", "mv-apply", "bag_keys",
             "column_ifexists")  # fmt: skip


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_is_found_by_its_text(name: str) -> None:
    query = QUERIES[name]
    assert catalogue.find(query.kql) == (query, {each.name: each.default for each in query.parameters.values()})
    given = {"resource": "/subscriptions/s"}
    found = catalogue.find(query.text(given).replace("\n", "\r\n") + "\n\n")
    assert found is not None and found[0] is query and found[1]["resource"] == "/subscriptions/s"


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_keeps_to_what_the_engine_runs(name: str) -> None:
    assert [word for word in FORBIDDEN if word in QUERIES[name].kql] == []
    assert QUERIES[name].kql.splitlines()[1].startswith("// ")


def test_another_text_is_none() -> None:
    text = ROWS.text()
    assert catalogue.find(text.replace("asc", "desc")) is None
    assert catalogue.find(text.partition("\n")[2]) is None
    assert catalogue.find(text.replace('device:string = ""', 'device:string = "" or true')) is None
    assert catalogue.find(text.replace('device:string = ""', "device:long = 7")) is None
    assert catalogue.find("") is None


@pytest.mark.parametrize("device", ["pump-7", 'a"b', "a\\", '\\"', "é漢😀", "a'b", 'a, b:string = "x"', "x);"])
def test_any_text_comes_back(device: str) -> None:
    found = catalogue.find(ROWS.text({"device": device}))
    assert found is not None and found[1]["device"] == device
    assert ROWS.text({"device": device}).partition("\n")[2] == ROWS.kql.partition("\n")[2]


@pytest.mark.parametrize(
    ("type_", "value", "written"),
    [
        ("string", 'a"b\\', '"a\\"b\\\\"'),
        ("long", 7, "7"),
        ("long", -(2**63) + 1, str(-(2**63) + 1)),
        ("datetime", "2026-11-30T10:00:00Z", "datetime(2026-11-30T10:00:00.0000000Z)"),
        ("datetime", "2026-11-30 10:00:00.123+00:00", "datetime(2026-11-30T10:00:00.1230000Z)"),
    ],
)
def test_literals(type_: str, value: str | int, written: str) -> None:
    assert literal(type_, value) == written
    assert literal(type_, of_literal(type_, written)) == written


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        ("string", "a\nb"), ("string", "a\u2028b"), ("string", "\x00"), ("string", "x" * 1001), ("long", "7 or 1"),
        ("long", str(2**63)), ("long", ""), ("datetime", "yesterday"), ("datetime", "2026-13-30T10:00:00Z"),
        ("datetime", "2026-11-30T10:00:00Z) or (true"), ("datetime", "2026-11-30T10:00:00+01:00"),
    ],
)  # fmt: skip
def test_what_is_no_value(type_: str, value: str) -> None:
    with pytest.raises(BadValue):
        literal(type_, value)


def test_parameters_are_checked_by_name() -> None:
    assert ROWS.read({"device": "pump-7"}) == {"device": "pump-7"}
    with pytest.raises(BadValue, match=r"no parameter devices\. Its parameters: device, after"):
        ROWS.read({"devices": "pump-7"})
    with pytest.raises(BadValue, match="after: 'soon' is not a time"):
        ROWS.read({"after": "soon"})
    with pytest.raises(BadValue, match="no parameter devices"):
        ROWS.text({"devices": "x"})
