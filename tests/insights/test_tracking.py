"""Tracking ids in the lines of a device's log."""

from __future__ import annotations

from azext_iotdiag.insights import tracking
from azext_iotdiag.model.ticket import Tracking

LOG = "the device's log"


def noted(*blocks: bytes) -> tuple[Tracking, ...]:
    passing = tracking.Noted(blocks, LOG)
    assert tuple(passing) == blocks  # nothing is changed
    return passing.ids


def test_each_id_stands_there_once_the_last_first() -> None:
    first, second = f"{1:032x}", f"{2:032x}-G:11"
    told = noted(
        f'E 401 {{"errorCode":401002,"trackingId":"{first}","timestampUtc":"2026-11-30T10:00:00Z"}}\nretry\n'.encode(),
        b"no id in this block: tracking\n",
        f"E (Tracking ID:{second}-TimeStamp:11/30/2026 10:58:20)\nE TrackingId:{first}\n".encode(),
    )
    assert told == (Tracking(first, "", LOG), Tracking(second, "2026-11-30T10:58:20Z", LOG))


def test_the_last_ids_of_many() -> None:
    told = noted("".join(f"trackingId={n:032x}\n" for n in range(50)).encode())
    assert [each.id for each in told] == [f"{n:032x}" for n in range(49, 39, -1)]


def test_two_ids_of_a_line_keep_their_own_times() -> None:
    told = noted(f"TrackingId:{1:032x} TrackingId:{2:032x} Timestamp:2026-11-30T10:58:20\n".encode())
    assert [each.at for each in told] == ["2026-11-30T10:58:20Z", ""]


def test_bytes_that_are_no_text() -> None:
    assert noted(b"\xff\xfetracking id: \xff\n", b"") == ()


def test_without_a_log() -> None:
    assert noted() == ()
