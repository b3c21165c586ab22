"""Of each kind of value: what it judges, the pattern of right ones, its JSON Schema and made-up values say the same."""

from __future__ import annotations

import itertools
import json
import math
import random
import re
import uuid
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from azext_iotdiag.payload import read_json, read_model, rules
from azext_iotdiag.payload.jsonschema import emit
from azext_iotdiag.payload.rules import KINDS, TERMS, Compiler
from azext_iotdiag.payload.rules.kind import DEEPEST, Elements, Kind, Members
from azext_iotdiag.payload.schema import (
    Array,
    Enum,
    EnumValue,
    Field,
    Geometry,
    Map,
    Object,
    Reference,
    Scalar,
    Schema,
    Unknown,
)
from azext_iotdiag.payload.values import Values
from tests.payload import agreement
from tests.payload.test_rules import DOES_NOT, FITS
from tests.plugins.effort import few

CONTRIBUTING = Path(__file__).parents[2] / "CONTRIBUTING.md"
IN_PLACE: dict[type, list[Schema]] = {
    Enum: [Enum("string", (EnumValue("r", "red"), EnumValue("q", 'a "b.c"'))), Enum("integer", (EnumValue("n", -7),))],
    Object: [Object((Field("x", Scalar("double")), Field("y", Enum("integer", (EnumValue("n", 1),)), True)))],
    Array: [Array(Scalar("byte")), Array(Array(Scalar("boolean")))],
    Map: [Map(Scalar("float")), Map(Object(()))],
    Unknown: [Unknown("it was not understood")],
}
SCHEMAS: list[Schema] = [
    schema for kind in KINDS for schema in ([kind.schema(kind.term)] if kind.term else IN_PLACE[kind.schema])
]


def examples(schema: Schema, seed: int) -> list[Any]:
    values = Values({}, random.Random(seed))
    return [values.value(schema) for _ in range(50)]


@pytest.mark.parametrize("schema", SCHEMAS, ids=str)
def test_made_up_values_are_right(schema: Schema) -> None:
    rule, other = Compiler({}).rule(schema), jsonschema.Draft4Validator(emit(schema, {}))
    for value in examples(schema, 1):
        assert rule(value) is None and rule(read_json(json.dumps({"v": value}).encode())["v"]) is None, value
        assert other.is_valid(value), value
    assert examples(schema, 1) == examples(schema, 1)


@pytest.mark.parametrize("schema", SCHEMAS, ids=str)
def test_made_up_values_are_written_as_right_ones_are(schema: Schema) -> None:
    """Except geometries and what is not understood, which are always read."""
    pattern = rules.kind_of(schema).pattern(schema)
    assert (pattern is None) == isinstance(schema, Geometry | Unknown)
    for value in examples(schema, 2):
        if isinstance(pattern, str):
            assert re.fullmatch(pattern, json.dumps(value)), value
        elif isinstance(pattern, Members):
            assert isinstance(value, dict) and all(pattern.of(name) for name in value)
        elif isinstance(pattern, Elements):
            assert isinstance(value, list)


def texts(part: str | Schema) -> st.SearchStrategy[str]:
    """JSON texts of which a kind says that they are right."""
    if isinstance(part, str):
        return st.from_regex(part, fullmatch=True, alphabet=st.characters(codec="utf-8"))
    pattern = rules.kind_of(part).pattern(part)
    if isinstance(pattern, Members):
        names = json_schema_properties(part)
        fields = st.fixed_dictionaries({name: texts(pattern.of(name)) for name in names})
        return fields.map(lambda found: "{" + ",".join(f'"{name}":{text}' for name, text in found.items()) + "}")
    if isinstance(pattern, Elements):
        return st.lists(texts(pattern.schema), max_size=3).map(lambda found: f"[{', '.join(found)}]")
    return texts(pattern) if pattern is not None else st.nothing()


def json_schema_properties(schema: Schema) -> list[str]:
    return list(emit(schema, {}).get("properties", {"any key": None}))


