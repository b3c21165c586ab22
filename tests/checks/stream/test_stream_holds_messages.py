"""A stream that never held a message is told from one that holds old ones, and from one that nobody knows of."""

from __future__ import annotations

import pytest

from azext_iotdiag.checks.stream.stream_holds_messages import stream_holds_messages
from tests.checks.judging import finding, newest, request, stream, verdict

EMPTY = ("fail", [("stream-empty", "fail")])
HEALTHY = ("pass", [])


@pytest.mark.parametrize(("seen", "asked", "expected"), [
    (newest(None, None), request(), EMPTY),
    (newest(None, 5), request(), HEALTHY),
    (stream(), request(), HEALTHY),  # the service did not say
    (stream(opened=0), request(), HEALTHY),
    (newest(None), request(shown=1), HEALTHY),
])  # fmt: skip
def test_verdict(seen, asked, expected) -> None:
    assert verdict(stream_holds_messages, stream=seen, request=asked) == expected


def test_one_that_came_meanwhile() -> None:
    seen = newest(None)
    seen.partitions["0"].received = 1
    assert verdict(stream_holds_messages, stream=seen, request=request()) == HEALTHY


def test_words() -> None:
    found = finding(stream_holds_messages, stream=newest(None, None, None), request=request())
    assert found.message == "the service says of all 3 partitions that no message was ever in them"
    assert found.evidence == {"partitions": 3}
