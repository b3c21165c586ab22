"""What the newest messages tell of a device. A silence is a fault only against a rhythm."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from azext_iotdiag.checks.stream.device_in_stream import device_in_stream
from azext_iotdiag.model.facts import Fact, Window
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.finding import Certainty
from azext_iotdiag.model.newest_messages import NewestMessages
from tests.checks.judging import finding, verdict

AT = datetime(2026, 11, 30, 12, tzinfo=timezone.utc)
NOW = AT.timestamp()


def seen(seconds_ago: float | None, count: int = 1, gap: float = 0.0, *, complete: bool = True) -> Fact[NewestMessages]:
    came = None if seconds_ago is None else int((NOW - seconds_ago) * 1000)
    window = Window(AT - timedelta(hours=1), AT, complete)
    return Fact(NewestMessages("d", came, 40, 3, count=count, longest_gap=gap), AT, "s", window=window)


@pytest.mark.parametrize(
    ("fact", "status", "codes"),
    [
        (seen(10), "pass", []),
        (seen(3000), "pass", []),  # one message: no rhythm is known
        (seen(3000, 5, 60.0), "fail", [("rhythm-broken", "fail")]),
        (seen(3000, 4, 60.0), "pass", []),  # too few to know a rhythm
        (seen(179, 5, 60.0), "pass", []),  # three times the longest gap is not over
        (seen(181, 5, 60.0), "fail", [("rhythm-broken", "fail")]),
        (seen(3000, 5, 60.0, complete=False), "pass", []),  # a later message may stand where nobody looked
        (seen(3000, 5, 0.0), "pass", []),  # all at once: no rhythm
        (seen(None, 0), "pass", [("device-quiet", "note")]),
    ],
)
def test_verdict(fact, status, codes) -> None:
    assert verdict(device_in_stream, newest_messages=fact, now=NOW) == (status, codes)


def test_a_part_of_a_window_is_named_as_one() -> None:
    whole = finding(device_in_stream, newest_messages=seen(None, 0), now=NOW)
    assert whole.message == "No message of 'd' is among the 40 messages of 3 devices in the last 1 h"
    part = finding(device_in_stream, newest_messages=seen(None, 0, complete=False), now=NOW)
    assert part.message == "No message of 'd' is among the 40 messages of 3 devices that were seen of the last 1 h"


def test_a_broken_rhythm_is_likely_at_most() -> None:
    found = finding(device_in_stream, newest_messages=seen(3000, 5, 60.0), now=NOW)
    assert found.weight.certainty is Certainty.LIKELY
    assert found.message == (
        "The last message of 'd' came at 2026-11-30T11:10:00Z, 50 min ago; the 5 messages before came at most 1 min "
        "apart"
    )


@pytest.mark.parametrize(
    ("kind", "condition", "code"),
    [
        (Kind.UNAUTHORIZED, "NotAllowed", "messages-not-readable"),
        (Kind.UNAUTHORIZED, "NoPolicy", "messages-not-readable"),
        (Kind.UNAUTHORIZED, "MessagesClosed", "messages-not-readable"),
        (Kind.UNAUTHORIZED, "NotSignedIn", "not-signed-in"),
        (Kind.UNAUTHORIZED, "cbs:401", "token-refused"),
        (Kind.SILENT, "", "server-silent"),
    ],
)
def test_messages_that_cannot_be_read(kind, condition, code) -> None:
    failure = Failure(kind, "the keys of the hub", "h", 443, condition=condition)
    assert verdict(device_in_stream, newest_messages=failure, now=NOW) == ("error", [(code, "warn")])
