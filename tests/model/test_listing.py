"""What a list, a count, a simulation or a query comes to."""

from __future__ import annotations

import pytest

from azext_iotdiag.model.central import CentralFleet
from azext_iotdiag.model.dps import DpsFleet
from azext_iotdiag.model.ending import End
from azext_iotdiag.model.exit_codes import HEALTHY, INTERRUPTED, UNDETERMINED
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.finding import Entry, fail
from azext_iotdiag.model.fleet import Fleet
from azext_iotdiag.model.listing import Counted, ListEnded
from azext_iotdiag.model.query_selection import QuerySelection
from azext_iotdiag.model.simulated import SimulationEnded

FAILED = Failure(Kind.SILENT, "the page", "h", 443)
FOUND = fail(Entry("a-code", "A title"), "what was seen")


@pytest.mark.parametrize(("stopped", "finding", "exits"), [
    (None, None, HEALTHY), (End.COUNT, None, HEALTHY), (End.PIPE_CLOSED, None, HEALTHY),
    (End.INTERRUPTED, None, INTERRUPTED), (None, FOUND, UNDETERMINED), (End.INTERRUPTED, FOUND, UNDETERMINED),
])  # fmt: skip
def test_the_exit_code_of_a_list(stopped, finding, exits) -> None:
    assert ListEnded(stopped, 3, finding=finding).exit_code == exits


@pytest.mark.parametrize(("fleet", "complete"), [
    (Fleet("hub"), True), (Fleet("hub", failures={"connected": FAILED}), False),
    (CentralFleet("app"), True), (CentralFleet("app", failure=FAILED), False),
    (DpsFleet("dps"), True), (DpsFleet("dps", failure=FAILED), False),
])  # fmt: skip
def test_whether_all_was_counted(fleet, complete: bool) -> None:
    counted = Counted(fleet, {})
    assert (counted.complete, counted.exit_code) == (complete, HEALTHY if complete else UNDETERMINED)


@pytest.mark.parametrize(("stopped", "exits"), [(False, HEALTHY), (True, INTERRUPTED)])
def test_the_exit_code_of_a_simulation(stopped: bool, exits: int) -> None:
    assert SimulationEnded("d", None, stopped, "", {}).exit_code == exits


@pytest.mark.parametrize(("rows", "without_id", "usable"), [
    (0, 0, False), (1, 0, True), (5, 0, True), (5, 1, False), (5, 5, False),
])  # fmt: skip
def test_a_query_is_usable_where_each_of_its_rows_names_a_device(rows: int, without_id: int, usable: bool) -> None:
    assert QuerySelection("hub", "SELECT * FROM devices", rows, without_id).usable is usable


@pytest.mark.parametrize("end", End)
def test_a_person_ends_early(end: End) -> None:
    assert end.early is (end in (End.INTERRUPTED, End.PIPE_CLOSED))
