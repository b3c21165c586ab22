"""Metrics as a person and a program read them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from azext_iotdiag.insights.metrics import judged
from azext_iotdiag.knowledge.access import MANAGER_REFUSES
from azext_iotdiag.model.finding import fail, note
from azext_iotdiag.model.hub_settings import Quota
from azext_iotdiag.model.metrics import MetricsRead, Point, Series, ShownMetric
from azext_iotdiag.render import metrics as render

HUB, NOON, MINUTE = "plant.azure-devices.net", 1_796_040_000_000, 60_000
SENT, ACCEPTED = (
    ShownMetric("d2c.telemetry.ingress.allProtocol", "Attempts"),
    ShownMetric("d2c.telemetry.ingress.success", "Sent"),
)
BUILT_IN, DROPPED = (
    ShownMetric("d2c.endpoints.egress.builtIn.events", "Built-in"),
    ShownMetric("d2c.telemetry.egress.dropped", "Dropped"),
)
CONNECTED = ShownMetric("connectedDeviceCount", "Connected devices", "Average")


def series(metric: ShownMetric, *values: float | None) -> Series:
    return Series(metric, tuple(Point(NOON + at * MINUTE, value) for at, value in enumerate(values)))


def read(*found: Series, **more: Any) -> MetricsRead:
    return MetricsRead(HUB, NOON, NOON + 60 * MINUTE, found, **more)


FLOWS = (series(SENT, 500, 1000), series(ACCEPTED, 500, 999), series(BUILT_IN, None, 1234.5))
LOST = read(*FLOWS, series(DROPPED, 0, 3))
SAMPLES = {
    "messages flow": read(*FLOWS, series(CONNECTED, 7, 2.5, None)),
    "with a quota": read(*FLOWS, quota=Quota(2_000, 8_000), lacking=("a", "b")),
    "nothing was sent": read(series(SENT, 0, 0)),
    "nothing was counted of it": read(series(SENT), series(CONNECTED, 1)),
    "some were dropped": LOST._replace(findings=tuple(judged(LOST))),
    "dropped, though none was counted as sent": read(series(CONNECTED, 1), findings=tuple(judged(LOST))),
    "refused": read(findings=(fail(MANAGER_REFUSES, "The login may not"),)),
    "nothing known": read(),
}


def test_golden(golden: Callable[[str, str], None]) -> None:
    told: list[str] = []
    for name, each in SAMPLES.items():
        told += [f"== {name}", *(line.rstrip() for line in render.lines(each))]
    golden("metrics_shown.txt", "\n".join(told) + "\n")


def test_golden_json(golden: Callable[[str, str], None]) -> None:
    told = {name: render.data(each) for name, each in SAMPLES.items()}
    golden("metrics_shown.json", json.dumps(told, indent=2, ensure_ascii=False) + "\n")


def test_a_note_is_no_fault() -> None:
    assert render.answer(read(*FLOWS, findings=(note(MANAGER_REFUSES, "only a note"),))).startswith("√ 1,499 of")


@pytest.mark.parametrize(("values", "line"), [
    ((), ""), ((None,), ""), ((0, 0), "▁▁"), ((0, 7), "▁█"), ((7, 3.5, 1, 0), "█▅▂▁"), ((5, None, 5), "█ █"),
    ((-1, 2), "▁█"), ((0.5, 1), "▅█"), (tuple(range(24)), "▁▁▂▂▂▃▃▃▃▄▄▄▅▅▅▆▆▆▆▇▇▇██"),
    ((1,) * 25, "█" * 24), ((*(1,) * 47, 2), "▅" * 23 + "█"), ((None,) * 24 + (1,) * 24, " " * 12 + "█" * 12),
])  # fmt: skip
def test_a_line_of_bars(values: tuple[float | None, ...], line: str) -> None:
    assert render.sparkline(series(SENT, *values).points) == line.rjust(render.WIDTH)


def test_the_rows_of_a_table() -> None:
    rows = render.table(render.data(SAMPLES["nothing was sent"]))
    assert [tuple(row.values()) for row in rows] == [
        (render.answer(SAMPLES["nothing was sent"]), None, None), (SENT.name, 0, "Attempts"),
    ]  # fmt: skip
