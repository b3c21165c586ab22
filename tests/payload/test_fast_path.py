"""Bodies that are recognised: only what is right, whatever is done to bodies that were learnt."""

from __future__ import annotations

import json
import random
import re
from typing import Any

import pytest

from azext_iotdiag.model.finding import Finding
from azext_iotdiag.payload import Model, NotJson, fast_path, read_json, read_model
from azext_iotdiag.payload.rules import TERMS
from azext_iotdiag.payload.schema import Scalar
from tests.payload import agreement
from tests.payload.test_rules import DOES_NOT, FITS, INTERFACE
from tests.plugins.effort import cases

SCHEMAS = cases(400)  # random ones
BODIES = 40  # of each
SCALARS = [term for term, kind in TERMS.items() if kind.schema is Scalar]


def a_model(schema: Any, **more: Any) -> Model:
    return read_model({
        "@context": "dtmi:dtdl:context;4", "@id": "dtmi:example:a;1", "@type": "Interface",
        "contents": [{"@type": "Telemetry", "name": "v", "schema": schema},
                     {"@type": "Telemetry", "name": "w", "schema": "integer"}, *more.get("contents", ())],
    })  # fmt: skip


def known(model: Model, body: bytes, component: str = "") -> bool:
    """Whether a model recognises a body."""
    return model._scope(component, None)[1].knows(body)  # type: ignore[union-attr]


def outcome(judge: Any, body: bytes) -> list[Finding] | str:
    try:
        return judge(body)
    except NotJson as wrong:
        return str(wrong)


def slowly(model: Model, body: bytes) -> list[Finding]:
    return model.telemetry(read_json(body))


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """One body is enough to learn from, and looking always pays."""
    monkeypatch.setattr(fast_path, "OFTEN", 1)
    monkeypatch.setattr(fast_path, "WINDOW", 10**9)


def test_random_bodies_of_random_models(at_once: None) -> None:
    """What comes out is what comes out without it; and most right bodies that are like an earlier one are known."""
    chance = random.Random(11)
    right = hits = 0
    for _ in range(SCHEMAS):
        schema = agreement.schemas(chance)
        model = a_model(schema)
        for _ in range(BODIES):
            value = {"v": agreement.values(schema, chance, wrong=0.02), "w": chance.randint(-5, 5)}
            body = json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
            if chance.random() < 0.3:
                body = damaged(body, chance)
            hits += known(model, body)
            expected = outcome(lambda each, model=model: slowly(model, each), body)
            right += expected == []
            assert outcome(model.telemetry_json, body) == expected, (schema, body)
    assert right > SCHEMAS * BODIES / 3 and hits > right / 3, (right, hits)


def damaged(body: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(body))
    end = min(len(body), start + chance.choice([0, 1, 1, 2]))
    pieces = [b"", b"0", b"-", b".", b"e9", b'"', b"\\", b" ", b"\n", b"\x1f", b"\xc3", b"\xff", b",", b"1"]
    piece = chance.choice(pieces)
    return body[:start] + piece + body[end:]


def test_damage_to_a_body_that_is_known(at_once: None) -> None:
    schema = {"@type": "Object", "fields": [{"name": term, "schema": term} for term in SCALARS]}
    rows = {schema: texts for schema, texts in FITS if isinstance(schema, str) and schema in SCALARS}
    writings = {term: TERMS[term].pattern(Scalar(term)) for term in SCALARS}
    usual = {term: re.compile(each if isinstance(each, str) else ".*").fullmatch for term, each in writings.items()}
    texts = {term: next(filter(usual[term], [*rows[term], "1"])) for term in SCALARS}
    body = ('{"v": {' + ", ".join(f'"{term}": {text}' for term, text in texts.items()) + '}, "w": 1}').encode()
    model, chance = a_model(schema), random.Random(3)
    assert model.telemetry_json(body) == [] and known(model, body)
    hits = 0
    for _ in range(cases(20_000)):
        digit = chance.choice([at for at, byte in enumerate(body) if chr(byte).isdigit()])
        other = body[:digit] + chance.choice([b"", b"0", b"10", b"9", b"-", b".", b"e9", b"x"]) + body[digit + 1 :]
        other = damaged(other, chance) if chance.random() < 0.5 else other
        if known(model, other):
            hits += 1
            assert slowly(model, other) == [], other
    assert hits > cases(20_000) / 20


@pytest.mark.parametrize(("schema", "texts"), FITS, ids=lambda each: str(each)[:40])
def test_rows_that_fit_and_rows_that_do_not(at_once: None, schema: Any, texts: list[str]) -> None:
    model = read_model({**INTERFACE, "contents": [{"@type": "Telemetry", "name": "v", "schema": schema}]})
    for text in texts:
        assert model.telemetry_json(f'{{"v":{text}}}'.encode()) == []
    for other, _, wrong in DOES_NOT:
        for text in wrong if other == schema else ():
            assert not known(model, f'{{"v":{text}}}'.encode()), text


