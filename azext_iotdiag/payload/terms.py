"""The words of DTDL: limits, names, and tolerant access to nodes. The terms of schemas stand in `rules`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

# What the versions write differently from the terms: `datetime` stands in the table of the preview.
ALIASES = {"datetime": "dateTime"}

# https://azure.github.io/opendigitaltwins-dtdl/DTDL/v4/DTDL.v4.html and its predecessors
DEPTH = {1: 5, 2: 5, 3: 5, 4: 8}  # of schemas within schemas
ONVIF_DEPTH = 24  # https://azure.github.io/opendigitaltwins-dtdl/DTDL/v4/DTDL.onvif.v1.html
EXTENDS_DEPTH = {1: 10, 2: 10, 3: 10, 4: 12}
EXTENDS_COUNT = {1: 2, 2: 2, 3: 1024, 4: 1024}
FIELDS = {1: 30, 2: 30}  # of an Object; later versions set no limit that a device meets
NAME_LENGTH = {1: 64, 2: 64, 3: 512, 4: 512}
DEEPEST = 100  # levels after which any model is given up, whatever its version

NAME = re.compile(r"[A-Za-z](?:[A-Za-z0-9_]*[A-Za-z0-9])?", re.ASCII)
NAME_V1 = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
# https://github.com/Azure/opendigitaltwins-dtdl/blob/master/DTMI/README.md; the version is optional from DTDL 3 on.
DTMI = re.compile(
    r"dtmi:[A-Za-z](?:[A-Za-z0-9_]*[A-Za-z0-9])?(?::(?:[A-Za-z_](?:[A-Za-z0-9_]*[A-Za-z0-9])?))*"
    r"(?:;[1-9][0-9]{0,8}(?:\.[1-9][0-9]{0,5})?)?",
    re.ASCII,
)
# Names that IoT Central keeps for itself; what a device sends under them is dropped without a word.
RESERVED = frozenset({
    "EventEnqueuedUtcTime", "EventProcessedUtcTime", "PartitionId", "EventHub", "User", "$metadata", "$version",
})  # fmt: skip

_IRI_KEY = re.compile(r"dtmi:dtdl:property:(\w+);\d+")
_IRI_CLASS = re.compile(r"dtmi:(?:dtdl|iotcentral):class:(\w+);\d+")
_STANDARD = re.compile(
    r"dtmi:(?:dtdl:instance:Schema|standard:schema(?::geospatial)?|iotcentral:schema|dtdl:instance:\w+):(\w+);\d+"
    r"|dtmi:dtdl:extension:quantitativeTypes:v\d+:enum:(\w+)"
)
_CONTEXT = re.compile(r"dtmi:dtdl:context;(\d+)")


def plain_keys(node: Mapping[str, Any]) -> dict[str, Any]:
    """The node with plain keys: some exports have "dtmi:dtdl:property:schema;2" where "schema" belongs."""
    return {(found[1] if (found := _IRI_KEY.fullmatch(key)) else key): value for key, value in node.items()}


def plain(value: Any) -> Any:
    """A plain value: itself, or what stands in a list of one or in {"@value": ...}, which DTDL allows everywhere."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return value["@value"] if isinstance(value, dict) and "@value" in value else value


def has_iri_keys(node: Mapping[str, Any]) -> bool:
    """Whether a key stands there in full, as no document should have it."""
    return any(key.startswith("dtmi:dtdl:property:") for key in node)


def types(node: Mapping[str, Any]) -> set[str]:
    """The types of a node, in whatever order and form they are given; `types` is the key of older previews."""
    given = node.get("@type", node.get("types", ()))
    names = [given] if isinstance(given, str) else given if isinstance(given, list) else []
    return {found[1] if (found := _IRI_CLASS.fullmatch(name)) else name for name in names if isinstance(name, str)}


def identifier(node: Mapping[str, Any]) -> str:
    """The identifier of a node, "" where it has none; `id` is the key of older previews."""
    given = node.get("@id", node.get("id", ""))
    return given if isinstance(given, str) else ""


def term(text: str) -> str:
    """A schema's term, from the term itself or from one of the identifiers of standard schemas; else the text."""
    found = _STANDARD.fullmatch(text)
    name = (found[1] or found[2]) if found else text
    return ALIASES.get(name, name)


def depth(context: Any, version_: int) -> int:
    """How many levels of schemas an @context allows: an extension of DTDL 4 raises the limit."""
    texts = context if isinstance(context, list) else [context]
    raised = any(isinstance(text, str) and text.startswith("dtmi:dtdl:limits:onvif;") for text in texts)
    return ONVIF_DEPTH if raised else DEPTH[version_]


def version(context: Any) -> int:
    """The version of DTDL that an @context names last: 1 for the preview, 0 where it names none."""
    given = context if isinstance(context, list) else [context]
    texts = [each for each in given if isinstance(each, str)]
    if any("azureiot.com" in each for each in texts):
        return 1
    found = [int(match[1]) for each in texts if (match := _CONTEXT.match(each))]
    return min(max(found[-1], 1), 4) if found else 0
