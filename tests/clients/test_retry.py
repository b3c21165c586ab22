"""When a step that failed is tried again, and after which pause."""

from __future__ import annotations

import pytest

from azext_iotdiag.clients.deadlines import Deadlines
from azext_iotdiag.clients.retry import RetryPolicy
from azext_iotdiag.model.failure import Failure, Kind

RETRY = RetryPolicy(tries=3, seconds=60.0, pauses=(1.0, 2.0, 4.0), longest=30.0)
USUAL = Deadlines()


def no_chance(low: float, high: float) -> float:
    raise AssertionError("nothing is left to chance here")


def failure(kind: Kind, condition: str = "") -> Failure:
    return Failure(kind, "a step", "h", 5671, condition=condition)


@pytest.mark.parametrize(("tries", "asked", "seconds"), [
    (1, 0.0, 1.0), (2, 0.0, 2.0), (3, 0.0, 4.0), (9, 0.0, 4.0),
    (1, 7.0, 7.0), (3, 1.0, 4.0), (1, 3600.0, 30.0),
])  # fmt: skip
def test_a_pause_is_the_longer_of_ours_and_the_services(tries: int, asked: float, seconds: float) -> None:
    assert RETRY.pause(tries, asked, no_chance) == seconds


def test_chance_spreads_our_pause_and_not_the_services() -> None:
    spread = RetryPolicy(tries=3, seconds=60.0, pauses=(4.0,), spread=0.25)
    assert spread.pause(1, 0.0, lambda low, high: low) == 3.0
    assert spread.pause(1, 0.0, lambda low, high: high) == 5.0
    assert spread.pause(1, 7.0, lambda low, high: low) == 7.0


@pytest.mark.parametrize(("kind", "condition", "tries", "opened", "since", "on"), [
    (Kind.DROPPED, "", 2, False, 0.0, True),
    (Kind.DROPPED, "", 3, False, 0.0, False),
    (Kind.SILENT, "", 1, False, 0.0, False),  # it would only be silent again
    (Kind.SILENT, "", 9, True, 59.0, True),
    (Kind.SILENT, "", 9, True, 60.0, False),
])  # fmt: skip
def test_a_connection(kind: Kind, condition: str, tries: int, opened: bool, since: float, on: bool) -> None:
    assert RETRY.goes_on(failure(kind, condition), tries, opened=opened, since=since) is on


@pytest.mark.parametrize(("kind", "condition", "tries", "opened", "on"), [
    (Kind.STALLED, "", 1, True, True),
    (Kind.STALLED, "", 2, True, False),
    (Kind.UNANSWERED, "", 1, True, False),
    (Kind.UNANSWERED, "com.microsoft:timeout", 1, False, True),
    (Kind.UNAUTHORIZED, "", 1, True, False),
    (Kind.TOO_MANY, "", 1, True, True),  # the service may still count the link that broke
    (Kind.TOO_MANY, "", 1, False, False),
    (Kind.BUSY, "", 2, False, True),
])  # fmt: skip
def test_a_link(kind: Kind, condition: str, tries: int, opened: bool, on: bool) -> None:
    assert RETRY.link_goes_on(failure(kind, condition), tries, opened=opened, since=0.0) is on


def test_the_policies_of_the_clients_differ_in_numbers_alone() -> None:
    assert [USUAL.nodes.pause(tries, 0.0, no_chance) for tries in (1, 2, 6, 7)] == [2.0, 4.0, 64.0, 64.0]
    assert [USUAL.readers.pause(tries, 0.0, no_chance) for tries in (1, 5, 6)] == [0.2, 5.0, 5.0]
    assert USUAL.sdk_readers.tries > USUAL.readers.tries and USUAL.requests.spread == 0.25
