"""What the types of extensions demand of an element and of those around it: its schema, and its siblings."""

from __future__ import annotations

from azext_iotdiag.payload.language import rules
from azext_iotdiag.payload.language.extensions import CoType
from azext_iotdiag.payload.language.graph import targets
from azext_iotdiag.payload.language.judging import ModelJudging
from azext_iotdiag.payload.language.kinds import NUMERIC
from azext_iotdiag.payload.language.parts import Element, ElementLink

_ANNOTATED = ("Property", "Telemetry")


def judge(judging: ModelJudging, elements: list[Element]) -> None:
    """Judge what each type of an extension demands."""
    for element in elements:
        for cotype in element.cotypes:
            _schema(judging, element, cotype)
            _around(judging, element, cotype)
        if element.kind == "Interface":
            _siblings(judging, element, "contents")
        elif element.kind == "Relationship":
            _siblings(judging, element, "properties")
        if element.has("Streaming"):
            _streamed(judging, element)
        if element.has("Result"):
            _results(judging, element)


def _schema(judging: ModelJudging, element: Element, cotype: CoType) -> None:
    """Judge the schema of an element by one of its types."""
    for link in element.links.get("schema", ()):
        term, kind = _what(link)
        if not kind:
            continue
        if cotype.terms and term not in cotype.terms:
            right = " or ".join(sorted(cotype.terms))
        elif cotype.schemas and kind not in cotype.schemas:
            right = "a number" if cotype.schemas == NUMERIC else " or ".join(sorted(cotype.schemas))
            right = "a number or string" if cotype.schemas == NUMERIC | {"String"} else right
        else:
            continue
        message = f"{term or 'an ' + kind} stands here, and {cotype.name} needs the schema to be {right}"
        judging.say(rules.SEMANTIC_SCHEMA, link.path, message)


def _what(link: ElementLink) -> tuple[str, str]:
    """The term and the kind of what stands under a key, "" for what is not known."""
    if link.standard is not None:
        return link.standard.term, link.standard.kind
    return "", link.element.kind if link.element is not None else ""


def _around(judging: ModelJudging, element: Element, cotype: CoType) -> None:
    if cotype.inside and element.parent is not None and not element.parent.has(cotype.inside):
        message = f"{cotype.name} may only stand in an Object that is {cotype.inside}"
        judging.say(rules.TYPE_NEEDS, (*element.path, "@type"), message)


def _streamed(judging: ModelJudging, element: Element) -> None:
    if element.value("writable") is True:
        message = "what is Streaming cannot be writable: leave out writable, or Streaming"
        judging.say(rules.TYPES_CONTRADICT, (*element.path, "writable"), message)


def _results(judging: ModelJudging, result: Element) -> None:
    """Judge the fields of an Object that is a Result: each says which result it is, and each once."""
    seen: set[str] = set()
    for link, each in targets(result, "fields"):
        names = [name for name in ("NormalResult", "ErrorResult") if each.has(name)]
        if not names:
            message = "each field of a Result has to be NormalResult or ErrorResult"
            judging.say(rules.TYPE_NEEDS, link.path, message)
        elif names[0] in seen:
            judging.say(rules.TYPES_CONTRADICT, link.path, f"a second field is {names[0]}")
        seen.update(names)


def _siblings(judging: ModelJudging, owner: Element, key: str) -> None:
    """Judge annotations and overrides by the elements that they name."""
    contents = [inner for _, inner in targets(owner, key)]
    annotating = [each for each in contents if each.has("ValueAnnotation")]
    if not annotating:
        return
    by_name = {each.value("name"): each for each in contents}
    overridden: set[tuple[str, str]] = set()
    for each in annotating:
        name = each.value("annotates")
        other = by_name.get(name)
        if not isinstance(name, str) or other is None:
            continue
        place = (*each.path, "annotates")
        if other.kind not in _ANNOTATED:
            message = f"{name} is {other.with_article}, and only a Property or Telemetry is annotated"
            judging.say(rules.SIBLING, place, message)
        elif each.has("Override"):
            _override(judging, each, other, overridden)
        elif other.has("ValueAnnotation"):
            judging.say(rules.SIBLING, place, f"{name} is an annotation itself")


def _override(judging: ModelJudging, element: Element, other: Element, seen: set[tuple[str, str]]) -> None:
    """Judge that what is overridden is a key of an extension that the other has, and that the schema goes with it."""
    word = element.value("overrides")
    if not isinstance(word, str):
        return
    full = {name: key for each in other.cotypes for name, key in each.full_keys.items()}
    key = full.get(word, word)
    owner = next((each for each in other.cotypes if key in each.keys), None)
    place = (*element.path, "overrides")
    if owner is None:
        message = f"{other.value('name')} has no key {word[:80]} of an extension that could be overridden"
        judging.say(rules.SIBLING, place, message)
        return
    pair = (str(other.value("name")), key)
    if pair in seen:
        judging.say(rules.SIBLING, place, f"{key} of {pair[0]} is overridden twice")
    seen.add(pair)
    if key == "unit":
        for link in element.links.get("schema", ()):
            if _what(link)[0] != owner.units:
                message = f"the schema has to be {owner.units}, the units of {owner.name}"
                judging.say(rules.SEMANTIC_SCHEMA, link.path, message)
