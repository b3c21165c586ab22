"""How tests are collected at little cost: a part of the files, each compiled once, and no search for garbage."""

from __future__ import annotations

import contextlib
import gc
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Of the search for garbage. The tests make few circles, and much that lives long, such as syntax trees.
THRESHOLDS = (50_000, 20, 100)
PARTS = pytest.StashKey[list[set[Path]]]()


def begin(config: pytest.Config) -> None:
    """Call it before pytest collects. Nothing of what is imported now is garbage, so nobody looks for it."""
    gc.disable()
    _import_in_turns(config)


def end() -> None:
    """Call it when all is collected."""
    gc.freeze()  # it stays to the end, and is not searched again and again
    gc.set_threshold(*THRESHOLDS)
    gc.enable()


def in_another_part(path: Path, config: pytest.Config) -> bool:
    """Whether a file is left out, because `--part` names a part that does not hold it."""
    wanted = config.getoption("part")
    if not wanted or not path.is_file():
        return False
    number, _, count = wanted.partition("/")
    if PARTS not in config.stash:
        config.stash[PARTS] = parts([(each, each.stat().st_size) for each in _files(config)], int(count))
    return path not in config.stash[PARTS][int(number) - 1]


def parts(files: list[tuple[Path, int]], count: int) -> list[set[Path]]:
    """Deal out files with their sizes, so that all parts are of about one size."""
    found: list[set[Path]] = [set() for _ in range(count)]
    sizes = [0] * count
    for path, size in sorted(files, key=lambda each: (-each[1], each[0])):
        smallest = sizes.index(min(sizes))
        found[smallest].add(path)
        sizes[smallest] += size
    return found


def _import_in_turns(config: pytest.Config) -> None:
    """Import the test files of this run, each process of pytest-xdist from another one on.

    In a fresh clone each process finds what another one has compiled. All of them collect in the same order, so
    without this each would compile all files at the same time. A file that fails here fails again where pytest
    collects it, and is reported there.
    """
    own = getattr(config, "workerinput", None)
    if own is None:
        return
    files = [each for each in _files(config) if each.is_relative_to(ROOT)]
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
            if not left_out & {path, *path.parents}:
                yield path
