"""Queries come to what IoT Hub's documentation says they do."""

from __future__ import annotations

import json
import random
from typing import NamedTuple

import pytest

from azext_iotdiag.lab.hub.query import run
from azext_iotdiag.lab.hub.refusal import HubRefusal


def twin(number: int, **reported):
    return {
        "deviceId": f"device-{number}",
        "status": "enabled" if number != 3 else "disabled",
        "lastActivityTime": f"2026-11-0{number}T00:00:00Z",
        "tags": {"location": {"region": "US" if number < 3 else "EU"}, "a-b": number},
        "properties": {"desired": {"config": "x", "$version": number}, "reported": reported},
    }


TWINS = [
    twin(1, connectivity="wifi", interval=30, ok=True, status="Success"),
    twin(2, connectivity="wired", interval=60, config="x", status="Pending", one=1),
    twin(
        3, connectivity="cellular", interval=90.5, nothing=None, nested={"deep": {"er": 1}}, status="Success", one=True
    ),
    twin(4),
]  # fmt: skip
COLLECTIONS = {
    "devices": lambda start: iter(TWINS[start:]),
    "devices.modules": lambda _start: iter([{**TWINS[0], "moduleId": "m"}]),
    "devices.jobs": lambda _start: iter(()),
}


class Whole(NamedTuple):
    rows: list
    item_type: str


def ask(text: str):
    return Whole(*run(text, COLLECTIONS)[:2])


def ids(condition: str) -> list[int]:
    return [int(row["deviceId"][-1]) for row in ask(f"SELECT * FROM devices WHERE {condition}").rows]


def test_everything():
    assert ask("SELECT * FROM devices") == (TWINS, "Twin")
    assert ask("select  top 2 *\nfrom DEVICES").rows == TWINS[:2]
    assert ask("SELECT * FROM devices.modules WHERE moduleId = 'm'") == ([{**TWINS[0], "moduleId": "m"}], "Twin")
    assert ask("SELECT * FROM devices.jobs WHERE devices.jobs.status = 'x'") == ([], "DeviceJob")


@pytest.mark.parametrize(("condition", "expected"), [
    ("deviceId = 'device-2'", [2]),
    ('DeviceId = "device-2"', [2]),
    ("devices.deviceId = 'device-2'", [2]),
    ("deviceId = 'Device-2'", []),
    ("tags.location.region = 'US'", [1, 2]),
    ("tags.Location.region = 'US'", []),
    ("tags.[[location]].region = 'EU' AND status = 'enabled'", [4]),
    ("tags.[[a-b]] = 3", [3]),
    ("tags.location.region = 'US' AND properties.reported.interval >= 60", [2]),
    ("properties.reported.interval > 30", [2, 3]),
    ("properties.reported.interval <= 60", [1, 2]),
    ("properties.reported.interval < 0x3d", [1, 2]),
    ("properties.reported.interval + 30 * 2 = 120", [2]),
    ("(properties.reported.interval + 30) * 2 = 120", [1]),
    ("properties.reported.interval % 60 = 30", [1]),
    ("properties.reported.interval / 0 = 1", []),
    ("-properties.reported.interval < -60", [3]),
    ("properties.reported.interval != 30", [2, 3]),
    ("properties.reported.interval <> 'text'", [1, 2, 3]),
    ("NOT properties.reported.interval = 30", [2, 3]),
    ("properties.reported.interval = '30'", []),
    ("properties.reported.ok = true", [1]),
    ("properties.reported.ok", [1]),
    ("properties.reported.ok = 1", []),
    ("properties.reported.status", []),
    ("properties.reported.nothing = null", [3]),
    ("properties.reported.nothing < 1", []),
    ("IS_DEFINED(properties.reported.nothing)", [3]),
    ("not is_defined(properties.reported.connectivity)", [4]),
    ("properties.reported.nested.deep.er = 1", [3]),
    ("properties.reported.nested = 1 OR properties.reported.nested != 1", []),
    ("properties.reported.connectivity IN ['wired', 'wifi']", [1, 2]),
    ("properties.reported.connectivity NIN ['wired', 'wifi']", [3]),
    ("properties.reported.interval IN [-1, 30, true]", [1]),
    ("properties.reported.nothing IN [null]", [3]),
    ("properties.desired.config = properties.reported.config", [2]),
    ("STARTSWITH(deviceId, 'device-') AND ENDSWITH(deviceId, '4')", [4]),
    ("STARTSWITH(properties.reported.interval, '3')", []),
    ("deviceId = 'device-1' OR deviceId = 'device-2' AND status = 'disabled'", [1]),
    ("(deviceId = 'device-1' OR deviceId = 'device-3') AND status = 'disabled'", [3]),
    ("lastActivityTime > '2026-11-02'", [2, 3, 4]),
    (r"deviceId = 'device\u002d1'", [1]),
    (r"'it\'s' = 'it\'s' AND deviceId != ''", [1, 2, 3, 4]),
    ("undefined = undefined", []),
    (f"{'9' * 100}{' * ' + '9' * 100}{' * ' + '9' * 100}{' * ' + '9' * 100} * 1.5 > 1", []),
])  # fmt: skip
def test_conditions(condition, expected):
    assert ids(condition) == expected


