"""A method is called once. Only where the hub cannot call the device, other facts are measured."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

import pytest

from azext_iotdiag.model.ending import End
from azext_iotdiag.model.facts import Fact, given, typed
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.identity import Identity
from azext_iotdiag.model.method import MethodAnswer, MethodCall
from azext_iotdiag.model.newest_messages import NewestMessages
from azext_iotdiag.model.pinging import Calling, Narrowing, Pinged
from azext_iotdiag.model.target import Secret, Target
from azext_iotdiag.probes.context import Context, Typed
from azext_iotdiag.sessions.method_ping import MethodPing

NOW = 1_800_000_000.0
AT = datetime.fromtimestamp(NOW, timezone.utc)
CALL = MethodCall(response_seconds=10, connect_seconds=60)
OFFLINE = MethodAnswer(
    "h", "d", "", CALL, 404, 0.1, 0.1, code="404103", said="Timed out waiting for device to connect."
)
WELL = MethodAnswer("h", "d", "", CALL, 200, 0.1, 0.1, 501)
CONNECTED = Identity("h", "d", status="enabled", connected=True, last_activity=int(NOW * 1000))
SENT = NewestMessages("d", came=int(NOW * 1000))


class Measure:
    """In the place of `gather`: these facts, whatever is wanted of them."""

    def __init__(self, **values: Any):
        self.rounds: list[tuple[tuple[str, ...], float]] = []
        self._values = values

    def __call__(self, wanted: tuple[str, ...], context: Context, *, known: Any, seconds: float) -> Iterator[Any]:
        assert not context.stop.is_set()
        self.rounds.append((wanted, seconds))
        for name in wanted:
            if isinstance(value := self._values.get(name), BaseException):
                raise value
            if name in self._values:
                failed = isinstance(value, Failure)
                yield name, Fact(None, AT, "s", failure=value) if failed else typed(value, AT)
        context.stop.set()  # as `gather` does


def run(*, module: str = "", stopped: End | None = None, **values: Any) -> tuple[list[Any], Pinged, Measure]:
    measure = Measure(**values)
    context = Context(Typed(device="d", module=module, method=CALL), hub=Target(hub="h", credential=Secret("a2V5")))
    ping = MethodPing(context, given(NOW), measure=measure)
    events: list[Any] = []
    try:
        events += ping
    except KeyboardInterrupt:
        stopped = End.INTERRUPTED
    (end,) = ping.end(stopped)
    assert isinstance(end, Pinged)
    return events, end, measure


def codes(end: Pinged) -> list[str]:
    return [reason.finding.entry.code for reason in end.found.verdict.reasons]


def test_a_device_that_answers() -> None:
    events, end, measure = run(method_answer=WELL)
    assert events == [Calling("h", "d", CALL)]
    assert measure.rounds == [(("method_answer",), 100.0)]
    assert (end.exit_code, codes(end)) == (0, [])


def test_a_device_that_cannot_be_called_is_looked_at() -> None:
    events, end, measure = run(method_answer=OFFLINE, identity=CONNECTED, newest_messages=SENT)
    assert events == [Calling("h", "d", CALL), Narrowing("d")]
    assert [wanted for wanted, _ in measure.rounds] == [("method_answer",), ("identity", "newest_messages")]
    assert (end.exit_code, codes(end)) == (4, ["hub-404103"])


@pytest.mark.parametrize(("values", "left"), [
    ({}, 5),
    ({"identity": CONNECTED}, 4),
    ({"identity": CONNECTED, "newest_messages": SENT}, 3),
    ({"identity": Identity("h", "d", status="enabled")}, 2),
    ({"newest_messages": SENT}, 5),
    ({"identity": Failure(Kind.UNAUTHORIZED, "the twin", "h", 443), "newest_messages": SENT}, 5),
])  # fmt: skip
def test_fewer_facts_leave_more_causes(values: dict[str, Any], left: int) -> None:
    _, end, _ = run(method_answer=OFFLINE, **values)
    (reason,) = end.found.verdict.reasons
    assert len(reason.causes) == left and end.exit_code == 4


def test_a_disabled_device_cannot_be_called() -> None:
    disabled = Identity("h", "d", status="disabled")
    _, end, _ = run(method_answer=OFFLINE, identity=disabled)
    assert codes(end) == ["device-disabled"] and end.exit_code == 4


def test_of_a_module_no_facts_are_measured_that_are_of_its_device() -> None:
    events, _, measure = run(module="m", method_answer=OFFLINE)
    assert events == [Calling("h", "d/m", CALL)] and len(measure.rounds) == 1


def test_a_hub_that_does_not_answer_decides_nothing() -> None:
    _, end, measure = run(method_answer=Failure(Kind.DROPPED, "the answer", "h", 443))
    assert end.exit_code == 5 and len(measure.rounds) == 1


def test_an_interrupt_before_the_answer() -> None:
    _, end, _ = run(method_answer=KeyboardInterrupt())
    assert end.exit_code == 130 and "method_answer" not in end.facts


def test_an_interrupt_after_the_answer_keeps_it() -> None:
    _, end, _ = run(method_answer=OFFLINE, identity=KeyboardInterrupt())
    assert (end.exit_code, codes(end)) == (4, ["hub-404103"])
