"""Which tests `make quick` takes: all that start nothing, so that a new test is one of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.plugins import az as plugin
from tests.plugins.az import az
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
