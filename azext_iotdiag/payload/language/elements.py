"""Walks the documents of a model element by element: identifiers, types, keys, and what stands under each key."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from azext_iotdiag.payload.language import contexts, cotypes, identifiers, literals, rules, words
from azext_iotdiag.payload.language.contexts import LanguageContext
from azext_iotdiag.payload.language.extensions import UNIT_PARTS
from azext_iotdiag.payload.language.judging import ModelJudging, Path
from azext_iotdiag.payload.language.kinds import (
    DEEPEST_NESTING,
    LONGEST_INTERFACE,
    Keys,
    LiteralForm,
    Slot,
    keys,
    primitives,
)
from azext_iotdiag.payload.language.parts import Element, ElementLink
from azext_iotdiag.payload.violations import shown

_FULL_KEY = re.compile(r"dtmi:dtdl:property:(\w+);([234])", re.ASCII)
_KEYWORDS = ("@context", "@id", "@type")


class Walk:
    """Reads elements, and keeps all of them in the order of the documents."""

    def __init__(self, judging: ModelJudging, characters: int = 0):
        self.judging = judging
        self.characters = characters  # of the file, where it holds nothing but one interface
        self.elements: list[Element] = []

    def roots(self, documents: Any, path: Path, above: LanguageContext) -> Iterator[Element]:
        """The interfaces at the top of a document, which is one or a list of them."""
        if isinstance(documents, list):
            for number, each in enumerate(documents):
                yield from self.roots(each, (*path, number), above)
        elif not isinstance(documents, dict):
            message = f"{shown(documents)} stands here, and an interface should"
            self.judging.say(rules.NOT_AN_OBJECT, path, message)
        else:
            found = self._top(documents, path, above)
            if found is not None:
                yield found

    def _top(self, node: dict[str, Any], path: Path, above: LanguageContext) -> Element | None:
        if "@graph" in node:
            self.judging.say(rules.KEYWORD, (*path, "@graph"), "DTDL has no @graph: write a list of interfaces")
        slot = Slot(LiteralForm.ELEMENTS, most=None, kinds=frozenset(("Interface",)))
        context = contexts.read(self.judging, node, path, above)
        if not context.version:
            self.judging.not_judged("interfaces whose version of DTDL is not known")
            return None
        return self._element(node, slot, path, None, context)

    def _inner(self, node: dict[str, Any], slot: Slot, path: Path, parent: Element) -> Element | None:
        if "@graph" in node:
            self.judging.say(rules.KEYWORD, (*path, "@graph"), "DTDL has no @graph")
        context = contexts.read(self.judging, node, path, parent.context)
        if context.version != parent.version and not (slot.earlier and context.version < parent.version):
            message = f"a part in DTDL {context.version} cannot stand in one in DTDL {parent.version} here"
            self.judging.say(rules.VERSION_MIXED, path, message)
            return None
        return self._element(node, slot, path, parent, context)

    def _element(
        self, node: dict[str, Any], slot: Slot, path: Path, parent: Element | None, context: LanguageContext
    ) -> Element | None:
        judging = self.judging
        kind = _kind(judging, node, slot, path, context)
        if not kind:
            return None
        element = Element(kind, context, path, parent)
        self.elements.append(element)
        element.identifier = self._identifier(node, element)
        if kind == "Interface" and context.version > 2 and parent is None:
            self._size(node, element)
        informal = cotypes.read(judging, node, element)
        self._keys(node, element, informal)
        return element

    def _size(self, node: Mapping[str, Any], element: Element) -> None:
        """Judge how long the text of an interface is. Blanks count, but only those of a file are known."""
        try:
            length = len(json.dumps(node, separators=(",", ":"), ensure_ascii=False))
        except RecursionError:
            length = 0  # that it is nested too deep is told where the walk stops
        if not element.path:
            length = max(length, self.characters)
        if length > LONGEST_INTERFACE:
            message = f"the interface has {length} characters, and DTDL {element.version} allows {LONGEST_INTERFACE}"
            self.judging.say(rules.SIZE, element.path, message, count=length, limit=LONGEST_INTERFACE)

    def _identifier(self, node: Mapping[str, Any], element: Element) -> str:
        context = element.context
        if "@id" not in node:
            if element.kind == "Interface":
                message = "the interface has no @id, a DTMI such as dtmi:com:example:Thermostat;1"
                self.judging.say(rules.IDENTIFIER_MISSING, element.path, message)
            return ""
        limits = context.limits
        of_central = (identifiers.OF_CENTRAL,) if contexts.CENTRAL in context.extensions else ()
        return identifiers.judge(
            self.judging,
            node["@id"],
            (*element.path, "@id"),
            version=context.version,
            longest=limits.interface if element.kind == "Interface" else limits.identifier,
            reserved=identifiers.RESERVED + of_central,
        )

    def _keys(self, node: Mapping[str, Any], element: Element, informal: bool) -> None:
        """Judge all keys of an element, and what they hold."""
        allowed = keys(element.version)[element.kind]
        added = {key: slot for each in element.cotypes for key, slot in each.keys.items()}
        full = {name: key for each in element.cotypes for name, key in each.full_keys.items()}
        seen: set[str] = set()
        for given, value in node.items():
            if given.startswith("@"):
                self._keyword(given, value, element)
                continue
            key = _plain(given, element.version) or full.get(given, given)
            slot = allowed.get(key) or (added.get(key) if key == given or given in full else None)
            if slot is None or (key == given and key in added and not cotypes.term_is_known(key, element)):
                if not informal:
                    self._unknown(given, element, allowed, added)
                continue
            if key in seen:
                message = f"{key} stands here twice: once plainly, and once as an identifier"
                self.judging.say(rules.KEY_TWICE, (*element.path, given), message)
            seen.add(key)
            self._value(element, key, value, slot, (*element.path, given))
        for key, slot in (*allowed.items(), *added.items()):
            if slot.required and key not in seen:
                message = f"the {element.kind} has no {key}, which it needs: {slot.form.value}"
                self.judging.say(rules.KEY_MISSING, element.path, message)

    def _keyword(self, given: str, value: Any, element: Element) -> None:
        if given in _KEYWORDS or given == "@graph":
            return
        # DTDL 2 ignores other words of JSON-LD, but a list under @value takes the place of the element
        if element.version > 2 or (given == "@value" and isinstance(value, list) and element.parent is not None):
            message = f"DTDL {element.version} has no {given[:80]}: of such keys only @context, @id and @type"
            self.judging.say(rules.KEYWORD, (*element.path, given), message)

    def _unknown(self, given: str, element: Element, allowed: Keys, added: Keys) -> None:
        """Say that a key is not known, and what is meant."""
        meant = self.judging.meant(given, _names(element.version, element.kind)) or _common_slip(given)
        if not meant and added:
            near = [key for key in added if key.lower() == given.lower()]
            meant = f"; is {near[0]} meant?" if near else ""
        if given in words.reserved(element.version) and not meant:
            meant = f", though other parts of DTDL {element.version} do"
        message = f"{element.with_article} has no {given[:80]}{meant}"
        self.judging.say(rules.KEY_UNKNOWN, (*element.path, given), message)

    def _value(self, element: Element, key: str, value: Any, slot: Slot, path: Path) -> None:
        if slot.form is LiteralForm.ELEMENTS:
            element.links[key] = list(self._links(value, slot, path, element))
            _count(self.judging, element, key, slot, path, empty=literals.flat(value) == [])
        elif slot.form is LiteralForm.JSON:
            element.values[key] = [value]
            self.judging.not_judged(f"whether each {key} fits the schema beside it")
        elif slot.form is LiteralForm.DTMI and isinstance(value, str) and words.means_something(value, element.context):
            element.values[key] = []  # a word of the language stands for its identifier
        elif key == "unit":
            element.values[key] = cotypes.units(self.judging, value, element, path)
        else:
            if key == "description" and element.context.limits.description != slot.longest:
                slot = replace(slot, longest=element.context.limits.description)
            element.values[key] = literals.judge(self.judging, value, slot, path, element.version)

    def _links(self, given: Any, slot: Slot, path: Path, parent: Element) -> Iterator[ElementLink]:
        """What stands under a key that holds elements, each by itself."""
        if isinstance(given, list):
            for number, each in enumerate(given):
                yield from self._links(each, slot, (*path, number), parent)
            return
        link = ElementLink(path, slot)
        if isinstance(given, str):
            if self._named(given, link, parent.context):
                yield link
        elif not isinstance(given, dict):
            right = "an object or the identifier of one" if not slot.only else " or ".join(sorted(slot.only))
            self.judging.say(rules.VALUE, path, f"{shown(given)} stands here, and {right} should")
        elif set(given) == {"@id"}:
            text = shown(given["@id"])
            message = f"an object with nothing but an @id refers to nothing: write {text} alone"
            self.judging.say(rules.REFERENCE_FORM, path, message)
        elif slot.named:
            right = " or ".join(sorted(slot.only)) or "a term"
            self.judging.say(rules.VALUE, path, f"an object stands here, and only {right} may")
        elif len(path) > 2 * DEEPEST_NESTING:
            self.judging.say(rules.DEPTH, path, f"more than {DEEPEST_NESTING} parts stand inside each other")
        else:
            link.element = self._inner(given, slot, path, parent)
            if link.element is not None:
                yield link

    def _named(self, text: str, link: ElementLink, context: LanguageContext) -> bool:
        """Whether a text stands for an element; says what is wrong where it does not."""
        slot, found = link.slot, words.standard(text, context)
        if slot.kinds == UNIT_PARTS:
            found = words.part_of_unit(text, context) or found
        if found is None:
            if identifiers.is_any(text) and not (slot.named and slot.only):
                link.identifier = text
                return True
            self._not_known(text, link, context)
            return False
        link.standard = found
        if found.later > context.version:
            message = f"DTDL {context.version} has no {text}; it came with DTDL {found.later}"
        elif found.later and found.later < context.version and not slot.earlier:
            message = f"{text} is of DTDL {found.later}, and cannot stand here in DTDL {context.version}"
        elif slot.only and found.term not in slot.only:
            message = f"{text} stands here, and only {' or '.join(sorted(slot.only))} may"
        elif found.kind not in slot.kinds:
            since = "" if found.kind not in _LATER else f"; {found.term} came with DTDL 4"
            message = f"{text} cannot stand here, where {_either(slot)} is needed{since}"
        else:
            return True
        self.judging.say(rules.REFERENCE_KIND, link.path, message)
        return False

    def _not_known(self, text: str, link: ElementLink, context: LanguageContext) -> None:
        slot = link.slot
        if slot.only:
            message = f"{shown(text)} stands here, and only {' or '.join(sorted(slot.only))} may"
        elif "Double" in slot.kinds:
            central, units = contexts.CENTRAL in context.extensions, cotypes.quantitative(context) > 0
            meant = self.judging.meant(text, words.known(context.version, central=central, units=units))
            message = f"DTDL {context.version} has no schema {shown(text)}{meant}{_lacking(text, context)}"
        else:
            message = f"{shown(text)} is no identifier of {_either(slot)}: a DTMI is needed"
        if context.open and context.version > 2 and ":" not in text:
            return  # an extension that is not known may have it
        self.judging.say(rules.REFERENCE_FORM, link.path, message)


_LATER = primitives(4) - primitives(2)


def _lacking(text: str, context: LanguageContext) -> str:
    """What is missing for a word that would be right elsewhere."""
    if text in ("geopoint", "vector"):
        return f"; the context {contexts.CENTRAL};2 has it"
    if words.terms(4).get(text) and context.version < 4:
        return "; DTDL 4 has it"
    return ""


def _either(slot: Slot) -> str:
    names = sorted(slot.kinds)
    return "a schema" if "Double" in names else " or ".join(names)


def _plain(given: str, version: int) -> str:
    """The key that a full identifier of the language stands for, "" where it is none of this version."""
    match = _FULL_KEY.fullmatch(given)
    return match[1] if match and int(match[2]) == version else ""


@cache
def _names(version: int, kind: str) -> tuple[str, ...]:
    return tuple(keys(version)[kind])


_SLIPS = {
    "semantictype": '; write "@type": ["Telemetry", "Temperature"]',
    "semantictypes": '; write "@type": ["Telemetry", "Temperature"]',
    "unit": '; a unit needs a semantic type, as in "@type": ["Telemetry", "Temperature"]',
    "units": "; the key is unit, and it needs a semantic type in @type",
    "displayunit": "; IoT Central's own displayUnit is no part of DTDL",
    "id": "; is @id meant?",
    "type": "; is @type meant?",
    "context": "; is @context meant?",
    "title": "; is displayName meant?",
    "label": "; is displayName meant?",
    "datatype": "; is schema meant?",
    "values": "; is enumValues meant?",
    "items": "; is elementSchema meant?",
    "implements": "; is extends meant?",
}


def _common_slip(given: str) -> str:
    return _SLIPS.get(given.lower(), "")


def _kind(judging: ModelJudging, node: Mapping[str, Any], slot: Slot, path: Path, context: LanguageContext) -> str:
    """The kind of an element that stands in a slot, "" where its @type says none that may be there."""
    given = node.get("@type")
    if given is None and "@type" not in node:
        if slot.inferred:
            return slot.inferred
        judging.say(rules.TYPE_MISSING, path, f"there is no @type: {_either(slot)} is needed here")
        return ""
    place = (*path, "@type")
    listed = [each for each in (given if isinstance(given, list) else [given]) if isinstance(each, str)]
    if len(listed) < (len(given) if isinstance(given, list) else 1):
        judging.say(rules.TYPE_FORM, place, "@type has to be a text or a list of texts")
        return ""
    known = keys(context.version)
    named = {cotypes.plain_type(each, context.version) for each in listed}
    materials = sorted(named & (set(known) | cotypes.MATERIALS))
    found = [each for each in materials if each in slot.kinds]
    if len(materials) > 1:
        judging.say(rules.TYPES_CONTRADICT, place, f"this is {' and '.join(materials)} at once; it can be only one")
        return ""
    if found and found[0] in known:
        return found[0]
    said = ", ".join(str(each)[:80] for each in listed) or "nothing"
    meant = next((hint for each in listed if (hint := judging.meant(each, _kind_names(slot)))), "")
    judging.say(rules.TYPE_OUT_OF_PLACE, place, f"@type is {said}, and {_either(slot)} is needed here{meant}")
    return ""


_KIND_NAMES: dict[frozenset[str], tuple[str, ...]] = {}


def _kind_names(slot: Slot) -> tuple[str, ...]:
    return _KIND_NAMES.setdefault(slot.kinds, tuple(sorted(slot.kinds)))


def _count(judging: ModelJudging, element: Element, key: str, slot: Slot, path: Path, *, empty: bool) -> None:
    """Judge how many elements stand under a key."""
    links = element.links[key]
    count = len(links)
    if slot.most is not None and slot.most > 1:  # an identifier that is named twice counts once
        count = len({link.identifier or link.path for link in links})
    if slot.most is not None and count > slot.most:
        rule = rules.COUNT if slot.most > 1 else rules.VALUE
        message = f"{count} values stand here, and DTDL {element.version} allows {slot.most}"
        judging.say(rule, path, message, count=count, limit=slot.most)
    elif slot.required and empty:
        judging.say(rules.KEY_MISSING, path, f"the list is empty, and {_either(slot)} is needed in it")
