"""A model as a table for KQL: a row for each name at each place, with what is right there."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from azext_iotdiag.payload.kql.right import SHAPES
from azext_iotdiag.payload.kql.writings import WRITINGS
from azext_iotdiag.payload.schema import (
    Array,
    Document,
    Enum,
    Geometry,
    Interface,
    Map,
    Object,
    Reference,
    Scalar,
    Schema,
    Unknown,
)
from azext_iotdiag.payload.telemetry import Scopes
from azext_iotdiag.payload.terms import RESERVED

ANY = "any"  # the kind of a value that is not judged
CONTAINERS = ("object", "map", "position", "array")  # the kinds of values that hold others
EACH = "*"  # the name of all elements of a list, and of all values of a map
DEEPEST = 8  # levels that are followed where a schema contains itself
_BOUNDS = {
    "byte": (-(2**7), 2**7), "short": (-(2**15), 2**15), "integer": (-(2**31), 2**31), "long": (-(2**63), 2**63),
    "unsignedByte": (0, 2**8), "unsignedShort": (0, 2**16), "unsignedInteger": (0, 2**32), "unsignedLong": (0, 2**64),
}  # fmt: skip
_FLOAT_LIMIT = 2**128 - 2**103


class NodeRow(NamedTuple):
    """What is right for the name `key` in the value `parent`.

    `kind` is a kind of value, or the code of what is wrong with the name. `node` is the number of the value, under
    which what it holds has rows of its own. Numbers are at least `low` and less than `below`, None for no limit.
    """

    parent: int
    key: str
    node: int
    kind: str
    low: int | None = None
    below: int | None = None


class Listed(NamedTuple):
    """A value of an enum, or the name of one. In front of it is a 0 where it is a number, and a quote for a text."""

    node: int
    text: str
    right: bool


class Needed(NamedTuple):
    """A field that an object must have, as it is written in JSON."""

    node: int
    mark: str


@dataclass
class Nodes:
    """The tables of a model. `scopes` are the numbers of the bodies, by component; "" is the root.

    `members` has the schemas of the telemetry of each body, by its number, where each name has one. `levels` says how
    deep values lie, counted from 1. `unjudged` says of names and kinds why they are not judged.
    """

    rows: list[NodeRow] = field(default_factory=list)
    listed: list[Listed] = field(default_factory=list)
    needed: list[Needed] = field(default_factory=list)
    scopes: dict[str, int] = field(default_factory=dict)
    members: dict[int, dict[str, Schema]] = field(default_factory=dict)
    levels: int = 1
    unjudged: list[str] = field(default_factory=list)

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds that occur."""
        return frozenset(row.kind for row in self.rows)


def of_model(document: Document, *, components: bool) -> Nodes:
    """The tables of a model. `components` tells whether the table of messages names the component of each."""
    root = document.root
    interfaces = {"": root, **root.instances, **root.components}
    maker = _Maker(document.schemas)
    among = Scopes(interfaces)
    for scope in interfaces:
        if components or not scope:
            maker.nodes.scopes[scope] = maker.number()
    if components or len(interfaces) == 1:
        for scope, number in maker.nodes.scopes.items():
            _scope(maker, interfaces[scope], among, scope, number)
    else:
        _together(maker, interfaces)
    if root.modules:
        maker.note("messages of modules, which are judged as those of the device")
    return maker.nodes


def _telemetry(interface: Interface) -> dict[str, list[Schema]]:
    found: dict[str, list[Schema]] = {}
    for each in interface.contents:
        if each.kind == "telemetry" and each.schema is not None:
            found.setdefault(each.name, []).append(each.schema)
    return found


def _scope(maker: _Maker, interface: Interface, among: Scopes, scope: str, number: int) -> None:
    """The rows of a body of one component, or of the root."""
    telemetry = _telemetry(interface)
    for name, schemas in telemetry.items():
        if len(schemas) == 1:
            maker.telemetry(number, name, schemas[0])
        else:
            maker.nodes.rows.append(NodeRow(number, name, maker.number(), "ambiguous-name"))
            maker.note(f"values of {_quoted(name)}, which several interfaces define")
    for name in among.kinds[scope]:
        if name not in telemetry and name not in RESERVED:
            maker.nodes.rows.append(NodeRow(number, name, maker.number(), "wrong-kind"))
    for other, kinds in among.kinds.items():
        for name, kind in kinds.items():
            here = name in among.kinds[scope] or name in RESERVED or maker.has(number, name)
            if other != scope and kind == "telemetry" and not here:
                maker.nodes.rows.append(NodeRow(number, name, maker.number(), "wrong-component"))