@pytest.mark.parametrize(("schema", "first", "alike", "unlike"), [
    ("double", "1", ["-0.5", "1e3", "12345678901234567890"], ["01", "1.", "+1", "1e999", "NaN", '"1"', "null", ""]),
    ("string", '"a"', ['""', '"°C"', r'"\n\""'], ['"\n"', '"\\x"', "1", '"a""']),
    ({"@type": "Array", "elementSchema": "integer"}, "[1, 2]", ["[]", "[ ]", "[1]", "[1,2 , 3]"],
     ["[1,]", "[1.5]", "1"]),
    ("integer", "1", ["-7", "1763640000"], ["2147483648", "1.0", "00"]),
    ("long", "1", ["-7", "1763640000000", "8999999999999999999"], ["9223372036854775808", "1.0"]),
    ({"@type": "Array", "elementSchema": "vector"}, '[{"x":1,"y":2,"z":3}]', ['[{"x":4,"y":5,"z":6}]'],
     ['[{"x":4,"y":5}]', "[]", '[{"x":4,"y":5,"z":6},{"x":4,"y":5,"z":6}]']),
    ({"@type": "Map", "mapKey": {"name": "k", "schema": "string"}, "mapValue": {"name": "v", "schema": "boolean"}},
     '{"a":true}', ['{"a":false}'], ['{"b":true}', "{}", '{"a":true,"a":true}', '{"a":1}']),
    ({"@type": "Enum", "valueSchema": "string", "enumValues": [{"name": "a", "enumValue": "x.y"}]}, '"x.y"', ['"x.y"'],
     ['"xzy"', '"a"', ""]),
    ("geopoint", '{"lon":179,"lat":-89}', ['{"lon":-179.9,"lat":8}'], ['{"lon":181,"lat":1}', '{"lon":1,"lat":91}']),
], ids=["double", "string", "array", "integer", "long", "array of objects", "map", "enum", "geopoint"])  # fmt: skip
def test_what_is_like_a_body(at_once: None, schema: Any, first: str, alike: list[str], unlike: list[str]) -> None:
    model = a_model(schema)
    for way in ('{{"v":{},"w":7}}', '\n{{ "v" : {} ,\t"w": 7}} '):
        assert model.telemetry_json(way.format(first).encode()) == []
        assert [text for text in alike if not known(model, way.format(text).encode())] == []
        assert [text for text in unlike if known(model, way.format(text).encode())] == []


def test_only_what_comes_often_is_learnt() -> None:
    model, body = a_model("double"), b'{"v":1,"w":2}'
    for _ in range(fast_path.OFTEN - 1):
        assert model.telemetry_json(body) == []
    assert not known(model, body)
    assert model.telemetry_json(body) == [] and known(model, body)
    assert not known(model, b'{"w":2,"v":1}') and not known(model, b'{"v": 1,"w":2}')
    for _ in range(fast_path.OFTEN):
        model.telemetry_json(b'{"v":1,"w":2.5}')
    assert not known(model, b'{"v":1,"w":2.5}')


def test_what_cannot_be_learnt(at_once: None) -> None:
    long = f'{{"v":"{"x" * fast_path.LONGEST}","w":1}}'.encode()
    model = a_model("string")
    assert model.telemetry_json(long) == [] and not known(model, long)
    model, body = a_model("long"), f'{{"v":{2**63 - 1},"w":1}}'.encode()
    assert model.telemetry_json(body) == [] and not known(model, body)
    model, body = a_model("point"), b'{"v":{"type":"Point","coordinates":[1,2]}}'
    assert model.telemetry_json(body) == [] and not known(model, body)
    tree = {"@type": "Object", "@id": "dtmi:example:t;1", "fields": [{"name": "t", "schema": "dtmi:example:t;1"}]}
    model, body = a_model(tree), b'{"v":' + b'{"t":' * 450 + b"{}" + b"}" * 451
    assert len(body) < fast_path.LONGEST
    assert outcome(model.telemetry_json, body) == outcome(lambda each: slowly(model, each), body)


def test_there_is_an_end_to_what_is_known(at_once: None) -> None:
    model = a_model("double")
    ways = [f'{{{" " * number}"v":1,"w":2}}'.encode() for number in range(fast_path.MOST + 1)]
    for way in ways:
        assert model.telemetry_json(way) == []
    assert [known(model, way) for way in ways] == [True] * fast_path.MOST + [False]


def test_where_looking_does_not_pay_nobody_looks_for_a_while(at_once: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fast_path, "WINDOW", 10)
    monkeypatch.setattr(fast_path, "REST", 20)
    model, body = a_model("double"), b'{"v":1,"w":2}'
    model.telemetry_json(body)
    wrong = b'{"v":"1","w":2}'
    assert all(known(model, body) for _ in range(100)), "looking pays"
    for _ in range(20):
        known(model, wrong)
    assert not known(model, body)
    looks = [model.telemetry_json(body) == [] and known(model, body) for _ in range(20)]
    assert not looks[4] and all(looks[12:]), "and then it is learnt anew"


def test_scopes_are_kept_apart(at_once: None) -> None:
    part = {"@type": "Interface", "@id": "dtmi:example:p;1", "contents": [
        {"@type": "Telemetry", "name": "v", "schema": "string"},
    ]}  # fmt: skip
    model = a_model("double", contents=[{"@type": "Component", "name": "part", "schema": part}])
    assert model.telemetry_json(b'{"v":1}') == [] and known(model, b'{"v":2}')
    assert not known(model, b'{"v":2}', "part")
    assert [each.entry.code for each in model.telemetry_json(b'{"v":1}', "part")] == ["wrong-type"]
    assert model.telemetry_json(b'{"v":"x"}', "part") == [] and known(model, b'{"v":"y"}', "part")
    assert [each.entry.code for each in model.telemetry_json(b'{"v":1}', "prat")] == ["unknown-component"]


def test_a_property_in_telemetry_is_not_known_by_its_schema(at_once: None) -> None:
    """It is no telemetry of the model, however right its value is."""
    model = a_model("integer", contents=[{"@type": "Property", "name": "p", "schema": "integer"}])
    for body in (b'{"v":1,"p":2}', b'{"v":3,"p":4}'):
        assert outcome(model.telemetry_json, body) == slowly(model, body) != []
        assert not known(model, body)
