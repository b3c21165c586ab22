"""What people type for --save-position, and what they read where the file cannot be written."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from azure.cli.core.azclierror import InvalidArgumentValueError

from azext_iotdiag._validators import position
from tests.validating import said


def judged(path: Path) -> None:
    position.judge(SimpleNamespace(position=None, save_position=str(path), app_id=None, since=None))


def test_a_file_that_can_be_written(tmp_path: Path) -> None:
    judged(tmp_path / "new.json")
    (tmp_path / "old.json").write_text("{}", encoding="utf-8")
    judged(tmp_path / "old.json")


@pytest.mark.parametrize(("name", "why"), [(".", "it is a folder"), ("gone/p.json", "there is no folder")])
def test_a_file_that_cannot_be_written_is_refused_with_the_reason(tmp_path: Path, name: str, why: str) -> None:
    with pytest.raises(InvalidArgumentValueError) as refused:
        judged(tmp_path / name)
    assert f"cannot be written: {why}" in said(refused.value) and refused.value.recommendations
