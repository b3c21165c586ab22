"""The telemetry of a model as JSON Schema."""

from __future__ import annotations

from azext_iotdiag.payload.jsonschema import DRAFT, emit, emit_telemetry
from azext_iotdiag.payload.schema import Array, Content, Reference, Scalar

NODE = Array(Reference("dtmi:a:node;1"))
CONTENTS = [
    Content("telemetry", "t", Scalar("double"), "a"),
    Content("telemetry", "twice", Scalar("boolean"), "a"),
    Content("telemetry", "twice", Scalar("string"), "a"),
    Content("telemetry", "unknown", None, "a"),
    Content("property", "p", Scalar("double"), "a"),
]


def test_a_body_holds_telemetry_and_nothing_else() -> None:
    made = emit_telemetry(CONTENTS, {})
    assert list(made["properties"]) == ["t", "twice"]
    assert (made["type"], made["additionalProperties"], "required" in made) == ("object", False, False)
    assert made["properties"]["t"]["type"] == "number"


def test_a_name_that_stands_there_twice_has_either_schema() -> None:
    twice = emit_telemetry(CONTENTS, {})["properties"]["twice"]
    assert [each["type"] for each in twice["anyOf"]] == ["boolean", "string"]


def test_what_is_referred_to_stands_among_the_definitions() -> None:
    for made in (emit(NODE, {"dtmi:a:node;1": NODE}),
                 emit_telemetry([Content("telemetry", "t", NODE, "a")], {"dtmi:a:node;1": NODE})):  # fmt: skip
        (name,) = made["definitions"]
        assert made["definitions"][name]["items"] == {"$ref": f"#/definitions/{name}"} and made["$schema"] == DRAFT
    assert "definitions" not in emit(Scalar("double"), {}) and "definitions" not in emit_telemetry([], {})
