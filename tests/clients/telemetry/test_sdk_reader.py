"""What the reader on azure-eventhub makes of that library's stumbling, which a busy machine brings about."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest

from azext_iotdiag.clients.deadlines import Deadlines
from azext_iotdiag.clients.telemetry import sdk_words as words
from azext_iotdiag.clients.telemetry.contract import Options
from azext_iotdiag.clients.telemetry.sdk_reader import SWITCH_SECONDS, SdkReader
from azext_iotdiag.model.failure import Kind, StepFailed
from azext_iotdiag.model.target import Target

STUMBLE = TypeError("'NoneType' object is not subscriptable")


class ConnectError(Exception):
    """As azure-eventhub's class of that name."""


def reader(answer: Callable[[], Any]) -> SdkReader:
    class Asking:
        get_partition_ids = staticmethod(answer)

    made = SdkReader(Target(event_hub="hub.example"), Options("c"))
    made._asking = Asking()
    return made


@pytest.mark.parametrize(("spoken", "kind"), [(False, Kind.NOT_AMQP), (True, Kind.DROPPED)])
def test_it_stumbles_over_what_is_no_event_hub_and_over_a_connection_that_went_away(spoken: bool, kind: Kind) -> None:
    assert words.failure(STUMBLE, "hub.example", 443, "the link", spoken=spoken).kind is kind


def test_the_first_question_is_asked_again_where_the_connection_broke() -> None:
    told = [ConnectError("The handshake operation timed out"), ConnectError("again"), ["0", "1"]]

    def answer() -> Any:
        said = told.pop(0)
        if isinstance(said, Exception):
            raise said
        return said

    assert reader(answer)._partition_ids() == ["0", "1"]


@pytest.mark.parametrize(("said", "kind", "times"), [
    (ConnectError("The handshake operation timed out"), Kind.DROPPED, Deadlines().sdk_readers.tries),
    (STUMBLE, Kind.NOT_AMQP, 1),
])  # fmt: skip
def test_there_is_an_end_to_asking(said: Exception, kind: Kind, times: int) -> None:
    asked = 0

    def answer() -> Any:
        nonlocal asked
        asked += 1
        raise said

    with pytest.raises(StepFailed) as failed:
        reader(answer)._partition_ids()
    assert (failed.value.failure.kind, asked) == (kind, times)


def test_threads_take_shorter_turns_while_it_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK's threads spin, and would keep everybody else waiting."""
    usual, seen = sys.getswitchinterval(), []
    made = reader(list)

    def opening() -> None:
        seen.append(sys.getswitchinterval())
        raise StepFailed(words.failure(ConnectError("no"), "hub.example", 443, "the link"))

    monkeypatch.setattr(made, "_open", opening)
    made._asking = None
    assert list(made) == []
    made.close()
    assert seen == [pytest.approx(SWITCH_SECONDS)] and sys.getswitchinterval() == usual
