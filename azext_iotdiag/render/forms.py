"""The forms in which a stream of messages is shown, one message at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from azext_iotdiag.model.event import ANNOTATIONS, APPLICATION, SYSTEM, Event, Payload
from azext_iotdiag.model.json_depth import TooDeep
from azext_iotdiag.model.values import json_of
from azext_iotdiag.render import tsv, yaml_text
from azext_iotdiag.render.event import json_line, lines, one_line, problems_of, time_text
from azext_iotdiag.render.json_text import Repeated, read
from azext_iotdiag.render.rows import Query, of_data
from azext_iotdiag.render.table import Table

Form = Callable[[Event, Payload], bytes]
_WIDTHS = {"Enqueued": 24, "Device": 16, "Partition": 9, "Sequence": 8}
_EXTRAS = {APPLICATION: "properties", SYSTEM: "system", ANNOTATIONS: "annotations"}


def form(
    name: str, *, shown: Collection[str] | None = None, query: Query | None = None, colour: Callable[[str], str] | None
) -> Form:
    """What makes of a message and its payload what goes to stdout: "text", "json", "yaml", "table", "tsv" or "none".

    `shown` names the properties that were asked for, None where none were asked for. With `query`, what the query
    makes of the message is shown, and nothing for null. `colour` paints what a person reads.
    """
    if name == "none":
        return lambda _event, _payload: b""
    if query is not None:
        made = _queried(of_data(name), query, shown or ())
    elif name == "json" and colour is None:
        return json_line if not shown else lambda event, payload: json_line(event, payload, shown)
    else:
        made = _OF_EVENTS[name](shown)
    paint = colour or str
    return lambda event, payload: paint(made(event, payload)).encode("utf-8", "backslashreplace")


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
        except (Repeated, TooDeep) as wrong:
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
        return table(row | extras | {"Payload": _told(event, payload)})

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
        return "\t".join([*map(tsv.value, known), body, *extras, *map(tsv.value, _odd(event, payload))]) + "\n"

    return made


def _extras(event: Event, shown: Collection[str] | None) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, mapping in ((APPLICATION, event.properties), (SYSTEM, event.system), (ANNOTATIONS, event.annotations)):
        if name in (shown or ()):
            yield name, mapping


def _odd(event: Event, payload: Payload) -> tuple[str, ...]:
    """What the body was and what is wrong, which only the rows of odd messages have, behind all other columns."""
    problems = problems_of(event, payload)
    return (event.body_type, "; ".join(problems)) if problems or event.body_type else ()


def _told(event: Event, payload: Payload) -> str:
    """The payload as the last cell of a row, with what else must be known of it behind."""
    told = _column(payload) if payload.form != "base64" else f"{payload.looks_like}, as base64: {payload.text}"
    more = [f"body: {event.body_type}"] if event.body_type else []
    more += [f"problem: {problem}" for problem in problems_of(event, payload)]
    return f"{told}  ({'; '.join(more)})" if more else told


def _column(payload: Payload) -> str:
    """The payload as one cell: JSON has line ends and tabs between its tokens only."""
    return one_line(payload.text).replace("\t", " ") if payload.form == "json" else payload.text


_OF_EVENTS = {"text": _text, "json": _json, "yaml": _yaml, "table": _table, "tsv": _tsv}
