"""Models made from messages: what fits them is what was seen, and what was not clear is told."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from azext_iotdiag.payload import read_model
from azext_iotdiag.payload.infer import CENTRAL, ObservedValues, extended, model, whole_numbers
from tests.payload.test_documents import V2, component, interface, telemetry


def seen(*values: Any, component: str = "") -> ObservedValues:
    observed = ObservedValues()
    for value in values:
        observed.add(value, component)
    return observed


def schema(*values: Any) -> tuple[Any, list[str]]:
    document, notes = model(seen(*({"x": each} for each in values)), "dtmi:example:a;1")
    return (document["contents"][0]["schema"] if document["contents"] else None), notes


@pytest.mark.parametrize(("values", "expected"), [
    ([1, 2], "integer"), ([1, 2**31], "long"), ([-(2**31)], "integer"), ([2**63], "double"),
    ([1, 2.5], "double"), ([True], "boolean"),
    (["x"], "string"), (["2026-11-20T10:00:00Z"], "dateTime"), (["2026-11-20"], "date"), (["10:00:00Z"], "time"),
    (["PT5S", "P1D"], "duration"), (["PT5S", "x"], "string"), ([None, 1], "integer"),
    ([{"lat": 1, "lon": 2}, {"lat": 1, "lon": 2, "alt": 3}], "geopoint"), ([{"x": 1, "y": 2, "z": 3.5}], "vector"),
    ([{"type": "Point", "coordinates": [1, 2]}], "point"),
    ([[1, 2], []], {"@type": "Array", "elementSchema": "integer"}),
    ([{"a": 1}, {"b": "x"}], {"@type": "Object", "fields": [
        {"name": "a", "schema": "integer"}, {"name": "b", "schema": "string"}]}),
    ([{"a b": 1, "c.d": 2}], {"@type": "Map", "mapKey": {"name": "key", "schema": "string"},
                              "mapValue": {"name": "value", "schema": "integer"}}),
])  # fmt: skip
def test_schemas(values: list[Any], expected: Any) -> None:
    assert schema(*values) == (expected, [])


@pytest.mark.parametrize(("values", "expected", "note"), [
    ([1, "x", "y"], "string", "several types"), ([None], None, "always null"), ([[]], None, "always empty"),
    ([{}], None, "no field of it"), ([1, 2, "x"], "integer", "(2 × whole, 1 × text); the most frequent one"),
    ([1, 2.5, "x", "y", "z"], "string", "(2 × number, 3 × text)"),
    ([[[[[[[1]]]]]]], None, "allows 5 levels"),
])  # fmt: skip
def test_what_is_not_clear_is_told(values: list[Any], expected: Any, note: str) -> None:
    found, notes = schema(*values)
    assert found == expected and note in " ".join(notes)


def test_many_different_keys_are_a_map() -> None:
    found, _ = schema({f"sensor{number}": number for number in range(40)})
    assert found["@type"] == "Map"


def test_components_get_interfaces_of_their_own() -> None:
    observed = seen({"a": 1})
    observed.add({"b": {"lat": 1, "lon": 2}}, "gps")
    document, notes = model(observed, "dtmi:example:a;1")
    assert notes == [] and [each["@id"] for each in document] == ["dtmi:example:a;1", "dtmi:example:a:gps;1"]
    assert document[1]["@context"] == [CENTRAL, V2]
    made = read_model(document, strict=True)
    assert made.issues == () and made.telemetry({"b": {"lat": 1, "lon": 2}}, "gps") == []


@pytest.mark.parametrize("name", ["a b", "_x", "1a", "x" * 65, "EventHub", ""])
def test_names_that_a_model_cannot_have_are_left_out(name: str) -> None:
    document, notes = model(seen({name: 1, "good": 1}), "dtmi:example:a;1")
    assert [each["name"] for each in document["contents"]] == ["good"] and len(notes) == 1


def test_a_name_that_may_be_misspelt_is_told() -> None:
    _, notes = model(seen({"humidity": 1}, {"humidity": 2}, {"humidty": 1}), "dtmi:example:a;1")
    assert len(notes) == 1 and notes[0].startswith("humidty came beside humidity")


def test_a_new_version_has_what_the_old_one_lacks() -> None:
    old = interface("a", telemetry("known"), component("gps", interface("gps", telemetry("fix", "boolean"))))
    observed = seen({"known": "x", "new": 1.5, "place": {"lat": 1, "lon": 2}})
    observed.add({"fix": True, "speed": 1}, "gps")
    observed.add({"x": 1}, "other")
    document, added, notes = extended(observed, read_model(old).document)
    assert (document["@id"], added) == ("dtmi:example:a;2", ["new", "place"])
    assert document["contents"][: len(old["contents"])] == old["contents"] and old["@id"].endswith(";1")
    assert document["@context"] == [CENTRAL, V2]
    assert "speed" in notes[0] and "other" in notes[1]
    assert read_model(document).telemetry({"known": 1, "new": 2.5}) == []


@pytest.mark.parametrize(("values", "schema"), [
    (([0], [0.5]), "double"), (([], [1]), "integer"), (([1], [2**40]), "long"), ((["a"], ["2026-11-30"]), "string"),
])  # fmt: skip
def test_the_arrays_of_a_map_are_seen_together(values: tuple[list[Any], ...], schema: str) -> None:
    """A name with a digit in front makes a map of the object."""
    body = {"a": {f"{number} m": value for number, value in enumerate(values)}}
    document, notes = model(seen(body), "dtmi:example:a;1")
    value = document["contents"][0]["schema"]["mapValue"]["schema"]
    assert value == {"@type": "Array", "elementSchema": schema} and notes == []
    assert read_model(document).telemetry(body) == []


def test_the_objects_of_a_map_are_seen_together() -> None:
    body = {"a": {"1 m": {"x": 1, "y": "z"}, "2 m": {"x": 1.5}}}
    document, _ = model(seen(body), "dtmi:example:a;1")
    fields = document["contents"][0]["schema"]["mapValue"]["schema"]["fields"]
    assert fields == [{"name": "x", "schema": "double"}, {"name": "y", "schema": "string"}]


names = st.text("abcdef_ 1", min_size=1, max_size=6)
leaves = st.integers(-(2**40), 2**40) | st.floats(-1e30, 1e30) | st.booleans() | st.text(max_size=5)
bodies = st.dictionaries(
    names,
    st.recursive(
        leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=4), max_leaves=8
    ),
    max_size=5,
)


@settings(deadline=None)
@given(bodies)
def test_a_body_fits_the_model_that_is_made_of_it(body: dict[str, Any]) -> None:
    """But for what the notes say was left out or came in several types."""
    document, notes = model(seen(body), "dtmi:example:a;1")
    made = read_model(document)
    assert [each.entry.code for each in made.issues] == []
    if not notes:
        assert made.telemetry(body) == []


@settings(deadline=None)
@given(st.lists(st.recursive(st.none() | leaves, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))))
def test_anything_may_be_seen(values: list[Any]) -> None:
    document, _ = model(seen(*values), "dtmi:example:a;1")
    read_model(document)


def layers(kind: str, levels: int) -> Any:
    """So many lists, objects or maps within each other."""
    value: Any = 1
    for _ in range(levels):
        value = [value] if kind == "list" else {("a" if kind == "object" else "no name"): value}
    return value


@pytest.mark.parametrize("kind", ["list", "object", "map"])
def test_five_levels_are_taken_and_no_more(kind: str) -> None:
    """Lists, objects and maps each count as a level."""
    found, notes = schema(layers(kind, 5))
    assert found is not None and notes == []
    assert read_model(model(seen({"x": layers(kind, 5)}), "dtmi:example:a;1")[0], strict=True).issues == ()
    found, notes = schema(layers(kind, 6))
    assert found is None and "DTDL 2 allows 5 levels" in notes[0]


@pytest.mark.parametrize(("number", "kind"), [(30, "Object"), (31, "Map")])
def test_an_object_has_at_most_thirty_fields(number: int, kind: str) -> None:
    found, _ = schema({f"sensor{each}": each for each in range(number)})
    assert found["@type"] == kind


def test_a_component_that_cannot_have_its_name_hides_none_behind_it() -> None:
    observed = seen({"a": 1})
    for name in ("gps", "a b", "thermostat"):
        observed.add({"b": 1}, name)
    document, notes = model(observed, "dtmi:example:a;1")
    assert [each["@id"] for each in document] == [
        "dtmi:example:a;1", "dtmi:example:a:gps;1", "dtmi:example:a:thermostat;1",
    ]  # fmt: skip
    assert notes == ["the component 'a b' is left out: a model cannot have that name"]


@pytest.mark.parametrize(("times", "told"), [((3, 1), 1), ((1, 3), 1), ((2, 2), 0)])
def test_the_rarer_of_two_names_that_are_near_is_told(times: tuple[int, int], told: int) -> None:
    names = [name for name, count in zip(("humidity", "humidty"), times) for _ in range(count)]
    _, notes = model(seen(*({name: 1} for name in names)), "dtmi:example:a;1")
    assert len(notes) == told


def test_what_is_no_object_is_counted_as_not_read() -> None:
    observed = seen({"a": 1}, [1], None, "text", {"a": 2})
    assert (observed.messages, observed.unread) == (5, 3)


@pytest.mark.parametrize(("old", "new"), [
    ("dtmi:example:a;1", "dtmi:example:a;2"), ("dtmi:example:a;9", "dtmi:example:a;10"),
    ("dtmi:example:a;1.5", "dtmi:example:a;2"),
])  # fmt: skip
def test_the_next_version(old: str, new: str) -> None:
    context = "dtmi:dtdl:context;3"
    document, _, _ = extended(seen({"n": 1}), read_model(interface("a", context=context) | {"@id": old}).document)
    assert document["@id"] == new


@pytest.mark.parametrize(("context", "made"), [
    ("dtmi:dtdl:context;3", "dtmi:dtdl:context;3"), (None, "dtmi:dtdl:context;2"),
])  # fmt: skip
def test_a_new_version_has_the_context_of_the_old_one_or_its_own(context: str | None, made: str) -> None:
    old = interface("a", telemetry("known"), context=context)
    if context is None:
        del old["@context"]
    document, added, _ = extended(seen({"new": 1}), read_model(old).document)
    assert (document["@context"], added) == (made, ["new"])


@pytest.mark.parametrize(("values", "expected"), [
    ([2**31 - 1], "integer"), ([2**31], "long"), ([-(2**31)], "integer"), ([-(2**31) - 1], "long"),
    ([2**63 - 1], "long"), ([2**63], "double"), ([0], "integer"),
])  # fmt: skip
def test_the_narrowest_whole_number_that_holds_all(values: list[int], expected: str) -> None:
    assert schema(*values) == (expected, [])


def test_what_is_nested_deeper_than_a_model_can_say_is_not_kept() -> None:
    deep: Any = 1
    for _ in range(50):
        deep = {"a": [deep]}
    observed = seen({"x": deep})
    shape, levels = observed.components[""]["x"], 0
    while inner := shape.element or shape.fields.get("a"):
        shape, levels = inner, levels + 1
    assert levels == 5


def test_a_long_name_is_cut_in_a_note() -> None:
    _, notes = model(seen({"-" * 200: 1}), "dtmi:example:a;1")
    assert notes == [f"'{'-' * 80}' is left out: it cannot be a name in a model"]


@pytest.mark.parametrize("texts", [
    ["2026-11-20T10:00:00"], ["2026-11-20 10:00", "2026-11-20T10:00:05.25"],
])  # fmt: skip
def test_times_without_an_offset_are_told(texts: list[str]) -> None:
    assert schema(*texts) == ("string", ["x holds times without an offset from UTC: sent with Z, it is a dateTime"])


@pytest.mark.parametrize("texts", [["2026-11-20T10:00:00", "later"], ["x"], ["2026-11-20T10:00:00Z"], ["10:00"]])
def test_other_texts_are_no_such_times(texts: list[str]) -> None:
    assert schema(*texts)[1] == []


def test_numbers_that_were_only_ever_whole_are_told() -> None:
    observed = seen({"heat": 20, "t": 1.5, "n": 1}, {"heat": 21, "t": 2, "n": None})
    assert whole_numbers(observed) == ["heat came as whole numbers only: it is a double where it measures something"]
    assert whole_numbers(observed, {"heat"}) == [] and whole_numbers(seen({"a": "x"})) == []
    many = seen({f"n{each}": each for each in range(10)})
    assert whole_numbers(many) == [
        "n0, n1, n2, n3, n4, n5, n6, n7 and 2 more came as whole numbers only: what measures something is a double"
    ]


def test_what_is_printed_can_be_read_again_with_all_interfaces() -> None:
    part = interface("part", telemetry("heat"))
    parent = interface("parent", telemetry("load"))
    root = interface("root", component("one", part["@id"]), extends=parent["@id"])
    made, added, _ = extended(seen({"door": True}), read_model([root, part, parent]).document)
    again = read_model(made)
    assert added == ["door"] and again.id.endswith(";2") and again.issues == ()
    assert again.telemetry({"door": False, "load": 1.0}) == [] and set(again.document.root.components) == {"one"}
