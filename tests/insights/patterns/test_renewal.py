"""What the end of a token looks like, at the limits of each condition."""

from __future__ import annotations

from typing import Any

import pytest

from azext_iotdiag.insights.patterns import renewal
from azext_iotdiag.insights.patterns.life import Life
from azext_iotdiag.model.resource_log import Recognised
from tests.insights.patterns.lives import lived, repeated

MINUTE, HOUR = 60, 3600


def turns(every: float, code: str = "401003", *, times: int = 8, back: float = 10) -> Life:
    """Sessions of one length: the end, and a connect so many seconds after it."""
    return lived("0 +, " + repeated(times, every, (every, f"-{code}"), (every + back, "+")))


def evidence(found: Recognised | None) -> dict[str, Any]:
    assert found is not None
    return dict(found.finding.evidence)


@pytest.mark.parametrize(("life", "said"), [
    (turns(48 * MINUTE), True),
    (turns(600), False),  # as long as the grace of the hub
    (turns(601), True),
    (turns(25 * HOUR), True),
    (turns(25 * HOUR + 60), False),
    (turns(48 * MINUTE, "404104"), True),
    # Without the code of a token only the usual life of one counts.
    (turns(46.5 * MINUTE, "404104"), True), (turns(46.4 * MINUTE, "404104"), False),
    (turns(75 * MINUTE, "404104"), True), (turns(75.1 * MINUTE, "404104"), False),
    (turns(3 * HOUR, "404104"), False), (turns(3 * HOUR, ""), True), (turns(3 * HOUR), True),
    (turns(48 * MINUTE, back=60), True), (turns(48 * MINUTE, back=61), False),
    (turns(48 * MINUTE, times=4), True), (turns(48 * MINUTE, times=3), False),
])  # fmt: skip
def test_when_a_device_renews_by_a_new_connection(life: Life, said: bool) -> None:
    assert (renewal.renewed(life) is not None) is said


@pytest.mark.parametrize(("with_code", "said"), [(4, True), (3, False)])
def test_half_of_the_ends_name_the_token(with_code: int, said: bool) -> None:
    codes = ["401003"] * with_code + ["404104"] * (8 - with_code)
    rows = [f"{each * 7200} -{code}, {each * 7200 + 9} +" for each, code in enumerate(codes, start=1)]
    assert (renewal.renewed(lived("0 +, " + ", ".join(rows))) is not None) is said


def test_the_numbers_of_a_renewal() -> None:
    found = renewal.renewed(turns(48 * MINUTE, back=12.34))
    assert evidence(found) == {"everyMinutes": 48.0, "intervals": 8, "fitting": 8, "backAfterSeconds": 12.3}
    assert found is not None and found.finding.message == (
        "The device reconnects every 48 min, 8 of 8 intervals, and is back after 12 s."
    )


def test_a_device_whose_ends_alone_are_in_the_log_has_no_renewal() -> None:
    """Nothing shows then that it came back."""
    assert renewal.renewed(lived(repeated(8, 48 * MINUTE, (0, "-401003")))) is None


@pytest.mark.parametrize(("ends", "others", "length", "said"), [
    (3, 0, 300, True), (2, 0, 300, False), (3, 3, 300, True), (3, 4, 300, False),
    (3, 0, 630, True), (3, 0, 630.1, False),
])  # fmt: skip
def test_when_tokens_have_no_life(ends: int, others: int, length: float, said: bool) -> None:
    rows = repeated(ends, 1000, (0, "+"), (length, "-401003"))
    rows += "".join(f", {100_000 + each * 1000} +, {100_300 + each * 1000} -404104" for each in range(others))
    found = renewal.without_life(lived(rows))
    assert (found is not None) is said
    if said:
        assert evidence(found) == {"ends": ends, "afterSeconds": round(length)}


def test_an_end_without_its_connect_has_no_length() -> None:
    assert renewal.without_life(lived(repeated(5, 1000, (300, "-401003")))) is None


@pytest.mark.parametrize(("rows", "newest", "said"), [
    ("0 +, 3600 -401003", 3600 + 900, True),
    ("0 +, 3600 -401003", 3600 + 899, False),
    ("0 +, 3600 -404104", 9000, False),
    ("0 +, 600 -401003", 9000, False),  # that token had no life
    ("0 +, 600.001 -401003", 9000, True),
    ("3600 -401003", 9000, True),
    ("0 +, 3600 -401003, 3700 +", 9000, False),
    ("0 +, 3600 -401003, 3700 !401002", 9000, False),
    ("0 +, 3600 -401003, 3700 D2CTwinOperations:read", 9000, True),
    ("0 +", 9000, False),
])  # fmt: skip
def test_when_a_renewal_failed(rows: str, newest: float, said: bool) -> None:
    assert (renewal.failed(lived(rows, newest)) is not None) is said


def test_the_numbers_of_a_renewal_that_failed() -> None:
    found = renewal.failed(lived("0 +, 4200 -401003", 7200))
    assert evidence(found) == {"sessionMinutes": 70.0, "silentMinutes": 50.0}
    assert found is not None and found.finding.message == (
        "The token ended after a session of 70 min. The device did not try again in the 50 min until the end of the "
        "log."
    )
    assert evidence(renewal.failed(lived("3600 -401003", 7200))) == {"sessionMinutes": None, "silentMinutes": 60.0}
