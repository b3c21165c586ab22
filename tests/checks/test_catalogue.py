"""Every check on disk is listed, in an order in which it can run, and is named the same everywhere."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from azext_iotdiag.checks import catalogue

FOLDER = Path(catalogue.__file__).parent
every_check = pytest.mark.parametrize("check", catalogue.ALL, ids=lambda check: check.name)


def test_every_file_is_listed() -> None:
    on_disk = {path.stem for path in FOLDER.glob("*/*.py") if path.stem != "__init__"}
    listed = {check.name.replace("-", "_") for members in catalogue.GROUPS.values() for check in members}
    assert listed == on_disk
    assert len(catalogue.ALL) == len(listed)


@every_check
def test_one_name_in_every_place(check) -> None:
    stem = check.name.replace("-", "_")
    assert (check.run.__name__, Path(inspect.getfile(check.run)).stem) == (stem, stem)
    assert list((Path(__file__).parent).glob(f"*/test_{stem}.py")), "a check has a test of its own"
    assert check.title[0].isupper() and not check.title.endswith((".", "?"))


@every_check
def test_what_comes_before_is_listed_before(check) -> None:
    names = [other.name for other in catalogue.ALL]
    assert set(check.after) <= set(names[: names.index(check.name)])
