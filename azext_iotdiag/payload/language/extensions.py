"""What the extensions of DTDL add: types that an element may have besides its kind, their keys, and what those demand.

Sources are the documents DTDL.annotation, historization, mqtt, overriding, quantitativeTypes, requirement, onvif and
iotcentral beside those of the language. mqtt;3, and the previews streaming and initialization, are here by their
documents alone: the reference parser does not know them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from azext_iotdiag.payload.language.kinds import NUMERIC, LiteralForm, Slot, listed
from azext_iotdiag.payload.language.kinds import keys as keys_of
from azext_iotdiag.payload.language.units import ADDED_TYPES, ADDED_UNITS, UNIT_TYPES, UNITS


@dataclass(frozen=True)
class CoType:
    """A type that an extension gives to elements besides their kind.

    Attributes:
        name: The term.
        dtmi: The full identifier.
        versions: The versions of DTDL whose elements may have it.
        kinds: The kinds of elements that may have it.
        keys: The keys that it adds.
        full_keys: The full identifiers of those keys.
        schemas: Where the schema has to be of certain kinds: these.
        terms: Where the schema has to be one of certain terms: these.
        needs: Another type that the element must have, too.
        without: Types that it must not have beside it.
        inside: The type that the element around it must have.
        semantic: An element has at most one of these.
        units: The type of units that `unit` takes.
    """

    name: str
    dtmi: str
    versions: frozenset[int]
    kinds: frozenset[str]
    keys: Mapping[str, Slot] = field(default_factory=dict)
    full_keys: Mapping[str, str] = field(default_factory=dict)
    schemas: frozenset[str] = frozenset()
    terms: frozenset[str] = frozenset()
    needs: str = ""
    without: frozenset[str] = frozenset()
    inside: str = ""
    semantic: bool = False
    units: str = ""


CoTypes = dict[str, CoType]
_BOTH = frozenset((3, 4))
_DATA = frozenset(("Property", "Telemetry"))
_FIELD = frozenset(("Field",))
_FIELDS = frozenset(("Field", "MapValue", "CommandRequest", "CommandResponse"))
_COMMAND = frozenset(("Command",))
_OBJECT = frozenset(("Object",))
_EXTENSION = "dtmi:dtdl:extension"
QUANTITATIVE = f"{_EXTENSION}:quantitativeTypes"


def _made(extension: str, version: int, name: str, kinds: frozenset[str], **rest: object) -> CoType:
    """A type of a feature extension. The first versions of these are for DTDL 3, later ones for 3 and 4."""
    base = f"{_EXTENSION}:{extension}:v{version}:{name}"
    keys: Mapping[str, Slot] = rest.pop("keys", {})  # type: ignore[assignment]
    versions = _BOTH if version > 1 or extension == "requirement" else frozenset((3,))
    full = {f"{base}:{key}": key for key in keys}
    return CoType(name, base, versions, kinds, keys, full, **rest)  # type: ignore[arg-type]


def _by_name(*types: CoType) -> CoTypes:
    return {each.name: each for each in types}


def _annotation(version: int) -> CoTypes:
    annotates = {"annotates": Slot(LiteralForm.TEXT, required=True)}
    return _by_name(_made("annotation", version, "ValueAnnotation", _DATA, keys=annotates))


def _historization(version: int) -> CoTypes:
    return _by_name(_made("historization", version, "Historized", _DATA))


def _overriding(version: int) -> CoTypes:
    overrides = {"overrides": Slot(LiteralForm.WORD, required=True)}
    only = frozenset(("Property",))
    return _by_name(_made("overriding", version, "Override", only, keys=overrides, needs="ValueAnnotation"))


def _requirement(version: int) -> CoTypes:
    return _by_name(_made("requirement", version, "Required", _FIELD))


def _streaming(version: int) -> CoTypes:
    return _by_name(_made("streaming", version, "Streaming", frozenset(("Property",))))


def _initialization(version: int) -> CoTypes:
    value = {"initialValue": Slot(LiteralForm.JSON, required=True)}
    made = _made("initialization", version, "Initialized", frozenset(("Property",)), keys=value)
    return _by_name(replace(made, versions=frozenset((2, 3))))


_LABEL = r"(?:[!$-*,-.0-z|~]+|\{(?:[A-Za-z]+:)?[A-Za-z]+\})"
_FIRST_LABEL = r"(?:[!%-*,-.0-z|~][!$-*,-.0-z|~]*|\{(?:[A-Za-z]+:)?[A-Za-z]+\})"
_TOPIC = Slot(
    LiteralForm.TEXT,
    pattern=re.compile(rf"{_FIRST_LABEL}(?:/{_LABEL})*"),
    means="labels with '/' between them, none empty, without '+' and '#', and no '$' first",
)
_GROUP = Slot(
    LiteralForm.TEXT,
    pattern=re.compile(r"[!$-*,-.0-z|~]+"),
    means="printable ASCII characters without blank, '\"', '+', '#', '{', '}' and '/'",
)


def _mqtt(version: int) -> CoTypes:
    topics = {"telemetryTopic": _TOPIC, "commandTopic": _TOPIC, "payloadFormat": Slot(LiteralForm.TEXT, required=True)}
    groups = {"telemServiceGroupId": _GROUP, "cmdServiceGroupId": _GROUP} if version > 1 else {}
    ttl = {"ttl": Slot(LiteralForm.DURATION, required=True)}
    index = {"index": Slot(LiteralForm.WHOLE, required=True, low=1)}
    indexed = frozenset(("Telemetry", "Field", "EnumValue"))
    types = _by_name(
        _made("mqtt", version, "Mqtt", frozenset(("Interface",)), keys=topics | groups),
        _made("mqtt", version, "Idempotent", _COMMAND),
        _made("mqtt", version, "Cacheable", _COMMAND, keys=ttl, needs="Idempotent"),
        _made("mqtt", version, "Indexed", indexed, keys=index),
    )
    payload = frozenset(("CommandRequest", "CommandResponse"))
    if version > 1:
        types["Transparent"] = _made("mqtt", version, "Transparent", payload, schemas=_OBJECT)
    if version > 2:
        alone = frozenset(("Required",))
        string = frozenset(("String",))
        types |= _by_name(
            _made("mqtt", version, "Result", _OBJECT),
            _made("mqtt", version, "NormalResult", _FIELD, without=alone, inside="Result"),
            _made("mqtt", version, "ErrorResult", _FIELD, without=alone, inside="Result", schemas=_OBJECT),
            _made("mqtt", version, "Error", _OBJECT),
            _made("mqtt", version, "ErrorMessage", _FIELD, inside="Error", schemas=string),
        )
    return types


def _quantitative(version: int) -> CoTypes:
    base = f"{QUANTITATIVE}:v{version}"
    unit = {"unit": Slot(LiteralForm.WORD, required=True)}
    full = {f"{base}:property:unit": "unit"}
    of = frozenset((version + 2,))
    return {
        name: CoType(
            name, f"{base}:class:{name}", of, _DATA | _FIELDS, unit, full, schemas=NUMERIC, semantic=True, units=units
        )
        for name, units in UNIT_TYPES.items()
    } | _units_of_models(base, of)


UNIT_PARTS = frozenset(("EnumValue",))  # what a unit of a model is, and what it is made of


def _units_of_models(base: str, versions: frozenset[int]) -> CoTypes:
    """The types that values of an Enum have which are units themselves."""
    value = UNIT_PARTS
    any_kind = frozenset(keys_of(3)) | frozenset(keys_of(4))  # the reference lets every element be a BinaryUnit
    word, needed = (
        Slot(LiteralForm.ELEMENTS, required=each, kinds=value, named=True, earlier=True) for each in (False, True)
    )
    own_keys: dict[str, dict[str, Slot]] = {
        "SymbolicUnit": {"symbol": Slot(LiteralForm.TEXT, required=True)},
        "DecimalUnit": {"baseUnit": needed, "prefix": word},
        "BinaryUnit": {"baseUnit": needed, "prefix": word},
        "RatioUnit": {"topUnit": needed, "bottomUnit": needed},
        "UnitPrefix": {
            "symbol": Slot(LiteralForm.TEXT, required=True),
            "exponent": Slot(LiteralForm.WHOLE, required=True),
        },
    }
    return {
        name: CoType(
            name,
            f"{base}:class:{name}",
            versions,
            any_kind if name == "BinaryUnit" else value,
            own,
            {f"{base}:property:{key}": key for key in own},
        )
        for name, own in own_keys.items()
    }


def _core_of_2() -> CoTypes:
    """The semantic types of DTDL 2, which need no extension."""
    unit = {"unit": Slot(LiteralForm.WORD, required=True)}
    full = {"dtmi:dtdl:property:unit;2": "unit"}
    two = frozenset((2,))
    return {
        name: CoType(
            name, f"dtmi:standard:class:{name};2", two, _DATA, unit, full, schemas=NUMERIC, semantic=True, units=units
        )
        for name, units in UNIT_TYPES.items()
        if name not in ADDED_TYPES
    }


def _central() -> CoTypes:
    two = frozenset((2,))
    geometries = "point multiPoint lineString multiLineString polygon multiPolygon geopoint"

    def made(name: str, **rest: object) -> CoType:
        return CoType(name, f"dtmi:iotcentral:class:{name};2", two, _DATA, **rest)  # type: ignore[arg-type]

    unit = {"unit": Slot(LiteralForm.WORD)}
    full = {"dtmi:dtdl:property:unit;2": "unit"}
    vector = frozenset(("vector",))
    return _by_name(
        made("State", schemas=frozenset(("Enum",))),
        made("Event", schemas=NUMERIC | {"String"}),
        made("Location", terms=listed(geometries)),
        made("VelocityVector", terms=vector, keys=unit, full_keys=full, units="VelocityUnit"),
        made("AccelerationVector", terms=vector, keys=unit, full_keys=full, units="AccelerationUnit"),
    )


# Each extension by the name of its context, and its versions.
EXTENSIONS: dict[str, dict[int, CoTypes]] = {
    f"{_EXTENSION}:annotation": {1: _annotation(1), 2: _annotation(2)},
    f"{_EXTENSION}:historization": {1: _historization(1), 2: _historization(2)},
    f"{_EXTENSION}:initialization": {1: _initialization(1)},
    f"{_EXTENSION}:mqtt": {1: _mqtt(1), 2: _mqtt(2), 3: _mqtt(3)},
    f"{_EXTENSION}:overriding": {1: _overriding(1), 2: _overriding(2)},
    QUANTITATIVE: {1: _quantitative(1), 2: _quantitative(2)},
    f"{_EXTENSION}:requirement": {1: _requirement(1)},
    f"{_EXTENSION}:streaming": {1: _streaming(1)},
    "dtmi:iotcentral:context": {2: _central()},
}
CORE_OF_2 = _core_of_2()
# Extensions that raise limits, with their versions.
LIMIT_EXTENSIONS: dict[str, tuple[str, ...]] = {"dtmi:dtdl:limits:onvif": ("1",)}
# Types that IoT Central writes beside the kind, in any version: its exports hold them without a context.
OF_CENTRAL = listed(
    "Cloud CloudProperty EdgeModule GatewayDevice Initialized NumberValue StringValue BooleanValue EventValue "
    "StateValue LocationValue VectorValue Event State Location VelocityVector AccelerationVector DateTimeValue "
    "TimeValue DurationValue DateValue EnumValue ObjectValue MapValue Deprecated"
)
ALL_BY_DTMI: dict[str, CoType] = {
    each.dtmi: each
    for types in [CORE_OF_2, *(types for versions in EXTENSIONS.values() for types in versions.values())]
    for each in types.values()
}
UNITS_OF_2 = {kind: frozenset(names - ADDED_UNITS) for kind, names in UNITS.items()}
