"""Messages that a filter hid are told by filter; those of other devices only where no device was asked for."""

from __future__ import annotations

import pytest

from azext_iotdiag.checks.reader.filters_let_through import filters_let_through
from azext_iotdiag.model.census import Census
from tests.checks.judging import census, finding, request, verdict

HIDDEN = ("fail", [("hidden-by-filter", "fail")])
HEALTHY = ("pass", [])


@pytest.mark.parametrize(("asked", "seen", "expected"), [
    (request(), Census(), HEALTHY),
    (request(device="a"), census("b", "c"), HEALTHY),
    (request(device="a"), census("b", component=3), HIDDEN),
    (request(), census(component=3), HIDDEN),
    (request(), census(device_query=3), HIDDEN),
    (request(shown=1), census(component=3), HEALTHY),
])  # fmt: skip
def test_verdict(asked, seen, expected) -> None:
    assert verdict(filters_let_through, request=asked, census=seen) == expected


def test_words() -> None:
    found = finding(filters_let_through, request=request(device="a"), census=census("b", component=3, module_id=5))
    assert found.message == "8 messages of 'a' came, and none was shown: 5 by --module-id, 3 by --component"
    assert found.evidence == {"hidden": 8, "filters": "--component, --module-id"}
    found = finding(filters_let_through, request=request(), census=census(device_query=1))
    assert found.message == "1 message came, and none was shown: 1 by --device-query"
