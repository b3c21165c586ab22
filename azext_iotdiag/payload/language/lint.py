"""Judges a whole model by the language: all its documents, and what they refer to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from azext_iotdiag.model.finding import Finding
from azext_iotdiag.payload.language import contexts, demands, graph, rules
from azext_iotdiag.payload.language.contexts import LanguageContext
from azext_iotdiag.payload.language.elements import Walk
from azext_iotdiag.payload.language.judging import ModelJudging
from azext_iotdiag.payload.language.parts import Element

Resolve = Callable[[str], Any]
_MOST_DOCUMENTS = 5_000  # that are fetched for one model


@dataclass(frozen=True)
class Judgement:
    """What was found in a model, and sentences about what was not judged.

    A model in the `preview` of the language is not judged at all. `interfaces` is how many were recognised.
    """

    findings: tuple[Finding, ...]
    unjudged: tuple[str, ...]
    preview: bool = False
    interfaces: int = 0


def judge(document: Any, resolve: Resolve | None = None, *, characters: int = 0) -> Judgement:
    """Judge a parsed document: an interface, a list of them, or a device template of IoT Central.

    `characters` is how long its text was, 0 where that is not known.
    """
    judging = ModelJudging()
    if _is_preview(document):
        judging.not_judged("the rules of DTDL 1, the preview: IoT Central alone still reads it")
        return Judgement((), tuple(judging.unjudged), preview=True)
    walk = Walk(judging, characters)
    for part, path, above in _parts(judging, document):
        for _ in walk.roots(part, path, above):
            pass
    known = graph.index(judging, walk.elements)
    _fetch(walk, known, resolve)
    graph.connect(judging, walk.elements, known, _looked(resolve))
    graph.judge(judging, walk.elements)
    demands.judge(judging, walk.elements)
    interfaces = sum(each.kind == "Interface" for each in walk.elements)
    return Judgement(tuple(judging.findings), (*judging.unjudged, *judging.left_out()), interfaces=interfaces)


def _parts(judging: ModelJudging, document: Any) -> list[tuple[Any, tuple[str | int, ...], LanguageContext]]:
    """The interfaces in a document, each with its place and the context around it."""
    if isinstance(document, dict):
        for key in ("capabilityModel", "model"):
            if isinstance(document.get(key), (dict, list)):
                above = LanguageContext()
                if "@context" in document:
                    above = contexts.read(judging, document, (), above)
                return [(document[key], (key,), above)]
    return [(document, (), LanguageContext())]


def _is_preview(document: Any) -> bool:
    """Whether the document is in the preview of the language, which had capability models."""
    rest = [document]
    looked = 0
    while rest and looked < 1000:
        part = rest.pop()
        looked += 1
        if isinstance(part, list):
            rest.extend(part[:100])
        elif isinstance(part, dict):
            context, kinds = part.get("@context"), part.get("@type", part.get("types"))
            if any("azureiot.com" in each for each in _texts(context)):
                return not any(contexts.CORE in each for each in _texts(context))
            if {"CapabilityModel", "InterfaceInstance"} & set(_texts(kinds)) or "implements" in part:
                return True
            rest.extend(part[key] for key in ("capabilityModel", "model", "extends") if key in part)
    return False


def _texts(given: Any) -> list[str]:
    return [each for each in (given if isinstance(given, list) else [given]) if isinstance(each, str)]


def _fetch(walk: Walk, known: dict[str, Element], resolve: Resolve | None) -> None:
    """Add the documents of interfaces that are referred to and are not in the model."""
    if resolve is None:
        return
    done, asked = 0, set(known)
    for _ in range(_MOST_DOCUMENTS):
        wanted = [
            link.identifier
            for element in walk.elements[done:]
            for links in element.links.values()
            for link in links
            if link.identifier and link.identifier not in asked
        ]
        done = len(walk.elements)
        if not wanted:
            return
        for identifier in dict.fromkeys(wanted):
            asked.add(identifier)
            document = resolve(identifier)
            before = len(walk.elements)
            for _ in walk.roots(document if document is not None else [], (identifier,), LanguageContext()):
                pass
            for each in walk.elements[before:]:
                if each.identifier:
                    known.setdefault(each.identifier, each)
                    asked.add(each.identifier)


def _looked(resolve: Resolve | None) -> Callable[[str], str]:
    looked = getattr(resolve, "looked", None)
    if looked is None:
        return lambda _identifier: "; looked in the document"
    return lambda identifier: f"; looked in the document and in {looked(identifier)}"


__all__ = ["Judgement", "judge", "rules"]
