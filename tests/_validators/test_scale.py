"""What people type for `tally merge` and `template to-kql`, and what they are told where it is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from azure.cli.core.azclierror import InvalidArgumentValueError
from knack.validators import DefaultStr

from azext_iotdiag._validators import tally, template
from azext_iotdiag.sessions.results import BadResult
from tests.payload.kql.test_query import FIELDS, interface
from tests.validating import said


def to_kql(model: Any, folder: Path, **typed: Any) -> SimpleNamespace:
    (folder / "m.json").write_text(json.dumps(model), encoding="utf-8")
    given = {"model": str(folder / "m.json"), "model_repo": None, "target": DefaultStr("adx"), "table_name": None,
             "body_column": DefaultStr("Body"), "device_column": DefaultStr("DeviceId"), "component_column": None,
             "function_name": None}  # fmt: skip
    namespace = SimpleNamespace(**given | typed)
    template.to_kql(None, namespace)
    return namespace


@pytest.mark.parametrize(("typed", "table"), [
    ({}, ("Messages", "Body", "DeviceId", "")),
    ({"target": "log-analytics"}, ("DeviceMessages_CL", "Body", "DeviceId", "")),
    ({"table_name": "T", "body_column": "a b", "component_column": "P.part"}, ("T", "a b", "DeviceId", "P.part")),
])  # fmt: skip
def test_the_table_of_a_query(tmp_path: Path, typed: dict[str, str], table: tuple[str, ...]) -> None:
    made = to_kql(FIELDS, tmp_path, **typed).table_name
    assert (made.name, made.body, made.device, made.component) == table


@pytest.mark.parametrize(("typed", "words"), [
    ({"target": "log-analytics", "function_name": "F"}, "Log Analytics has no command that stores a function"),
    ({"function_name": "a b"}, "--function-name a b is no name of a function"),
    ({"function_name": "1a"}, "--function-name 1a is no name of a function"),
    ({"body_column": "a\nb"}, "--body-column 'a\\nb' is no name of a table or a column"),
    ({"device_column": " "}, "--device-column ' ' is no name"),
    ({"table_name": "\x1b[2J"}, "--table-name"),
])  # fmt: skip
def test_what_names_no_table_is_refused(tmp_path: Path, typed: dict[str, str], words: str) -> None:
    with pytest.raises(InvalidArgumentValueError) as refused:
        to_kql(FIELDS, tmp_path, **typed)
    assert words in said(refused.value) and refused.value.recommendations


def test_a_model_without_telemetry_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidArgumentValueError) as refused:
        to_kql(interface({"@type": "Property", "name": "serial", "schema": "string"}), tmp_path)
    assert "--model: the model has no telemetry" in said(refused.value) and "template show" in said(refused.value)


def test_files_with_results(tmp_path: Path) -> None:
    one, two = tmp_path / "one.jsonl", tmp_path / "two.jsonl"
    for path in (one, two):
        path.write_text("", encoding="utf-8")
    (tmp_path / "link.jsonl").symlink_to(one)
    tally.merge(None, SimpleNamespace(files=[str(one), str(two)], junit=None))
    for files, words in (
        ([str(one), str(tmp_path / "none.jsonl")], "none.jsonl cannot be read: No such file or directory."),
        ([str(one), str(tmp_path / "link.jsonl")], "is named twice, so that its findings would count twice."),
        ([str(tmp_path)], "cannot be read: Is a directory."),
    ):
        with pytest.raises(InvalidArgumentValueError) as refused:
            tally.merge(None, SimpleNamespace(files=files, junit=None))
        assert words in said(refused.value)
    assert "line 3: why." in said(tally.az_error(BadResult("f.jsonl, line 3: why")))
