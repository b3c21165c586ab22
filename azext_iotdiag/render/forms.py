"""The forms in which a stream of messages is shown, one message at a time, and `--query` in each of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from azext_iotdiag.model.event import ANNOTATIONS, APPLICATION, SYSTEM, Event, Payload
from azext_iotdiag.render import tsv, yaml_text
from azext_iotdiag.render.event import json_line, lines, one_line, time_text
from azext_iotdiag.render.json_text import Repeated, read, write
from azext_iotdiag.render.table import Table
from azext_iotdiag.render.values import json_of

Form = Callable[[Event, Payload], bytes]
_WIDTHS = {"Enqueued": 24, "Device": 16, "Partition": 9, "Sequence": 8}
_EXTRAS = {APPLICATION: "properties", SYSTEM: "system", ANNOTATIONS: "annotations"}


def form(
    name: str, *, shown: Collection[str] | None = None, query: Query | None = None, colour: Callable[[str], str] | None
) -> Form:
    """What makes of a message and its payload what goes to stdout: "text", "json", "yaml", "table", "tsv" or "none".

    `shown` names the properties that were asked for, None where nobody asked. With `query`, what the query makes of the
    message is shown, and nothing for null. `colour` paints what a person reads.
    """
    if name == "none":
        return lambda _event, _payload: b""
    if query is not None:
        made = _queried(_OF_DATA[name](), query, shown or ())
    elif name == "json" and colour is None:
        return json_line if not shown else lambda event, payload: json_line(event, payload, shown)
    else:
        made = _OF_EVENTS[name](shown)
    paint = colour or str
    return lambda event, payload: paint(made(event, payload)).encode("utf-8", "backslashreplace")


def rows(
    name: str, *, line: Callable[[Any], Any] = lambda row: row, query: Query | None, colour: Callable[[str], str] | None
) -> Callable[[dict[str, Any]], bytes]:
    """As `form`, for rows that are data already; `line` makes of one what a table or a person is shown."""
    if name == "none":
        return lambda _row: b""
    table = name in ("text", "table") and query is None
    show = _OF_DATA["table" if name == "text" else name]()
    paint = colour or str

    def made(row: dict[str, Any]) -> bytes:
        shown = query(write(row).encode(), show) if query is not None else show(line(row) if table else row)
        return paint(shown).encode("utf-8", "backslashreplace")

    return made


def of_data(
    name: str, search: Callable[[Any], Any] | None, colour: Callable[[str], str] | None
) -> Callable[[Any], bytes]:
    """The same for streams of other things than messages: of data, or what a query makes of it; nothing of null."""
    if name == "none":
        return lambda _data: b""
    show, paint = _OF_DATA[name](), colour or str

    def made(data: Any) -> bytes:
        found = data if search is None else search(data)
        return b"" if found is None else paint(show(found)).encode("utf-8", "backslashreplace")

    return made


class Query:
    """A query applied to one message after the other: `search` is az's. One that fails for a message gives null for it.

    `empty` counts the messages of which nothing was left, `problem` says why one failed first.
    """

    def __init__(self, search: Callable[[Any], Any]):
        self.empty = 0
        self.problem = ""
        self._search = search

    def __call__(self, line: bytes, show: Callable[[Any], str]) -> str:
        """What `show` makes of what the query makes of a message, which is given as JSON; nothing of null."""
        try:
            found = self._search(read(line))
            shown = "" if found is None else show(found)
        except RecursionError:
            return self._failed("the message is nested too deeply")
        except (ValueError, TypeError, ArithmeticError) as wrong:  # JMESPath's own, and what its functions let through
            return self._failed(" ".join(str(wrong).split()))
        self.empty += found is None
        return shown

    def _failed(self, why: str) -> str:
        self.problem = self.problem or why
        self.empty += 1
        return ""


def _queried(show: Callable[[Any], str], query: Query, shown: Collection[str]) -> Callable[[Event, Payload], str]:
    return lambda event, payload: query(json_line(event, payload, shown), show)


# without a query: what is made of an event


def _text(shown: Collection[str] | None) -> Callable[[Event, Payload], str]:
    return lambda event, payload: "".join(f"{line}\n" for line in lines(event, payload, shown))


def _json(shown: Collection[str] | None) -> Callable[[Event, Payload], str]:
    return lambda event, payload: json_line(event, payload, shown or ()).decode()


def _yaml(shown: Collection[str] | None) -> Callable[[Event, Payload], str]:
    def made(event: Event, payload: Payload) -> str:
        try:
            return yaml_text.document(read(json_line(event, payload, shown or ()), repeated=False))
        except (Repeated, RecursionError) as wrong:
            why = "with a key that occurs twice" if isinstance(wrong, Repeated) else "that is nested very deeply"
            as_text = Payload("text", payload.text, f"JSON {why}", payload.problem)
            return yaml_text.document(read(json_line(event, as_text, shown or ())))

    return made


def _table(shown: Collection[str] | None) -> Callable[[Event, Payload], str]:
    table = Table(_WIDTHS)

    def made(event: Event, payload: Payload) -> str:
        extras = {_EXTRAS[name].title(): json_of(value) for name, value in _extras(event, shown)}
        row = {
            "Enqueued": time_text(event.enqueued),
            "Device": "/".join(filter(None, (event.device, event.module))),
            "Component": event.component,
            "Partition": event.partition,
            "Sequence": str(event.sequence),
        }
        return table(row | extras | {"Payload": _told(payload)})

    return made


def _tsv(shown: Collection[str] | None) -> Callable[[Event, Payload], str]:
    def made(event: Event, payload: Payload) -> str:
        content_type = event.system.get("content-type")
        known = (
            time_text(event.enqueued), event.device, event.module, event.component, event.partition, event.sequence,
            read(json_of(content_type)), payload.form,
        )  # fmt: skip
        body = _column(payload) if payload.form == "json" else tsv.value(payload.text)
        extras = [json_of(value) for _, value in _extras(event, shown)]
        return "\t".join([*map(tsv.value, known), body, *extras]) + "\n"

    return made


def _extras(event: Event, shown: Collection[str] | None) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, mapping in ((APPLICATION, event.properties), (SYSTEM, event.system), (ANNOTATIONS, event.annotations)):
        if name in (shown or ()):
            yield name, mapping


def _told(payload: Payload) -> str:
    return _column(payload) if payload.form != "base64" else f"{payload.looks_like}, as base64: {payload.text}"


def _column(payload: Payload) -> str:
    """The payload as one cell: JSON has line ends and tabs between its tokens only."""
    return one_line(payload.text).replace("\t", " ") if payload.form == "json" else payload.text


_OF_EVENTS = {"text": _text, "json": _json, "yaml": _yaml, "table": _table, "tsv": _tsv}


# with a query: what is made of its result


def _rows(found: Any) -> list[Any]:
    """The rows that az makes of a result: a list of objects or of lists is one row each, anything else is one row."""
    nested = isinstance(found, list) and found and all(isinstance(part, (dict, list)) for part in found)
    return found if nested else [found]


def _table_of_data() -> Callable[[Any], str]:
    table = Table()

    def made(found: Any) -> str:
        rows = []
        for row in _rows(found):
            if isinstance(row, dict):
                titled = {name[:1].upper() + name[1:]: value for name, value in row.items()}
                rows.append(titled if len(titled) == len(row) else row)
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
