"""The fact `clock`: one service's time is compared with that of others where it differs."""

from __future__ import annotations

from email.utils import formatdate

import pytest

from azext_iotdiag.clients.http import Http
from azext_iotdiag.model.failure import Failure, Kind, StepFailed
from azext_iotdiag.model.target import Resource, Target
from azext_iotdiag.probes import clock
from azext_iotdiag.probes.context import Context, Typed
from tests.plugins import clocks

NOW = 1_800_000_000.5


class Answer:
    def __init__(self, date: str):
        self.headers = {"date": date}


def measured(monkeypatch: pytest.MonkeyPatch, ahead: dict[str, float | None]):
    """The fact, where this machine is so many seconds ahead of each host; None stands for a host that is away."""
    asked: list[str] = []

    def request(self: Http, *_: object, **__: object) -> Answer:
        asked.append(self.host)
        behind = ahead[self.host]
        if behind is None:
            raise StepFailed(Failure(Kind.SILENT, "the answer", self.host, 443))
        return Answer(formatdate(NOW - behind, usegmt=True))

    monkeypatch.setattr(Http, "request", request)
    context = Context(
        Typed(clock_host="hub"),
        dps=Target(dps="dps"),
        resource=Resource("/id", "hub", "https://manager.example", lambda: ""),
        deadlines=clocks.deadlines(lambda: NOW, lambda: 0.0),
    )
    return clock.measure(context, 10.0, {}), list(dict.fromkeys(asked))


def test_a_clock_that_agrees_is_asked_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    found, asked = measured(monkeypatch, {"hub": 0})
    assert (round(found.ahead), found.others, asked) == (0, (), ["hub"])


def test_where_it_differs_the_others_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    found, asked = measured(monkeypatch, {"hub": 400, "manager.example": 1, "dps": None})
    assert [(each.host, round(each.ahead)) for each in found.others] == [("manager.example", 1)]
    assert asked == ["hub", "manager.example", "dps"]
