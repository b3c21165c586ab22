"""What a query of a resource log brought, as text for a person, as data, and as rows of a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from azext_iotdiag.model.counts import counted
from azext_iotdiag.model.finding import Finding
from azext_iotdiag.model.log_query import QueryAnswer
from azext_iotdiag.model.timestamps import written
from azext_iotdiag.render.commands import of_service
from azext_iotdiag.render.event import printable

VERSION = 1
SHOWN = 50  # rows; JSON has all
_WIDEST = 60  # characters of a cell; JSON has all
_NUMBERS = ("long", "int", "real", "decimal")


def answer(found: QueryAnswer) -> str:
    """The result in one line."""
    if found.listed:
        return f"{counted(len(found.listed), 'saved query', 'saved queries')}."
    if found.failure is not None:
        return printable(f"? The query was not answered: {_why(found.failure)}.")
    what = found.saved or "your query"
    span = f"of {found.hub} from {written(found.since)} to {written(found.until)}"
    if not found.table.rows:
        return printable(f"! {what}: no row {span}.")
    part = " Not all rows came." if found.table.partial else ""
    return printable(f"√ {what}: {counted(len(found.table.rows), 'row')} {span}.{part}")


def lines(found: QueryAnswer) -> Iterator[str]:
    """The result for a person."""
    if found.listed:
        yield from _list(found)
        return
    yield answer(found)
    if found.failure is not None:
        yield from _failure(found)
        return
    if found.table.partial:
        yield printable(f"  Log Analytics did not give all rows: {found.table.partial}")
    if not found.table.rows:
        yield from _nothing(found)
        return
    yield ""
    yield from _table(found)
    if len(found.table.rows) > SHOWN:
        yield f"  and {counted(len(found.table.rows) - SHOWN, 'more row')}: -o json shows them."


def _why(failure: Finding) -> str:
    """The service's own code and words, where it said any."""
    words = [str(failure.evidence[name]) for name in ("condition", "description") if failure.evidence.get(name)]
    return ": ".join(words).rstrip(".") if failure.evidence.get("condition") else failure.message


def _list(found: QueryAnswer) -> Iterator[str]:
    yield answer(found)
    for each in found.listed:
        takes = "; ".join(f"{name} ({type_})" for name, type_ in each.parameters.items())
        yield f"  {each.name}: {each.title}." + (f" Parameters: {takes}." if takes else "")
    yield "  Run one: az iot diag logs query --hub-name HUB --saved NAME"


def _failure(found: QueryAnswer) -> Iterator[str]:
    known = of_service(found.hub, found.of_dps)
    if found.failure is not None:
        entry = found.failure.entry
        yield f"  {entry.title} [{entry.code}]"
        for cause in entry.causes:
            yield f"  · {cause.why}"
            yield from (printable(f"    → {known.filled(step)}") for step in cause.mitigation)


def _nothing(found: QueryAnswer) -> Iterator[str]:
    known = of_service(found.hub, found.of_dps)
    yield "  Nothing in this time fits the query; or the rows are not there yet, because they arrive 3 to 10 min late."
    yield printable(f"  → See whether rows arrive at all: {known.filled('`az iot diag logs status --hub-name HUB`')}")


def _table(found: QueryAnswer) -> Iterator[str]:
    columns = found.table.columns
    cells = [
        [_cell(value, column.type) for value, column in zip(row, columns, strict=True)]
        for row in found.table.rows[:SHOWN]
    ]
    widths = [max([len(column.name), *(len(row[at]) for row in cells)]) for at, column in enumerate(columns)]
    yield _line([column.name for column in columns], widths, [False] * len(columns))
    for row in cells:
        yield _line(row, widths, [column.type in _NUMBERS for column in columns])


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    padded = (
        f"{cell:>{width}}" if number else f"{cell:<{width}}"
        for cell, width, number in zip(cells, widths, right, strict=True)
    )
    return printable("  " + "  ".join(padded).rstrip())


def _cell(value: Any, type_: str) -> str:
    """A value for a person: a time to the second, and no cell wider than a terminal can take."""
    text = "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
    text = f"{text[:19]}Z" if type_ == "datetime" and len(text) > 19 else text
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"


def data(found: QueryAnswer) -> dict[str, Any]:
    """The result as data, of a schema that only grows."""
    if found.listed:
        each = [{"name": one.name, "title": one.title, "parameters": dict(one.parameters)} for one in found.listed]
        return {"version": VERSION, "answer": answer(found), "queries": each}
    failure = found.failure
    return {
        "version": VERSION,
        "answer": answer(found),
        "hub": found.hub,
        "saved": found.saved or None,
        "since": written(found.since),
        "until": written(found.until),
        "columns": [column._asdict() for column in found.table.columns],
        "rows": list(found.table.records()),
        "partial": found.table.partial or None,
        "failure": failure.entry.code if failure is not None else None,
    }


def table(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of `-o table`: those of the query, or the saved queries. Without any, the answer."""
    if "queries" in result:
        return [
            {"Name": each["name"], "Title": each["title"], "Parameters": ", ".join(each["parameters"])}
            for each in result["queries"]
        ]
    rows: list[dict[str, Any]] = result["rows"]
    return rows or [{"Answer": result["answer"]}]
