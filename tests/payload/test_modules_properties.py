"""Properties that a module of a device reports are judged by the module's own interface."""

from __future__ import annotations

import json
from typing import Any

import pytest

from azext_iotdiag.model.event import Event
from azext_iotdiag.payload import read_model
from azext_iotdiag.payload.message import judge_properties

MODULE = {"@type": "Interface", "@id": "dtmi:example:m;1", "contents": [
    {"@type": "Property", "name": "speed", "schema": "integer"},
]}  # fmt: skip
MODEL = read_model({
    "@context": ["dtmi:iotcentral:context;2", "dtmi:dtdl:context;2"], "@type": "Interface", "@id": "dtmi:example:d;1",
    "contents": [
        {"@type": "Property", "name": "speed", "schema": "string"},
        {"@type": ["Relationship", "EdgeModule"], "name": "pump", "target": [MODULE]},
    ],
})  # fmt: skip


def codes(value: Any, module: str) -> list[str]:
    event = Event("", "d", module, "", "", 0, "", 0, {}, {}, {}, json.dumps(value).encode())
    return [found.entry.code for found in judge_properties(event, MODEL)]


@pytest.mark.parametrize("wrap", [
    lambda patch: patch, lambda patch: {"reported": patch}, lambda patch: {"properties": {"reported": patch}},
], ids=["a patch", "a notice", "a twin"])  # fmt: skip
def test_a_module_goes_by_its_own_interface(wrap: Any) -> None:
    assert codes(wrap({"speed": 5}), "pump") == [] and codes(wrap({"speed": "x"}), "") == []
    assert codes(wrap({"speed": "x"}), "pump") == ["wrong-type"] == codes(wrap({"speed": 5}), "")
