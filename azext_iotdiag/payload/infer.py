"""A first model from observed messages, or a new version of a given one with what it lacks."""

from __future__ import annotations

import copy
import re
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from typing import Any

from azext_iotdiag.payload import terms
from azext_iotdiag.payload.rules import KINDS, TERMS, Compiler
from azext_iotdiag.payload.schema import Document
from azext_iotdiag.payload.suggest import nearest
from azext_iotdiag.payload.violations import Rule

CONTEXT, CENTRAL = "dtmi:dtdl:context;2", "dtmi:iotcentral:context;2"
_LEVELS = 5  # of schemas within schemas, in DTDL 2
_FIELDS = 30  # of an Object, in DTDL 2: an object with more different keys is taken for a map
_TEXTS = tuple(kind.term for kind in KINDS if kind.inferred_from == "text")
_PLACES = tuple(kind.term for kind in KINDS if kind.inferred_from == "object")
_OF_CENTRAL = frozenset(kind.term for kind in KINDS if kind.of_central)
_LOCAL_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?")
_LISTED = 8  # names in a note
_COMPILER = Compiler({})
_RULES: dict[str, Rule] = {term: _COMPILER.rule(TERMS[term].schema(term)) for term in (*_TEXTS, *_PLACES)}


@dataclass
class ValueShape:
    """What was seen of the values at one place."""

    kinds: dict[str, int] = field(default_factory=dict)
    low: int = 0
    high: int = 0
    local: int = 0  # texts that are times without an offset from UTC
    fits: set[str] = field(default_factory=lambda: {*_TEXTS, *_PLACES})
    fields: dict[str, ValueShape] = field(default_factory=dict)
    element: ValueShape | None = None

    def add(self, value: Any, level: int = 0) -> None:
        """See one more value."""
        kind = _kind(value)
        self.kinds[kind] = self.kinds.get(kind, 0) + 1
        if kind in ("text", "object"):
            self.fits = {each for each in self.fits if not _RULES[each](value)}
        if kind == "text" and not self.fits:
            self.local += bool(_LOCAL_TIME.fullmatch(value))
        if kind == "whole":
            self.low, self.high = min(self.low, value), max(self.high, value)
        if level >= _LEVELS:
            return
        if kind == "object":
            for name, each in value.items():
                if name in self.fields or len(self.fields) < 10 * _FIELDS:
                    self.fields.setdefault(name, ValueShape()).add(each, level + 1)
        elif kind == "array":
            self.element = self.element or ValueShape()
            for each in value:
                self.element.add(each, level + 1)

    def merged(self) -> ValueShape:
        """What was seen of the values of all fields together."""
        whole = ValueShape()
        for each in self.fields.values():
            whole.join(each)
        return whole

    def join(self, other: ValueShape) -> None:
        """Count what was seen at another place as if it had been seen here."""
        for kind, count in other.kinds.items():
            self.kinds[kind] = self.kinds.get(kind, 0) + count
        self.low, self.high = min(self.low, other.low), max(self.high, other.high)
        self.fits &= other.fits
        self.local += other.local
        for name, inner in other.fields.items():
            self.fields.setdefault(name, ValueShape()).join(inner)
        if other.element is not None:
            self.element = self.element or ValueShape()
            self.element.join(other.element)


@dataclass
class ObservedValues:
    """What the messages of devices hold: for each component, "" for none, what was seen under each name."""

    messages: int = 0
    unread: int = 0
    components: dict[str, dict[str, ValueShape]] = field(default_factory=dict)

    def add(self, value: Any, component: str) -> None:
        """See one more body; one that is no object counts as not read."""
        self.messages += 1
        if type(value) is not dict:
            self.unread += 1
            return
        names = self.components.setdefault(component, {})
        for name, each in value.items():
            names.setdefault(name, ValueShape()).add(each)


def model(seen: ObservedValues, identifier: str) -> tuple[Any, list[str]]:
    """An interface with all that was seen, behind it one for each component; and what has to be known of it."""
    notes: list[str] = []
    root_names = seen.components.get("", {})
    contents = list(_telemetry(root_names, notes))
    for name in root_names:
        near = nearest(name, [each for each in root_names if each != name])
        if near and _times(root_names[name]) < _times(root_names[near]):
            notes.append(f"{name} came beside {near}, and less often: is one of the two misspelt?")
    others = []
    for name in sorted(seen.components.keys() - {""}):
        if not terms.NAME.fullmatch(name):
            notes.append(f"the component {name!r} is left out: a model cannot have that name")
            continue
        other = identifier.partition(";")[0] + f":{name};1"
        others.append(_interface(other, list(_telemetry(seen.components[name], notes))))
        contents.append({"@type": "Component", "name": name, "schema": other})
    root = _interface(identifier, contents)
    return ([root, *others] if others else root), notes


def extended(seen: ObservedValues, document: Document) -> tuple[Any, list[str], list[str]]:
    """A new version of the model's root with the telemetry that it lacks: it, the names added, and what to know.

    The interfaces that the model needs besides follow it, so that what is printed can be read again.
    """
    notes: list[str] = []
    known = {content.name for content in document.root.contents} | set(document.root.components)
    new = {name: shape for name, shape in seen.components.get("", {}).items() if name not in known}
    added = list(_telemetry(new, notes))
    for name, names in sorted(seen.components.items()):
        component = document.root.components.get(name)
        if name and component is None:
            notes.append(f"the component {name!r} is not in the model, and is not added")
        elif component is not None:
            lacking = names.keys() - {content.name for content in component.contents}
            if lacking:
                notes.append(f"component {name} sends {', '.join(sorted(lacking))}, which {component.id} lacks")
    node = copy.deepcopy(dict(document.node))
    key = "@id" if "@id" in node else "id"
    node[key] = _next(document.root.id)
    contents = node.get("contents", [])
    node["contents"] = [*(contents if isinstance(contents, list) else [contents]), *added]
    if "@context" not in node:
        node["@context"] = f"dtmi:dtdl:context;{max(document.version, 2)}"
    node["@context"] = _context(added, node["@context"])
    made = [node, *(copy.deepcopy(dict(each)) for each in document.others)] if document.others else node
    return made, [each["name"] for each in added], notes


