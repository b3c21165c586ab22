"""The job for Spark: that it is Python, and what it finds without Spark in files as `validate` reads them."""

from __future__ import annotations

import ast
import json
import sys
import types
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from azext_iotdiag.model.tally import Tally, key_of
from azext_iotdiag.payload import read_model, spark
from azext_iotdiag.streams import files
from azext_iotdiag.streams.validation import Rules, judge_of, judged
from tests.payload.kql.test_query import EVERY, V4

MODEL = {
    "@context": "dtmi:dtdl:context;2", "@id": "dtmi:example:a;1", "@type": "Interface",
    "contents": [
        {"@type": "Telemetry", "name": "t", "schema": "double"},
        {"@type": "Telemetry", "name": "words", "schema": {"@type": "Enum", "valueSchema": "string", "enumValues": [
            {"name": "a", "enumValue": "it's \"\\ \u2028 é"}]}},
    ],
}  # fmt: skip
BASE = {"@context": V4, "@id": "dtmi:example:base;1", "@type": "Interface",
        "contents": [{"@type": "Telemetry", "name": "below", "schema": "dtmi:example:s;1"}],
        "schemas": [{"@id": "dtmi:example:s;1", "@type": "Array", "elementSchema": "date"}]}  # fmt: skip
LIST = [EVERY | {"extends": "dtmi:example:base;1"}, BASE]
TEMPLATE = {"@id": "dtmi:example:template;1", "@type": "ModelDefinition", "displayName": "t", "capabilityModel": {
    "@context": V4, "@id": "dtmi:example:c;1", "@type": "Interface", "contents": EVERY["contents"]}}  # fmt: skip
LINES = [{"t": 1.5}, {"t": "warm"}, {"T": 1}, {"words": "é"}]
SEVERITIES = {"fail": "error", "warn": "warning", "note": "info"}


@pytest.fixture
def job(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the job defines, without Spark."""
    for name in ("pyspark", "pyspark.sql"):
        monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
    sys.modules["pyspark.sql"].SparkSession = None  # type: ignore[attr-defined]
    defined: dict[str, Any] = {"__name__": "job"}
    exec(compile(spark.text(read_model(MODEL).document), "job.py", "exec"), defined)
    return defined


def expected(path: str) -> Counter[tuple[str, ...]]:
    rules, tally, found = Rules(MODEL), Tally(), Counter()
    for each in judged(files.read(files.Part(path)), judge_of(rules), rules, tally):
        if each is not None:
            code, field, component, _, severity = key_of(each)
            found[code, SEVERITIES[severity.value], field, component, each.device] += 1
    found["", "", "", "", ""] = tally.messages
    return found


def test_it_finds_what_validate_finds(job: dict[str, Any], tmp_path: Path) -> None:
    text = "".join(json.dumps({"Body": each, "SystemProperties": {"connectionDeviceId": "d"}}) + "\n" for each in LINES)
    path = tmp_path / "r.jsonl"
    path.write_text(text, encoding="utf-8")
    wanted = expected(str(path))
    assert len(wanted) > 3
    of_lines = job["of_lines"](types.SimpleNamespace(value=line) for line in text.splitlines())
    assert {row[:-1]: row[-1] for row in of_lines} == wanted
    of_files = job["of_files"]([types.SimpleNamespace(content=bytearray(text.encode()), path=str(path))])
    assert {row[:-1]: row[-1] for row in of_files} == wanted


@pytest.mark.parametrize("model", [MODEL, LIST, TEMPLATE], ids=["one", "list", "template"])
def test_the_model_in_the_job_is_the_one_that_was_given(model: Any) -> None:
    text = spark.text(read_model(model).document)
    ast.parse(text)
    assert text.isascii()
    (given,) = (
        node.value.args[0].value
        for node in ast.parse(text).body
        if isinstance(node, ast.Assign) and node.targets[0].id == "MODEL"
    )
    assert read_model(json.loads(given)).document.root == read_model(model).document.root
