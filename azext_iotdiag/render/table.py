"""Rows of a stream as a table: the header once, columns that line up although it is not known what comes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from azext_iotdiag.render.event import printable
from azext_iotdiag.render.json_text import write

WIDEST = 48  # of a column that has grown; what is longer still juts out of its own row alone


class Table:
    """Makes lines of rows. Nothing is cut off: a column grows for good with the first value that needs it.

    `widths` are where columns of these names begin; the last column is as wide as it likes. Rows with other columns
    than those before get a header of their own.
    """

    def __init__(self, widths: Mapping[str, int] | None = None):
        self._start = widths or {}
        self._names: tuple[str, ...] = ()
        self._widths: list[int] = []

    def __call__(self, row: Mapping[str, Any]) -> str:
        """The lines for one row, its header before it where that is new. Each ends with a line end."""
        names = tuple(row)
        cells = [cell(value) for value in row.values()]
        lines = []
        if names != self._names:
            lines += [""] if self._names else []
            self._names = names
            self._widths = [max(len(name), self._start.get(name, 0)) for name in names]
            self._fit(cells)
            lines += [self._line([printable(name) for name in names]), self._line(["-" * w for w in self._widths])]
        self._fit(cells)
        return "".join(f"{line}\n" for line in [*lines, self._line(cells)])

    def _fit(self, cells: Sequence[str]) -> None:
        self._widths = [max(width, min(len(text), WIDEST)) for width, text in zip(self._widths, cells)]
        self._widths[-1:] = [len(self._names[-1])]

    def _line(self, cells: Sequence[str]) -> str:
        padded = [f"{text:{width}}" for text, width in zip(cells[:-1], self._widths)]
        return "  ".join([*padded, cells[-1]]).rstrip()


def cell(value: Any) -> str:
    """A value in a table: nothing for null, text without what would steer a terminal, all else as JSON."""
    if value is None:
        return ""
    return printable(value if isinstance(value, str) else write(value))
