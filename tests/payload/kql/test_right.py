"""The expressions of right text: what they match is right, and what devices mostly send is matched."""

from __future__ import annotations

import json
import random
import re
from typing import Any

import pytest

from azext_iotdiag.payload import Model, NotJson, read_json, read_model
from azext_iotdiag.payload.kql import nodes, right
from azext_iotdiag.payload.rules import TERMS
from azext_iotdiag.payload.schema import Document, Scalar
from tests.payload.kql import playing
from tests.payload.kql.test_query import HOSTILE, WORDS, enum, interface, telemetry
from tests.plugins.effort import cases
from tests.plugins.rows import all_rows

LONGEST = 20_000
_NUMBERED = re.compile(r"\\x\{([0-9a-f]+)\}")


def expression(document: Document, longest: int = LONGEST) -> str:
    """The expression of the root of a model."""
    made = nodes.of_model(document, components=True)
    return right.expression(made.members.get(0, {}), document.schemas, longest)


def matcher(document: Document) -> re.Pattern[str] | None:
    """The same for Python, which writes a character by its number in another way."""
    found = expression(document)
    return re.compile(_NUMBERED.sub(lambda each: re.escape(chr(int(each[1], 16))), found)) if found else None


def matches(model: dict[str, Any], body: str) -> bool:
    pattern = matcher(read_model(model).document)
    return pattern is not None and pattern.fullmatch(body) is not None


def wrong(judge: Model, body: str) -> list[str]:
    """The codes of what judging finds in a body, beside what no query can find."""
    try:
        found = judge.telemetry(read_json(body.encode()), None)
    except NotJson:
        return ["invalid-json"]
    return [each.entry.code for each in found if each.entry.code not in playing.UNTOLD]


def _broken(body: str, chance: random.Random) -> str:
    at = chance.randrange(len(body) + 1)
    return body[:at] + chance.choice(["", " ", "1", '"', ",", "{", "}", "\\", "0", "-", "\n", "e"]) + body[at + 1 :]


def test_what_matches_is_right() -> None:
    chance = random.Random(7)
    matched = right_ones = 0
    for _ in range(cases(120, 2000)):
        given = playing.models(chance)
        document, judge = playing.judging(given)
        pattern = matcher(document)
        for each in playing.messages(given, chance, 40):
            for body in (each.body, _broken(each.body, chance)):
                found = wrong(judge, body)
                right_ones += not found
                if pattern is not None and pattern.fullmatch(body):
                    matched += 1
                    assert not found, (body, pattern.pattern)
    assert matched > right_ones / 4, (matched, right_ones)


@pytest.mark.parametrize("term", [term for term, kind in TERMS.items() if kind.schema is Scalar])
def test_every_term_but_geometries_has_an_expression(term: str) -> None:
    assert right.expression({"a": Scalar(term)}, {}, LONGEST)


PLACED = interface(telemetry("place", "geopoint"), telemetry("a b", "double"), telemetry("w", WORDS), telemetry("n", {
    "@type": "Object", "fields": [
        {"name": "x", "schema": "double"}, {"@type": ["Field", "Required"], "name": "y", "schema": "date"},
    ],
}), telemetry("l", {"@type": "Array", "elementSchema": "boolean"}))  # fmt: skip
PLACED["@context"] = ["dtmi:dtdl:context;4", "dtmi:iotcentral:context;2", "dtmi:dtdl:extension:requirement;1"]


@all_rows(("body", "known"), [
    ("{}", True),
    (' { "a b" : 1.5 , "a b":2e3 } ', True),
    ('{"place": {"lat": 1, "lon": 2}}', True),
    ('{"place": {"lon": 2, "alt": 3, "lat": 1}}', True),
    ('{"place": {"lat": 1}}', False),
    ('{"place": {"lat": 1, "lon": 2,}}', False),
    ('{"w": "b\\"u\\\\sy"}', True),
    ('{"w": "busy"}', False),
    ('{"n": {"y": "2026-11-20"}}', True),
    ('{"n": {"y": "2026-11-20", "x": 1}}', True),
    ('{"n": {"x": 1}}', False),
    ('{"n": {"y": "2026-11-31"}}', False),
    ('{"l": [true,false]}', True),
    ('{"l": []}', True),
    ('{"l": [true,]}', False),
    ('{"a b": 1}, {"a b": 1}', False),
    ('{"a b": 1 "w": "idle"}', False),
    ('{"a b": }', False),
    ('{"other": 1}', False),
])  # fmt: skip
def test_what_is_recognised(body: str, known: bool) -> None:
    assert matches(PLACED, body) is known


@pytest.mark.parametrize("name", [*HOSTILE, "a.b", "[x", "(", "x|y", "\x7f"])
def test_a_name_or_a_value_is_no_expression(name: str) -> None:
    model = interface(telemetry("a", enum(name)), telemetry(name, "boolean"))
    assert expression(read_model(model).document).isprintable()
    assert matches(model, json.dumps({"a": name}, ensure_ascii=False))
    assert matches(model, json.dumps({name: True}, ensure_ascii=False))
    assert not matches(model, json.dumps({"a": f"{name}x"})) and not matches(model, '{"axb": true}')


def test_an_enum_without_values_and_half_a_character_have_no_expression() -> None:
    empty = {"@type": "Enum", "valueSchema": "string", "enumValues": []}
    model = interface(telemetry("a", empty), telemetry("b", enum("\ud800")), telemetry("c", "boolean"))
    pattern = matcher(read_model(model).document)
    assert pattern is not None and '"c"' in pattern.pattern
    assert '"a"' not in pattern.pattern and '"b"' not in pattern.pattern


def test_a_model_that_grows_with_each_level_has_a_short_expression() -> None:
    """Each schema has ten fields of the next one: 10^7 fields in all."""
    levels = [
        {"@id": f"dtmi:example:l{level};1", "@type": "Object", "fields": [
            {"name": f"f{number}", "schema": f"dtmi:example:l{level + 1};1" if level < 7 else "dateTime"}
            for number in range(10)
        ]}
        for level in range(1, 8)
    ]  # fmt: skip
    model = interface(telemetry("deep", "dtmi:example:l1;1"), telemetry("flat", "double")) | {"schemas": levels}
    found = expression(read_model(model).document)
    assert '"flat"' in found and len(found) < LONGEST + 200


def test_a_long_expression_leaves_long_members_out() -> None:
    model = interface(telemetry("short", "boolean"), telemetry("long", enum("x" * 300)))
    assert '"long"' in expression(read_model(model).document)
    found = expression(read_model(model).document, 200)
    assert '"short"' in found and '"long"' not in found
    assert expression(read_model(model).document, 10) == ""


def test_a_schema_that_contains_itself_ends() -> None:
    tree = {"@id": "dtmi:example:tree;1", "@type": "Object", "fields": [
        {"name": "leaf", "schema": "double"},
        {"name": "inner", "schema": {"@type": "Array", "elementSchema": "dtmi:example:tree;1"}},
    ]}  # fmt: skip
    model = interface(telemetry("tree", "dtmi:example:tree;1")) | {"schemas": [tree]}
    assert matches(model, '{"tree": {"leaf": 1}}')
    assert not matches(model, '{"tree": {"inner": [{"leaf": 1}]}}')
