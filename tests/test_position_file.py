"""The file of a position: when it is written, and that it is whole at any time."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from azext_iotdiag import position_file
from azext_iotdiag.model.position import BadPosition
from azext_iotdiag.model.stream import Newest, Partition, Stream
from azext_iotdiag.position_file import NotSaved, PositionFile

NOW = 1_800_000_000_000


class Clock:
    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def stream(sequence: int) -> Stream:
    return Stream("h", "e", "g", {"0": Partition("0", place=Newest(sequence, NOW, str(sequence)))})


def test_it_is_written_every_second_and_at_the_end(tmp_path: Path) -> None:
    clock, path = Clock(), tmp_path / "position.json"
    keep = PositionFile(str(path), clock)
    written = []
    for sequence, seconds, last in ((1, 0.0, False), (2, 0.9, False), (3, 1.0, False), (4, 1.5, False), (5, 1.6, True)):
        clock.seconds = seconds
        keep(stream(sequence), last=last)
        written.append(json.loads(path.read_text())["partitions"]["0"]["sequence"])
    assert written == [1, 1, 3, 3, 5]
    assert position_file.load(str(path), NOW).places == {"0": Newest(5, NOW, "5")}
    assert os.listdir(tmp_path) == ["position.json"]


def test_what_has_not_changed_is_not_written_again(tmp_path: Path) -> None:
    path = tmp_path / "position.json"
    keep = PositionFile(str(path), Clock())
    keep(stream(1), last=True)
    path.unlink()
    keep(stream(1), last=True)
    assert not path.exists()


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    keep = PositionFile(str(tmp_path / "gone" / "position.json"), Clock())
    with pytest.raises(NotSaved, match=r"position\.json cannot be written: No such file or directory"):
        keep(stream(1))


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b" " * (1 << 20) + b"{}"])
def test_what_is_no_position_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "position.json"
    path.write_bytes(content)
    with pytest.raises(BadPosition, match="no position that --save-position wrote"):
        position_file.load(str(path), NOW)
