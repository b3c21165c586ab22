"""What a service may do by the rules of AMQP, and seldom does: few links, drains, unsettled events, short time-outs."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from azext_iotdiag.clients.amqp_words import is_beyond
from azext_iotdiag.clients.telemetry import positions
from azext_iotdiag.model.failure import Failure, Kind, StepFailed
from azext_iotdiag.wire.amqp import sessions
from azext_iotdiag.wire.amqp.endpoint import Endpoint
from azext_iotdiag.wire.amqp.link_events import Disposed
from azext_iotdiag.wire.amqp.links import Link
from azext_iotdiag.wire.amqp.message import decode_message, encode_message
from azext_iotdiag.wire.amqp.performatives import Begin, Open
from azext_iotdiag.wire.amqp.types import Int, Symbol
from tests.plugins import amqp_service
from tests.plugins.amqp_service import clock, service
from tests.plugins.reading import FAKE, reading

__all__ = ["clock", "service"]


# few links


@pytest.mark.parametrize("most", [0, 1, 2])
def test_a_service_that_allows_fewer_links_than_the_nodes_need(service, clock, monkeypatch, most) -> None:
    say = sessions.AmqpSession.say_begin

    def say_begin(self: sessions.AmqpSession, remote_channel: int | None) -> None:
        if remote_channel is None:
            return say(self, remote_channel)
        return self.endpoint.send(self.channel, Begin(remote_channel, 1, 5000, 5000, most))

    monkeypatch.setattr(sessions.AmqpSession, "say_begin", say_begin)
    with reading(FAKE, **service.handed()) as read:
        read.end()
        failure = read.stream.failure
        assert (failure.kind, failure.condition) == (Kind.LIMIT, "amqp:resource-limit-exceeded")
        assert "no more links" in failure.description


@pytest.mark.parametrize(("most", "opened"), [(0, False), (1, True)])
def test_more_partitions_than_the_sessions_hold(service, clock, monkeypatch, most, opened) -> None:
    service.events = {str(number): [] for number in range(300)}
    ours = Endpoint.open

    def say_open(self: Endpoint, properties: Any = None) -> None:
        if self.container_id != "service":
            return ours(self, properties)
        return self.send(0, Open("service", None, 65536, most, 240_000))

    monkeypatch.setattr(Endpoint, "open", say_open)
    with reading(FAKE, **service.handed()) as read:
        if opened:
            return read.opened()
        read.end()
        assert read.stream.failure.kind is Kind.LIMIT


# credit and settlement


def test_credit_that_the_service_gives_back_is_granted_again(service, clock) -> None:
    with reading(FAKE, **service.handed()) as read:
        read.opened()
        for link in service.last.readers:
            link.drained()
        service.put("0", b"after")
        began = clock.now
        assert read.take(1) == [b"after"]
        assert clock.now - began < 1 and not read.stream.interruptions


def test_a_service_that_drains_our_requests_gets_its_credit_back(service, clock) -> None:
    with reading(FAKE, **service.handed()) as read:
        read.opened()
        link = service.last.nodes["$management", False]
        link.session.say_flow(link, drain=True)
        read.until(lambda: link.credit == 0)
        assert not read.stream.interruptions


@pytest.mark.parametrize("settled", [True, False])
def test_events_that_come_unsettled_are_settled(service, clock, monkeypatch, settled) -> None:
    send, take = Link.send, amqp_service.Connection._take
    disposed: list[Disposed] = []

    def say(self: Link, message: bytes, **_more: Any) -> int:
        return send(self, message, settled=settled, tag=b"1234")

    def hear(self: Any, link_event: Any) -> None:
        disposed.extend([link_event] if isinstance(link_event, Disposed) else [])
        take(self, link_event)

    monkeypatch.setattr(amqp_service.Connection, "_take", hear)
    with reading(FAKE, **service.handed()) as read:
        read.opened()
        monkeypatch.setattr(Link, "send", say)
        for number in range(5):
            service.put("0", b"%d" % number)
        read.take(5)
        for _ in range(3):
            read.step()
        assert len(disposed) == (0 if settled else 5)


# idle time-outs


@pytest.mark.parametrize("idle", [400, 5000])
def test_a_short_idle_time_out_is_kept_while_an_answer_is_awaited(service, clock, monkeypatch, idle) -> None:
    """Nothing else is said for the ten seconds in which an answer may come."""
    service.idle_time_out = idle
    service.unanswered.add("$cbs")
    said: list[float] = []
    send = amqp_service.Connection.send

    def hear(self: Any, data: bytes, step: str, seconds: float = 0.0) -> None:
        said.append(clock.now)
        send(self, data, step, seconds)

    monkeypatch.setattr(amqp_service.Connection, "send", hear)
    with reading(FAKE, **service.handed()) as read:
        read.end()
    gaps = [later - earlier for earlier, later in pairwise(said)]
    assert read.stream.failure.kind is Kind.UNANSWERED and max(gaps) <= idle / 1000 * 0.75


# answers


@pytest.mark.parametrize("names", [None, [], 5, {"0": "0"}, "01"])
def test_an_answer_that_names_no_partitions(service, clock, names) -> None:
    service.management = lambda asked: (200, {"name": "hub", "partition_ids": names})
    with reading(FAKE, **service.handed()) as read:
        read.end()
        assert (read.stream.failure.kind, read.stream.failure.step) == (Kind.NOT_AMQP, positions.STEP)


class Talk:
    """What `told` needs of a conversation."""

    @staticmethod
    def failed(kind: Kind, step: str, description: str, condition: str = "") -> StepFailed:
        return StepFailed(Failure(kind, step, "ns", 5671, "", condition, description))


@pytest.mark.parametrize(("application", "kind", "condition"), [
    ({"status-code": Int(404), "error-condition": Symbol("amqp:not-found")}, Kind.MISSING, "amqp:not-found"),
    ({"statusCode": Int(400), "errorCondition": Symbol("amqp:unauthorized-access")}, Kind.UNAUTHORIZED,
     "amqp:unauthorized-access"),
    ({"statusCode": Int(400), "errorCondition": None, "statusDescription": None}, Kind.REFUSED, "management:400"),
])  # fmt: skip
def test_both_spellings_of_a_refusal_and_its_nulls(application, kind, condition) -> None:
    answer = decode_message(encode_message(value=None, application=application))
    with pytest.raises(StepFailed) as refused:
        positions.management_answer(Talk(), answer)  # type: ignore[arg-type]
    assert (refused.value.failure.kind, refused.value.failure.condition) == (kind, condition)


def test_true_is_no_sequence_number() -> None:
    assert positions.read({"last_enqueued_sequence_number": True}) is None


def test_an_opaque_offset_may_hold_a_quotation_mark() -> None:
    assert is_beyond("The supplied offset '1:o'clock' is invalid. The last offset in the system is '2' TrackingId:1")
