"""What the function of each saved query makes of rows. `test_engine` compares the same with an engine for KQL."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import pytest

from azext_iotdiag.insights.queries.catalogue import QUERIES
from azext_iotdiag.insights.queries.values import Value
from tests.insights.queries.lake_rows import DPS, HUB, ODD, OTHER, REGISTERED, row

ROWS = [
    *ODD, *REGISTERED,
    row("2026-11-30T12:00:06.0000000Z", "pump-4", "deviceDisconnect", "404104", sdkVersion="c/1", tlsVersion="TLS1_2"),
    row("2026-11-30T12:00:07.0000000Z", "pump-2", "deviceConnect", "401003", sdkVersion="c/1", tlsVersion="TLS1_2"),
    row("2026-11-30T12:00:08.0000000Z", "pump-2", "DeviceTelemetry:ingress", "600000", number=7),
    row("2026-11-30T12:00:09.0000000Z", "pump-2", "DeviceTelemetry:ingress", "42900"),
    row("2026-11-30T12:00:10.0000000Z", "pump-2", "Routes:droppedMessage", "", endpointName="store", routeName="all"),
    row("2026-11-30T12:00:11.0000000Z", "", "Routes:invalidMessage", "400", _BilledSize=None) | {"properties_s": "[]"},
    row("2026-11-30T12:00:12.0000000Z", "", "deviceConnect") | {"properties_s": "no JSON"},
]  # fmt: skip
GIVEN: tuple[Mapping[str, Value], ...] = (
    {}, {"resource": HUB}, {"resource": HUB.upper(), "device": "pump-1"}, {"resource": OTHER}, {"resource": DPS},
    {"device": "d-2"}, {"after": "2026-11-30T12:00:00.0000000Z"}, {"before": "2026-11-30T12:00:06.0000000Z"},
    {"most": 0}, {"most": 2},
)  # fmt: skip


@pytest.mark.parametrize("name", QUERIES)
def test_golden(name: str, golden: Callable[[str, str], None]) -> None:
    query = QUERIES[name]
    told: list[str] = []
    for given in GIVEN:
        if set(given) <= set(query.parameters):
            table = query.table(ROWS, given)
            told += [f"== {json.dumps(given)}", *(json.dumps(each, ensure_ascii=False) for each in table.rows)]
            assert {len(each) for each in table.rows} <= {len(query.columns)}
    golden(f"queries/{name}.txt", "\n".join(told) + "\n")


@pytest.mark.parametrize("name", QUERIES)
def test_no_rows(name: str) -> None:
    assert QUERIES[name].table([], {}).rows == ()
