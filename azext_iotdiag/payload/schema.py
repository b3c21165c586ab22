"""What a model is once it has been read: schemas, contents and interfaces, whatever document they came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from azext_iotdiag.model.finding import Finding


class ModelError(ValueError):
    """What was given is no model, or one that cannot be used: cyclic, too deep, or with parts that are not at hand.

    Its text says what is wrong and where; `missing` is the identifier of what is not at hand, if it is that.
    """

    def __init__(self, text: str, *, missing: str = ""):
        super().__init__(text)
        self.missing = missing


@dataclass(frozen=True)
class Scalar:
    """A single value, by the term of DTDL: boolean, integer, dateTime, uuid, ..."""

    term: str


@dataclass(frozen=True)
class EnumValue:
    """One value that an Enum lists. Its name never goes over the wire."""

    name: str
    value: str | int


@dataclass(frozen=True)
class Enum:
    """One of the values that are listed, each of the type `value_schema`: integer or string."""

    value_schema: str
    values: tuple[EnumValue, ...]


@dataclass(frozen=True)
class Field:
    """A field of an Object."""

    name: str
    schema: Schema
    required: bool = False


@dataclass(frozen=True)
class Object:
    """An object with named fields, optional unless they say otherwise."""

    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Array:
    """A list whose elements have one schema."""

    element: Schema


@dataclass(frozen=True)
class Map:
    """An object whose keys are free and whose values have one schema."""

    value: Schema


@dataclass(frozen=True)
class Geometry:
    """A GeoJSON geometry by its DTDL term: point, lineString, polygon, multiPoint, multiLineString, multiPolygon."""

    term: str


@dataclass(frozen=True)
class Reference:
    """A schema by the identifier under which `Document.schemas` holds it."""

    id: str


@dataclass(frozen=True)
class Unknown:
    """A schema that was not understood; its values are not judged."""

    why: str


Schema = Scalar | Enum | Object | Array | Map | Geometry | Reference | Unknown


@dataclass(frozen=True)
class Content:
    """A name of an interface that may be in a payload.

    `kind` is telemetry, property, command, cloud property or relationship. `interface` is the id of the interface that
    defines it, which may be one that is inherited from.
    """

    kind: str
    name: str
    schema: Schema | None
    interface: str
    writable: bool = False


@dataclass(frozen=True)
class Interface:
    """An interface with all that it inherits. `contents` holds a name several times where several interfaces do.

    `components` are its components by name, `modules` those of an IoT Edge device. `instances` are the interfaces of
    an old capability model by name: what they define may come at the root, too.
    """

    id: str
    name: str
    contents: tuple[Content, ...] = ()
    components: Mapping[str, Interface] = field(default_factory=dict)
    modules: Mapping[str, Interface] = field(default_factory=dict)
    instances: Mapping[str, Interface] = field(default_factory=dict)


@dataclass(frozen=True)
class Document:
    """A model as it was read: its root, the schemas that have an identifier, and what is wrong or odd in it.

    `version` is that of DTDL: 1 for the preview, 2, 3 or 4. `node` is the root interface as it stood in the document,
    and `others` are the interfaces that stood beside it, or were fetched for it.
    """

    root: Interface
    schemas: Mapping[str, Schema]
    issues: tuple[Finding, ...]
    version: int = 2
    node: Mapping[str, Any] = field(default_factory=dict)
    others: tuple[Mapping[str, Any], ...] = ()
