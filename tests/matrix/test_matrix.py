"""The matrix: what `check` says of each fault, each habit and each device that is well, with each access.

`make test` plays a part of the rows, and `make matrix` all of them, twice: as they stand, and with names, delays and
texts by chance.
"""

from __future__ import annotations

import faulthandler
import os
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.matrix import faults, healthy, logged, page, pairs, public
from tests.matrix.accesses import Access
from tests.matrix.playing import play
from tests.matrix.row import HEALTHY, Row
from tests.matrix.sets import Played, confused, mean_size, too_sure
from tests.matrix.texts import DOCUMENTED

pytestmark = pytest.mark.slow
WHOLE = bool(os.environ.get("IOTDIAG_MATRIX"))  # set by `make matrix`
ALL = (*faults.ROWS, *healthy.ROWS)


LOGGED = (*logged.ROWS, *logged.HEALTHY_ROWS)
# With the logs on a row is played again with az's login, which alone may read them.
AGAIN = [logged.again(row) for row in ALL if Access.KEYS in row.says]
RUNS = ["as they stand", "by chance"]


def wanted(rows: Sequence[Row] = ALL) -> Sequence[Row]:
    return [row for row in rows if WHOLE or row.sample]


def seed_of(run: str) -> int | None:
    if run != "by chance":
        return None
    seed = int(os.environ.get("IOTDIAG_SEED") or random.randrange(1_000_000))
    print(f"IOTDIAG_SEED={seed} repeats this run. Texts that stay: {', '.join(DOCUMENTED)}")
    return seed


@pytest.fixture(scope="module", params=RUNS)
def played(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Played]]:
    """The rows without logs. A whole run takes minutes, so that no stack is written meanwhile."""
    faulthandler.cancel_dump_traceback_later()
    yield list(play(wanted(), tmp_path_factory.mktemp("matrix"), seed_of(request.param)))


@pytest.fixture(scope="module", params=RUNS)
def logged_rows(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Played]]:
    """The rows with the logs on."""
    faulthandler.cancel_dump_traceback_later()
    yield list(play(wanted(LOGGED), tmp_path_factory.mktemp("logged"), seed_of(request.param)))


@pytest.fixture(scope="module", params=RUNS)
def again(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Played]]:
    """The rows of the first table, with the logs on."""
    faulthandler.cancel_dump_traceback_later()
    yield list(play(wanted_again(), tmp_path_factory.mktemp("again"), seed_of(request.param)))


def wanted_again() -> Sequence[Row]:
    """All rows, or of the sample those that the log names better."""
    return [row for row in AGAIN if WHOLE or (row.sample and row.logged)]


def test_each_row_says_what_it_must(played: list[Played]) -> None:
    assert not (wrong := wrongly_said(played)), "\n".join(wrong)


def wrongly_said(played: Sequence[Played]) -> list[str]:
    return [
        f"{each.row.name}, {access.value}: {seen.said!r}, not {each.row.says[access]!r} {seen.errors[-200:]}"
        for each in played
        for access, seen in each.seen.items()
        if seen.said != each.row.says[access]
    ]


def test_with_logs_each_row_says_what_it_must(logged_rows: list[Played]) -> None:
    assert not (wrong := wrongly_said(logged_rows)), "\n".join(wrong)
    for access in (Access.KEYS, Access.READER):
        assert not (together := confused(logged_rows, access)), "\n".join(together)
        assert not too_sure(logged_rows, access)


def test_with_logs_the_rows_without_say_what_they_must(again: list[Played]) -> None:
    """The rows of the log hold what `check` itself did before, so that their facts cannot be compared for sets."""
    assert not (wrong := wrongly_said(again)), "\n".join(wrong)


def test_no_device_that_is_well_raises_an_alarm(played: list[Played]) -> None:
    alarms = [
        f"{each.row.name}, {access.value}: {seen.said}"
        for each in played
        if each.row.truth == HEALTHY
        for access, seen in each.seen.items()
        if not seen.said.startswith("-")
    ]
    assert not alarms, "\n".join(alarms)


@pytest.mark.parametrize("access", Access)
def test_faults_that_an_access_can_tell_apart_are_told_apart(played: list[Played], access: Access) -> None:
    together = confused(played, access)
    assert not together, "\n".join(together)
    assert not too_sure(played, access)


def test_the_table_of_the_docs_is_that_of_the_rows(played: list[Played]) -> None:
    print("\n".join(f"mean size of the sets, {each.value}: {mean_size(played, each):.1f}" for each in Access))
    if WHOLE and "IOTDIAG_SEED" not in os.environ:
        Path(page.PATH).write_text(page.text(played), encoding="utf-8")
    shown = (*faults.ROWS, *logged.ROWS, *logged.named_better())
    rows = [line for row in shown for line in page.row_of(row)]
    assert not [line for line in rows if line not in page.PATH.read_text(encoding="utf-8")], "run make matrix"


def test_of_two_faults_the_earlier_is_named_and_the_later_beside_it(tmp_path: Path) -> None:
    for each in play(pairs.rows(), tmp_path):
        seen = each.seen[Access.KEYS]
        assert seen.said == each.row.says[Access.KEYS], each.row.name
        assert pairs.later(each.row) in (*seen.also, seen.said.partition(" ")[2]), f"{each.row.name}: {seen.also}"


def test_each_public_case_is_played_or_said_why_not() -> None:
    played = {number for row in (*faults.ROWS, *logged.ROWS) for number in row.number.split(", ")} - {""}
    assert len(public.ALL) == 62
    assert played | set(public.NOT_PLAYED) == {*public.ALL, "M4", *public.FURTHER}
    assert not played & set(public.NOT_PLAYED)


def test_there_are_enough() -> None:
    assert len(faults.ROWS) >= 60 and len(healthy.ROWS) >= 30
    assert len([row for row in ALL if row.sample]) >= 30
    assert len({row.name for row in (*ALL, *LOGGED)}) == len(ALL) + len(LOGGED)
