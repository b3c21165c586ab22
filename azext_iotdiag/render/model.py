"""A device model as a tree, and what is wrong in it, for people."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from azext_iotdiag.model.counts import counted
from azext_iotdiag.model.finding import Finding, Severity
from azext_iotdiag.render.event import printable
from azext_iotdiag.render.validation import MARKS, NAMES

_LISTED = 6  # values of an enum that a line shows


def tree(outline: Mapping[str, Any]) -> Iterator[str]:
    """The lines for a model, given as `payload.outline` gives it."""
    name = f"{outline['displayName']}  " if outline["displayName"] else ""
    yield printable(f"{name}{outline['id']}  (DTDL {outline['dtdl']})")
    yield from (printable(line) for line in _interface(outline, ""))


def errors(found: Iterable[Finding]) -> int:
    """How many issues are errors."""
    return sum(each.severity is Severity.FAIL for each in found)


def answer(found: Collection[Finding]) -> str:
    """The verdict on a model that has these issues."""
    if not found:
        return "√ No issue found in the model."
    return f"{'×' if errors(found) else '!'} {_tally(len(found), errors(found))}."


def issues(found: Collection[Finding], left: Iterable[str] = ()) -> Iterator[str]:
    """The verdict, a line for each issue of a model, and what was not checked."""
    yield answer(found)
    for each in found:
        yield printable(f"{MARKS[each.severity]} {each.path}: {each.message} [{each.entry.code}]")
    yield from unchecked(left)


def unchecked(left: Iterable[str]) -> Iterator[str]:
    """The lines about what was not checked in a model."""
    yield from (printable(f"Not checked: {each}.") for each in left)


def issues_data(found: Iterable[Finding]) -> list[dict[str, Any]]:
    """The issues of a model as data."""
    return [
        {"severity": NAMES[each.severity], "code": each.entry.code, "where": each.path, "message": each.message}
        for each in found
    ]


def issues_table(data: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows of `-o table` and `-o tsv`: the verdict, and each issue."""
    wrong = sum(each["severity"] == NAMES[Severity.FAIL] for each in data)
    said = _tally(len(data), wrong) if data else "No issue found"
    first = {"Severity": "verdict", "Code": "broken" if wrong else "healthy", "Where": "", "Message": f"{said}."}
    rows = [{name.title(): each[name] for name in ("severity", "code", "where", "message")} for each in data]
    return [first, *rows]


def hint(found: Collection[Finding]) -> Iterator[str]:
    """The line that says of a model that is shown where its issues are told, if it has some."""
    if found:
        yield f"{counted(len(found), 'issue')} in this model; `template lint` lists what is wrong or odd in it."


def _tally(count: int, wrong: int) -> str:
    return f"{counted(count, 'issue')}, {counted(wrong, 'error')}"


def inferred(messages: int, unread: int, fields: bool, notes: Iterable[str]) -> Iterator[str]:
    """What messages a model was made of, and what could not be told."""
    if not fields:
        yield f"{messages} messages, and no field in any of them."
    yield f"{messages} messages{f', {unread} of which could not be read' if unread else ''}."
    yield from (f"! {note}" for note in notes)


def next_steps(document: Any, added: Collection[str] | None) -> Iterator[str]:
    """What to do with a model: the commands of azure-iot that publish it and give it to devices.

    `added` are the names that a given model lacked, None where there was none.
    """
    root = document[0] if isinstance(document, list) else document
    identifier = root.get("@id", root.get("id"))
    if added is not None:
        yield f"Added: {', '.join(added) or 'nothing, the model has all fields that came'}."
        if not added:
            return
    yield "Check names, types and units, and save it as model.json. For IoT Central, publish it as a template:"
    yield (
        f'  `az iot central device-template create --app-id APP --dtid "{identifier}" --content template.json` '
        "(needs the azure-iot extension)"
    )
    yield "where template.json has the interface as its capabilityModel. Then give it to each device:"
    yield (
        f'  `az iot central device update --app-id APP --device-id DEVICE --template "{identifier}"` '
        "(needs the azure-iot extension)"
    )


def _interface(interface: Mapping[str, Any], indent: str) -> Iterator[str]:
    rows = list(interface["contents"])
    wide = max((len(each["name"]) for each in rows), default=0)
    parts: list[tuple[str, list[str]]] = []
    for each in rows:
        kind = each["kind"] + (" (writable)" if each.get("writable") else "")
        schema, below = _schema(each.get("schema"))
        origin = f"  from {each['from']}" if "from" in each else ""
        parts.append((f"{each['name']:<{wide}}  {kind}  {schema}{origin}".rstrip(), below))
    for key, word in (("components", "component"), ("modules", "module"), ("instances", "instance")):
        for name, inner in interface.get(key, {}).items():
            parts.append((f"{name}  {word}  {inner['id']}", list(_interface(inner, ""))))
    yield from _branches(parts, indent)


def _branches(parts: list[tuple[str, list[str]]], indent: str) -> Iterator[str]:
    for number, (line, below) in enumerate(parts, start=1):
        last = number == len(parts)
        yield f"{indent}{'└' if last else '├'}─ {line}"
        yield from (f"{indent}{' ' if last else '│'}  {each}" for each in below)


def _schema(schema: Any) -> tuple[str, list[str]]:
    """A schema in a few words, and the lines below it for the fields of an object."""
    if schema is None or isinstance(schema, str):
        return schema or "", []
    if "enum" in schema:
        values = [f"{value} ({name})" if str(value) != name else name for name, value in schema["enum"].items()]
        return f"one of {', '.join(values[:_LISTED])}" + (" …" if len(values) > _LISTED else ""), []
    if "object" in schema:
        parts = []
        for name, inner in schema["object"].items():
            words, below = _schema(inner)
            parts.append((f"{name}  {words}", below))
        return "object", list(_branches(parts, ""))
    kind = "array" if "array" in schema else "map"
    words, below = _schema(schema[kind])
    return f"{kind} of {words}", below


def beyond_kql(what: Iterable[str]) -> Iterator[str]:
    """What a query cannot judge of a model."""
    for each in what:
        yield printable(f"! The query does not judge {each}.")
