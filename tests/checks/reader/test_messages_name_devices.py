"""A filter for devices on a stream whose messages name none."""

from __future__ import annotations

import pytest

from azext_iotdiag.checks.reader.messages_name_devices import messages_name_devices
from azext_iotdiag.model.hidden_messages import HiddenMessages
from tests.checks.judging import finding, hidden, request, stream, verdict

FOUND = ("fail", [("no-device-named", "fail")])


@pytest.mark.parametrize(("asked", "seen", "expected"), [
    (request(device="a"), hidden(""), FOUND),
    (request(device="pump-*"), hidden(""), FOUND),
    (request(device="a"), hidden("", "b"), ("pass", [])),
    (request(device="a"), hidden("b"), ("pass", [])),
    (request(device="a"), hidden("", complete=False), ("pass", [])),
    (request(device="a"), HiddenMessages(), ("pass", [])),
    (request(), hidden(""), ("pass", [])),
    (request(device="a", shown=1), hidden(""), ("pass", [])),
])  # fmt: skip
def test_verdict(asked, seen, expected) -> None:
    assert verdict(messages_name_devices, stream=stream(), request=asked, hidden_messages=seen) == expected


def test_words() -> None:
    found = finding(messages_name_devices, stream=stream(), request=request(device="a"), hidden_messages=hidden(""))
    assert (
        found.message
        == "2 messages came from entity, none of which names a device, so --device-id 'a' can match nothing"
    )
    assert found.evidence == {"device": "a", "entity": "entity", "hidden": 2}
