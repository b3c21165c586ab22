"""A watch counts, filters, ends, and always closes its reader."""

from __future__ import annotations

import pytest

from azext_iotdiag.model.ending import End
from azext_iotdiag.model.event import Event
from azext_iotdiag.model.stream import Stream
from azext_iotdiag.streams.filters import MessageFilters, matcher
from azext_iotdiag.streams.telemetry import TelemetryWatch


class Reader:
    """Gives events of these devices, None for ""."""

    def __init__(self, *devices: str, error: Exception | None = None):
        self.stream = Stream("h")
        self.closed = 0
        self._devices = devices
        self._error = error

    def __iter__(self):
        for number, device in enumerate(self._devices):
            yield Event("", device, "", "", "0", number, "", 0, {}, {}, {}, b"") if device else None
        if self._error:
            raise self._error

    def close(self) -> None:
        self.closed += 1


def asked(device: str):
    return matcher(MessageFilters(device))


def shown(watch: TelemetryWatch) -> list[str | None]:
    return [event and event.device for event in watch]


@pytest.mark.parametrize(("limits", "came", "end", "passed"), [
    ({}, ["a", None, "b", "a", "a"], End.SOURCE, 4),
    ({"test": asked("a")}, ["a", None, None, "a", "a"], End.SOURCE, 3),
    ({"test": asked("?"), "count": 2}, ["a", None, "b"], End.COUNT, 2),
    ({"test": asked("b"), "count": 1}, [None, None, "b"], End.COUNT, 1),
    ({"test": asked("c*")}, [None] * 5, End.SOURCE, 0),
    ({"duration": 0}, ["a"], End.DURATION, 1),
])  # fmt: skip
def test_watch(limits, came, end: End, passed: int) -> None:
    reader = Reader("a", "", "b", "a", "a")
    watch = TelemetryWatch(reader, **limits)
    assert shown(watch) == came
    assert (watch.end, watch.shown, reader.closed) == (end, passed, 1)
    assert watch.stream is reader.stream


def test_a_step_before_the_filter_sees_everything() -> None:
    seen = []

    def note(events):
        for event in events:
            seen.append(event and event.device)
            yield event

    assert shown(TelemetryWatch(Reader("a", "", "b"), test=asked("b"), tap=note)) == [None, None, "b"]
    assert seen == ["a", None, "b"]


def test_hidden_ones_are_heard_of() -> None:
    hidden: list[str] = []
    reader = Reader("a", "", "b", "a", "c")
    watch = TelemetryWatch(reader, test=matcher(MessageFilters("a")), hidden=lambda event: hidden.append(event.device))
    assert (shown(watch), hidden) == (["a", None, None, "a", None], ["b", "c"])


def test_closed_when_left_early() -> None:
    reader = Reader("a", "b")
    events = iter(TelemetryWatch(reader))
    next(events)
    events.close()
    assert reader.closed == 1


def test_closed_when_broken() -> None:
    reader = Reader("a", error=RuntimeError("broken"))
    with pytest.raises(RuntimeError, match="broken"):
        list(TelemetryWatch(reader))
    assert reader.closed == 1
