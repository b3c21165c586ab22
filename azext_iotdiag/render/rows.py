"""The forms of a stream of other things than messages, one thing at a time; and `--query` in any form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from azext_iotdiag.render import summary, tsv, yaml_text
from azext_iotdiag.render.json_text import read, write
from azext_iotdiag.render.table import Table

Paint = Callable[[str], str]


class View(NamedTuple):
    """How things of one kind are shown.

    `json` makes a JSON object and a line end, which is what a query and YAML are given, too. `row` makes a row of a
    table, with the names of its columns. `columns` makes the values of a row of tsv, which has no header: always as
    many, and each in its place. `text` makes a line for a person; without it, a person is shown the table. `widths` are
    where columns of the table begin, by their names.
    """

    json: Callable[[Any], bytes]
    row: Callable[[Any], Mapping[str, Any]]
    columns: Callable[[Any], Iterable[Any]]
    text: Callable[[Any], str] | None = None
    widths: Mapping[str, int] | None = None


def view_of_data(
    row: Callable[[Any], Mapping[str, Any]] | None = None,
    text: Callable[[Any], str] | None = None,
    widths: Mapping[str, int] | None = None,
) -> View:
    """The view of things that are data already: mappings, each of which can be written as JSON."""
    return View(lambda thing: f"{write(thing)}\n".encode("utf-8", "backslashreplace"), row or _titled,
                lambda thing: thing.values(), text, widths)  # fmt: skip


class Query:
    """A query applied to one thing after the other: `search` is az's. One that fails for a thing gives null for it.

    `asked` counts the things, `empty` those of which nothing was left; `problem` says why one failed first.
    """

    def __init__(self, search: Callable[[Any], Any]):
        self.asked = self.empty = 0
        self.problem = ""
        self._search = search

    def __call__(self, line: bytes, show: Callable[[Any], str]) -> str:
        """What `show` makes of what the query makes of a thing, which is given as JSON; nothing of null."""
        self.asked += 1
        try:
            found = self._search(read(line))
            shown = "" if found is None else show(found)
        except RecursionError:
            return self._failed("what the query makes of it is nested too deep")
        except (ValueError, TypeError, ArithmeticError) as wrong:  # JMESPath's own, and what its functions let through
            return self._failed(" ".join(str(wrong).split()))
        self.empty += found is None
        return shown

    def _failed(self, why: str) -> str:
        self.problem = self.problem or why
        self.empty += 1
        return ""


def left(query: Query | None, noun: str) -> Iterator[str]:
    """The lines about things of which a query left nothing; `noun` is what they are called."""
    if query is not None:
        yield from summary.queried(query.empty, query.asked, query.problem, noun)


def form(name: str, view: View, *, query: Query | None = None, colour: Paint | None = None) -> Callable[[Any], bytes]:
    """What makes of a thing what goes to stdout: "text", "json", "yaml", "table", "tsv" or "none".

    With `query`, what the query makes of the thing is shown, and nothing for null. `colour` paints what a person reads.
    """
    if name == "none":
        return lambda _thing: b""
    if name in ("json", "yaml") or query is not None:
        made = of_json(name, query=query, colour=colour)
        return lambda thing: made(view.json(thing))
    show = _shown(name, view)
    return lambda thing: show(thing).encode("utf-8", "backslashreplace")


def of_json(name: str, *, query: Query | None = None, colour: Paint | None = None) -> Callable[[bytes], bytes]:
    """The same for an object that is given as JSON. Without a query, a table, tsv and a person are shown none of it."""
    if name == "none" or (query is None and name not in ("json", "yaml")):
        return lambda _line: b""
    if query is None and name == "json" and colour is None:
        return lambda line: line
    show, paint = of_data("table" if name == "text" else name), colour or str

    def made(line: bytes) -> bytes:
        shown = show(read(line)) if query is None else query(line, show)
        return paint(shown).encode("utf-8", "backslashreplace")

    return made


def of_data(name: str) -> Callable[[Any], str]:
    """What shows data, such as what a query has found, as "json", "yaml", "table" or "tsv"."""
    return _OF_DATA[name]()


def _shown(name: str, view: View) -> Callable[[Any], str]:
    if name == "tsv":
        return lambda thing: tsv.line(view.columns(thing))
    if name == "text" and view.text is not None:
        text = view.text
        return lambda thing: f"{text(thing)}\n"
    table = Table(view.widths)
    return lambda thing: table(view.row(thing))


def _rows(found: Any) -> list[Any]:
    """The rows that az makes of a result: a list of objects or of lists is one row each, anything else is one row."""
    nested = isinstance(found, list) and found and all(isinstance(part, (dict, list)) for part in found)
    return found if nested else [found]


def _titled(row: Mapping[str, Any]) -> Mapping[str, Any]:
    titled = {name[:1].upper() + name[1:]: value for name, value in row.items()}
    return titled if len(titled) == len(row) else row


def _table_of_data() -> Callable[[Any], str]:
    table = Table()

    def made(found: Any) -> str:
        rows = []
        for row in _rows(found):
            if isinstance(row, dict):
                rows.append(_titled(row))
            elif isinstance(row, list):
                rows.append({f"Column{number}": value for number, value in enumerate(row, start=1)})
            else:
                rows.append({"Result": row})
        return "".join(table(row) for row in rows if row)

    return made


def _tsv_of_data() -> Callable[[Any], str]:
    def made(found: Any) -> str:
        rows = (row.values() if isinstance(row, dict) else row if isinstance(row, list) else [row]
                for row in _rows(found))  # fmt: skip
        return "".join(map(tsv.line, rows))

    return made


_OF_DATA: dict[str, Callable[[], Callable[[Any], str]]] = {
    "json": lambda: lambda found: f"{write(found)}\n",
    "yaml": lambda: yaml_text.document,
    "table": _table_of_data,
    "tsv": _tsv_of_data,
}
