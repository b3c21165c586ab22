"""What is no model, and models in files and in repositories."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from azext_iotdiag.payload import ModelError, Repository, read_model
from tests.payload.test_documents import ROOT, THERMOSTAT, codes, component, interface, issues, telemetry

NONE: dict[str, Any] = {
    "nothing": None, "a number": 5, "an empty object": {}, "an empty list": [], "a list of numbers": [1],
    "something else": {"name": "x", "version": 1}, "a page of templates": {"value": [{"capabilityModel": {}}]},
    "contents that are none": interface("a") | {"contents": 5},
    "a component that is missing": interface("a", component("c", "dtmi:example:gone;1")),
    "a parent that is missing": interface("a", extends="dtmi:example:gone;1"),
    "a component without a schema": interface("a", component("c", None)),
    "a file that is not there": "/no/such/file.json", "no name of a file": "a\0b", "another one": "\ud800",
    "an identifier without a repository": "dtmi:example:gone;1",
}  # fmt: skip


@pytest.mark.parametrize("document", NONE.values(), ids=NONE)
def test_no_model(document: Any) -> None:
    with pytest.raises(ModelError) as caught:
        read_model(document)
    assert len(str(caught.value)) > 20
    assert caught.value.missing == ("dtmi:example:gone;1" if "dtmi:example:gone;1" in str(document) else "")


def test_what_is_missing_is_named_with_where_it_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        read_model(interface("a", component("c", "dtmi:example:gone;1")), resolve=Repository(tmp_path))
    for part in ("dtmi:example:a;1 c", "dtmi:example:gone;1", str(tmp_path / "dtmi/example/gone-1.json")):
        assert part in str(caught.value)


def write(folder: Path, name: str, document: Any) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document), encoding="utf-8")


def test_a_repository_of_models(tmp_path: Path) -> None:
    write(tmp_path, "dtmi/example/root-1.json", ROOT)
    write(tmp_path, "dtmi/example/thermostat-1.expanded.json", [THERMOSTAT])
    model = read_model("dtmi:example:root;1", resolve=Repository(tmp_path))
    assert codes(model, {"temperature": 1.5}, "sensor") == []
    assert model.id == "dtmi:example:root;1"


@pytest.mark.parametrize("identifier", ["dtmi:example:gone;1", "dtmi:../../etc/passwd;1", "dtmi:a;1/../x", ""])
def test_a_repository_holds_no_such_model(tmp_path: Path, identifier: str) -> None:
    assert Repository(tmp_path)(identifier) is None


def test_a_broken_file_in_a_repository(tmp_path: Path) -> None:
    (tmp_path / "dtmi").mkdir()
    (tmp_path / "dtmi" / "x-1.json").write_text('{"a":', encoding="utf-8")
    with pytest.raises(ModelError, match=r"x-1.json is not JSON.*byte 5"):
        read_model("dtmi:x;1", resolve=Repository(tmp_path))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_files(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "model.json"
    mark = "\ufeff" if encoding == "utf-16-le" else ""
    path.write_bytes((mark + json.dumps(THERMOSTAT | {"displayName": "Gerät °C"}, ensure_ascii=False)).encode(encoding))
    model = read_model(path)
    assert codes(model, {"temperature": 1}) == []
    assert issues(model) == ([] if encoding == "utf-8" else ["template-issue"])


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe{", b"\x1f\x8b\x08\x00"])
def test_files_that_are_no_json(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "model.json"
    path.write_bytes(body)
    with pytest.raises(ModelError, match=r"model\.json"):
        read_model(str(path))


def test_a_folder_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="is a folder"):
        read_model(tmp_path)


@pytest.mark.parametrize("levels", [500, 3000])
def test_a_document_nested_too_deep(levels: int) -> None:
    """Twice under one identifier, so that the two are compared, and once as a schema."""
    part: Any = {"x": 1}
    schema: Any = "integer"
    for _ in range(levels):
        part = {"a": part}
        schema = {"@type": "Array", "elementSchema": schema}
    for contents in ([{"@type": "Telemetry", "name": "t", "schema": "double", "comment": part}] * 2, [
        {"@type": "Telemetry", "name": "t", "schema": schema},
    ]):  # fmt: skip
        try:
            read_model([interface("a", *contents), json_copy(interface("a", *contents))])
        except ModelError as wrong:
            assert "levels" in str(wrong) or "too deep" in str(wrong)


def json_copy(value: Any) -> Any:
    """A copy that shares no part with the value, made without recursion."""
    copy: Any = [None]
    rest = [(value, copy, 0)]
    while rest:
        part, into, key = rest.pop()
        into[key] = {} if isinstance(part, dict) else [None] * len(part) if isinstance(part, list) else part
        steps = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
        rest.extend((inner, into[key], step) for step, inner in steps)
    return copy[0]


def test_a_file_that_can_be_read_all_the_same_is_a_model_with_an_issue(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    text = json.dumps(interface("a", telemetry("t")))
    path.write_text(text[:-1] + ', "displayName": "a", "displayName": "b"}', encoding="utf-8")
    model = read_model(path)
    (issue,) = model.issues
    assert issue.entry.code == "template-issue" and "displayName" in issue.message
    assert [each.path for each in model.telemetry({"t": "x"})] == ["$.t"]


def test_a_file_that_cannot_be_read_is_named_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "dtmi/example/a-1.json").mkdir(parents=True)
    with pytest.raises(ModelError, match=r"a-1\.json cannot be read: Is a directory"):
        read_model("dtmi:example:a;1", resolve=Repository(tmp_path))
