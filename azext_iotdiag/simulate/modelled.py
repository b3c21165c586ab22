"""Telemetry that fits a device model: made up from its schemas, the same for the same seed."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

from azext_iotdiag.payload.schema import Document, Interface, Schema, Unknown
from azext_iotdiag.payload.values import Values
from azext_iotdiag.simulate.telemetry import Body


class NoTelemetry(ValueError):
    """The model has nothing that could be sent."""


def bodies(document: Document, seed: str) -> Iterator[Body]:
    """Messages without end: what the root defines, then what each component does, and from the start again.

    Raises NoTelemetry, and ModelError where no finite value fits, before the first.
    """
    root = document.root
    parts = [("", _telemetry(root)), *((name, _telemetry(each)) for name, each in root.components.items())]
    parts = [(component, contents) for component, contents in parts if contents]
    if not parts:
        raise NoTelemetry("the model defines no telemetry")
    for _, contents in parts:  # what no value fits is found here, and not in the midst of sending
        _value(contents, Values(document.schemas, random.Random(seed)))
    return _bodies(parts, Values(document.schemas, random.Random(seed)))


def _bodies(parts: list[tuple[str, dict[str, Schema]]], values: Values) -> Iterator[Body]:
    while True:
        for component, contents in parts:
            value = _value(contents, values)
            properties = {"$.sub": component} if component else {}
            yield Body(json.dumps(value).encode(), "application/json", "utf-8", properties)


def _value(contents: dict[str, Schema], values: Values) -> dict[str, Any]:
    return {name: values.value(schema) for name, schema in contents.items()}


def _telemetry(interface: Interface) -> dict[str, Schema]:
    """The telemetry of an interface by name; that of the parts of an old model comes at the root."""
    found = {
        each.name: each.schema
        for part in (interface, *interface.instances.values())
        for each in part.contents
        if each.kind == "telemetry" and each.schema is not None and not isinstance(each.schema, Unknown)
    }
    return {name: schema for name, schema in found.items() if schema is not None}
