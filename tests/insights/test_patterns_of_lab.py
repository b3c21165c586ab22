"""Each pattern is recognised in the rows of a lab where its cause is played, and in no others: a confusion table."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from azext_iotdiag.insights.patterns import catalogue
from azext_iotdiag.knowledge import patterns as knowledge
from azext_iotdiag.model.finding import Entry
from tests.insights.lab_rows import HEALTHY, PLAYED
from tests.insights.thread_rows import log_of, worn
from tests.plugins.effort import cases
from tests.plugins.lab_devices import played

# One row decides, which a log may miss. Then nothing is said.
OF_ONE_ROW = {"token-renewal-failed", "hub-failed-over"}
WORN = 20  # times that the rows of a case lose a fifth and are shuffled
CODES = [code for code, _, _ in PLAYED]


@cache
def rows(name: str) -> list[dict[str, Any]]:
    """The rows of a case by the name of its function. They are played once."""
    steps, units = next(
        (steps, units)
        for steps, units in (*((each[1], each[2]) for each in PLAYED), *((each, 0) for each in HEALTHY))
        if steps.__name__ == name
    )
    return played(steps, units)


def codes(found: list[dict[str, Any]]) -> list[str]:
    return [each.finding.entry.code for each in catalogue.recognise(log_of(found))]


def test_every_pattern_is_played() -> None:
    assert sorted(set(CODES)) == sorted(each.code for each in vars(knowledge).values() if isinstance(each, Entry))


@pytest.mark.parametrize(("code", "steps"), [pytest.param(code, steps, id=steps.__name__) for code, steps, _ in PLAYED])
def test_a_pattern_is_recognised_and_no_other(code: str, steps) -> None:
    assert codes(rows(steps.__name__)) == [code]


@pytest.mark.parametrize(("code", "steps"), [pytest.param(code, steps, id=steps.__name__) for code, steps, _ in PLAYED])
def test_a_log_that_misses_a_fifth_in_any_order_says_the_same_or_nothing(code: str, steps) -> None:
    whole = rows(steps.__name__)
    found = [codes(worn(whole, seed)) for seed in range(WORN)]
    assert {each for said in found for each in said} <= {code}, found
    least = 0.5 if code in OF_ONE_ROW else 0.85
    assert sum(bool(said) for said in found) >= least * WORN, found


@pytest.mark.parametrize("steps", HEALTHY, ids=lambda steps: steps.__name__)
def test_healthy_devices_show_no_pattern(steps) -> None:
    whole = rows(steps.__name__)
    assert len(whole) > 20 and codes(whole) == []
    for seed in range(cases(WORN)):
        assert codes(worn(whole, seed)) == [], seed
