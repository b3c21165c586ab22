"""A device that is silent among others that send."""

from __future__ import annotations

import pytest

from azext_iotdiag.checks.stream.device_sends import device_sends
from azext_iotdiag.model.hidden_messages import HiddenMessages
from tests.checks.judging import finding, hidden, request, verdict


@pytest.mark.parametrize(("asked", "seen", "expected"), [
    (request(device="a"), hidden("b"), ("fail", [("device-silent", "fail")])),
    (request(device="a*"), hidden("b"), ("fail", [("device-silent", "fail")])),
    (request(device="a"), HiddenMessages(), ("pass", [])),
    (request(), hidden("b"), ("pass", [])),
    (request(device="a", shown=1), hidden("b"), ("pass", [])),
])  # fmt: skip
def test_verdict(asked, seen, expected) -> None:
    assert verdict(device_sends, request=asked, hidden_messages=seen) == expected


def test_words() -> None:
    found = finding(device_sends, request=request(device="a"), hidden_messages=hidden("b", "c"))
    assert found.message == "4 messages of 2 other devices came in 3 s, the newest 2 s ago, and none of 'a'"
    assert found.evidence == {"device": "a", "others": 2, "hidden": 4, "seconds": 3.0}
    found = finding(device_sends, request=request(device="a"), hidden_messages=hidden("b", count=1))
    assert found.message.startswith("1 message of 1 other device came")
    found = finding(device_sends, request=request(device="a"), hidden_messages=hidden("b", "c", complete=False))
    assert found.message.startswith("4 messages of more than 2 other devices came")
