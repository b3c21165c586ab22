"""A device that is silent among others that send."""

from __future__ import annotations

import pytest

from azext_iotdiag.checks.stream.device_sends import device_sends
from azext_iotdiag.model.census import Census
from tests.checks.judging import census, finding, request, verdict


@pytest.mark.parametrize(("asked", "seen", "expected"), [
    (request(device="a"), census("b"), ("fail", [("device-silent", "fail")])),
    (request(device="a*"), census("b"), ("fail", [("device-silent", "fail")])),
    (request(device="a"), Census(), ("pass", [])),
    (request(), census("b"), ("pass", [])),
    (request(device="a", shown=1), census("b"), ("pass", [])),
])  # fmt: skip
def test_verdict(asked, seen, expected) -> None:
    assert verdict(device_sends, request=asked, census=seen) == expected


def test_words() -> None:
    found = finding(device_sends, request=request(device="a"), census=census("b", "c"))
    assert found.message == "4 messages of 2 other devices came in 3 s, the newest 2 s ago, and none of 'a'"
    assert found.evidence == {"device": "a", "others": 2, "hidden": 4, "seconds": 3.0}
    found = finding(device_sends, request=request(device="a"), census=census("b", count=1))
    assert found.message.startswith("1 message of 1 other device came")
    found = finding(device_sends, request=request(device="a"), census=census("b", "c", complete=False))
    assert found.message.startswith("4 messages of more than 2 other devices came")
