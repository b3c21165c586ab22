"""Queries that are made of models, judged by Microsoft's own language service for KQL."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from azext_iotdiag.payload import read_model
from azext_iotdiag.payload.kql import query
from tests.conformance.conftest import absent
from tests.conformance.test_kql import PACKAGE, judged
from tests.payload.kql import playing
from tests.payload.kql.test_query import EVERY, FIELDS, HOSTILE, enum, interface, telemetry

pytestmark = pytest.mark.slow
COLUMNS = [
    {"name": name, "type": type_}
    for name, type_ in (
        ("Code", "string"), ("Severity", "string"), ("Field", "string"), ("Device", "string"), ("Findings", "long"),
        ("Sample", "string"),
    )
]  # fmt: skip
TABLES = (
    (query.KqlTable("AzureDiagnostics"), "(Body:dynamic, DeviceId:string)"),
    (query.KqlTable("AzureDiagnostics"), "(Body:string, DeviceId:string)"),
    (
        query.KqlTable("AzureDiagnostics", "a b", "Properties.device", "Properties.part"),
        "(['a b']:string, Properties:dynamic)",
    ),
)


def test_every_query_is_right_and_returns_its_columns(node_modules: str) -> None:
    if not Path(node_modules, PACKAGE).is_dir():
        absent(f"no npm {PACKAGE}: {node_modules}")
    models = [playing.models(random.Random(seed)) for seed in range(5)]
    named = [interface(telemetry("a", enum(name)), telemetry(name, "double")) for name in HOSTILE]
    asked = [
        *((model, *each) for model in (EVERY, FIELDS) for each in TABLES),
        *((each, *TABLES[0]) for each in [*models, *named]),
    ]
    texts = [(query.text(read_model(model).document, table, "adx"), columns) for model, table, columns in asked]
    wrong = texts[0][0].replace("take_any(", "take_some(")
    *found, mistaken = judged(node_modules, *texts, (wrong, TABLES[0][1]))
    for (text, _), said in zip(texts, found, strict=True):
        assert said == {"problems": [], "columns": COLUMNS}, text
    assert any(problem.startswith("Error: ") for problem in mistaken["problems"])
