"""Connections that end too early, at the limits of each condition."""

from __future__ import annotations

from typing import Any

import pytest

from azext_iotdiag.insights.patterns import losses
from azext_iotdiag.insights.patterns.life import Life
from azext_iotdiag.model.resource_log import Recognised
from tests.insights.patterns.lives import lived, repeated


def evidence(found: Recognised | None) -> dict[str, Any] | None:
    return None if found is None else dict(found.finding.evidence)


def cut(after: float, *, times: int = 4, others: int = 0, operation: float | None = None) -> Life:
    """Connections that end so long after their connect, or after an operation, and others that end otherwise."""
    use = [] if operation is None else [(operation, "Twin:read")]
    rows = repeated(times, 10_000, (0, "+"), *use, (after + (operation or 0), "-404104"))
    rows += "".join(f", {1_000_000 + each * 10_000} +, {1_000_000 + each * 12_345 + 1} -" for each in range(others))
    return lived(rows)


@pytest.mark.parametrize(("life", "seconds"), [
    (cut(240), 240), (cut(240, times=3), None), (cut(20), 20), (cut(19.9), None), (cut(3000), 3000), (cut(3001), None),
    (cut(240, operation=1000), 240),
    (cut(240, times=6, others=4), 240), (cut(240, times=5, others=4), None),
    (lived(repeated(6, 10_000, (240, "-404104"))), None),  # no connect is in the log
])  # fmt: skip
def test_when_an_idle_connection_is_cut(life: Life, seconds: float | None) -> None:
    found = evidence(losses.idle(life))
    assert (found and found["idleSeconds"]) == seconds


@pytest.mark.parametrize(("seconds", "cap"), [
    (1767, True), (1793, True), (1794, False), (1741, True), (1740, False), (2700, True), (2740, True), (2741, False),
    (240, False),
])  # fmt: skip
def test_what_the_hub_allows_itself(seconds: float, cap: bool) -> None:
    found = losses.idle(cut(seconds, times=5))
    assert found is not None and evidence(found) == {"ends": 5, "idleSeconds": seconds, "asTheHubAllows": cap}
    assert ("the keep-alive is longer than 1177 s" in found.finding.message) is cap


def used(times: int, *, after: float = 10, others: int = 0, more: str = "") -> Life:
    """Connections that end so long after an operation, and others that end without one."""
    rows = repeated(times, 1000, (0, "+"), (100, "Twin:update/400004"), (100 + after, "-"))
    rows += "".join(f", {100_000 + each * 1000} +, {100_500 + each * 1000} -" for each in range(others))
    return lived(rows + more)


@pytest.mark.parametrize(("life", "found"), [
    (used(4), (4, 4)), (used(3), None), (used(4, after=10.001), None), (used(3, others=1), (4, 3)),
    (used(4, others=4), (8, 4)), (used(4, others=5), None),
    # Four of five ends come after the same operation.
    (used(4, more=", 9000 +, 9001 C2D:read, 9002 -"), (5, 4)),
    (used(3, more=", 9000 +, 9001 C2D:read, 9002 -"), None),
    (lived(repeated(5, 1000, (0, "+"), (100, "-"))), None),
    # A newer connection ended them, shortly after each had read its twin.
    (lived(repeated(4, 1000, (0, "+"), (100, "Twin:read"), (100, "-400027"), (100, "+"))), None),
])  # fmt: skip
def test_when_connections_end_after_an_operation(life: Life, found: tuple[int, int] | None) -> None:
    seen = evidence(losses.after_operation(life))
    assert (seen and (seen["ends"], seen["afterIt"])) == found


def test_the_numbers_of_an_operation() -> None:
    found = losses.after_operation(used(4, others=1))
    assert found is not None and evidence(found) == {
        "ends": 5, "afterIt": 4, "operation": "Twin update", "code": "400004",
    }  # fmt: skip
    assert found.finding.message == (
        "4 of 5 connections ended within 10 s after Twin update, which the hub refused with 400004."
    )
    plain = losses.after_operation(lived(repeated(4, 1000, (0, "+"), (100, "Twin:read"), (100, "-"))))
    assert plain is not None and plain.finding.message.endswith("after Twin read.")
    assert plain.finding.evidence["code"] is None


LENGTHS = (40, 300, 1500, 4000, 9000, 700)


def lost(count: int, *, more: str = "", back: float = 5, code: str = "404104", use: int = 0, starts: int = 99) -> Life:
    """Connections of different lengths that are lost."""
    rows, at = [], 0.0
    for number in range(count):
        rows += [f"{at} +"] if number < starts else []
        rows += [f"{at + LENGTHS[number] - 3} Twin:read"] if number < use else []
        rows += [f"{at + LENGTHS[number]} -{code}"]
        at += LENGTHS[number] + back
    return lived(", ".join(rows) + more)


@pytest.mark.parametrize(("life", "found"), [
    (lost(4), 4), (lost(3), None), (lost(6), 6), (lost(4, code="401003"), None),
    (lost(5, use=1), 5), (lost(5, use=2), None),
    (lost(6, starts=3), 6), (lost(6, starts=2), None),
])  # fmt: skip
def test_when_a_device_is_lost_often(life: Life, found: int | None) -> None:
    seen = evidence(losses.lost_often(life))
    assert (seen and seen["losses"]) == found


@pytest.mark.parametrize(("others", "said"), [(4, True), (5, False)])
def test_half_of_the_ends_are_losses(others: int, said: bool) -> None:
    rows = "".join(f", {100_000 + each * 9999} +, {101_000 + each * 9999} -" for each in range(others))
    assert (losses.lost_often(lost(4, more=rows)) is not None) is said


@pytest.mark.parametrize(("with_code", "said"), [(1, True), (2, False)])
def test_another_code_beside_the_loss_is_a_hint(with_code: int, said: bool) -> None:
    rows = []
    for number, seconds in enumerate(LENGTHS[:5]):
        rows += [f"{number * 10_000} +", f"{number * 10_000 + seconds} -404104"]
        rows += [f"{number * 10_000 + seconds} -401003"] if number < with_code else []
    assert (losses.lost_often(lived(", ".join(rows))) is not None) is said


def test_the_numbers_of_losses() -> None:
    found = losses.lost_often(lost(4, back=61))
    assert found is not None and evidence(found) == {
        "losses": 4, "shortestGapSeconds": 361, "longestGapSeconds": 4061, "backAtOnce": 0.0,
    }  # fmt: skip
    assert found.finding.message == (
        "The hub lost the device 4 times, from 6 min to 67.7 min apart; it was back within a minute 0% of the times."
    )
    near = losses.lost_often(lost(5))
    assert near is not None and near.finding.evidence["backAtOnce"] == 0.8
