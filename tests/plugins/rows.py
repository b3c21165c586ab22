"""A whole table as one test, where a row takes less time than pytest takes for a test. Each row that fails is named."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable
from typing import Any

import pytest

Test = Callable[..., None]


def all_rows(
    names: str | tuple[str, ...], rows: Iterable[Any], *, ids: Callable[[Any], str] = repr
) -> Callable[[Test], Test]:
    """Takes names and rows as `pytest.mark.parametrize` does. The rows share the fixtures of the test.

    Args:
        names: the parameter that takes a row, or several that take its parts.
        rows: the table.
        ids: what a failure calls a row.
    """
    table = list(rows)

    def decorate(test: Test) -> Test:
        taken = (names,) if isinstance(names, str) else names

        @functools.wraps(test)
        def whole(**fixtures: Any) -> None:
            assert table, "the table is empty"
            wrong: list[tuple[str, BaseException]] = []
            for row in table:
                parts = (row,) if isinstance(names, str) else row
                try:
                    test(**fixtures, **dict(zip(taken, parts, strict=True)))
                except (Exception, pytest.fail.Exception) as failed:
                    wrong.append((ids(row), failed))
            if wrong:
                told = [f"{name}: {type(failed).__name__}: {failed}" for name, failed in wrong]
                raise AssertionError("\n\n".join((f"{len(wrong)} of {len(table)} rows:", *told))) from wrong[0][1]

        left = [each for name, each in inspect.signature(test).parameters.items() if name not in taken]
        whole.__signature__ = inspect.Signature(left)  # type: ignore[attr-defined]
        return whole

    return decorate
