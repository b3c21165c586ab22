"""A filter for devices on a stream whose messages name none."""

from __future__ import annotations

import pytest

from azext_iotdiag.checks.reader.messages_name_devices import messages_name_devices
from azext_iotdiag.model.census import Census
from tests.checks.judging import census, finding, request, stream, verdict

FOUND = ("fail", [("no-device-named", "fail")])


@pytest.mark.parametrize(("asked", "seen", "expected"), [
    (request(device="a"), census(""), FOUND),
    (request(device="pump-*"), census(""), FOUND),
    (request(device="a"), census("", "b"), ("pass", [])),
    (request(device="a"), census("b"), ("pass", [])),
    (request(device="a"), census("", complete=False), ("pass", [])),
    (request(device="a"), Census(), ("pass", [])),
    (request(), census(""), ("pass", [])),
    (request(device="a", shown=1), census(""), ("pass", [])),
])  # fmt: skip
def test_verdict(asked, seen, expected) -> None:
    assert verdict(messages_name_devices, stream=stream(), request=asked, census=seen) == expected


def test_words() -> None:
    found = finding(messages_name_devices, stream=stream(), request=request(device="a"), census=census(""))
    assert (
        found.message
        == "2 messages came from entity, none of which names a device, so --device-id 'a' can match nothing"
    )
    assert found.evidence == {"device": "a", "entity": "entity", "hidden": 2}