@pytest.mark.parametrize(("query", "rows"), [
    ("SELECT deviceId, status FROM devices WHERE status = 'disabled'",
     [{"deviceId": "device-3", "status": "disabled"}]),
    ("SELECT DeviceId FROM devices WHERE DeviceId = 'device-1'", [{"deviceId": "device-1"}]),
    ("SELECT devices.deviceId AS id, properties.reported.interval AS every FROM devices WHERE tags.[[a-b]] > 2",
     [{"id": "device-3", "every": 90.5}, {"id": "device-4"}]),
    ("SELECT COUNT() AS all FROM devices", [{"all": 4}]),
    ("SELECT COUNT() AS none FROM devices WHERE deviceId = 'x'", [{"none": 0}]),
    ("SELECT properties.reported.status AS status, COUNT() AS number FROM devices GROUP BY properties.reported.status",
     [{"status": "Success", "number": 2}, {"status": "Pending", "number": 1}, {"number": 1}]),
    ("SELECT properties.reported.one AS one, COUNT() AS n FROM devices WHERE is_defined(properties.reported.one) "
     "GROUP BY properties.reported.one", [{"one": 1, "n": 1}, {"one": True, "n": 1}]),
    ("SELECT tags.location.region AS region, AVG(properties.reported.interval) AS avg, SUM(tags.[[a-b]]) AS sum, "
     "MIN(tags.[[a-b]]) AS min, MAX(tags.[[a-b]]) AS max FROM devices GROUP BY tags.location.region",
     [{"region": "US", "avg": 45, "sum": 3, "min": 1, "max": 2},
      {"region": "EU", "avg": 90.5, "sum": 7, "min": 3, "max": 4}]),
    ("SELECT AVG(tags.no) AS avg, SUM(tags.no) AS sum FROM devices", [{"sum": 0}]),
])  # fmt: skip
def test_projections(query, rows):
    assert ask(query) == (rows, "Raw")


@pytest.mark.parametrize(("query", "words"), [
    ("", "Line 1:0 Unexpected input 'end of query', expecting SELECT"),
    ("SELECT * FROM c WHERE deviceId = 'x'", "Line 1:14 Unexpected input 'c'"),
    ("SELECT *\nFROM devices\nWHERE ;", r"Line 3:6 Unexpected character at input ';'"),
    ("SELECT * FROM devices WHERE", "expecting a value"),
    ("SELECT * FROM devices WHERE STARTS_WITH(deviceId, 'x')", "Line 1:28 Unexpected input 'STARTS_WITH'"),
    ("SELECT * FROM devices WHERE IS_DEFINED(a, b)", "takes 1 values"),
    ("SELECT * FROM devices WHERE a IN ('x')", r"expecting '\['"),
    ("SELECT * FROM devices WHERE a IN [b]", "expecting a constant"),
    ("SELECT * FROM devices WHERE a IN [-'b']", "expecting a constant"),
    ("SELECT * FROM devices WHERE a = 'open", "Unexpected character"),
    ("SELECT * FROM devices WHERE a b", "Unexpected input 'b'"),
    ("SELECT * FROM devices ORDER BY deviceId", "Unexpected input 'ORDER'"),
    ("SELECT TOP x * FROM devices", "whole number"),
    ("SELECT COUNT() FROM devices", "expecting AS"),
    ("SELECT MEDIAN(a) AS b FROM devices", "no aggregate"),
    ("SELECT a FROM devices GROUP BY b", "neither aggregated"),
    ("SELECT * FROM devices GROUP BY b", "cannot be grouped"),
    ("SELECT COUNT() AS n FROM devices.modules", "devices only"),
    ("SELECT deviceId FROM devices.jobs", "only SELECT"),
    ("SELECT from FROM devices", "expecting the name of a property"),
    ("SELECT * FROM devices WHERE " + "(" * 100 + "1", "nested deeper"),
    ("SELECT * FROM devices WHERE " + "NOT " * 2000 + "a", "nested deeper"),
    ("SELECT * FROM devices WHERE " + "-" * 2000 + "1 = 1", "nested deeper"),
    ("SELECT * FROM devices WHERE a = " + "9" * 101, "too long"),
    ("SELECT * FROM devices" + " " * 8192, "the limit is 8192"),
])  # fmt: skip
def test_refusals(query, words):
    with pytest.raises(HubRefusal, match=words) as refused:
        ask(query)
    assert refused.value.code == 400004


def test_whatever_is_typed_is_answered_or_refused():
    pieces = ["SELECT", "*", "FROM", "devices", "WHERE", "deviceId", "=", "'x'", "(", ")", "[", "]", "[[", "]]", "AND",
              "OR", "NOT", "IN", "NIN", "1", "-", "0x", "\\", '"', ",", ".", "COUNT", "AS",
              "GROUP", "BY", "TOP", "é", "$"]  # fmt: skip
    dice = random.Random(7)
    for _ in range(3000):
        text = " ".join(dice.choices(pieces, k=dice.randrange(12)))
        for query in (text, f"SELECT * FROM devices WHERE {text}"):
            try:
                json.dumps(ask(query).rows)
            except HubRefusal as refused:
                assert refused.status == 400
