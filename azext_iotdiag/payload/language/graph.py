"""What holds between the elements of a model: references, names, levels, cycles, and what may not be inside what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from azext_iotdiag.payload.faults import shown
from azext_iotdiag.payload.language import literals, rules
from azext_iotdiag.payload.language.judging import Judging
from azext_iotdiag.payload.language.kinds import COMPLEX, keys
from azext_iotdiag.payload.language.parts import Element, Link

_SCHEMA_KEYS = ("schema", "elementSchema")
_MOST_NAMES = 2_000_000  # names that are compared over all interfaces, with those that each inherits


def index(judging: Judging, elements: Iterable[Element]) -> dict[str, Element]:
    """The elements by identifier."""
    found: dict[str, Element] = {}
    for each in elements:
        if each.identifier and found.setdefault(each.identifier, each) is not each:
            message = f"the identifier {each.identifier[:150]} is given twice"
            judging.say(rules.IDENTIFIER_TWICE, (*each.path, "@id"), message)
    return found


def connect(judging: Judging, elements: list[Element], known: dict[str, Element], looked: Callable[[str], str]) -> None:
    """Give each reference its element. `looked` says where else one was looked for."""
    lower: dict[str, str] = {}
    for element in elements:
        for links in element.links.values():
            for link in links:
                if not link.identifier:
                    continue
                target = known.get(link.identifier)
                if target is None:
                    lower = lower or {each.lower(): each for each in known}
                    _missing(judging, link, lower, looked)
                else:
                    _meet(judging, link, target, element)


def _missing(judging: Judging, link: Link, lower: dict[str, str], looked: Callable[[str], str]) -> None:
    near = lower.get(link.identifier.lower())
    if near:
        message = f"{link.identifier} is not in the model; is {near} meant? Identifiers are case-sensitive"
    else:
        message = f"{link.identifier} is not at hand{looked(link.identifier)}"
    judging.say(rules.REFERENCE, link.path, message, missing=link.identifier)


def _meet(judging: Judging, link: Link, target: Element, element: Element) -> None:
    """Take the element that a reference means, unless it may not be there."""
    if target.kind not in link.slot.kinds:
        right = " or ".join(sorted(link.slot.kinds & frozenset(keys(element.version)))) or "another element"
        message = f"{link.identifier} is a {target.kind}, and {right} is needed here"
        judging.say(rules.REFERENCE_KIND, link.path, message)
    elif target.kind != "Interface" and target.partition() is not element.partition():
        owner = target.partition().identifier
        message = f"{link.identifier} is defined in another interface, {owner}; only that one can use it"
        judging.say(rules.REFERENCE_PLACE, link.path, message)
    elif target.version > element.version or (target.version < element.version and not link.slot.earlier):
        message = f"{link.identifier} is in DTDL {target.version}, and cannot be used in DTDL {element.version} here"
        judging.say(rules.VERSION_MIXED, link.path, message)
    else:
        link.element = target


def judge(judging: Judging, elements: list[Element]) -> None:
    """Judge all that needs every reference to have its element."""
    Inheritance(judging, elements).judge()
    depths = _Depths(judging)
    for element in elements:
        _unique(judging, element)
        if element.kind == "Enum":
            _values_fit(judging, element)
        if element.kind in COMPLEX:
            depths.judge(element)
        if element.kind == "Property" and element.version == 2:
            _no_arrays(judging, element)
        if element.kind == "Component":
            _no_components(judging, element)
        if element.kind == "Interface":
            _identified(judging, element)
        if element.kind == "Object" and element.version > 3:
            _finite(judging, element)


def targets(element: Element, key: str) -> Iterator[tuple[Link, Element]]:
    """The elements under a key."""
    for link in element.links.get(key, ()):
        if link.element is not None:
            yield link, link.element


def _identified(judging: Judging, interface: Element) -> None:
    for link, schema in targets(interface, "schemas"):
        if not schema.identifier:
            message = "a schema in this list needs an @id, by which others use it"
            judging.say(rules.IDENTIFIER_MISSING, link.path, message)


def _unique(judging: Judging, element: Element) -> None:
    """Judge the names in a list of elements, and the index numbers of an extension."""
    for key, slot in keys(element.version)[element.kind].items():
        for name in (*slot.unique, "index") if slot.unique else ():
            seen: dict[Any, Element] = {}
            for link, inner in targets(element, key):
                value = inner.value(name)
                if value is not None and seen.setdefault((type(value) is str, value), inner) is not inner:
                    what = "name" if name == "name" else f"{name} value"
                    message = f"the {what} {shown(value)} stands twice in {key}"
                    judging.say(rules.NAME_TWICE, (*link.path, name), message)


def _values_fit(judging: Judging, enum: Element) -> None:
    """Judge the values of an Enum by its valueSchema."""
    terms = [link.standard.term for link in enum.links.get("valueSchema", ()) if link.standard]
    if not terms:
        return
    for _, each in targets(enum, "enumValues"):
        value = each.value("enumValue")
        if value is None:
            continue
        right = isinstance(value, str) if terms[0] == "string" else literals.is_whole(value)
        if not right:
            wanted = "a text" if terms[0] == "string" else "a whole number of 32 bits"
            message = f"{shown(value)} stands here, and the valueSchema {terms[0]} wants {wanted}"
            judging.say(rules.VALUE, (*each.path, "enumValue"), message)


def _no_arrays(judging: Judging, owner: Element) -> None:
    """Judge that a Property of DTDL 2 holds no Array, at any level."""
    seen: set[Element] = set()
    rest = [owner]
    while rest:
        element = rest.pop()
        for links in element.links.values():
            for link in links:
                array = link.standard is not None and link.standard.array
                if array or (link.element is not None and link.element.kind == "Array"):
                    what = link.standard.term if link.standard else "an Array"
                    more = ", which holds one" if link.standard else ""
                    message = f"{what} stands here, and in DTDL 2 a Property has no Array{more}; DTDL 3 allows it"
                    judging.say(rules.EXCLUDED, owner.path if link.path[:1] != owner.path[:1] else link.path, message)
                    return
                if link.element is not None and link.element not in seen:
                    seen.add(link.element)
                    rest.append(link.element)


def _no_components(judging: Judging, component: Element) -> None:
    """Judge that the interface of a component has no components, also none that it inherits."""
    for link, interface in targets(component, "schema"):
        for each in _with_parents(interface):
            if any(inner.kind == "Component" for _, inner in targets(each, "contents")):
                message = f"the interface {each.identifier} has components itself, and a component cannot"
                judging.say(rules.EXCLUDED, link.path, message)
                return


def _with_parents(interface: Element) -> Iterator[Element]:
    seen = {interface}
    rest = [interface]
    while rest:
        element = rest.pop()
        yield element
        for _, parent in targets(element, "extends"):
            if parent not in seen and parent.kind == "Interface":
                seen.add(parent)
                rest.append(parent)


def _finite(judging: Judging, start: Element) -> None:
    """Judge that an Object does not need itself: its required fields, and theirs, lead elsewhere."""
    seen: set[Element] = set()
    rest = [start]
    while rest:
        for _, field in targets(rest.pop(), "fields"):
            for link, schema in targets(field, "schema") if field.has("Required") else ():
                if schema is start:
                    message = (
                        f"the required field {field.value('name')} holds the object it is in: no finite value fits"
                    )
                    judging.say(rules.NO_FINITE_VALUE, link.path, message)
                    return
                if schema.kind == "Object" and schema not in seen:
                    seen.add(schema)
                    rest.append(schema)


class _Depths:
    """How many levels of schemas are in each complex schema."""

    def __init__(self, judging: Judging):
        self._judging = judging
        self._known: dict[Element, int] = {}
        self._open: set[Element] = set()

    def judge(self, schema: Element) -> None:
        depth, most = self._depth(schema), schema.context.limits.depth
        if depth > most:
            message = f"{depth} levels of schemas are inside each other, and DTDL {schema.version} allows {most}"
            self._judging.say(rules.DEPTH, schema.path, message, count=depth, limit=most)

    def _depth(self, start: Element) -> int:
        """The depth, found without recursion: documents may be nested in a chain of any length by reference."""
        if start in self._known:
            return self._known[start]
        stack = [(start, self._steps(start))]
        self._open.add(start)
        self._known[start] = 0
        while stack:
            element, steps = stack[-1]
            step = next(steps, None)
            if step is None:
                stack.pop()
                self._open.discard(element)
                continue
            link, cost, below = step
            if below is not None and below not in self._known:
                self._known[below] = 0
                self._open.add(below)
                stack.append((below, self._steps(below)))
                stack[-2] = (element, _again(step, steps))
                continue
            if below is not None and below in self._open:
                self._cycle(below, link)
                continue
            inner = self._known[below] if below is not None else (link.standard.depth if link.standard else 0)
            self._known[element] = max(self._known[element], cost + inner)
        return self._known[start]

    def _steps(self, element: Element) -> Iterator[tuple[Link, int, Element | None]]:
        for key, links in element.links.items():
            for link in links:
                if key not in ("valueSchema",):
                    yield link, int(key in _SCHEMA_KEYS and element.kind != "MapKey"), link.element

    def _cycle(self, schema: Element, link: Link) -> None:
        if schema.version < 4:
            name = schema.identifier or "a schema"
            message = f"{name} contains itself, which DTDL {schema.version} does not allow; DTDL 4 does"
            self._judging.say(rules.CYCLE, link.path, message)


def _again(step: Any, steps: Iterator[Any]) -> Iterator[Any]:
    yield step
    yield from steps


class Inheritance:
    """Interfaces that inherit from others: levels, cycles, and names that come twice."""

    def __init__(self, judging: Judging, elements: list[Element]):
        self._judging = judging
        self._interfaces = [each for each in elements if each.kind == "Interface"]
        self._levels: dict[Element, int] = {}
        self._budget = _MOST_NAMES

    def judge(self) -> None:
        cyclic = self._measure()
        for interface in self._interfaces:
            most = interface.context.limits.extends_depth
            levels = self._levels.get(interface, 0)
            if levels > most:
                message = f"it inherits over {levels} levels, and DTDL {interface.version} allows {most}"
                self._judging.say(rules.DEPTH, (*interface.path, "extends"), message, count=levels, limit=most)
            elif interface not in cyclic:
                self._names(interface)

    def _measure(self) -> set[Element]:
        """Find the levels of each interface, and those that inherit from themselves."""
        cyclic: set[Element] = set()
        done: set[Element] = set()
        for start in self._interfaces:
            trail: list[tuple[Element, Iterator[tuple[Link, Element]]]] = []
            on_trail: set[Element] = set()
            if start not in done:
                trail.append((start, targets(start, "extends")))
                on_trail.add(start)
            while trail:
                interface, parents = trail[-1]
                step = next(parents, None)
                if step is None:
                    trail.pop()
                    on_trail.discard(interface)
                    done.add(interface)
                    if trail:
                        above = trail[-1][0]
                        below = self._levels.get(interface, 0) + 1
                        self._levels[above] = max(self._levels.get(above, 0), below)
                    continue
                link, parent = step
                if parent in on_trail:
                    cyclic |= on_trail
                    message = f"{parent.identifier} inherits from itself"
                    self._judging.say(rules.CYCLE, link.path, message)
                elif parent in done:
                    below = self._levels.get(parent, 0) + 1
                    self._levels[interface] = max(self._levels.get(interface, 0), below)
                else:
                    trail.append((parent, targets(parent, "extends")))
                    on_trail.add(parent)
        return cyclic

    def _names(self, interface: Element) -> None:
        """Judge the names of an interface together with all that it inherits."""
        if not interface.links.get("extends"):
            return
        seen: dict[str, Element] = {}
        count = parts = 0
        for each in _with_parents(interface):
            count += len(each.links.get("extends", ()))
            for _, content in targets(each, "contents"):
                parts += 1
                name = content.value("name")
                other = seen.setdefault(name, content) if isinstance(name, str) else content
                if other is not content and other.partition() is not content.partition():
                    self._twice(interface, name, other, content)
        self._budget -= parts + count
        if self._budget < 0:
            self._judging.not_judged("names that several interfaces define: the model inherits too much to compare all")
            self._interfaces = []
            return
        most = interface.context.limits.extends
        if interface.version == 2 and parts > 300 >= len(interface.links.get("contents", ())):
            message = f"it has {parts} contents with those that it inherits, and DTDL 2 allows 300"
            self._judging.say(rules.COUNT, (*interface.path, "extends"), message, count=parts, limit=300)
        if interface.version > 2 and count > most:
            message = f"it inherits {count} times in all, and DTDL {interface.version} allows {most}"
            self._judging.say(rules.COUNT, (*interface.path, "extends"), message, count=count, limit=most)

    def _twice(self, interface: Element, name: str, one: Element, other: Element) -> None:
        owners = f"{one.partition().identifier} and {other.partition().identifier}"
        path = (*interface.path, "extends") if one.partition() is not interface else one.path
        self._judging.say(rules.NAME_INHERITED_TWICE, path, f"{name} is defined twice, in {owners}")
