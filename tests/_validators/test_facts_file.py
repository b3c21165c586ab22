"""A file of facts is read, or refused with the place of its fault."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from azure.cli.core.azclierror import InvalidArgumentValueError

from azext_iotdiag._validators import facts_file
from azext_iotdiag.model import facts_json
from azext_iotdiag.model.facts import given
from azext_iotdiag.model.hub_settings import Quota

MOST = 1 << 20


def saved(path: Path, change: Any = None, encoding: str = "utf-8") -> str:
    content = facts_json.dump(given(1_800_000_000.0, quota=Quota(1, 2)), "1.0")
    if change is not None:
        change(content)
    path.write_text(json.dumps(content), encoding=encoding)
    return str(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_that_fits(tmp_path: Path, encoding: str) -> None:
    loaded = facts_file.read(saved(tmp_path / "facts.json", encoding=encoding), MOST)
    assert loaded.facts["quota"].value == Quota(1, 2)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda content: content.update(kind="x"), "this is no facts file"),
        (lambda content: content["facts"]["quota"]["value"].update(messages="x"), "facts.quota.value.messages: "),
    ],
)
def test_a_file_that_does_not_fit(tmp_path: Path, change: Any, says: str) -> None:
    with pytest.raises(InvalidArgumentValueError, match=says):
        facts_file.read(saved(tmp_path / "facts.json", change), MOST)


def test_a_file_that_is_no_json(tmp_path: Path) -> None:
    (tmp_path / "facts.json").write_text("{", encoding="utf-8")
    with pytest.raises(InvalidArgumentValueError, match="is not JSON"):
        facts_file.read(str(tmp_path / "facts.json"), MOST)
