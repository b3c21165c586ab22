"""The worst of all results is a report's status."""

from __future__ import annotations

import itertools
from datetime import datetime, timezone

import pytest

from azext_iotdiag.model.check import Check, CheckResult, Report, Status
from azext_iotdiag.model.target import Target

CHECK = Check("a-check", "All is well", lambda: ())
WORSE = [Status.SKIP, Status.PASS, Status.WARN, Status.ERROR, Status.FAIL]


def report(*statuses: Status) -> Report:
    results = tuple(CheckResult(CHECK, status) for status in statuses)
    return Report(Target(), results, datetime.now(timezone.utc))


def test_order() -> None:
    assert sorted(Status, key=lambda status: status.rank) == WORSE


@pytest.mark.parametrize(("better", "worse"), list(itertools.combinations_with_replacement(WORSE, 2)))
def test_the_worst_counts(better: Status, worse: Status) -> None:
    assert report(better, worse).status is report(worse, better).status is worse


def test_nothing_ran() -> None:
    assert report().status is Status.SKIP
    assert report().version == 1
