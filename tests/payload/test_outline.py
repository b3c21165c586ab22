"""A model as it was understood, as plain data."""

from __future__ import annotations

from azext_iotdiag.payload.outline import outline
from azext_iotdiag.payload.schema import (
    Array,
    Content,
    Document,
    Enum,
    EnumValue,
    Field,
    Geometry,
    Interface,
    Map,
    Object,
    Reference,
    Scalar,
    Schema,
    Unknown,
)


def schema(given: Schema, **schemas: Schema) -> object:
    content = Content("telemetry", "x", given, "dtmi:a;1")
    told = outline(Document(Interface("dtmi:a;1", "", (content,)), schemas, ()))
    return told["contents"][0]["schema"]


def test_each_kind_of_schema() -> None:
    assert schema(Scalar("double")) == "double" and schema(Geometry("point")) == "point"
    assert schema(Enum("integer", (EnumValue("on", 1), EnumValue("off", 0)))) == {"enum": {"on": 1, "off": 0}}
    fields = (Field("a", Scalar("date")), Field("b", Array(Map(Scalar("uuid"))), required=True))
    assert schema(Object(fields)) == {"object": {"a": "date", "b (required)": {"array": {"map": "uuid"}}}}
    assert schema(Unknown("it is odd")) == "not judged: it is odd"


def test_a_schema_that_contains_itself_is_named_where_it_comes_again() -> None:
    tree = Object((Field("left", Reference("t")), Field("size", Reference("s"))))
    assert schema(Reference("t"), t=tree, s=Scalar("long")) == {"object": {"left": "t", "size": "long"}}
    both = Object((Field("a", Reference("s")), Field("b", Reference("s"))))
    assert schema(both, s=Scalar("long")) == {"object": {"a": "long", "b": "long"}}, "twice is not within itself"


def test_interfaces_and_what_they_hold() -> None:
    part = Interface("dtmi:p;1", "Part", (Content("telemetry", "v", Scalar("double"), "dtmi:p;1"),))
    contents = (
        Content("property", "p", Scalar("string"), "dtmi:base;1", writable=True),
        Content("command", "c", None, "dtmi:a;1"),
    )
    root = Interface("dtmi:a;1", "Thing", contents, {"pump": part}, {"edge": part}, {"old": part})
    told = outline(Document(root, {}, (), version=3))
    assert (told["version"], told["dtdl"], told["id"], told["displayName"]) == (1, 3, "dtmi:a;1", "Thing")
    assert told["contents"] == [
        {"kind": "property", "name": "p", "schema": "string", "writable": True, "from": "dtmi:base;1"},
        {"kind": "command", "name": "c"},
    ]
    inner = {
        "id": "dtmi:p;1",
        "displayName": "Part",
        "contents": [{"kind": "telemetry", "name": "v", "schema": "double"}],
    }
    assert told["components"] == {"pump": inner} and told["modules"] == {"edge": inner}
    assert told["instances"] == {"old": inner}
    assert "modules" not in outline(Document(part, {}, ()))
