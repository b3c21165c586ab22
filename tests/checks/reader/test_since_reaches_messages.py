"""Messages that are older than what was asked for are not shown, and that is said."""

from __future__ import annotations

import pytest

from azext_iotdiag.checks.reader.since_reaches_messages import since_reaches_messages
from tests.checks.judging import NOW, finding, newest, request, stream, verdict

OLDER = ("fail", [("nothing-since", "fail")])
HEALTHY = ("pass", [])
HOUR = NOW - 3_600_000


@pytest.mark.parametrize(("seen", "asked", "expected"), [
    (newest(4000, 7200), request(since=HOUR), OLDER),
    (newest(None, 7200), request(since=HOUR), OLDER),
    (newest(4000, 60), request(since=HOUR), HEALTHY),  # it is there, and did not come: another matter
    (newest(4000), request(), HEALTHY),
    (newest(4000), request(shown=1, since=HOUR), HEALTHY),
    (newest(None), request(since=HOUR), HEALTHY),
    (stream(), request(since=HOUR), HEALTHY),
])  # fmt: skip
def test_verdict(seen, asked, expected) -> None:
    assert verdict(since_reaches_messages, stream=seen, request=asked) == expected


def test_words() -> None:
    found = finding(since_reaches_messages, stream=newest(90_000, 7200), request=request(since=HOUR))
    assert found.message == (
        "reading began at 2023-11-14T21:13:20Z, and the newest message, on partition 1, is of 2023-11-14T20:13:20Z, "
        "2 h ago"
    )
