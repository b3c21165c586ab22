"""What may be wrong with the arguments of `logs`."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from azure.cli.core.azclierror import AzCLIError

from azext_iotdiag._validators import logs


def judged(**typed):
    namespace = SimpleNamespace(
        **{
            "file": None,
            "device_id": None,
            "timeline": False,
            "since": "1d",
            "hub_name": None,
            "dps_name": None,
            **typed,
        }
    )
    logs.errors(None, namespace)
    return namespace


def test_files_and_folders_are_found(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x")
    assert judged(file=[str(tmp_path)]).options.files == (str(tmp_path / "a.csv"),)
    assert judged(file=["-"], device_id="d", timeline=True).options.files == ("-",)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({}, "--file is missing"),
        ({"file": ["no such file"]}, "no such file cannot be read: No such file"),
        ({"file": ["-"], "timeline": True}, "--device-id is missing"),
        ({"file": ["-"], "timeline": True, "device_id": "pump-*"}, "pump-* is a pattern"),
    ],
)
def test_what_is_refused(typed, says: str) -> None:
    with pytest.raises(AzCLIError, match=says.replace("*", r"\*")):
        judged(**typed)
