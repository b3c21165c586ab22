"""Resolves what stands for an element: a term of the language or of an extension, or an identifier of one of those."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from azext_iotdiag.payload.language import kinds
from azext_iotdiag.payload.language.contexts import CENTRAL, LanguageContext
from azext_iotdiag.payload.language.extensions import CORE_OF_2, EXTENSIONS, QUANTITATIVE
from azext_iotdiag.payload.language.units import ADDED_UNITS, PREFIXES, UNIT_TYPES, UNITS


@dataclass(frozen=True)
class Standard:
    """An element that the language or an extension defines.

    `depth` is how many levels of schemas are in it, `array` whether one of them is an Array. `later` is the version of
    DTDL that it belongs to, where that decides who may refer to it.
    """

    term: str
    kind: str
    depth: int = 0
    array: bool = False
    later: int = 0


_GEOMETRIES = {"point": 2, "multiPoint": 3, "lineString": 3, "multiLineString": 4, "polygon": 4, "multiPolygon": 5}
_OF_CENTRAL = {name: Standard(name, "Object", 1) for name in ("geopoint", "vector")}
_SCALED = Standard("scaledDecimal", "Object", 1, later=4)
_IDENTIFIER = re.compile(
    r"dtmi:(dtdl:instance:(?:Schema|CommandType)|standard:schema:geospatial|standard:schema|iotcentral:schema):"
    r"(\w+);(\d+)",
    re.ASCII,
)
_UNIT_IDENTIFIER = re.compile(
    rf"(?:dtmi:standard:unit:(\w+);2|{QUANTITATIVE}:v([12]):(?:unit|unitprefix):(\w+))", re.ASCII
)
_UNIT_TYPE_IDENTIFIER = re.compile(rf"{QUANTITATIVE}:v([12]):enum:(\w+)", re.ASCII)


@cache
def terms(version: int) -> Mapping[str, Standard]:
    """The terms of a version that stand for an element."""
    plain = {kind[0].lower() + kind[1:]: kind for kind in kinds.primitives(version)}
    found = {term: Standard(term, kind) for term, kind in plain.items()}
    found |= {term: Standard(term, "CommandType") for term in ("synchronous", "asynchronous")}
    found |= {term: Standard(term, "Object", depth, True) for term, depth in _GEOMETRIES.items()}
    return found | ({_SCALED.term: _SCALED} if version > 3 else {})


@cache
def known(version: int, *, central: bool, units: bool) -> tuple[str, ...]:
    """The terms that may stand for a schema, to look for the one that is meant."""
    found = {term for term, each in terms(version).items() if each.kind != "CommandType"}
    return tuple(sorted(found | (set(_OF_CENTRAL) if central else set()) | (set(UNITS) if units else set())))


def standard(text: str, context: LanguageContext) -> Standard | None:
    """The element of the language or of an extension that a text stands for."""
    if not text.startswith("dtmi:"):
        found = terms(context.version).get(text)
        if found is None and CENTRAL in context.extensions:
            found = _OF_CENTRAL.get(text)
        if found is None and QUANTITATIVE in context.extensions and text in UNITS and context.version > 2:
            found = Standard(text, "Enum")
        return found
    match = _IDENTIFIER.fullmatch(text)
    if match:
        return _identified(match[1], match[2], int(match[3]))
    unit = _UNIT_TYPE_IDENTIFIER.fullmatch(text)
    return Standard(unit[2], "Enum", later=int(unit[1]) + 2) if unit and unit[2] in UNITS else None


def _identified(space: str, term: str, version: int) -> Standard | None:
    if space == "iotcentral:schema":
        found = _OF_CENTRAL.get(term)
        return replace(found, later=2) if found is not None and version == 2 else None
    if version not in kinds.VERSIONS:
        return None
    found = terms(version).get(term)
    if found is None:
        return None
    geometry = term in _GEOMETRIES
    if geometry != (space == "standard:schema:geospatial") or (term == _SCALED.term) != (space == "standard:schema"):
        return None
    if (found.kind == "CommandType") != (space == "dtdl:instance:CommandType"):
        return None
    return replace(found, later=version) if geometry or found.kind == "CommandType" else found


def unit(text: str, context: LanguageContext) -> str:
    """The unit that a term or identifier stands for, "" where it is none that is known here."""
    version = context.extensions.get(QUANTITATIVE, 0)
    if not text.startswith("dtmi:"):
        return text if text in (_all_units() if version else _units_of_2() if context.version == 2 else ()) else ""
    match = _UNIT_IDENTIFIER.fullmatch(text)
    if not match or bool(match[1]) != (context.version == 2) or (match[2] and int(match[2]) != version):
        return ""
    name = match[1] or match[3]
    return name if name in (_units_of_2() if match[1] else _all_units()) else ""


def part_of_unit(text: str, context: LanguageContext) -> Standard | None:
    """The unit or prefix that a unit of a model may be made of: that of any version of the quantitative types."""
    match = _UNIT_IDENTIFIER.fullmatch(text)
    name = match[3] if match else text
    if name not in _all_units() or (match and match[1]):
        return None
    plain = QUANTITATIVE in context.extensions and name not in terms(context.version)
    return Standard(name, "EnumValue") if match or plain else None


@cache
def _all_units() -> frozenset[str]:
    return frozenset(name for names in UNITS.values() for name in names) | PREFIXES


@cache
def _units_of_2() -> frozenset[str]:
    return _all_units() - ADDED_UNITS


@cache
def units_of(kind: str, *, added: bool) -> tuple[str, ...]:
    """The units of one type of units, with or without those that DTDL 2 does not have."""
    names = UNITS.get(kind, frozenset())
    return tuple(sorted(names if added else names - ADDED_UNITS))


@cache
def classes(version: int) -> frozenset[str]:
    """The classes of a version, those included that no element of a model can be."""
    return frozenset(kinds.keys(version)) | kinds.abstract(version) | kinds.primitives(version)


@cache
def reserved(version: int) -> frozenset[str]:
    """All words that mean something in a version: none of them can be a type or a key that a model defines."""
    found = set(classes(version)) | set(terms(version))
    found |= {key for keys in kinds.keys(version).values() for key in keys} | {"languageMajorVersion", "symbol"}
    if version == 2:
        found |= set(CORE_OF_2) | _units_of_2() | {UNIT_TYPES[name] for name in CORE_OF_2}
        found |= kinds.listed("baseUnit bottomUnit exponent prefix topUnit unit")
        found |= kinds.listed("RatioUnit DecimalUnit DecimalPrefix BinaryUnit BinaryPrefix")
    else:
        found |= {"DtdlExtension", "metamodel", "model", "aliasFor", "exponent"}
    return frozenset(found)


def means_something(word: str, context: LanguageContext) -> bool:
    """Whether a word is one of the language or of an extension that the context names."""
    if word in reserved(context.version):
        return True
    if QUANTITATIVE in context.extensions and (word in UNITS or word in _all_units()):
        return True
    return any(word in EXTENSIONS[name][version] for name, version in context.extensions.items())
