"""What has not been open cannot have been silent."""

from __future__ import annotations

from dataclasses import replace

import pytest

from azext_iotdiag.checks.reader.partitions_opened import partitions_opened
from tests.checks.judging import finding, request, stream, verdict

EARLY = ("error", [("ended-too-early", "warn")])
FINE = ("pass", [])


@pytest.mark.parametrize(("opened", "closed", "shown", "count", "expected"), [
    (2, 0, 0, None, FINE),
    (1, 1, 0, None, EARLY),
    (1, 1, 7, None, EARLY),
    (1, 1, 2, 3, EARLY),
    (1, 1, 3, 3, FINE),
    (0, 0, 0, None, EARLY),
])  # fmt: skip
def test_verdict(opened, closed, shown, count, expected) -> None:
    facts = {"stream": stream(opened=opened, closed=closed), "request": request(shown, count)}
    assert verdict(partitions_opened, **facts) == expected


@pytest.mark.parametrize(("elsewhere", "shown", "expected"), [
    (2, 0, ("error", [("share-silent", "warn")])), (2, 1, FINE), (0, 0, FINE),
])  # fmt: skip
def test_a_share_tells_nothing_of_the_others(elsewhere, shown, expected) -> None:
    seen = replace(stream(opened=2), elsewhere=elsewhere)
    assert verdict(partitions_opened, stream=seen, request=request(shown)) == expected


def test_words_of_a_silent_share() -> None:
    silent = finding(partitions_opened, stream=replace(stream(opened=2), elsewhere=1), request=request())
    assert (
        silent.message == "nothing came from 2 partitions of ns.example.net in 3.0 s; 1 other belongs to other shares"
    )
    assert silent.evidence == {"host": "ns.example.net", "partitions": "0, 1", "elsewhere": 1}


def test_words() -> None:
    some = finding(partitions_opened, stream=stream(closed=2), request=request())
    assert some.message == "partition 2, 3 of ns.example.net was not open after 3.0 s"
    assert some.evidence == {"host": "ns.example.net", "partitions": "2, 3", "seconds": 3.0}
    none = finding(partitions_opened, stream=stream(opened=0), request=request())
    assert none.message == "the partitions of ns.example.net were not open after 3.0 s"
