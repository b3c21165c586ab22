"""A beat that was missed is a problem, also where the device is back."""

from __future__ import annotations

import pytest

from azext_iotdiag.checks.runner import run
from azext_iotdiag.checks.stream.heartbeats_kept import heartbeats_kept
from azext_iotdiag.model.heartbeat import Beats, Lapse
from tests.checks.judging import finding, findings, verdict


def test_verdict() -> None:
    assert verdict(heartbeats_kept, beats=Beats(300, 4)) == ("pass", [])
    for back in (None, 9):
        missed = (Lapse("d", 1, back),)
        assert verdict(heartbeats_kept, beats=Beats(300, 4, missed)) == ("fail", [("heartbeat-missed", "fail")])


def test_words() -> None:
    beats = Beats(300, 40, (Lapse("b", 1), Lapse("c", 1, 2), Lapse("a", None)))
    found = finding(heartbeats_kept, beats=beats)
    assert found.message == "3 of 40 devices sent nothing for more than 300 s; still silent: a, b; back again: c"
    assert found.evidence == {"missed": 3, "watched": 40, "seconds": 300, "silent": "a, b", "back": "c"}


def test_not_everybody_is_named() -> None:
    beats = Beats(1.5, 1000, tuple(Lapse(f"d{number:03}", 1) for number in range(500)))
    found = finding(heartbeats_kept, beats=beats)
    assert "more than 1.5 s; still silent: d000, d001," in found.message
    assert found.message.endswith("d019 and 480 more")
    assert found.evidence["silent"].endswith("d199 and 300 more")


def test_nothing_is_judged_where_no_beat_was_asked_for() -> None:
    (result,) = run([heartbeats_kept], {}, lambda: 0.0)
    assert result.status.value == "skip"


@pytest.mark.parametrize(("count", "end"), [(20, "d19"), (21, "d19 and 1 more")])
def test_twenty_devices_are_named(count: int, end: str) -> None:
    missed = tuple(Lapse(f"d{number:02}", 0) for number in range(count))
    (found,) = findings(heartbeats_kept, beats=Beats(300.0, 40, missed))
    assert found.message.endswith(end)
