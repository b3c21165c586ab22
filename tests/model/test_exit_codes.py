"""Exit codes are an interface: pipelines compare them."""

from __future__ import annotations

import signal

import pytest

from azext_iotdiag.model import exit_codes
from azext_iotdiag.model.exit_codes import HEALTHY, INTERRUPTED, MISSING, PROBLEM, UNDETERMINED, worst


def test_the_numbers_stay() -> None:
    told = {name: value for name, value in vars(exit_codes).items() if name.isupper() and isinstance(value, int)}
    assert told == {
        "HEALTHY": 0,
        "MISSING": 3,
        "PROBLEM": 4,
        "UNDETERMINED": 5,
        "INTERRUPTED": 128 + signal.SIGINT,
    }


@pytest.mark.parametrize(("codes", "exits"), [
    ((), HEALTHY), ((HEALTHY, HEALTHY), HEALTHY), ((HEALTHY, UNDETERMINED), UNDETERMINED),
    ((UNDETERMINED, INTERRUPTED), INTERRUPTED), ((PROBLEM, INTERRUPTED), PROBLEM), ((MISSING, PROBLEM), MISSING),
])  # fmt: skip
def test_the_worst_of_several(codes: tuple[int, ...], exits: int) -> None:
    assert worst(*codes) == worst(*reversed(codes)) == exits
