"""Rows of tables in every form in which Azure exports them, and what is no row."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from azext_iotdiag.streams import tables
from tests.streams.avro_files import CAPTURE, captured, written

ROWS = [{"a": "1", "b": "x"}, {"a": "2", "b": 'with "quotes", and\na line end'}]
CSV = 'a,b\r\n1,x\r\n2,"with ""quotes"", and\na line end"\r\n'
TABLE = {"name": "PrimaryResult", "columns": [{"name": "a", "type": "string"}, {"name": "b", "type": "string"}],
         "rows": [list(each.values()) for each in ROWS]}  # fmt: skip
FORMS: dict[str, bytes] = {
    "CSV": CSV.encode(),
    "CSV with a byte order mark": b"\xef\xbb\xbf" + CSV.encode(),
    "CSV as PowerShell writes it": CSV.encode("utf-16"),
    "CSV as a spreadsheet writes it": CSV.replace("a,b", "a;b").replace("1,x", "1;x").replace("2,", "2;").encode(),
    "CSV in gzip": gzip.compress(CSV.encode()),
    "lines of JSON": b"".join(json.dumps(each).encode() + b"\n" for each in ROWS),
    "an array": json.dumps(ROWS).encode(),
    "an array with a byte order mark": b"\xef\xbb\xbf" + json.dumps(ROWS, indent=1).encode(),
    "records of an archive": b"".join(json.dumps({"records": [each]}).encode() + b"\n" for each in ROWS),
    "an answer to a query": json.dumps({"tables": [TABLE]}, indent=2).encode(),
    "an answer on one line": json.dumps({"tables": [TABLE]}).encode(),
    "an archive in Event Hubs": written(CAPTURE, [captured(json.dumps({"records": ROWS}).encode())]),
}


def read(folder: Path, data: bytes) -> list[Any]:
    (folder / "x").write_bytes(data)
    return list(tables.rows(str(folder / "x")))


@pytest.mark.parametrize("form", FORMS)
def test_forms(tmp_path: Path, form: str) -> None:
    assert [each.row for each in read(tmp_path, FORMS[form])] == ROWS


@pytest.mark.parametrize("before", ["\n\n", "sep=;\n", '"sep=;"\r\n\r\n', "\ufeffSEP=;\n"])
def test_lines_before_the_names_of_the_columns_are_passed_over(tmp_path: Path, before: str) -> None:
    found = read(tmp_path, f"{before}a;b\n1;2\n3\n".encode())
    lines = before.count("\n")
    assert [(each.place.number, getattr(each, "row", None)) for each in found] == [
        (lines + 2, {"a": "1", "b": "2"}), (lines + 3, None),
    ]  # fmt: skip


def test_the_place_of_a_row_is_its_line(tmp_path: Path) -> None:
    assert [each.place.number for each in read(tmp_path, b"a,b\n1,2\n3,4\n")] == [2, 3]


DAMAGED = {
    "nothing": (b"", "the file is empty"),
    "blank lines alone": (b"\n \n", "it holds blank lines alone"),
    "a first line without an end": (b'"' + b"x" * (tables.LONGEST_CELL + 9), "it is longer than 16 million characters"),
    "a row that is too short": (b"a,b\n1\n", "it has 1 cells, and the first line has 2"),
    "JSON that is no object": (b"[1]", "it is no JSON object"),
    "half of a record": (b'{"a": 1}\n{"a": ', "it is no JSON"),
    "a table without columns": (b'{"tables": [{"rows": [[1]]}]}', "has no columns"),
    "half of a gzip": (gzip.compress(CSV.encode() * 99)[:-20], "cannot be read on"),
    "a cell without an end": (b'a,b\n1,"' + b"x" * (tables.LONGEST_CELL + 9), "field larger"),
}


@pytest.mark.parametrize("form", DAMAGED)
def test_what_is_no_row_is_said(tmp_path: Path, form: str) -> None:
    data, why = DAMAGED[form]
    damaged = [each for each in read(tmp_path, data) if isinstance(each, tables.Damaged)]
    assert len(damaged) == 1 and why in damaged[0].why


def test_rows_behind_a_broken_one_are_read(tmp_path: Path) -> None:
    found = read(tmp_path, b"a,b\n1,2\n3\n5,6\n")
    assert [each.row for each in found if isinstance(each, tables.TableRow)] == [
        {"a": "1", "b": "2"},
        {"a": "5", "b": "6"},
    ]


def test_how_far_it_is_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(CSV.encode() * 4000)
    told: list[int] = []
    list(tables.rows(str(tmp_path / "x"), told.append))
    assert told == sorted(told) and told[-1] == len(CSV.encode()) * 4000


def test_what_is_no_text_is_replaced(tmp_path: Path) -> None:
    (found,) = read(tmp_path, b"a,b\n1,\xff\n")
    assert found.row == {"a": "1", "b": "\ufffd"}
