"""Random models and messages, the query of a model on an engine that is not ours, and what judging finds."""

from __future__ import annotations

import dataclasses
import json
import random
import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from unittest import mock

from azext_iotdiag.model.finding import Finding
from azext_iotdiag.payload import Model, NotJson, message, read_json, read_model, violations
from azext_iotdiag.payload.kql import query
from azext_iotdiag.payload.schema import Array, Document, Enum, Field, Geometry, Map, Object, Reference, Schema, Unknown
from tests.payload import agreement

# What a query cannot know of a name that is not in the model: whether another one is meant.
TOLD_AS = {"misspelt-name": "unmodeled-field"}
UNTOLD = ("unlikely-position", "uncertain-json", "bad-encoding")
SEVERITIES = {"fail": "error", "warn": "warning", "note": "info"}
_INDEX = re.compile(r"\[\d+\]")
_STEP = re.compile(r"\.([^.\[]+)|\[(\d+)\]|\['((?:[^'\\]|\\.)*)'\]")
NAMES = ("temperature", "speed", "door", "site", "mode", "position", "log", "level_2", "a b", "q'1", "back\\slash", "ü")


class Sent(NamedTuple):
    """A message: the device that sent it, which is another one each time, its component, and its body."""

    device: str
    component: str
    body: str


class Told(NamedTuple):
    """What is told of one message: a code, how bad that is, where, and of which device."""

    code: str
    severity: str
    field: str
    device: str


def models(chance: random.Random) -> dict[str, Any]:
    """A random model, with a component now and then."""

    def contents(levels: int) -> list[dict[str, Any]]:
        found = []
        for name in chance.sample(NAMES[:8], chance.randint(1, 6)):
            kind = "Property" if chance.random() < 0.15 else "Telemetry"
            schema = "string" if kind == "Property" else agreement.schemas(chance, levels)
            found.append({"@type": kind, "name": name, "schema": schema})
        if all(each["@type"] == "Property" for each in found):
            found.append({"@type": "Telemetry", "name": "measured", "schema": "double"})
        return found

    model: dict[str, Any] = {
        "@context": ["dtmi:dtdl:context;4", "dtmi:iotcentral:context;2", "dtmi:dtdl:extension:requirement;1"],
        "@id": "dtmi:example:random;1", "@type": "Interface", "contents": contents(3),
    }  # fmt: skip
    if chance.random() < 0.3:
        part = {"@context": "dtmi:dtdl:context;4", "@id": "dtmi:example:part;1", "@type": "Interface"}
        model["contents"].append({"@type": "Component", "name": "part", "schema": part | {"contents": contents(1)}})
    return model


def messages(model: dict[str, Any], chance: random.Random, count: int) -> list[Sent]:
    """Messages that nearly fit."""
    roots = {"": model["contents"]}
    roots |= {each["name"]: each["schema"]["contents"] for each in model["contents"] if each["@type"] == "Component"}
    found = []
    for number in range(count):
        component = chance.choice([*roots, *([] if len(roots) == 1 or chance.random() < 0.9 else ["other"])])
        found.append(Sent(f"m{number}", component, _body(roots.get(component, roots[""]), chance)))
    return found


def _body(contents: Sequence[dict[str, Any]], chance: random.Random) -> str:
    odd = chance.random()
    if odd < 0.02:
        return chance.choice(["", "nonsense", "5", "true", "null", '"text"', "[]", "{", "[1, 2]", "{'a': 1}", "{}"])
    values: dict[str, Any] = {}
    for each in contents:
        if each["@type"] != "Component" and chance.random() < 0.7:
            values[each["name"]] = agreement.values(each["schema"], chance)
    if chance.random() < 0.1:
        name = chance.choice([*NAMES, "Temperature", "tmperature", "EventHub", "other"])
        values.setdefault(name, agreement.anything(chance))
    value: Any = [values, chance.choice([values, 5, {"a": 1}])] if odd < 0.05 else values
    return json.dumps(value, ensure_ascii=chance.random() < 0.5)


def judgeable(body: str) -> bool:
    """Whether it holds nothing of which the header says that a query cannot judge it, and no name is empty.

    Those are numbers beyond 64 bits, and moments after the year 9999. The engine fails on empty names.
    """

    def fits(value: Any) -> bool:
        if isinstance(value, dict):
            return "" not in value and all(map(fits, value.values()))
        if isinstance(value, list):
            return all(map(fits, value))
        if type(value) is int:
            return -(2**63) <= value < 2**63
        if isinstance(value, str):
            return not re.match("9999-12-31T.*-", value)
        return not isinstance(value, float) or abs(value) < float("inf")

    try:
        return fits(json.loads(body))
    except ValueError:
        return True


