"""The rules of the language, each with its entry in the knowledge base and with who accepts what it forbids."""

from __future__ import annotations

from dataclasses import dataclass

from azext_iotdiag.knowledge import template
from azext_iotdiag.model.finding import Entry

_CENTRAL = "IoT Central accepts it"
_EXPORTS = "Models that tools export have it, and this tool reads them"


@dataclass(frozen=True)
class Rule:
    """One rule. `name` tells it from others in evidence and tests.

    `accepted` says who accepts a model that breaks it. Such a finding is a warning, and with --strict an error.
    """

    name: str
    entry: Entry
    accepted: str = ""


NOT_AN_OBJECT = Rule("document-shape", template.MODEL_MISTAKE)
CONTEXT_MISSING = Rule("context-missing", template.MODEL_CONTEXT, _EXPORTS)
CONTEXT_FORM = Rule("context-form", template.MODEL_CONTEXT)
CONTEXT_LOCAL = Rule("context-local", template.MODEL_CONTEXT, _EXPORTS)
CONTEXT_ORDER = Rule("context-order", template.MODEL_CONTEXT, _EXPORTS)
CONTEXT_VERSION = Rule("context-version", template.MODEL_CONTEXT)
CONTEXT_UNKNOWN = Rule("context-unknown", template.MODEL_CONTEXT)
CONTEXT_LIMITS = Rule("context-limits", template.MODEL_CONTEXT)
KEYWORD = Rule("keyword", template.UNKNOWN_MODEL_KEY)
KEY_UNKNOWN = Rule("key-unknown", template.UNKNOWN_MODEL_KEY)
KEY_TWICE = Rule("key-twice", template.UNKNOWN_MODEL_KEY)
KEY_MISSING = Rule("key-missing", template.MISSING_MODEL_KEY)
TYPE_FORM = Rule("type-form", template.WRONG_MODEL_TYPE)
TYPE_MISSING = Rule("type-missing", template.WRONG_MODEL_TYPE)
TYPE_UNKNOWN = Rule("type-unknown", template.WRONG_MODEL_TYPE)
TYPE_OF_CENTRAL = Rule("type-of-central", template.WRONG_MODEL_TYPE, _CENTRAL)
TYPE_OUT_OF_PLACE = Rule("type-out-of-place", template.WRONG_MODEL_TYPE)
TYPE_OF_VERSION = Rule("type-of-version", template.WRONG_MODEL_TYPE)
TYPES_CONTRADICT = Rule("types-contradict", template.WRONG_MODEL_TYPE)
TYPE_NEEDS = Rule("type-needs", template.WRONG_MODEL_TYPE)
SEMANTIC_SCHEMA = Rule("semantic-schema", template.WRONG_UNIT)
UNIT = Rule("unit", template.WRONG_UNIT)
VALUE = Rule("value", template.WRONG_MODEL_VALUE)
VALUE_TOO_LONG = Rule("value-too-long", template.MODEL_LIMIT, _EXPORTS)
SIZE = Rule("size", template.MODEL_LIMIT, _EXPORTS)
COUNT = Rule("count", template.MODEL_LIMIT, _EXPORTS)
LANGUAGE = Rule("language", template.WRONG_MODEL_VALUE)
NAME = Rule("name", template.INVALID_NAME)
IDENTIFIER = Rule("identifier", template.INVALID_NAME)
IDENTIFIER_OF_EXPORT = Rule("identifier-of-export", template.INVALID_NAME, _EXPORTS)
IDENTIFIER_MISSING = Rule("identifier-missing", template.MISSING_MODEL_KEY)
IDENTIFIER_TWICE = Rule("identifier-twice", template.DUPLICATE_NAME)
REFERENCE = Rule("reference", template.UNRESOLVED_SCHEMA)
REFERENCE_FORM = Rule("reference-form", template.UNRESOLVED_SCHEMA)
REFERENCE_KIND = Rule("reference-kind", template.WRONG_MODEL_TYPE)
REFERENCE_PLACE = Rule("reference-place", template.UNRESOLVED_SCHEMA)
VERSION_MIXED = Rule("version-mixed", template.MODEL_MISTAKE)
NAME_TWICE = Rule("name-twice", template.DUPLICATE_NAME)
NAME_INHERITED_TWICE = Rule("name-inherited-twice", template.DUPLICATE_NAME, _CENTRAL)
DEPTH = Rule("depth", template.MODEL_LIMIT, _EXPORTS)
CYCLE = Rule("cycle", template.MODEL_CYCLE)
EXCLUDED = Rule("excluded", template.MODEL_MISTAKE)
SIBLING = Rule("sibling", template.MODEL_MISTAKE)
NO_FINITE_VALUE = Rule("no-finite-value", template.MODEL_CYCLE)
