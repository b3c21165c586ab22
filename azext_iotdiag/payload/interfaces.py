"""Reads interfaces: their contents, what they inherit, their components and the modules of an IoT Edge device."""

from __future__ import annotations

from typing import Any

from azext_iotdiag.knowledge.payload import RESERVED_NAME
from azext_iotdiag.knowledge.template import DUPLICATE_NAME, MODEL_LIMIT, MODEL_MISTAKE
from azext_iotdiag.payload import schemas, terms
from azext_iotdiag.payload.names import judge_identifier, judge_name
from azext_iotdiag.payload.reading import ModelReading
from azext_iotdiag.payload.schema import Array, Content, Interface, ModelError, Object, Reference, Schema

ROOT, MODULE, COMPONENT = (
    "root",
    "module",
    "component",
)  # what an interface is read as; each may hold less than the last
_KINDS = ("Telemetry", "Property", "Command", "Component", "Relationship")


class _Parts:
    """What is gathered of an interface and of all that it inherits from."""

    def __init__(self, role: str):
        self.role = role
        self.contents: list[Content] = []
        self.components: dict[str, Interface] = {}
        self.modules: dict[str, Interface] = {}
        self.instances: dict[str, Interface] = {}
        self.done: set[str] = set()


def read(reading: ModelReading, node: dict[str, Any], where: str, role: str = ROOT) -> Interface:
    """The interface that `node` defines, as `role`: root, module (no modules of its own), component (nothing below)."""
    parts = _Parts(role)
    _gather(reading, node, where, parts, ())
    _judge_duplicates(reading, parts.contents, where)
    return Interface(
        terms.identifier(node),
        _display_name(node),
        tuple(parts.contents),
        parts.components,
        parts.modules,
        parts.instances,
    )


def _gather(reading: ModelReading, node: dict[str, Any], where: str, parts: _Parts, trail: tuple[str, ...]) -> None:
    identifier = terms.identifier(node) or f"(inline {len(trail)}.{len(parts.done)})"
    if identifier in trail:
        way = " → ".join((*trail[trail.index(identifier) :], identifier))
        raise ModelError(f"{where}: an interface inherits from itself: {way}")
    if identifier in parts.done:
        return  # inherited on two ways: its contents are the same
    if len(trail) > terms.EXTENDS_DEPTH[reading.version]:
        reading.limit("levels of inheritance", len(trail), terms.EXTENDS_DEPTH[reading.version], identifier)
    if terms.has_iri_keys(node):
        reading.quirk("keys are written as full identifiers, such as dtmi:dtdl:property:schema;2", identifier)
    before = reading.use(node.get("@context"))
    judge_identifier(reading, terms.identifier(node))
    node = terms.plain_keys(node)
    _own(reading, node, identifier, parts)
    _inherited(reading, node, identifier, parts, (*trail, identifier))
    reading.version, reading.depth = before
    parts.done.add(identifier)


def _own(reading: ModelReading, node: dict[str, Any], identifier: str, parts: _Parts) -> None:
    """Take what an interface defines itself: its schemas, also those that nothing uses, and its contents."""
    scope = {terms.identifier(each): each for each in _list(node.get("schemas")) if isinstance(each, dict)}
    reading.owner = identifier
    for each in scope:
        if each and each not in reading.schemas:
            schemas.read(reading, each, identifier, scope)
    contents = node.get("contents", [])
    if not isinstance(contents, (list, dict)):
        raise ModelError(f"{identifier}: its contents are no list")
    for content in _list(contents):
        reading.owner = identifier
        if isinstance(content, dict):
            _content(reading, content, identifier, scope, parts)
        else:
            reading.issue(MODEL_MISTAKE, "one of its contents is no object", identifier)


def _inherited(
    reading: ModelReading, node: dict[str, Any], identifier: str, parts: _Parts, trail: tuple[str, ...]
) -> None:
    """Take what an interface inherits from others."""
    parents, most = _list(node.get("extends")), terms.EXTENDS_COUNT[reading.version]
    if len(parents) > most:
        message = f"extends {len(parents)} interfaces, and DTDL {reading.version} allows {most}"
        reading.issue(MODEL_LIMIT, message, identifier, count=len(parents), limit=most)
    for parent in (*parents, *_list(node.get("implements"))):
        if isinstance(parent, dict) and (
            "InterfaceInstance" in terms.types(parent) or ("schema" in parent and "contents" not in parent)
        ):
            _instance(reading, parent, identifier, parts, trail)
        else:
            _gather(reading, reading.node(parent, identifier, "extends"), identifier, parts, trail)


