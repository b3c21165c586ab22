"""What is kept of a device, of its rows."""

from __future__ import annotations

import pytest

from azext_iotdiag.insights.patterns.life import life
from azext_iotdiag.insights.patterns.member import Refusals, member
from azext_iotdiag.model.resource_log import Timeline
from tests.insights.patterns.lives import lived, row

CAME = "0 +, 60 -404104, 90 +"


def test_times_and_counts() -> None:
    found = member(lived(f"{CAME}, 100 Twin:read/429001, 110 Twin:read/404012, 120 -"), explained=False)
    assert (found.first, found.last, found.connected, found.accepted) == (0, 120_000, 90_000, 120_000)
    assert (found.sessions, found.errors, found.tried) == (2, 3, (0, 90_000))
    assert (found.throttled, found.moving, found.refusals) == ((100_000,), (110_000,), None)


def test_a_device_that_only_reads_has_no_connection() -> None:
    found = member(lived("5 Twin:read"), explained=False)
    assert (found.connected, found.accepted, found.sessions, found.address, found.login) == (0, 0, 0, "", "")


@pytest.mark.parametrize(("explained", "lost"), [(False, (60_000, 200_000)), (True, (200_000,))])
def test_an_end_counts_as_lost_unless_it_is_explained_and_short(explained: bool, lost: tuple[int, ...]) -> None:
    assert member(lived(f"{CAME}, 200 -, 300 +"), explained).lost == lost


def test_the_last_attempt_says_what_the_device_is() -> None:
    rows = [row(0, "+", address="a", sdk="b", tls="c", login="d"), row(5, "!401002", address="e", sdk="f", tls="g")]
    found = member(life(Timeline("plant", "pump", rows), 5000), explained=False)
    assert (found.hub, found.device) == ("plant", "pump")
    assert (found.address, found.sdk, found.tls, found.login) == ("e", "f", "g", "")


@pytest.mark.parametrize(("rows", "found"), [
    ("0 +, 60 !401002, 90 !401003, 95 !401002", Refusals(60_000, 95_000, 3, 0, ("401002", "401003"))),
    ("10 +, 60 !401002, 90 !401003, 95 !401002", Refusals(60_000, 95_000, 3, 10_000, ("401002", "401003"))),
    ("10 +, 60 !404001", None),
    ("10 !401002, 60 !401002", None),  # never let in
    ("10 !401002, 60 +", None),
    ("10 +, 60 !401002, 70 -", None),  # an end shows that it was let in
    ("10 +, 60 -, 60 !401002", None),
    ("10 +, 60 -, 60.001 !401002", Refusals(60_001, 60_001, 1, 60_000, ("401002",))),
])  # fmt: skip
def test_refusals(rows: str, found: Refusals | None) -> None:
    expected = None if rows.startswith("0 +") else found  # a time of 0 stands for never
    assert member(lived(rows), explained=False).refusals == expected


def test_regions() -> None:
    texts = ("West Europe", "westeurope", "", "North Europe", "westeurope")
    rows = [row(at, "+", region=text) for at, text in enumerate(texts)]
    rows.append(row(9, "Twin:read", region="eastus"))
    found = member(life(Timeline("plant", "pump", rows), 9000), explained=False)
    assert found.regions == ((0, "westeurope"), (3000, "northeurope"), (4000, "westeurope"))
