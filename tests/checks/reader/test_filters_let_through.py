"""Messages that a filter hid are told by filter; those of other devices only where no device was asked for."""

from __future__ import annotations

import pytest

from azext_iotdiag.checks.reader.filters_let_through import filters_let_through
from azext_iotdiag.model.hidden_messages import HiddenMessages
from tests.checks.judging import finding, hidden, request, verdict

HIDDEN = ("fail", [("hidden-by-filter", "fail")])
HEALTHY = ("pass", [])


@pytest.mark.parametrize(("asked", "seen", "expected"), [
    (request(), HiddenMessages(), HEALTHY),
    (request(device="a"), hidden("b", "c"), HEALTHY),
    (request(device="a"), hidden("b", component=3), HIDDEN),
    (request(), hidden(component=3), HIDDEN),
    (request(), hidden(device_query=3), HIDDEN),
    (request(shown=1), hidden(component=3), HEALTHY),
])  # fmt: skip
def test_verdict(asked, seen, expected) -> None:
    assert verdict(filters_let_through, request=asked, hidden_messages=seen) == expected


def test_words() -> None:
    found = finding(
        filters_let_through, request=request(device="a"), hidden_messages=hidden("b", component=3, module_id=5)
    )
    assert found.message == "8 messages of 'a' came, and none was shown: 5 by --module-id, 3 by --component"
    assert found.evidence == {"hidden": 8, "filters": "--component, --module-id"}
    found = finding(filters_let_through, request=request(), hidden_messages=hidden(device_query=1))
    assert found.message == "1 message came, and none was shown: 1 by --device-query"
