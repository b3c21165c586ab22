"""`logs errors` of files: what rows come to, and what is said of rows that cannot be read."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from azext_iotdiag.model import exit_codes
from azext_iotdiag.model.resource_log import LogRead, ReadingInterrupted, RowsRead
from azext_iotdiag.render import log_errors as render
from azext_iotdiag.sessions import log_errors
from azext_iotdiag.streams import tables
from tests.insights.played_rows import steady
from tests.insights.thread_rows import Record, of_thread, record


def read(folder: Path, rows: list[Record], device: str | None = None, timeline: bool = False) -> LogRead:
    path = folder / "rows.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return log_errors.read_files([str(path)], _hear_nothing, device, timeline)


def _hear_nothing(event: object) -> None:
    raise AssertionError(event)


def ending_at_once(*names: str) -> list[Record]:
    """The rows of threads in one log, moved so that each ends when the first does. Else a device of an older thread
    would look as if it had not returned for years."""
    threads = [of_thread(name) for name in names]
    ends = [max(when(each) for each in thread) for thread in threads]
    return [
        {**each, "TimeGenerated": (when(each) + (ends[0] - end)).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"}
        for thread, end in zip(threads, ends, strict=True)
        for each in thread
    ]


def when(row: Record) -> datetime:
    """The time of a row."""
    return datetime.fromisoformat(str(row["TimeGenerated"]).replace("Z", "+00:00"))


TWO = ending_at_once("sdk-csharp-3357", "sdk-c-2274", "middleware-freertos-234")


def test_errors_are_grouped_and_joined_with_their_entry(tmp_path: Path) -> None:
    found = read(tmp_path, TWO)
    assert (found.rows, found.devices, found.errors) == (len(TWO), 4, 25 + 22)
    assert [(each.device, each.code, each.times) for each in found.groups] == [
        ("dev007/$edgeAgent", "409002", 25),
        ("grow-0c02", "401003", 11),
        ("grow-0c02", "404104", 11),
    ]
    assert [[entry.code for entry in each.entries] for each in found.groups] == [
        ["hub-409002"], ["hub-401003"], ["hub-404104"]
    ]  # fmt: skip
    assert [each.finding.entry.code for each in found.patterns] == ["identity-shared", "token-renewed-by-reconnect"]
    assert found.exit_code == exit_codes.PROBLEM


def test_errors_that_a_harmless_pattern_explains_are_no_problem(tmp_path: Path) -> None:
    found = read(tmp_path, of_thread("middleware-freertos-234"))
    assert found.errors == 22 and found.problems == () and found.exit_code == exit_codes.HEALTHY
    assert render.answer(found).startswith("√ No problem found: The device reconnects every 65")


def test_another_error_of_such_a_device_is_one(tmp_path: Path) -> None:
    quota = record("2022-06-02T09:00:00.000Z", "grow-0c02", "DeviceTelemetry:ingress", "403002")
    found = read(tmp_path, [*of_thread("middleware-freertos-234"), quota])
    assert [each.code for each in found.problems] == ["403002"] and found.exit_code == exit_codes.PROBLEM


def test_healthy_rows(tmp_path: Path) -> None:
    found = read(tmp_path, steady().rows)
    assert (found.groups, found.patterns, found.exit_code) == ((), (), exit_codes.HEALTHY)
    assert render.answer(found) == "√ No error in 84 rows."


def test_one_device_or_a_pattern_of_devices(tmp_path: Path) -> None:
    assert {each.device for each in read(tmp_path, TWO, "grow-*").groups} == {"grow-0c02"}
    assert [each.finding.entry.code for each in read(tmp_path, TWO, "dev007/*").patterns] == ["identity-shared"]
    assert [(each.device, each.times) for each in read(tmp_path, TWO, "dev007").groups] == [("dev007/$edgeAgent", 25)]


def test_the_rows_of_the_device_are_counted_and_not_all_that_were_read(tmp_path: Path) -> None:
    healthy = [record(f"2022-06-02T09:0{minute}:00.000Z", "quiet-7", "deviceConnect") for minute in range(3)]
    rows = [*TWO, *healthy]
    found = read(tmp_path, rows, "quiet-7")
    assert (found.rows, found.devices, found.rows_read) == (3, 1, len(rows))
    assert (found.first, found.last) == tuple(when(each).timestamp() * 1000 for each in (healthy[0], healthy[-1]))
    assert found.exit_code == exit_codes.HEALTHY and render.answer(found) == "√ No error in 3 rows of quiet-7."
    assert list(render.lines(found))[1:3] == [
        "  3 rows of quiet-7 from 2022-06-02T09:00:00Z to 2022-06-02T09:02:00Z. A log can miss rows.",
        f"  Patterns were looked for in all {len(rows)} rows.",
    ]
    data = render.data(found)
    assert (data["device"], data["rows"], data["rowsRead"]) == ("quiet-7", 3, len(rows))


def test_a_device_without_any_row_is_not_called_healthy(tmp_path: Path) -> None:
    none = read(tmp_path, TWO, "another")
    assert (none.groups, none.patterns, none.rows, none.rows_read) == ((), (), 0, len(TWO))
    assert none.exit_code == exit_codes.UNDETERMINED
    assert render.answer(none) == f"? No row names another. {len(TWO)} rows of others were read."


def test_the_timeline_of_one_device(tmp_path: Path) -> None:
    found = read(tmp_path, TWO, "grow-0c02", timeline=True)
    assert found.timeline is not None and len(found.timeline.rows) == 33
    lines = list(render.lines(found))
    begins = lines.index("Timeline of grow-0c02:")
    first = min(str(each["TimeGenerated"]) for each in TWO if "grow-0c02" in str(each["properties_s"]))
    assert lines[begins + 1].startswith(f"  {first}")
    assert "+65" in lines[begins + 2].replace("+1.1 h", "+65") and "deviceDisconnect  401003" in lines[begins + 2]
    assert [each["operation"] for each in render.data(found)["timeline"][:2]] == ["deviceConnect", "deviceDisconnect"]


def test_a_device_without_rows_has_no_timeline(tmp_path: Path) -> None:
    assert read(tmp_path, TWO, "another", timeline=True).timeline is None


def test_rows_that_cannot_be_read_are_counted_and_the_first_is_told(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text("\n".join(json.dumps(each) for each in [*TWO[:3], {"a": 1}, {"TimeGenerated": "x"}]))
    found = log_errors.read_files([str(path)], _hear_nothing)
    assert (found.rows, found.unread.times) == (3, 2)
    assert f"{path}, line 4: it has no column TimeGenerated" in found.unread.first
    assert any("2 rows could not be read. First: " in line for line in render.lines(found))


def test_a_file_without_any_row_is_undetermined(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("name,value\na,1\n")
    found = log_errors.read_files([str(path)], _hear_nothing)
    assert found.exit_code == exit_codes.UNDETERMINED
    assert render.answer(found).startswith("? No row of a resource log was read. 1 row could not be read. First: ")
    assert "its columns: name, value" in render.answer(found)


def test_after_ctrl_c_what_was_read_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def rows(path: str):
        for each in TWO:
            yield tables.TableRow(tables.Place(path, "line", 1), each)
        raise KeyboardInterrupt

    monkeypatch.setattr(tables, "rows", rows)
    heard: list[object] = []
    found = log_errors.read_files(["x"], heard.append)
    assert heard == [ReadingInterrupted(len(TWO))]
    assert (found.exit_code, len(found.groups)) == (exit_codes.INTERRUPTED, 3)
    assert list(render.event_lines(ReadingInterrupted(3))) == [
        "Interrupted after 3 rows. The result covers these rows only."
    ]


def test_progress_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_errors, "PROGRESS", 100)
    path = tmp_path / "x.json"
    path.write_text("\n".join(json.dumps(each) for each in TWO))
    heard: list[RowsRead] = []
    log_errors.read_files([str(path)], heard.append)
    assert heard == [RowsRead(100)]
    assert list(render.event_lines(heard[0])) == ["Read 100 rows ..."]


def test_as_text(tmp_path: Path, golden: Callable[[str, str], None]) -> None:
    golden("log_errors_read.txt", "".join(f"{line}\n" for line in render.lines(read(tmp_path, TWO))))


def test_as_data(tmp_path: Path, golden: Callable[[str, str], None]) -> None:
    golden("log_errors_read.json", json.dumps(render.data(read(tmp_path, TWO)), indent=2, ensure_ascii=False) + "\n")


def test_as_a_table(tmp_path: Path) -> None:
    rows = render.table(render.data(read(tmp_path, TWO)))
    assert [(row["What"], row["Device"], row["Count"]) for row in rows] == [
        ("identity-shared", "dev007/$edgeAgent", 1),
        ("token-renewed-by-reconnect", "grow-0b30 and 2 more", 3),
        ("409002", "dev007/$edgeAgent", 25),
        ("401003", "grow-0c02", 11),
        ("404104", "grow-0c02", 11),
    ]
    assert render.table(render.data(read(tmp_path, steady().rows))) == [{"What": "√ No error in 84 rows."}]


@pytest.mark.parametrize("year", ["1969", "2040", "9999"])
def test_a_time_that_cannot_be_kept_is_said(tmp_path: Path, year: str) -> None:
    rows = [record(f"{year}-06-01T00:00:00.000Z", "d", "deviceConnect"), record("2026-11-30T00:00:00.000Z", "d", "x")]
    found = read(tmp_path, rows)
    assert (found.rows, found.unread.times) == (1, 1) and "between 1970 and 2039" in found.unread.first
