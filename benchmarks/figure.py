"""A figure that was measured, and the bar that it must meet."""

from __future__ import annotations

from typing import NamedTuple


class Figure(NamedTuple):
    """`ours` and `other` are what was measured, as it is shown; `value` is what is held against `bar`, where one is.

    A value that is `more` must be at least the bar, any other at most. A figure without a bar is for orientation.
    """

    what: str
    ours: str
    other: str
    value: float
    bar: float | None = None
    more: bool = False

    @property
    def met(self) -> bool:
        """Whether the value meets its bar."""
        if self.bar is None:
            return True
        return self.value >= self.bar if self.more else self.value <= self.bar

    def cells(self) -> tuple[str, ...]:
        """A row of the table."""
        if self.bar is None:
            return self.what, self.ours, self.other, f"{self.value:.3g}", "", ""
        bar = f"{'>=' if self.more else '<='} {self.bar:g}"
        return self.what, self.ours, self.other, f"{self.value:.4g}", bar, "met" if self.met else "MISSED"

    def data(self) -> dict[str, object]:
        """The figure as JSON data."""
        return {**self._asdict(), "met": self.met}
