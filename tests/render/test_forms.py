"""The forms of a stream, with and without a query: every sample in every form."""

from __future__ import annotations

import json

import jmespath
import pytest
import yaml

from azext_iotdiag.model.event import PROPERTIES, Payload
from azext_iotdiag.render.event import json_line, printable
from azext_iotdiag.render.forms import Query, form
from azext_iotdiag.streams.content_type import decoder
from azext_iotdiag.streams.decode import decode
from tests.plugins.effort import cases
from tests.render.events import AT, SAMPLES, event

LARGE = cases(262_144)  # bytes, as many as a hub takes
FORMS = ("text", "json", "yaml", "table", "tsv")
FULL = event(
    b'{"a": 1.50}', module="camera", component="lens",
    system={"message-id": "m-1", "user-id": b"\xff\x00", "content-type": "application/json", "creation-time": AT},
    properties={"room": "attic", "n": 7}, annotations={"iothub-enqueuedtime": AT, "dt-dataschema": "dtmi:a;1"},
)  # fmt: skip


def shown(name: str, sample=FULL, payload: Payload | None = None, **options) -> str:
    made = form(name, **({"colour": None} | options))
    return made(sample, payload or decode(sample.body)).decode()


def queried(name: str, query: str, *samples) -> tuple[str, Query]:
    asked = Query(jmespath.compile(query).search)
    made = form(name, query=asked, colour=None)
    return "".join(made(sample, decode(sample.body)).decode() for sample in samples), asked


@pytest.mark.parametrize("name", FORMS)
def test_golden(golden, name: str) -> None:
    """Every sample, and then one with each of the properties that may be asked for."""
    made = form(name, colour=None)
    told = [made(sample, decode(sample.body)).decode() for sample in SAMPLES.values()]
    told += [f"# {asked}\n{shown(name, shown=asked)}" for asked in (None, *([each] for each in PROPERTIES), PROPERTIES)]
    told += ["# not JSON\n", shown(name, event(b"21,5"), decoder("application/json")(b"21,5"))]
    golden(f"forms/{name}.txt", "".join(f"{printable(line)}\n" for line in "".join(told).split("\n")[:-1]))


def test_none_shows_nothing() -> None:
    assert shown("none") == ""
    assert queried("none", "payload", FULL)[0] == ""


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)
@pytest.mark.parametrize("asked", [None, PROPERTIES])
def test_yaml_says_what_json_says(sample, asked) -> None:
    (found,) = yaml.safe_load_all(shown("yaml", sample, shown=asked))
    said = json.loads(json_line(sample, decode(sample.body), asked or ()))
    if found.get("payloadLooksLike") == "JSON with a key that occurs twice":
        said |= {"payloadForm": "text", "payloadLooksLike": found["payloadLooksLike"], "payload": sample.body.decode()}
    assert found == said


@pytest.mark.parametrize("name", ["table", "tsv"])
@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)
def test_one_row_an_event(name: str, sample) -> None:
    lines = shown(name, sample).split("\n")
    assert len(lines) == (4 if name == "table" else 2)
    assert name == "table" or lines[0].count("\t") == (10 if sample.body_type or sample.problems else 8)


@pytest.mark.parametrize("name", FORMS)
def test_every_form_says_what_is_odd_in_a_message(name: str) -> None:
    sample = event(b"null", body_type="amqp-sequence", problems=("the footer is cut off", "n in it is not UTF-8"))
    told = shown(name, sample)
    assert "amqp-sequence" in told and "the footer is cut off" in told and "n in it is not UTF-8" in told
    assert queried("json", "[bodyType,messageProblems[1]]", sample)[0] == '["amqp-sequence","n in it is not UTF-8"]\n'


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("body", [
    b"[" * 900 + b"]" * 900, b'{"a":' * 900 + b"1" + b"}" * 900, b"[" + b"1," * (LARGE // 2) + b"1]", b"x" * LARGE,
    b"\xff" * LARGE, b"1" * 5000, b'"\\ud800"', b"\xef\xbb\xbf{}",
], ids=["deep list", "deep object", "wide", "text", "bytes", "digits", "surrogate", "mark"])  # fmt: skip
def test_a_body_that_is_hard_to_show(name: str, body: bytes) -> None:
    sample = event(body)
    assert shown(name, sample)
    if name != "text":
        assert queried(name, "payload", sample)[1].problem == "" or body[:5] in (b"[[[[[", b'{"a":')


def test_a_payload_that_is_no_what_it_was_said_to_be_says_so() -> None:
    payload = decoder("application/json")(b"21,5")
    assert json.loads(shown("json", payload=payload))["payloadProblem"].startswith("not JSON")
    assert "problem: not JSON: extra data at line 1, column 3" in shown("text", payload=payload)


@pytest.mark.parametrize(("query", "name", "out"), [
    ("payload.a", "json", "1.50\n"), ("payload.a", "yaml", "---\n1.50\n"), ("payload.a", "tsv", "1.50\n"),
    ("{b:device,a:payload.a}", "json", '{"b":"device-1","a":1.50}\n'),
    ("{b:device,a:payload.a}", "tsv", "device-1\t1.50\n"),
    ("{b:device,a:payload.a}", "table", "B         A\n--------  -\ndevice-1  1.50\n"),
    ("[device,payload]", "table", 'Column1   Column2\n--------  -------\ndevice-1  {"a":1.50}\n'),
    ("[[device],[module]]", "tsv", "device-1\ncamera\n"), ("payload", "tsv", "1.50\n"),
    ("{a:device,A:module}", "table", "a         A\n--------  -\ndevice-1  camera\n"),
    ("payload.nothing", "json", ""), ("payload.nothing", "yaml", ""), ("payload.nothing", "tsv", ""),
    ("payload.nothing", "table", ""), ("`[]`", "json", "[]\n"), ("`{}`", "table", ""), ("`false`", "tsv", "false\n"),
])  # fmt: skip
def test_query(query: str, name: str, out: str) -> None:
    found, asked = queried(name, query, FULL)
    assert (found, asked.empty) == (out, query == "payload.nothing")


def test_a_query_sees_what_json_shows() -> None:
    found, _ = queried("json", "@", FULL)
    assert json.loads(found) == json.loads(json_line(FULL, decode(FULL.body)))


def test_a_query_that_fails_for_one_message_goes_on() -> None:
    found, asked = queried("json", "length(payload)", event(b"1"), event(b'"four"'), event(b"true"), event(b"null"))
    assert (found, asked.empty) == ("4\n", 3)
    assert "length" in asked.problem and "\n" not in asked.problem


def test_colour_is_for_what_is_shown() -> None:
    assert shown("json", colour=str.upper) == shown("json").upper()
    assert shown("yaml", colour=str.upper) == shown("yaml").upper()


@pytest.mark.parametrize("asked", [None, ["app"], ["sys", "anno"], PROPERTIES])
def test_json_in_colour_says_what_json_says(asked: list[str] | None) -> None:
    assert shown("json", shown=asked, colour=lambda text: f"<{text}>") == f"<{shown('json', shown=asked)}>"


@pytest.mark.parametrize("name", ["json", "yaml"])
def test_a_query_finds_what_was_asked_to_be_shown(name: str) -> None:
    made = form(name, query=Query(jmespath.compile('system."message-id"').search), shown=["sys"], colour=None)
    assert yaml.safe_load(made(FULL, decode(FULL.body))) == "m-1"