def _instance(reading: ModelReading, node: dict[str, Any], where: str, parts: _Parts, trail: tuple[str, ...]) -> None:
    """An interface of an old capability model: a component by its name, whose contents may come at the root, too."""
    node = terms.plain_keys(node)
    below = node if "contents" in node else reading.node(node.get("schema"), where, "an interface instance")
    name = node.get("name")
    if isinstance(name, str) and parts.role == ROOT:
        parts.instances[name] = read(reading, below, f"{where} {name}", COMPONENT)
    _gather(reading, below, where, parts, trail)


def _content(reading: ModelReading, given: dict[str, Any], owner: str, scope: schemas.Scope, parts: _Parts) -> None:
    node = terms.plain_keys(given)
    name = terms.plain(node.get("name"))
    kinds = terms.types(node)
    kind = next((each for each in _KINDS if each in kinds), "")
    if not isinstance(name, str) or not kind:
        lacks = "has no name" if kind else f"is of no kind that is known ({', '.join(sorted(kinds)) or 'no @type'})"
        reading.issue(MODEL_MISTAKE, f"one of its contents {lacks}", owner)
        return
    where = f"{owner} {name}"
    if terms.has_iri_keys(given):
        reading.quirk("keys are written as full identifiers, such as dtmi:dtdl:property:schema;2", where)
    judge_name(reading, name, where)
    if name in terms.RESERVED and kind == "Telemetry":
        reading.issue(RESERVED_NAME, f"IoT Central ignores what is sent as {name}", where)
    if kind == "Component":
        _component(reading, node, name, where, parts)
        return
    if kind == "Relationship":
        if "EdgeModule" in kinds and parts.role == ROOT:
            below = reading.node(node.get("target"), where, "target")
            parts.modules[name] = read(reading, below, where, MODULE)
        parts.contents.append(Content("relationship", name, None, owner))
        return
    schema: Schema | None = None
    if kind != "Command":
        schema = schemas.read(reading, node.get("schema"), where, scope)
    plain = "cloud property" if "Cloud" in kinds else kind.lower()
    if plain == "property" and reading.version == 2 and schema is not None and _has_array(reading, schema, set()):
        reading.issue(MODEL_MISTAKE, "DTDL 2 has no Array in a property; it came with 3", where)
    parts.contents.append(Content(plain, name, schema, owner, terms.plain(node.get("writable")) is True))


def _component(reading: ModelReading, node: dict[str, Any], name: str, where: str, parts: _Parts) -> None:
    if parts.role == COMPONENT:
        reading.issue(MODEL_MISTAKE, "a component cannot hold a component; it is left out", where)
    elif name in parts.components:
        reading.issue(DUPLICATE_NAME, f"two components are called {name}; the first one counts", where)
    else:
        below = reading.node(node.get("schema"), where, "the component's schema")
        known = reading.components.get(id(below))
        if known is None:  # an interface may be that of many components
            known = reading.components[id(below)] = read(reading, below, where, COMPONENT)
        parts.components[name] = known


def _has_array(reading: ModelReading, schema: Schema, seen: set[str]) -> bool:
    if isinstance(schema, Reference):
        if schema.id in seen or schema.id not in reading.schemas:
            return False
        return _has_array(reading, reading.schemas[schema.id], seen | {schema.id})
    if isinstance(schema, Object):
        return any(_has_array(reading, field.schema, seen) for field in schema.fields)
    return isinstance(schema, Array)


def _judge_duplicates(reading: ModelReading, contents: list[Content], where: str) -> None:
    owners: dict[str, list[str]] = {}
    for content in contents:
        owners.setdefault(content.name, []).append(content.interface)
    for name, interfaces in owners.items():
        if len(interfaces) > 1:
            among = ", ".join(dict.fromkeys(interfaces))
            reading.issue(DUPLICATE_NAME, f"{name} is defined {len(interfaces)} times, in {among}", f"{where} {name}")


def _list(given: Any) -> list[Any]:
    """A list as it is, nothing as an empty one, anything else as a list of one: DTDL lets `extends` be either."""
    if not isinstance(given, list):
        return [] if given is None else [given]
    return [inner for each in given for inner in (_list(each) if isinstance(each, list) else [each])]


def _display_name(node: dict[str, Any]) -> str:
    """The name for people, which may be given in several languages."""
    given = node.get("displayName")
    if isinstance(given, dict):
        given = given.get("en") or next(iter(given.values()), "")
    return given if isinstance(given, str) else ""
