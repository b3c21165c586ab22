"""The references of a JSON Schema: those that are reached from its root must lead to what is at hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from azext_iotdiag.payload.schema import ModelError

_KEYWORDS = ("$ref", "$dynamicRef")
# Keywords whose value is a schema, a list of schemas, or an object of schemas.
_ONE = ("additionalItems", "additionalProperties", "contains", "else", "if", "items", "not", "propertyNames", "then",
        "unevaluatedItems", "unevaluatedProperties")  # fmt: skip
_LISTS = ("allOf", "anyOf", "items", "oneOf", "prefixItems")
_OBJECTS = ("dependencies", "dependentSchemas", "patternProperties", "properties")


def check(path: str | Path, document: Any, resolver: Any, join: Callable[[str, str], str]) -> None:
    """Raise ModelError for a reference that leads out of the document, or to a place that it does not have.

    `resolver` is jsonschema's, and fetches nothing; `join` makes an address of a base and a reference. Parts of the
    document that nothing refers to are not looked at.
    """
    import jsonschema

    rest: list[tuple[Any, str]] = [(document, resolver.resolution_scope)]
    seen: set[int] = set()
    while rest:
        schema, base = rest.pop()
        if not isinstance(schema, dict) or id(schema) in seen:
            continue
        seen.add(id(schema))
        named = schema.get("$id")
        if schema is not document and isinstance(named, str):
            base = join(base, named)
        for keyword in _KEYWORDS:
            reference = schema.get(keyword)
            if not isinstance(reference, str):
                continue
            resolver.push_scope(base)
            try:
                url, found = resolver.resolve(reference)
            except jsonschema.RefResolutionError as wrong:
                raise ModelError(f"{path} refers to what was not found: {wrong}") from None
            except (TypeError, AttributeError, LookupError, ValueError) as wrong:
                raise ModelError(f"{path} cannot be used as a JSON Schema: {wrong}") from None
            finally:
                resolver.pop_scope()
            rest.append((found, url))
        rest += [(each, base) for each in _inside(schema)]


def _inside(schema: dict[str, Any]) -> Iterator[Any]:
    """The schemas that stand in a schema, and are tried on values."""
    yield from (schema[name] for name in _ONE if name in schema)
    for name in _LISTS:
        part = schema.get(name)
        if isinstance(part, list):
            yield from part
    for name in _OBJECTS:
        part = schema.get(name)
        if isinstance(part, dict):
            yield from part.values()