def whole_numbers(seen: ObservedValues, known: Container[str] = ()) -> list[str]:
    """What to note of names that came as whole numbers only, and are not `known`: they may be measured values."""
    names = [
        name
        for scope in seen.components.values()
        for name, shape in scope.items()
        if name not in known and set(shape.kinds) == {"whole"}
    ]
    if not names:
        return []
    told = ", ".join(names[:_LISTED]) + (f" and {len(names) - _LISTED} more" if len(names) > _LISTED else "")
    which = "it is a double where it measures something" if len(names) == 1 else "what measures something is a double"
    return [f"{told} came as whole numbers only: {which}"]


def _times(shape: ValueShape) -> int:
    return sum(shape.kinds.values())


def _next(identifier: str) -> str:
    """The identifier with its version one higher; "…;1" where it has none."""
    found = re.fullmatch(r"(.*;)(\d+)(?:\.\d+)?", identifier)
    return f"{found[1]}{int(found[2]) + 1}" if found else f"{identifier};1"


def _interface(identifier: str, contents: list[dict[str, Any]]) -> dict[str, Any]:
    return {"@context": _context(contents, CONTEXT), "@id": identifier, "@type": "Interface", "contents": contents}


def _context(contents: list[dict[str, Any]], context: Any) -> Any:
    """The context, with that of IoT Central where a schema is one of its own."""
    listed = context if isinstance(context, list) else [context]
    if CENTRAL not in listed and _uses(contents, _OF_CENTRAL):
        return [CENTRAL, *listed]
    return context


def _uses(part: Any, names: frozenset[str]) -> bool:
    if isinstance(part, dict):
        return any(_uses(each, names) for key, each in part.items() if key != "name")
    return (
        any(_uses(each, names) for each in part) if isinstance(part, list) else isinstance(part, str) and part in names
    )


def _telemetry(names: dict[str, ValueShape], notes: list[str]) -> Iterator[dict[str, Any]]:
    for name, shape in names.items():
        if not terms.NAME.fullmatch(name) or len(name) > terms.NAME_LENGTH[2] or name in terms.RESERVED:
            why = "is reserved" if name in terms.RESERVED else "cannot be a name in a model"
            notes.append(f"{name[:80]!r} is left out: it {why}")
            continue
        schema = _schema(shape, name, notes, 0)
        if schema is not None:
            yield {"@type": "Telemetry", "name": name, "schema": schema}


def _schema(shape: ValueShape, where: str, notes: list[str], level: int) -> Any:
    """The schema for what was seen, None where nothing tells one."""
    kinds = {kind: count for kind, count in shape.kinds.items() if kind != "null"}
    if "whole" in kinds and "number" in kinds:
        kinds["number"] += kinds.pop("whole")
    if not kinds:
        notes.append(f"{where} is left out: it was always null")
        return None
    kind = max(kinds, key=lambda each: kinds[each])
    if len(kinds) > 1:
        told = ", ".join(f"{count} × {each}" for each, count in kinds.items())
        notes.append(f"{where} came in several types ({told}); the most frequent one is taken")
    if level >= _LEVELS and kind in ("object", "array"):
        notes.append(f"{where} is left out: DTDL 2 allows {_LEVELS} levels")
        return None
    if kind == "whole":
        return "integer" if shape.low >= -(2**31) and shape.high < 2**31 else "long" if shape.high < 2**63 else "double"
    if kind == "text" and shape.local == kinds["text"]:
        notes.append(f"{where} holds times without an offset from UTC: sent with Z, it is a dateTime")
    if kind == "text":
        return next((each for each in _TEXTS if each in shape.fits), "string")
    if kind == "array":
        return _array(shape, where, notes, level)
    if kind == "object":
        return next((each for each in _PLACES if each in shape.fits), None) or _object(shape, where, notes, level)
    return "double" if kind == "number" else "boolean"


def _array(shape: ValueShape, where: str, notes: list[str], level: int) -> Any:
    if shape.element is None or not shape.element.kinds:
        notes.append(f"{where} is left out: it was always empty")
        return None
    element = _schema(shape.element, f"{where}[*]", notes, level + 1)
    return None if element is None else {"@type": "Array", "elementSchema": element}


def _object(shape: ValueShape, where: str, notes: list[str], level: int) -> Any:
    plain = all(terms.NAME.fullmatch(name) for name in shape.fields)
    if not plain or len(shape.fields) > _FIELDS:
        value = _schema(shape.merged(), f"{where}.*", notes, level + 1)
        key = {"name": "key", "schema": "string"}
        return value and {"@type": "Map", "mapKey": key, "mapValue": {"name": "value", "schema": value}}
    inner = {name: _schema(each, f"{where}.{name}", notes, level + 1) for name, each in shape.fields.items()}
    fields = [{"name": name, "schema": schema} for name, schema in inner.items() if schema is not None]
    if not fields:
        notes.append(f"{where} is left out: no field of it tells a schema")
        return None
    return {"@type": "Object", "fields": fields}


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "whole" if isinstance(value, int) else "number"
    return "text" if isinstance(value, str) else "array" if isinstance(value, list) else "object"
