"""Tables of Log Analytics: what a query brings, and the rows of `AzureDiagnostics` that it reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

Cell = str | int | float | bool | None
LogRecord = Mapping[str, Any]


class Column(NamedTuple):
    """A column; `type` is the name of a type of KQL, such as string, long or datetime."""

    name: str
    type: str


class LogTable(NamedTuple):
    """The answer to a query. A time is text as ISO 8601, an array is its JSON text.

    `partial` says why rows are missing, in the words of the service. It is empty where the answer is whole.
    """

    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    partial: str = ""

    def records(self) -> Iterator[dict[str, Cell]]:
        """Each row by the names of its columns."""
        names = [column.name for column in self.columns]
        return (dict(zip(names, row)) for row in self.rows)
