"""What `--save-position` keeps when a stream ends: what was shown, and no place beyond it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from azext_iotdiag.model.ending import End
from azext_iotdiag.model.stream import Newest, Stream
from tests.sessions.fakes import NOW, Clock, Reader, message, messages, opens


def at(sequence: int, clock: Clock):
    """The reader has come to this message, and a second has passed."""

    def step(stream: Stream) -> None:
        clock.seconds += 1.0
        stream.partitions["0"].place = Newest(sequence, int(NOW * 1000), str(sequence))

    return step


@pytest.mark.parametrize(("stopped", "place"), [
    (None, 2), (End.INTERRUPTED, 1), (End.PIPE_CLOSED, 1),
])  # fmt: skip
def test_an_early_end_saves_no_place_beyond_what_was_shown(tmp_path: Path, stopped: End | None, place: int) -> None:
    saved, clock = tmp_path / "position.json", Clock()
    reader = Reader(opens(), message(number=1), at(1, clock), message(number=2), at(2, clock), partitions="0")
    session = messages(reader, clock, save_position=str(saved))
    list(session.begin())
    for each in session:
        if each is not None and each.sequence == 2:  # it was handed over; a signal decides whether it is shown
            reader.stream.partitions["0"].place = Newest(2, int(NOW * 1000), "2")
            break
    list(session.left(session.why(stopped)))
    assert json.loads(saved.read_bytes())["partitions"]["0"]["sequence"] == place
