"""A device model as a tree, and what is wrong in it, for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from azext_iotdiag.model.finding import Finding
from azext_iotdiag.render.event import printable
from azext_iotdiag.render.validation import MARKS, NAMES

_LISTED = 6  # values of an enum that a line shows


def tree(outline: Mapping[str, Any]) -> Iterator[str]:
    """The lines for a model, given as `payload.outline` gives it."""
    name = f"{outline['displayName']}  " if outline["displayName"] else ""
    yield printable(f"{name}{outline['id']}  (DTDL {outline['dtdl']})")
    yield from (printable(line) for line in _interface(outline, ""))


def issues(found: Iterable[Finding]) -> Iterator[str]:
    """A line for each issue of a model."""
    for each in found:
        yield printable(f"{MARKS[each.severity]} {each.path}: {each.message} [{each.entry.code}]")


def issues_data(found: Iterable[Finding]) -> list[dict[str, Any]]:
    """The issues of a model as data."""
    return [
        {"severity": NAMES[each.severity], "code": each.entry.code, "where": each.path, "message": each.message}
        for each in found
    ]


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