def _together(maker: _Maker, interfaces: Mapping[str, Interface]) -> None:
    """The rows of all components as one: a message does not say which of them it came from."""
    found: dict[str, list[Schema]] = {}
    others: dict[str, None] = {}
    for interface in interfaces.values():
        for name, schemas in _telemetry(interface).items():
            found.setdefault(name, []).extend(schemas)
        others |= dict.fromkeys(each.name for each in interface.contents)
    others |= dict.fromkeys(interfaces[""].components)
    for name, schemas in found.items():
        if all(each == schemas[0] for each in schemas):
            maker.telemetry(0, name, schemas[0])
        else:
            maker.nodes.rows.append(NodeRow(0, name, maker.number(), ANY))
            maker.note(f"values of {_quoted(name)}, which components define differently")
    for name in others:
        if name not in found and name not in RESERVED:
            maker.nodes.rows.append(NodeRow(0, name, maker.number(), "wrong-kind"))
    maker.note("the component of a message: the names of all components are judged together")


class _Maker:
    """Makes the rows of schemas, those of each schema once."""

    def __init__(self, schemas: Mapping[str, Schema]):
        self.nodes = Nodes()
        self._schemas = schemas
        self._count = 0
        self._known: dict[Schema, int] = {}
        self._deepest: dict[int, int] = {}  # the level on which a value was last followed
        self._has: set[tuple[int, str]] = set()

    def number(self) -> int:
        """The next number of a value."""
        self._count += 1
        return self._count - 1

    def note(self, what: str) -> None:
        """Say once what is not judged."""
        if what not in self.nodes.unjudged:
            self.nodes.unjudged.append(what)

    def has(self, parent: int, key: str) -> bool:
        """Whether the name has a row there."""
        return (parent, key) in self._has

    def telemetry(self, scope: int, name: str, schema: Schema) -> None:
        """The rows of a name in a body."""
        self.nodes.members.setdefault(scope, {})[name] = schema
        self.put(scope, name, schema, 1)

    def put(self, parent: int, key: str, schema: Schema, level: int) -> None:
        """The row of a name, and those of all that its values hold."""
        while isinstance(schema, Reference):
            schema = self._schemas[schema.id]
        kind, low, below = _kind(schema)
        self.nodes.levels = max(self.nodes.levels, level + (kind in CONTAINERS))
        if kind == ANY:
            what = f"geometries ({schema.term})" if isinstance(schema, Geometry) else "schemas that were not understood"
            self.note(what)
        node = self._known.get(schema)
        fresh = node is None
        if node is None:
            node = self.number()
            if not isinstance(schema, Scalar) or schema.term in SHAPES:
                self._known[schema] = node
        if not self.has(parent, key):
            self._has.add((parent, key))
            self.nodes.rows.append(NodeRow(parent, key, node, kind, low, below))
        if fresh or self._deepest.get(node, 0) < level <= DEEPEST:
            self._deepest[node] = level
            self._inside(schema, node, level, fresh=fresh)
        elif level > DEEPEST:
            self.note(f"what lies deeper than {DEEPEST} levels")

    def _inside(self, schema: Schema, node: int, level: int, *, fresh: bool) -> None:
        """What values of a schema hold. The rows of one that was met before exist: only its depth is new."""
        if isinstance(schema, Scalar) and schema.term in SHAPES:
            schema = SHAPES[schema.term]
        if isinstance(schema, Object):
            for each in schema.fields:
                self.put(node, each.name, each.schema, level + 1)
                if each.required and fresh:
                    self.nodes.needed.append(Needed(node, f"{_quoted(each.name)}:"))
        elif isinstance(schema, Array):
            self.put(node, EACH, schema.element, level + 1)
        elif isinstance(schema, Map):
            self.put(node, EACH, schema.value, level + 1)
        elif isinstance(schema, Enum) and fresh:
            self._list(schema, node)

    def _list(self, schema: Enum, node: int) -> None:
        mark = "0" if schema.value_schema == "integer" else '"'
        values = {f"{mark}{each.value}": True for each in schema.values}
        names = {f'"{each.name}': False for each in schema.values}
        self.nodes.listed += [Listed(node, text, right) for text, right in (names | values).items()]


def _quoted(name: str) -> str:
    return json.dumps(name, ensure_ascii=False)


def _kind(schema: Schema) -> tuple[str, int | None, int | None]:
    """The kind of values of a schema, and the bounds of numbers."""
    if isinstance(schema, Scalar):
        return _scalar(schema.term)
    of: dict[type, Callable[[], str]] = {
        Object: lambda: "object",
        Array: lambda: "array",
        Map: lambda: "map",
        Enum: lambda: "numbers" if getattr(schema, "value_schema", "") == "integer" else "texts",
        Geometry: lambda: ANY,
        Unknown: lambda: ANY,
    }
    return of[type(schema)](), None, None


def _scalar(term: str) -> tuple[str, int | None, int | None]:
    if term in _BOUNDS:
        low, below = _BOUNDS[term]
        return "whole", low, below
    if term in ("double", "float"):
        return "number", None, _FLOAT_LIMIT if term == "float" else None
    if term in ("string", "boolean") or term in WRITINGS:
        return term, None, None
    if term == "geopoint":
        return "position", None, None
    return "object" if term in SHAPES else ANY, None, None
