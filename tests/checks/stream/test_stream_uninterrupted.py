"""What broke and healed is a warning."""

from __future__ import annotations

import pytest

from azext_iotdiag.checks.stream.stream_uninterrupted import stream_uninterrupted
from azext_iotdiag.model.failure import Failure, Kind
from tests.checks.judging import HOST, finding, stream, verdict

DROPPED, BUSY = (Failure(kind, "the next message", HOST, 5671) for kind in (Kind.DROPPED, Kind.BUSY))


@pytest.mark.parametrize(("interruptions", "expected"), [
    ([], ("pass", [])),
    ([DROPPED], ("warn", [("connection-dropped", "warn")])),
    ([DROPPED, DROPPED], ("warn", [("connection-dropped", "warn")])),
    ([DROPPED, BUSY], ("warn", [("connection-dropped", "warn"), ("service-busy", "warn")])),
])  # fmt: skip
def test_verdict(interruptions, expected) -> None:
    assert verdict(stream_uninterrupted, stream=stream(interruptions=interruptions)) == expected


def test_what_broke_again_and_again_is_said_once() -> None:
    found = finding(stream_uninterrupted, stream=stream(interruptions=[DROPPED] * 3))
    assert found.message.endswith("; 3 times in all") and found.evidence["times"] == 3
