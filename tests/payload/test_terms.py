"""The words of DTDL, and how tolerantly they are read."""

from __future__ import annotations

from typing import Any

import pytest

from azext_iotdiag.payload import terms


@pytest.mark.parametrize(("context", "version"), [
    ("dtmi:dtdl:context;2", 2), ("dtmi:dtdl:context;3", 3), ("dtmi:dtdl:context;4#quantitativeTypes", 4),
    ("dtmi:dtdl:context;0", 1), ("dtmi:dtdl:context;9", 4),  # as far as it is known
    ("http://azureiot.com/v1/contexts/IoTModel.json", 1), ("https://example.com", 0), ("", 0), (None, 0), (5, 0),
    (["dtmi:iotcentral:context;2", "dtmi:dtdl:context;3"], 3), ([5, None, "dtmi:dtdl:context;2"], 2), ([], 0),
    (["http://azureiot.com/v1/contexts/IoTModel.json", "dtmi:dtdl:context;3"], 1),
    (["dtmi:dtdl:context;3", "dtmi:dtdl:context;4.1"], 4), (["dtmi:dtdl:context;4", {}, "dtmi:dtdl:context;2"], 2),
])  # fmt: skip
def test_version(context: Any, version: int) -> None:
    assert terms.version(context) == version


@pytest.mark.parametrize(("node", "types"), [
    ({"@type": "Telemetry"}, {"Telemetry"}), ({"@type": ["Telemetry", "Temperature", 5]}, {"Telemetry", "Temperature"}),
    ({"types": ["DeviceModel"]}, {"DeviceModel"}), ({"@type": "A", "types": ["B"]}, {"A"}), ({}, set()),
    ({"@type": 5}, set()), ({"@type": "dtmi:dtdl:class:Interface;2"}, {"Interface"}),
    ({"@type": "dtmi:iotcentral:class:Position;2"}, {"Position"}),
])  # fmt: skip
def test_types(node: dict[str, Any], types: set[str]) -> None:
    assert terms.types(node) == types


@pytest.mark.parametrize(("node", "identifier"), [
    ({"@id": "dtmi:a;1"}, "dtmi:a;1"), ({"id": "dtmi:a;1"}, "dtmi:a;1"), ({"@id": "a", "id": "b"}, "a"), ({}, ""),
    ({"@id": 5}, ""),
])  # fmt: skip
def test_identifier(node: dict[str, Any], identifier: str) -> None:
    assert terms.identifier(node) == identifier


@pytest.mark.parametrize(("text", "term"), [
    ("double", "double"), ("datetime", "dateTime"), ("dtmi:dtdl:instance:Schema:double;2", "double"),
    ("dtmi:standard:schema:geospatial:point;2", "point"), ("dtmi:iotcentral:schema:geopoint;2", "geopoint"),
    ("dtmi:example:own;1", "dtmi:example:own;1"),
])  # fmt: skip
def test_term(text: str, term: str) -> None:
    assert terms.term(text) == term


def test_keys_in_full() -> None:
    node = {"dtmi:dtdl:property:schema;2": "double", "name": "t"}
    assert terms.plain_keys(node) == {"schema": "double", "name": "t"}
    assert terms.has_iri_keys(node) and not terms.has_iri_keys({"name": "dtmi:dtdl:property:schema;2"})


@pytest.mark.parametrize(("text", "right"), [
    ("dtmi:a;1", True), ("dtmi:com:example:A_b;12", True), ("dtmi:a:_b;1.2", True), ("dtmi:a", True),
    ("dtmi:a;0", False), ("dtmi:a;1234567890", False), ("dtmi:1a;1", False), ("dtmi:a_;1", False), ("dtmi::a;1", False),
    ("urn:a;1", False), ("dtmi:a;1.0", False), ("dtmi:\u00e4;1", False),
])  # fmt: skip
def test_identifiers_of_models(text: str, right: bool) -> None:
    """https://github.com/Azure/opendigitaltwins-dtdl/blob/master/DTMI/README.md"""
    assert bool(terms.DTMI.fullmatch(text)) is right
