"""Statuses have an order, links stand on a way, and a check says what it needs."""

from __future__ import annotations

import itertools

import pytest

from azext_iotdiag.model.check import OBSERVER, Check, CheckResult, Link, Need, Skip, SkipReason, Status

WORSE = [Status.SKIP, Status.PASS, Status.WARN, Status.ERROR, Status.FAIL]


def test_the_order_of_statuses() -> None:
    assert sorted(Status, key=lambda status: status.rank) == WORSE


@pytest.mark.parametrize(("before", "after"), list(itertools.pairwise(Link)))
def test_the_order_of_links(before: Link, after: Link) -> None:
    assert before.place + 1 == after.place


def test_the_observer_stands_before_the_data() -> None:
    assert [link for link in Link if link.of_observer] == list(Link)[: len(OBSERVER)]


def test_what_a_check_needs() -> None:
    def run(whole: Fact[int], value: int, either: int | None, maybe: int | None = None):  # noqa: F821
        return ()

    assert Check("a", "A", run).needs == (
        Need("whole", True, False, False),
        Need("value", False, False, False),
        Need("either", False, False, True),
        Need("maybe", False, True, True),
    )


@pytest.mark.parametrize(("skip", "words", "asked"), [
    (Skip(SkipReason.NOT_MEASURED, "identity"), "not known: identity", False),
    (Skip(SkipReason.BLOCKED, "device-known"), "device-known did not pass", True),
    (Skip(SkipReason.NOT_APPLICABLE, "registration"), "does not apply: registration", True),
])  # fmt: skip
def test_why_a_check_was_not_run(skip: Skip, words: str, asked: bool) -> None:
    assert str(skip) == words
    assert CheckResult(Check("a", "A", lambda: ()), Status.SKIP, skip=skip).was_asked is asked
