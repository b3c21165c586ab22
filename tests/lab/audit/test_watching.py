"""`lab watch` as a session, with a fake in the place of the control port."""

from __future__ import annotations

from typing import Any

import pytest

from azext_iotdiag.lab.audit.watching import Missed, News, WatchBegun, WatchEnded
from azext_iotdiag.lab.process import cli_text, control
from azext_iotdiag.lab.process.errors import LabUnanswered


class Port:
    """The answers of a lab, in their order; it ends after the last one."""

    def __init__(self, *answers: dict[str, Any]):
        self.answers = list(answers)
        self.asked: list[Any] = []

    def ask(self, _reached: Any, command: str, since: Any, routine: bool) -> dict[str, Any]:
        assert command == "news" and not routine
        self.asked.append(since)
        if not self.answers:
            raise LabUnanswered("gone")
        return self.answers.pop(0)


def answer(position: int, *who: str, missed: int = 0) -> dict[str, Any]:
    return {"position": position, "missed": missed, "news": [{"who": each} for each in who]}


def form(each: dict[str, Any]) -> bytes:
    return each["who"].encode()


class Hours:
    """A clock that only a sleep moves."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += max(seconds, 0.01)


def test_news_until_the_lab_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    port, hours = Port(answer(3, "pump-1", "valve-1/module"), answer(5, "pump-2", missed=2)), Hours()
    monkeypatch.setattr(control, "ask", port.ask)
    news = News("lab", {}, form, clock=hours, sleep=hours.sleep)
    assert list(news) == [WatchBegun("lab"), b"pump-1", b"valve-1/module", None, Missed(2), b"pump-2", None]
    assert port.asked == [None, 3, 5]
    assert list(news.end(None)) == [WatchEnded(False)]


def test_one_kind_of_device_for_some_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    port, hours = Port(*(answer(number, "pump-1", "valve-1/m") for number in range(100))), Hours()
    monkeypatch.setattr(control, "ask", port.ask)
    shown = [*News("lab", {}, form, "valve-?", 1.0, clock=hours, sleep=hours.sleep)]
    assert set(shown[1:]) == {b"valve-1/m", None} and len(port.asked) == 4 and hours.at == pytest.approx(1.0, abs=0.02)


def test_words() -> None:
    assert cli_text.watching(WatchBegun("x")) == ["Watching the lab x; Ctrl-C ends it."]
    assert cli_text.watching(Missed(3)) == ["3 more are not shown: they came too fast."]
    assert cli_text.watching(WatchEnded(True)) == []
    assert [cli_text.watched(WatchEnded(stopped)) for stopped in (True, False)] == [
        ["Watching has ended; the lab runs on."], ["The time is up, or the lab has ended."]
    ]  # fmt: skip
