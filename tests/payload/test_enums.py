"""What a message about an Enum names."""

from __future__ import annotations

import pytest

from azext_iotdiag.payload.rules import Compiler
from azext_iotdiag.payload.schema import Enum, EnumValue


@pytest.mark.parametrize(("count", "listed"), [
    (0, "(there are none)"), (1, "none of the values 0"), (10, ", 8, 9"), (11, ", 8, 9 and 1 more"),
    (40, "9 and 30 more"),
])  # fmt: skip
def test_ten_values_are_listed_and_the_others_counted(count: int, listed: str) -> None:
    rule = Compiler({}).rule(Enum("integer", tuple(EnumValue(f"n{each}", each) for each in range(count))))
    found = rule(-5)
    assert found is not None and listed in found[0].message
    assert ("more" in found[0].message) is (count > 10)
