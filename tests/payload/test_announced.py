"""The models that devices announce: found in a folder, compiled once, and never a way out of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from azext_iotdiag.model.event import Event
from azext_iotdiag.payload import Model
from azext_iotdiag.payload.announced import Announced

MODEL = {"@id": "dtmi:example:A;1", "@type": "Interface", "contents": []}


def event(mark: str, value: object) -> Event:
    return Event("Telemetry", "d", "", "", "0", 0, "", 0, {}, {}, {mark: value}, b"{}")


@pytest.fixture
def announced(tmp_path: Path) -> Announced:
    (tmp_path / "dtmi" / "example").mkdir(parents=True)
    (tmp_path / "dtmi/example/a-1.json").write_text(json.dumps(MODEL), encoding="utf-8")
    (tmp_path / "dtmi/example/b-1.json").write_text("[", encoding="utf-8")
    return Announced(str(tmp_path))


@pytest.mark.parametrize("mark", ["dt-dataschema", "iothub-interface-name"])
def test_a_model_is_read_once(announced: Announced, mark: str) -> None:
    found = announced(event(mark, "dtmi:example:A;1"))
    assert isinstance(found, Model) and announced(event(mark, "dtmi:example:A;1")) is found


@pytest.mark.parametrize(("told", "code", "words"), [
    ("", "model-not-announced", "names no model"), ("dtmi:example:Gone;1", "model-not-found", "not found"),
    ("dtmi:example:B;1", "model-not-found", "not JSON"), ("/etc/passwd", "model-not-found", "no identifier of a model"),
    ("dtmi:../../x;1", "model-not-found", "no identifier"), ("x" * 100_000, "model-not-found", "no identifier"),
])  # fmt: skip
def test_what_is_said_where_there_is_none(announced: Announced, told: str, code: str, words: str) -> None:
    (found,) = announced(event("dt-dataschema", told))
    assert found.entry.code == code and words in found.message and len(found.message) < 1000
