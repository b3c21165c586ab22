"""Files that people name are read up to a limit, and the error names it."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import pytest
from azure.cli.core.azclierror import AzCLIError

from azext_iotdiag import bounded_files
from azext_iotdiag._validators import key, messages
from azext_iotdiag.payload import ModelError, Repository, read_model
from azext_iotdiag.payload.user_schema import UserSchema

ENDLESS = "/dev/zero"
endless = pytest.mark.skipif(not os.path.exists(ENDLESS), reason="there is no such device here")
WORDS = "the most that is read"


def test_up_to_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"12345678")
    assert bounded_files.read(path) == bounded_files.read(str(path), 8) == b"12345678"
    with pytest.raises(bounded_files.FileTooLarge) as wrong:
        bounded_files.read(path, 7)
    assert wrong.value.strerror == f"it holds more than 7 bytes, {WORDS}"
    assert [bounded_files.size_text(size) for size in (7, 2048, 3 << 20)] == ["7 bytes", "2 KiB", "3 MiB"]


@endless
@pytest.mark.parametrize("reads", [read_model, UserSchema], ids=["model", "schema"])
def test_an_endless_model_is_refused(monkeypatch: pytest.MonkeyPatch, reads) -> None:
    with pytest.raises(ModelError, match=WORDS):
        reads(Path(ENDLESS))


@endless
def test_an_endless_file_of_a_repository_is_refused(tmp_path: Path) -> None:
    (tmp_path / "dtmi" / "a").mkdir(parents=True)
    (tmp_path / "dtmi" / "a" / "b-1.json").symlink_to(ENDLESS)
    with pytest.raises(ModelError, match=WORDS):
        Repository(tmp_path)("dtmi:a:b;1")


@endless
@pytest.mark.parametrize("judge", [
    lambda: key._certificate(ENDLESS),
    lambda: messages._file(ENDLESS, SimpleNamespace(is_default=True)),
], ids=["certificate", "data file"])  # fmt: skip
def test_an_endless_file_of_an_option_is_refused(judge) -> None:
    with pytest.raises(AzCLIError, match=WORDS):
        judge()