def told(model: Model, sent: Iterable[Sent]) -> set[Told]:
    """What judging each message finds, as far as a query can tell it. Nothing is told together with what is like it."""
    found: set[Told] = set()
    with mock.patch.multiple(violations, FEW=10**6, MOST=10**6):
        for each in sent:
            try:
                findings = model.telemetry(read_json(each.body.encode()), each.component or None)
            except NotJson as wrong:
                findings = [*_unreadable(wrong)]
            found |= {
                one
                for finding in findings
                if finding.entry.code != "missing-field" or not _within(finding, json.loads(each.body))
                for one in _told(finding, each.device)
            }
    return found


def _within(finding: Finding, body: Any) -> bool:
    """Whether a field that lacks is one of a value within the same object: the header says that a query misses it."""
    for name, index, quoted in _STEP.findall(finding.path):
        body = body[int(index)] if index else body[name or re.sub(r"\\(.)", r"\1", quoted)]
    written = json.dumps(list(body.values()))
    return f"{json.dumps(finding.evidence['expected'])}:" in written


def _unreadable(wrong: NotJson) -> list[Finding]:
    violation = message.unreadable(wrong)
    return [Finding(violation.entry, violation.severity, violation.message, "$")]


def _told(finding: Finding, device: str) -> Iterable[Told]:
    code = finding.entry.code
    if code in UNTOLD:
        return
    path = _INDEX.sub("[*]", finding.path)
    severity = SEVERITIES[finding.severity.value]
    if code == "misspelt-name" and re.fullmatch(r"\$(\[\*\])?(\.[^.\[]+|\['.*'\])", path):
        severity = "warning"
    yield Told(TOLD_AS.get(code, code), severity, path or "$", device)


def missing_beside(model: Model, sent: Iterable[Sent]) -> set[tuple[str, str]]:
    """Where a required field lacks that a name was probably meant for: judging tells of that once, a query twice."""
    found = set()
    for each in sent:
        try:
            findings = model.telemetry(read_json(each.body.encode()), each.component or None)
        except NotJson:
            continue
        for finding in findings:
            if finding.entry.code == "misspelt-name":
                path = _INDEX.sub("[*]", finding.path)
                found.add((re.sub(r"(\.[^.\[\]']+|\['.*?'\])$", "", path), each.device))
    return found


def judging(model: dict[str, Any]) -> tuple[Document, Model]:
    """A model as it is read, and as it judges what a query can judge: without geometries."""
    document = read_model(model).document
    plain = dataclasses.replace(
        document,
        root=_without(document.root),
        schemas={name: _schema(schema) for name, schema in document.schemas.items()},
    )
    return document, Model(plain)


def _without(interface: Any) -> Any:
    contents = tuple(
        dataclasses.replace(each, schema=_schema(each.schema)) if each.schema is not None else each
        for each in interface.contents
    )
    parts = {name: _without(each) for name, each in interface.components.items()}
    return dataclasses.replace(interface, contents=contents, components=parts)


def _schema(schema: Schema) -> Schema:
    if isinstance(schema, Geometry):
        return Unknown("a geometry")
    if isinstance(schema, Object):
        return Object(tuple(Field(each.name, _schema(each.schema), each.required) for each in schema.fields))
    if isinstance(schema, Array):
        return Array(_schema(schema.element))
    if isinstance(schema, Map):
        return Map(_schema(schema.value))
    assert isinstance(schema, (Enum, Reference, Unknown)) or schema is not None
    return schema


def run(text: str, sent: Iterable[Sent]) -> set[Told]:
    """What a query tells of messages."""
    import duckdb_kql

    connection = duckdb_kql.connect()
    try:
        connection.sql("CREATE TABLE Messages (DeviceId VARCHAR, Component VARCHAR, Body VARCHAR)")
        rows = [tuple(each) for each in sent]
        connection.sql("BEGIN")
        if rows:
            marks = ", ".join(["(?, ?, ?)"] * len(rows))
            connection.execute(f"INSERT INTO Messages VALUES {marks}", [cell for row in rows for cell in row])
        connection.sql("COMMIT")
        answer = duckdb_kql.query(connection, text)
        assert list(answer.columns) == ["Code", "Severity", "Field", "Device", "Findings", "Sample"]
        return {Told(*row[:4]) for row in answer.fetchall()}
    finally:
        connection.close()


def text(document: Document, *, component: bool = True) -> str:
    """The query of a model on the table that `run` makes."""
    return query.text(document, query.KqlTable("Messages", component="Component" if component else ""), "adx")
