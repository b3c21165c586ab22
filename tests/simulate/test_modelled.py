"""Telemetry made from a model fits that model, by the judge that `validate` uses."""

from __future__ import annotations

import itertools
import json

import pytest

from azext_iotdiag.payload import ModelError, read_model
from azext_iotdiag.payload.rules import TERMS
from azext_iotdiag.simulate import modelled

CONTEXT = "dtmi:dtdl:context;4"


def interface(*contents, **more):
    return {
        "@context": CONTEXT,
        "@type": "Interface",
        "@id": "dtmi:com:example:Thing;1",
        "contents": list(contents),
        **more,
    }


def telemetry(name, schema):
    return {"@type": "Telemetry", "name": name, "schema": schema}


MODEL = interface(
    *(telemetry(f"a{number}", term) for number, term in enumerate(TERMS)),
    telemetry("mode", {"@type": "Enum", "valueSchema": "integer", "enumValues": [{"name": "on", "enumValue": 1}]}),
    telemetry("object", {"@type": "Object", "fields": [{"name": "x", "schema": "double"}]}),
    telemetry("list", {"@type": "Array", "elementSchema": "integer"}),
    telemetry("map", {"@type": "Map", "mapKey": {"name": "k", "schema": "string"},
                      "mapValue": {"name": "v", "schema": "boolean"}}),
    telemetry("nested", "dtmi:com:example:Nested;1"),
    {"@type": "Property", "name": "firmware", "schema": "string"},
    {"@type": "Component", "name": "pump", "schema": {
        "@type": "Interface", "@id": "dtmi:com:example:Pump;1", "contents": [telemetry("pressure", "double")]}},
    schemas=[{"@type": "Object", "@id": "dtmi:com:example:Nested;1",
              "fields": [{"name": "when", "schema": "dateTime"}]}],
)  # fmt: skip


def first(model, count, seed="device-1"):
    return list(itertools.islice(modelled.bodies(model.document, seed), count))


def test_what_is_made_fits_the_model():
    model = read_model(MODEL)
    sent = first(model, 200)
    assert {body.properties.get("$.sub", "") for body in sent} == {"", "pump"}
    found = [each for body in sent for each in model.telemetry(json.loads(body.payload), body.properties.get("$.sub"))]
    assert [f"{each.path}: {each.message}" for each in found] == []
    assert set(json.loads(sent[0].payload)) >= {"mode", "object", "list", "map", "nested", "a0"}
    assert "firmware" not in json.loads(sent[0].payload)
    assert len({body.payload for body in sent}) > 100
    assert sent == first(model, 200) != first(model, 200, "device-2")


def test_a_model_that_holds_itself_ends():
    from azext_iotdiag.payload.schema import Array, Content, Document, Field, Interface, Object, Reference

    schemas = {"a": Object((Field("next", Reference("a")), Field("more", Array(Reference("a")))))}
    root = Interface("dtmi:a;1", "", (Content("telemetry", "t", Reference("a"), "dtmi:a;1"),))
    (body,) = itertools.islice(modelled.bodies(Document(root, schemas, ()), "s"), 1)
    assert json.loads(body.payload)["t"]


def test_a_model_without_telemetry():
    model = read_model(interface({"@type": "Property", "name": "firmware", "schema": "string"}))
    with pytest.raises(modelled.NoTelemetry):
        modelled.bodies(model.document, "s")


def test_a_model_that_no_finite_value_fits_is_refused_before_the_first_message():
    link = {"@id": "dtmi:com:example:Link;1", "@type": "Object", "fields": [
        {"@type": ["Field", "Required"], "name": "next", "schema": "dtmi:com:example:Link;1"}]}  # fmt: skip
    endless = interface(telemetry("chain", link["@id"]), schemas=[link])
    endless["@context"] = [CONTEXT, "dtmi:dtdl:extension:requirement;1"]
    with pytest.raises(ModelError, match="no finite value fits the model"):
        modelled.bodies(read_model(endless).document, "seed")
    link["fields"][0]["@type"] = "Field"
    body = next(modelled.bodies(read_model(endless).document, "seed"))
    assert json.loads(body.payload)["chain"]
