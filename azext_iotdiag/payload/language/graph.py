"""What holds between the elements of a model: references, names, levels, cycles, and what may not be inside what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from azext_iotdiag.payload.language import literals, rules
from azext_iotdiag.payload.language.judging import ModelJudging
from azext_iotdiag.payload.language.kinds import COMPLEX, keys
from azext_iotdiag.payload.language.parts import Element, ElementLink
from azext_iotdiag.payload.violations import shown

Step = tuple[ElementLink, int, Element | None]  # from a schema to what is in it, and how many levels that adds
_SCHEMA_KEYS = ("schema", "elementSchema")
_MOST_NAMES = 2_000_000  # names that are compared over all interfaces, with those that each inherits


def index(judging: ModelJudging, elements: Iterable[Element]) -> dict[str, Element]:
    """The elements by identifier."""
    found: dict[str, Element] = {}
    for each in elements:
        if each.identifier and found.setdefault(each.identifier, each) is not each:
            message = f"the identifier {each.identifier[:150]} is given twice"
            judging.say(rules.IDENTIFIER_TWICE, (*each.path, "@id"), message)
    return found


def connect(
    judging: ModelJudging, elements: list[Element], known: dict[str, Element], looked: Callable[[str], str]
) -> None:
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


def _missing(judging: ModelJudging, link: ElementLink, lower: dict[str, str], looked: Callable[[str], str]) -> None:
    near = lower.get(link.identifier.lower())
    if near:
        message = f"{link.identifier} is not in the model; is {near} meant? Identifiers are case-sensitive"
    else:
        message = f"{link.identifier} was not found{looked(link.identifier)}"
    judging.say(rules.REFERENCE, link.path, message, missing=link.identifier)


def _meet(judging: ModelJudging, link: ElementLink, target: Element, element: Element) -> None:
    """Take the element that a reference means, unless it may not be there."""
    if target.kind not in link.slot.kinds:
        right = " or ".join(sorted(link.slot.kinds & frozenset(keys(element.version)))) or "another element"
        message = f"{link.identifier} is {target.with_article}, and {right} is needed here"
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


def judge(judging: ModelJudging, elements: list[Element]) -> None:
    """Judge all that needs every reference to have its element."""
    Inheritance(judging, elements).judge()
    depths, arrays = _Depths(judging), _Arrays(judging)
    for element in elements:
        _unique(judging, element)
        if element.kind == "Enum":
            _values_fit(judging, element)
        if element.kind in COMPLEX:
            depths.judge(element)
        if element.kind == "Property" and element.version == 2:
            arrays.judge(element)
        if element.kind == "Interface":
            _identified(judging, element)
    _no_components(judging, elements)
    _finite(judging, elements)


def targets(element: Element, key: str) -> Iterator[tuple[ElementLink, Element]]:
    """The elements under a key."""
    for link in element.links.get(key, ()):
        if link.element is not None:
            yield link, link.element


def _identified(judging: ModelJudging, interface: Element) -> None:
    for link, schema in targets(interface, "schemas"):
        if not schema.identifier:
            message = "a schema in this list needs an @id, by which others use it"
            judging.say(rules.IDENTIFIER_MISSING, link.path, message)


def _unique(judging: ModelJudging, element: Element) -> None:
    """Judge the names in a list of elements, and the index numbers of an extension."""
    for key, slot in keys(element.version)[element.kind].items():
        for name in (*slot.unique, "index") if slot.unique else ():
            seen: dict[Any, Element] = {}
            for link, inner in targets(element, key):
                value = inner.value(name)
                if value is None:
                    continue
                first = seen.get((type(value) is str, value))
                if first is None:
                    seen[type(value) is str, value] = inner
                elif first is not inner or (key != "contents" and name != "index"):  # contents may be named twice
                    what = "name" if name == "name" else f"{name} value"
                    message = f"the {what} {shown(value)} stands twice in {key}"
                    judging.say(rules.NAME_TWICE, (*link.path, name), message)


def _values_fit(judging: ModelJudging, enum: Element) -> None:
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


class _Arrays:
    """Judges that a Property of DTDL 2 holds no Array, at any level. A schema that several use is looked into once."""

    def __init__(self, judging: ModelJudging):
        self._judging = judging
        self._first: dict[Element, ElementLink | None] = {}

    def judge(self, owner: Element) -> None:
        found = self._find(owner)
        if found is None:
            return
        what = found.standard.term if found.standard else "an Array"
        more = ", which holds one" if found.standard else ""
        message = f"{what} stands here, and in DTDL 2 a Property has no Array{more}; DTDL 3 allows it"
        self._judging.say(rules.EXCLUDED, found.path, message)

    def _find(self, owner: Element) -> ElementLink | None:
        """Where the first Array is in an element, None where there is none."""
        looked: list[Element] = []
        found: ElementLink | None = None
        rest = [owner]
        while rest and found is None:
            element = rest.pop()
            if element in self._first:
                found = self._first[element]
                continue
            self._first[element] = None
            looked.append(element)
            for link in (link for links in element.links.values() for link in links):
                if (link.standard and link.standard.array) or (link.element and link.element.kind == "Array"):
                    found = link
                elif link.element is not None:
                    rest.append(link.element)
        for each in looked[:1] if found is None else looked:
            self._first[each] = found
        return found


def _no_components(judging: ModelJudging, elements: Iterable[Element]) -> None:
    """Judge that the interface of a component has no components, also none that it inherits."""
    owners: dict[Element, Element | None] = {}
    for component in elements:
        for link, interface in targets(component, "schema") if component.kind == "Component" else ():
            if interface not in owners:
                owners[interface] = next(filter(_has_component, _with_parents(interface)), None)
            owner = owners[interface]
            if owner is not None:
                message = f"the interface {owner.identifier} has components itself, and a component cannot"
                judging.say(rules.EXCLUDED, link.path, message)


def _has_component(interface: Element) -> bool:
    return any(inner.kind == "Component" for _, inner in targets(interface, "contents"))


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


def _finite(judging: ModelJudging, elements: Iterable[Element]) -> None:
    """Judge that no Object needs itself: its required fields, and theirs, lead elsewhere."""
    done: set[Element] = set()
    for start in elements:
        trail = [(start, _needed(start))] if start.kind == "Object" and start not in done else []
        on_trail = {start}
        while trail:
            element, steps = trail[-1]
            step = next(steps, None)
            if step is None:
                trail.pop()
                on_trail.discard(element)
                done.add(element)
                continue
            link, name, schema = step
            if schema in on_trail:
                message = f"the required field {name} holds the object that it is in: no finite value fits"
                judging.say(rules.NO_FINITE_VALUE, link.path, message)
            elif schema not in done:
                trail.append((schema, _needed(schema)))
                on_trail.add(schema)


def _needed(element: Element) -> Iterator[tuple[ElementLink, Any, Element]]:
    """The objects that each value of an object holds."""
    for _, field in targets(element, "fields"):
        for link, schema in targets(field, "schema") if field.has("Required") else ():
            if schema.kind == "Object":
                yield link, field.value("name"), schema


class _Depths:
    """How many levels of schemas are in each complex schema."""

    def __init__(self, judging: ModelJudging):
        self._judging = judging
        self._known: dict[Element, int] = {}
        self._open: set[Element] = set()

    def judge(self, schema: Element) -> None:
        depth, most = self._depth(schema), schema.context.limits.depth
        if depth > most:
            message = f"{depth} levels of schemas are inside each other, and DTDL {schema.version} allows {most}"
            self._judging.say(rules.DEPTH, schema.path, message, count=depth, limit=most)

    def _depth(self, start: Element) -> int:
        """The depth, found without recursion: schemas may refer to each other in a chain of any length."""
        stack = [] if start in self._known else [self._opened(start)]
        while stack:
            element, steps = stack[-1]
            if not steps:
                stack.pop()
                self._open.discard(element)
                continue
            link, cost, below = steps[-1]
            if below is not None and below not in self._known:
                stack.append(self._opened(below))  # the step is looked at again when that is known
                continue
            steps.pop()
            if below is not None and below in self._open:
                self._cycle(below, link)
                self._known[element] = max(self._known[element], cost)  # the step back is a level, too
                continue
            inner = self._known[below] if below is not None else (link.standard.depth if link.standard else 0)
            self._known[element] = max(self._known[element], cost + inner)
        return self._known[start]

    def _opened(self, element: Element) -> tuple[Element, list[Step]]:
        self._known[element] = 0
        self._open.add(element)
        return element, list(self._steps(element))

    def _steps(self, element: Element) -> Iterator[Step]:
        for key, links in element.links.items():
            for link in links:
                if key != "valueSchema" and element.kind != "EnumValue":
                    yield link, int(key in _SCHEMA_KEYS and element.kind != "MapKey"), link.element

    def _cycle(self, schema: Element, link: ElementLink) -> None:
        if schema.version < 4:
            name = schema.identifier or "a schema"
            message = f"{name} contains itself, which DTDL {schema.version} does not allow; DTDL 4 does"
            self._judging.say(rules.CYCLE, link.path, message)


class Inheritance:
    """Interfaces that inherit from others: levels, cycles, and names that come twice."""

    def __init__(self, judging: ModelJudging, elements: list[Element]):
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
            trail: list[tuple[Element, Iterator[tuple[ElementLink, Element]]]] = []
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
