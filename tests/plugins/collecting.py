"""How tests are collected at little cost: what is compiled once, and no search for garbage in between."""

from __future__ import annotations

import contextlib
import gc
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def begin(config: pytest.Config) -> None:
    """Call it before pytest collects. Nothing of what is imported now is garbage, so nobody looks for it."""
    gc.disable()
    _import_in_turns(config)


def end() -> None:
    """Call it when all is collected."""
    gc.freeze()  # it stays to the end, and is not searched again and again
    gc.enable()


def _import_in_turns(config: pytest.Config) -> None:
    """Import the test files of this run, each process of pytest-xdist from another one on.

    In a fresh clone each process finds what another one has compiled. All of them collect in the same order, so
    without this each would compile all files at the same time. A file that fails here fails again where pytest
    collects it, and is reported there.
    """
    own = getattr(config, "workerinput", None)
    if own is None:
        return
    files = list(_files(config))
    first = len(files) * int(own["workerid"].removeprefix("gw")) // int(own["workercount"])
    for path in files[first:] + files[:first]:
        with contextlib.suppress(Exception, pytest.skip.Exception):
            importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))


def _files(config: pytest.Config) -> Iterator[Path]:
    """The test files among the arguments, without those that are left out."""
    here = config.invocation_params.dir
    left_out = {Path(here, each) for each in config.getoption("ignore") or ()}
    for argument in config.args:
        start = Path(here, argument.partition("::")[0])
        for path in [start] if start.is_file() else sorted(start.rglob("test_*.py")):
            if not left_out & {path, *path.parents} and path.is_relative_to(ROOT):
                yield path
