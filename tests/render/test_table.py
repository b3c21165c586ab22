"""Rows whose columns line up although nobody knows what comes."""

from __future__ import annotations

from azext_iotdiag.render.json_text import read
from azext_iotdiag.render.table import WIDEST, Table


def told(table: Table, *rows) -> list[str]:
    return "".join(map(table, rows)).split("\n")[:-1]


def test_the_header_stands_once_and_columns_line_up() -> None:
    rows = ({"A": "1", "B": "x", "C": "end"}, {"A": "22", "B": None, "C": "a longer end"})
    assert told(Table({"A": 4, "D": 9}), *rows) == [
        "A     B  C", "----  -  -", "1     x  end", "22       a longer end"
    ]  # fmt: skip


def test_a_column_grows_and_nothing_is_cut_off() -> None:
    rows = ({"A": "1", "B": "2"}, {"A": "333333", "B": "4"}, {"A": "5", "B": "6"})
    assert told(Table(), *rows)[2:] == ["1  2", "333333  4", "5       6"]
    long = "x" * (WIDEST + 10)
    lines = told(Table(), {"A": long, "B": "1"}, {"A": "2", "B": "3"})
    assert lines[2:] == [f"{long}  1", f"{'2':{WIDEST}}  3"]


def test_other_columns_get_a_header_of_their_own() -> None:
    assert told(Table(), {"A": 1}, {"B": 2, "C": 3}, {"B": 4, "C": 5}) == [
        "A", "-", "1", "", "B  C", "-  -", "2  3", "4  5"
    ]  # fmt: skip


def test_values() -> None:
    row = read('{"a": null, "b": true, "c": 21.50, "d": {"e": [1]}, "f": "x\\ny", "g\\u001b": ""}')
    assert told(Table(), row)[::2] == ["a  b     c      d          f     g\\x1b", '   true  21.50  {"e":[1]}  x\\ny']