@pytest.mark.parametrize("schema", [each for each in SCHEMAS if rules.kind_of(each).pattern(each)], ids=str)
def test_what_is_written_so_is_right(schema: Schema) -> None:
    rule = Compiler({}).rule(schema)

    @settings(deadline=None, max_examples=few(100))  # there are many schemas
    @given(texts(schema))
    def each(text: str) -> None:
        assert rule(read_json(f'{{"v":{text}}}'.encode())["v"]) is None

    each()


def test_every_term_is_tested() -> None:
    """The rows of test_rules.py, and the second opinion, which knows nothing of the rules, have each term."""
    in_fits, in_does_not = ({row[0] for row in rows if isinstance(row[0], str)} for rows in (FITS, DOES_NOT))
    assert set(TERMS) - in_fits == set()
    assert set(TERMS) - in_does_not <= {"multiPoint", "multiLineString"}
    assert set(TERMS) == set(agreement.TERMS)


def test_no_two_kinds_are_for_the_same_schemas() -> None:
    assert len({kind.term or kind.schema for kind in KINDS}) == len(KINDS)
    assert all((kind.schema in (Scalar, Geometry)) == bool(kind.term) for kind in KINDS)


def test_a_schema_that_contains_itself_ends() -> None:
    schemas = {"a": Object((Field("next", Reference("a")), Field("more", Array(Map(Reference("a"))))))}
    value = Values(schemas, random.Random(1)).value(Reference("a"))
    assert 0 < depth(value) <= DEEPEST + 1 and Compiler(schemas).rule(Reference("a"))(value) is None


def depth(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(depth, inner), default=0) if isinstance(value, dict | list) else 0


def test_numbers_rise_and_fall_and_times_go_on() -> None:
    values = Values({}, random.Random(4))
    numbers = [values.value(Scalar("double")) for _ in range(400)]
    assert 14.5 <= min(numbers) < 16 and 24 < max(numbers) <= 25.5
    moments = [values.value(Scalar("dateTime")) for _ in range(3)]
    assert moments == ["2026-01-01T00:06:41Z", "2026-01-01T00:06:42Z", "2026-01-01T00:06:43Z"]


