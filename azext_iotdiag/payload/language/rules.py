"""The rules of the language, each with its entry in the knowledge base and with who accepts what it forbids."""

from __future__ import annotations

from dataclasses import dataclass

from azext_iotdiag.knowledge import template
from azext_iotdiag.model.finding import Entry

_CENTRAL = "IoT Central accepts it"
_EXPORTS = "Models that tools export have it, and this tool reads them"


@dataclass(frozen=True)
class LanguageRule:
    """One rule. `name` tells it from others in evidence and tests.

    `accepted` says who accepts a model that breaks it. Such a finding is a warning, and with --strict an error.
    """

    name: str
    entry: Entry
    accepted: str = ""


NOT_AN_OBJECT = LanguageRule("document-shape", template.MODEL_MISTAKE)
CONTEXT_MISSING = LanguageRule("context-missing", template.MODEL_CONTEXT, _EXPORTS)
CONTEXT_FORM = LanguageRule("context-form", template.MODEL_CONTEXT)
CONTEXT_LOCAL = LanguageRule("context-local", template.MODEL_CONTEXT, _EXPORTS)
CONTEXT_ORDER = LanguageRule("context-order", template.MODEL_CONTEXT, _EXPORTS)
CONTEXT_VERSION = LanguageRule("context-version", template.MODEL_CONTEXT)
CONTEXT_UNKNOWN = LanguageRule("context-unknown", template.MODEL_CONTEXT)
CONTEXT_LIMITS = LanguageRule("context-limits", template.MODEL_CONTEXT)
KEYWORD = LanguageRule("keyword", template.UNKNOWN_MODEL_KEY)
KEY_UNKNOWN = LanguageRule("key-unknown", template.UNKNOWN_MODEL_KEY)
KEY_TWICE = LanguageRule("key-twice", template.UNKNOWN_MODEL_KEY)
KEY_MISSING = LanguageRule("key-missing", template.MISSING_MODEL_KEY)
TYPE_FORM = LanguageRule("type-form", template.WRONG_MODEL_TYPE)
TYPE_MISSING = LanguageRule("type-missing", template.WRONG_MODEL_TYPE)
TYPE_UNKNOWN = LanguageRule("type-unknown", template.WRONG_MODEL_TYPE)
TYPE_OF_CENTRAL = LanguageRule("type-of-central", template.WRONG_MODEL_TYPE, _CENTRAL)
TYPE_OUT_OF_PLACE = LanguageRule("type-out-of-place", template.WRONG_MODEL_TYPE)
TYPE_OF_VERSION = LanguageRule("type-of-version", template.WRONG_MODEL_TYPE)
TYPES_CONTRADICT = LanguageRule("types-contradict", template.WRONG_MODEL_TYPE)
TYPE_NEEDS = LanguageRule("type-needs", template.WRONG_MODEL_TYPE)
SEMANTIC_SCHEMA = LanguageRule("semantic-schema", template.WRONG_UNIT)
UNIT = LanguageRule("unit", template.WRONG_UNIT)
VALUE = LanguageRule("value", template.WRONG_MODEL_VALUE)
VALUE_TOO_LONG = LanguageRule("value-too-long", template.MODEL_LIMIT, _EXPORTS)
SIZE = LanguageRule("size", template.MODEL_LIMIT, _EXPORTS)
COUNT = LanguageRule("count", template.MODEL_LIMIT, _EXPORTS)
LANGUAGE = LanguageRule("language", template.WRONG_MODEL_VALUE)
NAME = LanguageRule("name", template.INVALID_NAME)
IDENTIFIER = LanguageRule("identifier", template.INVALID_NAME)
IDENTIFIER_OF_EXPORT = LanguageRule("identifier-of-export", template.INVALID_NAME, _EXPORTS)
IDENTIFIER_MISSING = LanguageRule("identifier-missing", template.MISSING_MODEL_KEY)
IDENTIFIER_TWICE = LanguageRule("identifier-twice", template.DUPLICATE_NAME)
REFERENCE = LanguageRule("reference", template.UNRESOLVED_SCHEMA)
REFERENCE_FORM = LanguageRule("reference-form", template.UNRESOLVED_SCHEMA)
REFERENCE_KIND = LanguageRule("reference-kind", template.WRONG_MODEL_TYPE)
REFERENCE_PLACE = LanguageRule("reference-place", template.UNRESOLVED_SCHEMA)
VERSION_MIXED = LanguageRule("version-mixed", template.MODEL_MISTAKE)
NAME_TWICE = LanguageRule("name-twice", template.DUPLICATE_NAME)
NAME_INHERITED_TWICE = LanguageRule("name-inherited-twice", template.DUPLICATE_NAME, _CENTRAL)
DEPTH = LanguageRule("depth", template.MODEL_LIMIT, _EXPORTS)
CYCLE = LanguageRule("cycle", template.MODEL_CYCLE)
EXCLUDED = LanguageRule("excluded", template.MODEL_MISTAKE)
SIBLING = LanguageRule("sibling", template.MODEL_MISTAKE)
NO_FINITE_VALUE = LanguageRule("no-finite-value", template.MODEL_CYCLE)
