"""The forms of what rows of a resource log come to."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from azext_iotdiag.insights import log_errors
from azext_iotdiag.knowledge import lookup
from azext_iotdiag.model.finding import Finding, Severity
from azext_iotdiag.model.resource_log import (
    Group,
    LogRead,
    ReadingInterrupted,
    Recognised,
    Row,
    RowsRead,
    Shape,
    Timeline,
    Unread,
)
from azext_iotdiag.render import log_errors as render
from tests.insights.thread_rows import log_of, of_thread

AT = 1_796_040_000_123  # 2026-11-30T12:00:00.123Z
REFUSED, UNKNOWN = lookup.find("401003", "hub"), ()


def group(device: str = "pump", code: str = "401003", times: int = 3, **more) -> Group:
    given = {"name": "IoTHubUnauthorized", "categories": ("Connections",), "entries": REFUSED, **more}
    return Group("plant", device, code, given["name"], given["categories"], times, AT, AT + 60_000, given["entries"])


def pattern(severity: Severity = Severity.FAIL, *devices: str) -> Recognised:
    (entry,) = REFUSED
    return Recognised(Finding(entry, severity, "It was seen.", evidence={"times": 3}), devices or ("pump",), AT, AT + 1)


def read(*groups: Group, patterns: tuple[Recognised, ...] = (), **more) -> LogRead:
    times = sum(each.times for each in groups)
    return LogRead(1_000, 2, times, AT, AT + 3_600_000, groups, patterns, **more)


CONNECTED = Shape("Connections", "deviceConnect", protocol="Mqtt", address="10.0.0.XXX", sdk="python", tls="TLS1_2")
TIMELINE = Timeline("plant", "pump", (
    Row(AT, CONNECTED), Row(AT + 59_900, Shape("Connections", "deviceDisconnect", "404104", "Closed")),
    Row(AT + 119_900, CONNECTED), Row(AT + 3_719_900, Shape("D2CTwinOperations", "read")),
    Row(AT + 90_119_900, Shape("Connections", "deviceDisconnect", "404104")), Row(AT + 90_119_900, CONNECTED),
))  # fmt: skip
SAMPLES = {
    "nothing read": LogRead(0, 0, 0, 0, 0, (), ()),
    "nothing read, and rows that are none": LogRead(0, 0, 0, 0, 0, (), (), Unread(2, "line 1: no JSON")),
    "no error": read(),
    "an error": read(group()),
    "errors of several devices and categories": read(
        group(times=1_200), group("", times=7, categories=("Connections", "D2CTwinOperations")),
        group("fan", "499999", 1, name="", entries=UNKNOWN)._replace(last=AT), unread=Unread(1, "line 7: cut off"),
    ),
    "four codes": read(*(group(code=each, entries=lookup.find(each, "hub")) for each in
                         ("401003", "404104", "409002", "429001"))),
    "sixteen groups": read(*(group(f"d{number}") for number in range(16))),
    "a pattern": read(group(), patterns=(pattern(),)),
    "a harmless pattern explains it": read(group(), patterns=(pattern(Severity.NOTE),)),
    "a harmless pattern of another device": read(group(), patterns=(pattern(Severity.NOTE, "fan"),)),
    "a pattern of six devices": read(patterns=(pattern(Severity.FAIL, "a", "b", "", "d", "e", "f"),)),
    "a pattern of seven devices": read(patterns=(pattern(Severity.FAIL, *"abcdefg"),)),
    "a timeline": read(timeline=TIMELINE),
    "interrupted": read(whole=False),
}  # fmt: skip


def test_golden(golden: Callable[[str, str], None]) -> None:
    """Without the causes, which are pinned with their entries."""
    told: list[str] = []
    for name, sample in SAMPLES.items():
        told += [
            f"== {name}",
            *(line for line in render.lines(sample) if not line.lstrip().startswith(("·", "→", "?"))),
        ]
        told += [f"   answer: {render.answer(sample)}"]
    golden("log_errors.txt", "\n".join(told) + "\n")


def test_golden_json(golden: Callable[[str, str], None]) -> None:
    told = {name: render.data(sample) for name, sample in SAMPLES.items()}
    for each in told.values():
        for part in (*each["patterns"], *each["groups"]):
            part["mitigation"] = len(part["mitigation"])
            if "causes" in part:
                part["causes"] = len(part["causes"])
    golden("log_errors.json", json.dumps(told, indent=1) + "\n")


def test_three_causes_are_shown_and_all_where_nothing_tells_them_apart() -> None:
    def causes(sample: LogRead) -> int:
        return sum(line.startswith("  · ") for line in render.lines(sample))

    (entry,) = REFUSED
    assert len(entry.causes) > 3 and causes(SAMPLES["an error"]) == 3
    shown = len(entry.causes) if entry.undecidable else 3
    assert causes(read(patterns=(pattern(),))) == shown


def test_a_table_has_patterns_first() -> None:
    rows = render.table(render.data(read(group(), group("", "499999", 2, name="X", entries=()), patterns=(
        pattern(Severity.FAIL, "a", "b", "c"), pattern(),
    ))))  # fmt: skip
    (entry,) = REFUSED
    assert [tuple(row.values()) for row in rows] == [
        (entry.code, "a and 2 more", 3, entry.title), (entry.code, "pump", 1, entry.title),
        ("401003", "pump", 3, entry.title), ("499999", None, 2, "X"),
    ]  # fmt: skip
    assert render.table(render.data(read())) == [{"What": "√ No error in 1,000 rows."}]


@pytest.mark.parametrize(("event", "line"), [
    (RowsRead(1_000), "Read 1,000 rows ..."),
    (ReadingInterrupted(1), "Interrupted after 1 row. The result covers these rows only."),
])  # fmt: skip
def test_what_is_said_while_rows_are_read(event: RowsRead | ReadingInterrupted, line: str) -> None:
    assert list(render.event_lines(event)) == [line]


def test_a_log_steers_no_terminal() -> None:
    hostile = group("pump\x1b[2J", name="\x1b[31m")
    steps = Timeline("h", "\x1b[0m", (Row(AT, CONNECTED._replace(sdk="\x1b[1m")),))
    assert "\x1b" not in "\n".join(render.lines(read(hostile, timeline=steps, unread=Unread(1, "\x1b[3m"))))


def test_a_whole_log_of_a_thread_is_shown() -> None:
    found = log_errors.found(log_of(of_thread("sdk-csharp-3357")), timeline=False)
    assert any("identity-shared" in line for line in render.lines(found)) and found.timeline is None