def test_the_example_in_contributing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The module that CONTRIBUTING.md adds judges, has a pattern, is emitted and made up, once the table lists it."""
    text = CONTRIBUTING.read_text(encoding="utf-8").partition("## Example: adding a payload rule")[2]
    source = re.search(r"```python\n(.*?)```", text, re.DOTALL)
    assert source is not None
    names: dict[str, Any] = {}
    exec(source[1], names)  # our own text
    (kind,) = names["KINDS"]
    assert isinstance(kind, Kind)
    monkeypatch.setattr(rules, "TERMS", {**TERMS, kind.term: kind})
    schema = kind.schema(kind.term)
    test_made_up_values_are_right(schema)
    test_made_up_values_are_written_as_right_ones_are(schema)
    test_what_is_written_so_is_right(schema)
    rule, other = Compiler({}).rule(schema), jsonschema.Draft4Validator(emit(schema, {}))
    for value in (-1, 100.5, "50", None, True):
        assert rule(value) and not other.is_valid(value), value


# https://azure.github.io/opendigitaltwins-dtdl/DTDL/v4/DTDL.v4.html#changes-from-version-3
OF_VERSION_4 = {
    "byte", "bytes", "decimal", "scaledDecimal", "short", "unsignedByte", "unsignedInteger", "unsignedLong",
    "unsignedShort", "uuid",
}  # fmt: skip


def test_which_terms_came_with_version_4() -> None:
    assert {term for term, kind in TERMS.items() if kind.since == 4} == OF_VERSION_4


def test_a_term_goes_by_its_version() -> None:
    """A term of a later version is understood, and is an issue of the model."""
    node = {"@id": "dtmi:example:a;1", "@type": "Interface", "@context": "dtmi:dtdl:context;3"}
    for term, kind in TERMS.items():
        model = read_model({**node, "contents": [{"@type": "Telemetry", "name": "v", "schema": term}]})
        assert model.document.root.contents[0].schema == kind.schema(term)
        assert [each.message for each in model.issues] == [
            f"DTDL 3 has no schema {term}; it came with 4" for _ in range(kind.since == 4)
        ]


def test_made_up_numbers_rise_and_fall_about_20() -> None:
    """By 5 to each side, and half of one by chance."""
    values = Values({}, random.Random(7))
    made = []
    for _ in range(500):
        values.value(Scalar("boolean"))
        made.append(values.number())
    assert 14.5 <= min(made) < 15.5 and 24.5 < max(made) <= 25.5
    smooth = [round(20 + 5 * math.sin(number / 20), 6) for number in range(1, 501)]
    apart = [one - other for one, other in zip(made, smooth)]
    assert -0.51 < min(apart) < -0.4 and 0.4 < max(apart) < 0.51


def test_made_up_values_are_of_every_kind_that_fits() -> None:
    values = Values({}, random.Random(7))
    assert {values.value(Scalar("boolean")) for _ in range(50)} == {True, False}
    assert uuid.UUID(values.value(Scalar("uuid"))).version == 4
    assert len(values.value(Array(Scalar("double")))) == 3, "a list has three elements, and one within another list"
    assert [len(each) for each in values.value(Array(Array(Scalar("double"))))] == [1, 1, 1]


NUMBERS = [
    schema for schema in SCHEMAS if isinstance(schema, Scalar) and emit(schema, {}).get("type") in ("integer", "number")
]


@pytest.mark.parametrize("schema", NUMBERS, ids=str)
def test_the_longest_number_that_is_written_so_is_right(schema: Schema) -> None:
    """Of any number of digits, with any exponent: what the expression takes, the rule takes, and it takes some."""
    rule, pattern = Compiler({}).rule(schema), rules.kind_of(schema).pattern(schema)
    assert isinstance(pattern, str)
    whole = [f"{first}{'9' * more}" for first in range(1, 10) for more in range(400)]
    texts = [f"{sign}{each}" for each in ("0", *whole) for sign in ("", "-")]
    texts += [f"{each}e{'9' * more}" for each in whole[::17] for more in range(1, 4)]
    texts += [f"{'9' * more}e{number}" for more in (1, 18, 19, 20, 21, 38, 39) for number in range(1, 40)]
    taken = [text for text in texts if re.fullmatch(pattern, text)]
    assert len(taken) >= 3
    for text in taken:
        assert rule(read_json(f'{{"v":{text}}}'.encode())["v"]) is None, text


def test_a_text_of_an_enum_is_known_as_most_write_it() -> None:
    pattern = rules.kind_of(Enum("string", ())).pattern(Enum("string", (EnumValue("r", "größe"),)))
    assert isinstance(pattern, str) and re.fullmatch(pattern, '"größe"')


def test_a_made_up_object_has_all_its_fields() -> None:
    fields = (Field("x", Scalar("double")), Field("y", Scalar("double"), required=True))
    assert Values({}, random.Random(1)).value(Object(fields)).keys() == {"x", "y"}


def test_only_terms_of_version_4_are_too_new_for_version_2() -> None:
    node = {"@id": "dtmi:example:a;1", "@type": "Interface", "@context": "dtmi:dtdl:context;2"}
    too_new = {
        term
        for term in TERMS
        if read_model({**node, "contents": [{"@type": "Telemetry", "name": "v", "schema": term}]}).issues
    }
    assert too_new == OF_VERSION_4


@pytest.mark.parametrize("term", ["polygon", "multiPolygon"])
def test_a_made_up_ring_is_half_of_a_square_degree(term: str) -> None:
    ring = Values({}, random.Random(1)).value(Geometry(term))["coordinates"]
    while isinstance(ring[0][0], list):
        (ring,) = ring
    doubled = sum(one[0] * other[1] - other[0] * one[1] for one, other in itertools.pairwise(ring))
    assert ring[0] == ring[-1] and doubled == 1.0 and len({tuple(each) for each in ring}) == 3
