"""Which tests `make quick` takes: all that start nothing, so that a new test is one of them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.plugins import az as plugin
from tests.plugins.az import az
from tests.plugins.collecting import parts
from tests.plugins.lab_fixture import lab
from tests.plugins.mqtt_lab import mqtt_lab
from tests.plugins.starting import starts_something

ROOT = Path(__file__).parents[1]


def run_python() -> int:
    return subprocess.run([sys.executable, "-V"], check=False).returncode


class Client:
    def open(self) -> Any:
        return mqtt_lab()


def starts_a_lab() -> None:
    Client().open()


def imports_az_itself() -> None:
    import azure.cli.core  # noqa: F401


def runs_az_by_its_module() -> None:
    plugin.az("version")


def in_an_inner_function() -> list[int]:
    return [run_python() for _ in range(1)]


def starts_nothing(tmp_path: Path) -> None:
    (tmp_path / "subprocess").write_text("mqtt_lab", encoding="utf-8")


def item(function: Any, *fixtures: Any) -> Any:
    found = {str(each): [SimpleNamespace(func=each)] for each in fixtures}
    return SimpleNamespace(function=function, _fixtureinfo=SimpleNamespace(name2fixturedefs=found))


@given(st.just("version"))
def tries_cases(words: str) -> None:
    az(words)


@pytest.mark.parametrize("function", [
    run_python, starts_a_lab, imports_az_itself, runs_az_by_its_module, in_an_inner_function, lambda: az("version"),
    tries_cases,
], ids=["a program", "a lab, through a class", "az, imported", "az, by a module", "an inner function", "az here",
        "with random cases"])  # fmt: skip
def test_what_starts_something(function: Any) -> None:
    assert starts_something(item(function))


def test_what_starts_something_by_a_fixture() -> None:
    assert starts_something(item(starts_nothing, lab))


def test_what_starts_nothing() -> None:
    assert not starts_something(item(starts_nothing))


def test_ci_runs_the_quick_tests_first() -> None:
    lines = (ROOT / ".ci/run").read_text(encoding="utf-8").splitlines()
    assert next(line for line in lines if line.startswith("make ")) == "make quick"


def test_each_file_is_in_one_part_and_parts_are_of_one_size() -> None:
    files = [(path, path.stat().st_size) for path in (ROOT / "tests").rglob("test_*.py")]
    dealt = parts(files, 4)
    assert sorted(path for part in dealt for path in part) == sorted(path for path, _ in files)
    sizes = [sum(size for path, size in files if path in part) for part in dealt]
    assert max(sizes) - min(sizes) <= max(size for _, size in files)
    assert parts(files[::-1], 4) == dealt, "each process has to deal in the same way"


@pytest.fixture
def quick(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """`.ci/quick` with a conftest like ours, over files of this test."""
    hooks = f"import sys\nsys.path.insert(0, {str(ROOT)!r})\nfrom tests.conftest import {', '.join(HOOKS)}\n"
    (tmp_path / "conftest.py").write_text(hooks, encoding="utf-8")

    def run(*arguments: str, **files: str) -> subprocess.CompletedProcess[str]:
        for name, source in files.items():
            (tmp_path / f"test_{name}.py").write_text(source, encoding="utf-8")
        return subprocess.run(
            [sys.executable, ROOT / ".ci/quick", "--parts", "2", "-p", "no:cacheprovider", "--rootdir", tmp_path,
             "--confcutdir", tmp_path, *arguments, tmp_path],
            capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, timeout=120,
        )  # fmt: skip

    return run


HOOKS = ("pytest_addoption", "pytest_ignore_collect")
PASSES = "def test_one(): ...\ndef test_two(): ...\n"
FAILS = "def test_three(): assert 'apples' == 'pears'\n"
SKIPS = "import pytest\n@pytest.mark.skip\ndef test_four(): ...\n"
Quick = Callable[..., subprocess.CompletedProcess[str]]


@pytest.mark.parametrize(("files", "code", "said"), [
    ({"a": PASSES, "b": PASSES, "c": SKIPS}, 0, "4 passed, 1 skipped in "),
    ({"a": PASSES}, 0, "2 passed in "),
    ({"a": PASSES, "b": FAILS}, 1, "1 failed, 2 passed in "),
    ({"a": PASSES, "b": "import nothing_of_that_name"}, 2, "1 error, 2 passed in "),
    ({}, 5, "no tests in "),
])  # fmt: skip
def test_what_the_parts_say_together(quick: Quick, files: dict[str, str], code: int, said: str) -> None:
    done = quick(**files)
    assert (done.returncode, done.stdout.splitlines()[-1].startswith(said)) == (code, True), done.stdout + done.stderr
    assert ("'apples' == 'pears'" in done.stdout) is ("b" in files and files["b"] == FAILS)


def test_arguments_reach_pytest(quick: Quick) -> None:
    done = quick("-k", "test_two", a=PASSES, b=PASSES)
    assert done.stdout.splitlines()[-1].startswith("2 passed in ")
