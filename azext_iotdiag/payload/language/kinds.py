"""The kinds of elements that DTDL 2, 3 and 4 have, with the keys of each, and the limits of the language.

The tables follow the metamodels beside the language's documents: https://github.com/Azure/opendigitaltwins-dtdl.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache

VERSIONS = (2, 3, 4)
NAME = re.compile(r"[A-Za-z](?:[A-Za-z0-9_]*[A-Za-z0-9])?", re.ASCII)
_LONGEST_TEXT = 512


def listed(names: str) -> frozenset[str]:
    """The names in a text, as a set."""
    return frozenset(names.split())


class LiteralForm(Enum):
    """What may stand under a key."""

    TEXT = "a text"
    WORDS = "a text, or texts in several languages"
    WHOLE = "a whole number of 32 bits"
    FLAG = "true or false"
    VALUE = "a whole number or a text"
    DURATION = "a duration such as PT10S"
    DTMI = "a DTMI"
    WORD = "a term or an identifier"
    JSON = "any JSON value"
    ELEMENTS = "elements, or their identifiers"


@dataclass(frozen=True)
class Slot:
    """What may stand under one key of an element.

    Attributes:
        form: What kind of value.
        required: The key must be there.
        most: How many values there may be; None for any number.
        longest: Characters of a text.
        pattern: What a text has to match as a whole, and `means` in words.
        low: The smallest number, and `high` the largest.
        kinds: The kinds of elements.
        only: The terms that alone may stand there, where the kinds alone would allow more.
        inferred: The kind that an element without @type is.
        unique: Keys whose values differ between the elements.
        earlier: Elements may be of an earlier version than the one that holds them.
        named: Only the identifier or term of an element may stand there, not the element.
    """

    form: LiteralForm
    required: bool = False
    most: int | None = 1
    longest: int | None = None
    pattern: re.Pattern[str] | None = None
    means: str = ""
    low: int | None = None
    high: int | None = None
    kinds: frozenset[str] = frozenset()
    only: frozenset[str] = frozenset()
    inferred: str = ""
    unique: tuple[str, ...] = ()
    earlier: bool = False
    named: bool = False


Keys = Mapping[str, Slot]

_PRIMITIVES = {
    2: "Boolean Date DateTime Double Duration Float Integer Long String Time",
    4: "Byte Bytes Decimal Short UnsignedByte UnsignedInteger UnsignedLong UnsignedShort Uuid",
}
NUMERIC = listed("Byte Decimal Double Float Integer Long Short UnsignedByte UnsignedInteger UnsignedLong UnsignedShort")
COMPLEX = frozenset(("Array", "Enum", "Map", "Object"))
CONTENTS = frozenset(("Command", "Component", "Property", "Relationship", "Telemetry"))
# Classes of the language that no element of a model can be, and other words that mean something in it.
_ABSTRACT = {
    2: "CommandPayload CommandType ComplexSchema Content Entity NamedEntity NumericSchema PrimitiveSchema Schema "
    "SchemaField SemanticType SemanticUnit TemporalSchema Unit UnitAttribute LatentType NamedLatentType "
    "QuantitativeType",
    3: "AdjunctType Alias",
}


@dataclass(frozen=True)
class VersionLimits:
    """How large the parts of a model may be in one version."""

    depth: int  # schemas within schemas
    extends_depth: int
    extends: int  # interfaces that one inherits from, with all that those inherit from; in DTDL 2 directly
    identifier: int = 2048
    interface: int = 128  # characters of the identifier of an interface
    description: int = _LONGEST_TEXT  # characters


LIMITS = {2: VersionLimits(5, 10, 2), 3: VersionLimits(5, 10, 1024), 4: VersionLimits(8, 12, 1024)}
ONVIF = VersionLimits(24, 12, 1024, identifier=512, interface=256, description=4096)
LONGEST_INTERFACE = 2**20  # characters of its JSON; from DTDL 3 on
DEEPEST_NESTING = 200  # elements inside each other in one document; no version allows as many


def abstract(version: int) -> frozenset[str]:
    """The classes of a version that no element of a model can be."""
    return listed(" ".join(words for since, words in _ABSTRACT.items() if since <= version))


def primitives(version: int) -> frozenset[str]:
    """The kinds of plain schemas that a version has."""
    return listed(" ".join(words for since, words in _PRIMITIVES.items() if since <= version))


@cache
def keys(version: int) -> Mapping[str, Keys]:
    """The kinds of elements of a version, each with its keys."""
    return {kind: _every_element(version) | own for kind, own in (_parts(version) | _schemas(version)).items()}


def _every_element(version: int) -> dict[str, Slot]:
    shown = 64 if version == 2 else _LONGEST_TEXT
    return {
        "comment": Slot(LiteralForm.TEXT, longest=_LONGEST_TEXT),
        "description": Slot(LiteralForm.WORDS, most=None, longest=_LONGEST_TEXT),
        "displayName": Slot(LiteralForm.WORDS, most=None, longest=shown),
    }


def _name(version: int) -> dict[str, Slot]:
    means = "letters, digits and '_', a letter first and no '_' last"
    longest = 64 if version == 2 else _LONGEST_TEXT
    return {"name": Slot(LiteralForm.TEXT, required=True, longest=longest, pattern=NAME, means=means)}


def _schema(version: int) -> Slot:
    kinds = primitives(version) | COMPLEX
    return Slot(LiteralForm.ELEMENTS, required=True, kinds=kinds, earlier=True)


def _parts(version: int) -> dict[str, dict[str, Slot]]:
    """Interfaces and what they contain."""
    many = 300 if version == 2 else None
    name, schema = _name(version), {"schema": _schema(version)}
    flag = Slot(LiteralForm.FLAG)
    most = 500 if version == 2 else None
    interface = {
        "contents": Slot(LiteralForm.ELEMENTS, most=many, kinds=CONTENTS, unique=("name",), earlier=True),
        "extends": Slot(
            LiteralForm.ELEMENTS, most=2 if version == 2 else None, kinds=frozenset(("Interface",)), earlier=True
        ),
        "schemas": Slot(LiteralForm.ELEMENTS, most=None, kinds=COMPLEX),
    }
    relationship = name | {
        "maxMultiplicity": Slot(LiteralForm.WHOLE, low=1, high=most),
        "minMultiplicity": Slot(LiteralForm.WHOLE, low=0, high=0),
        "properties": Slot(
            LiteralForm.ELEMENTS, most=many, kinds=frozenset(("Property",)), unique=("name",), earlier=True
        ),
        "target": Slot(LiteralForm.DTMI),
        "writable": flag,
    }
    return {
        "Interface": interface,
        "Telemetry": name | schema,
        "Property": name | schema | {"writable": flag},
        "Relationship": relationship,
        "Component": name
        | {"schema": Slot(LiteralForm.ELEMENTS, required=True, kinds=frozenset(("Interface",)), earlier=True)},
    } | _commands(version)


def _commands(version: int) -> dict[str, dict[str, Slot]]:
    request, response = ("CommandPayload",) * 2 if version == 2 else ("CommandRequest", "CommandResponse")
    kind = frozenset(("CommandType",))
    command = _name(version) | {
        "commandType": Slot(LiteralForm.ELEMENTS, kinds=kind, named=True),
        "request": Slot(LiteralForm.ELEMENTS, kinds=frozenset((request,)), inferred=request),
        "response": Slot(LiteralForm.ELEMENTS, kinds=frozenset((response,)), inferred=response),
    }
    payload = (
        _name(version) | {"schema": _schema(version)} | ({"nullable": Slot(LiteralForm.FLAG)} if version > 3 else {})
    )
    return {"Command": command, request: payload, response: payload}


def _schemas(version: int) -> dict[str, dict[str, Slot]]:
    """Schemas and what they hold."""
    old = version == 2
    name, schema = _name(version), {"schema": _schema(version)}
    inside = {
        "fields": Slot(
            LiteralForm.ELEMENTS,
            required=old,
            most=30 if old else None,
            kinds=frozenset(("Field",)),
            inferred="Field",
            unique=("name",),
        ),
        "enumValues": Slot(
            LiteralForm.ELEMENTS,
            required=old,
            most=100 if old else None,
            kinds=frozenset(("EnumValue",)),
            inferred="EnumValue",
            unique=("name", "enumValue"),
        ),
    }
    plain = primitives(version)
    values = Slot(
        LiteralForm.ELEMENTS,
        required=True,
        kinds=plain,
        only=frozenset(("integer", "string")),
        named=True,
        earlier=True,
    )
    key = Slot(
        LiteralForm.ELEMENTS,
        required=True,
        kinds=frozenset(("String",)),
        only=frozenset(("string",)),
        named=True,
        earlier=True,
    )
    return {
        "Array": {"elementSchema": _schema(version)},
        "Enum": {"valueSchema": values, "enumValues": inside["enumValues"]},
        "EnumValue": name | {"enumValue": Slot(LiteralForm.VALUE, required=True)},
        "Map": {
            "mapKey": Slot(LiteralForm.ELEMENTS, required=True, kinds=frozenset(("MapKey",)), inferred="MapKey"),
            "mapValue": Slot(LiteralForm.ELEMENTS, required=True, kinds=frozenset(("MapValue",)), inferred="MapValue"),
        },
        "MapKey": name | {"schema": key},
        "MapValue": name | schema,
        "Object": {"fields": inside["fields"]},
        "Field": name | schema,
    }
