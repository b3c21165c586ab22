"""A hub that goes on in its other region: another endpoint, and readers who find out when they connect again."""

from __future__ import annotations

import contextlib

import pytest

from azext_iotdiag.lab.audit import audit_feed
from azext_iotdiag.lab.hub import failover, sessions
from azext_iotdiag.lab.lab import new_lab
from azext_iotdiag.wire.amqp.performatives import AmqpError, Attach, Detach
from azext_iotdiag.wire.amqp.types import Symbol, ULong
from tests.plugins.amqp_raw import Raw, client, lab, raw, shared, token_of
from tests.plugins.reading import reading, send, target_of, trying_again

__all__ = ["client", "lab", "shared"]


@pytest.fixture
def old(lab):
    """The endpoint and a token as they were before a failover."""
    stream = lab.state.hub.stream
    return stream, token_of(lab)


def fail_over(lab) -> None:
    lab.call(failover.fail_over, lab.runtime)


def joined(lab, stack, host, entity, token, **options) -> Raw:
    """A client that asks to read partition 0 there."""
    client = stack.enter_context(raw(lab, host))
    client.greet()
    assert client.put_token(token, f"sb://{host}/{entity}") == 202
    client.reader("0", entity=entity, **options)
    assert client.until(Attach).source is not None
    return client


def test_a_reader_hears_of_it_only_when_it_asks_again(lab, old):
    stream, token = old
    with contextlib.ExitStack() as stack:
        reader = joined(lab, stack, stream.host, stream.entity, token)
        reader.node("$management", 30)
        fail_over(lab)
        for number in (1, 2, 3):
            send(lab, b"after", device=f"device-{number}")
        asked = {"operation": "READ", "name": stream.entity, "type": "com.microsoft:eventhub"}
        assert reader.ask(30, asked).application["status-code"] == 404  # nothing came before this answer
        reader.send(Detach(20, True))
        assert reader.until(Detach) is not None
        reader.reader("0", entity=stream.entity)
        assert reader.until(Attach).source is None
        assert str(reader.until(Detach).error.condition) == "amqp:not-found"


def test_the_old_place_takes_no_token(lab, old):
    stream, token = old
    fail_over(lab)
    with raw(lab, stream.host) as client:
        client.greet()
        assert client.put_token(token, f"sb://{stream.host}/{stream.entity}") == 404
        client.reader("0", entity=stream.entity)
        assert client.until(Attach).source is None


def test_old_readers_are_no_rivals_of_new_ones(lab, old):
    stream, token = old
    with contextlib.ExitStack() as stack:
        joined(lab, stack, stream.host, stream.entity, token, epoch=ULong(9))
        fail_over(lab)
        there = lab.state.hub.stream
        joined(lab, stack, there.host, there.entity, token_of(lab), epoch=ULong(1))


def test_a_watcher_that_connects_again_is_led_to_the_new_place(lab, old):
    """What the product says of a failover that the lab plays."""
    stream, device = old[0], "device-1"
    with reading(target_of(lab), deadlines=trying_again()) as read:
        read.opened()
        send(lab, b"before", device=device)
        assert read.take(1) == [b"before"]
        linked = [each for rivals in lab.runtime.readers.values() for each in rivals]
        fail_over(lab)
        send(lab, b"meanwhile", device=device)
        over = AmqpError(Symbol("amqp:link:detach-forced"), "The link is over.")
        lab.call(lambda: linked[0].link.session.end(over))
        read.until(lambda: len(read.events) >= 2, "the message of the new place")
        assert [event.body for event in read.events] == [b"before", b"meanwhile"]
        assert read.stream.host == lab.state.hub.stream.host != stream.host


def test_devices_are_disconnected_and_twins_and_queues_stay():
    state = new_lab(clock=lambda: 1_700_000_000.0).runtime
    device, ends = state.hub.devices["device-1"], []
    sessions.connect(state, sessions.DeviceSession(device, "mqtt", "here", lambda *end: ends.append(end)))
    state.hub.stream.consumer_groups.add("mine")
    state.hub.telemetry(device, b"x", system={}, properties={}, now_ms=1)
    before = state.hub.stream
    failover.fail_over(state)
    after = state.hub.stream
    assert ends == [(500001, "the hub moved to its other region")] and state.hub.devices["device-1"] is device
    assert (before.host, before.entity) != (after.host, after.entity)
    assert after.consumer_groups == {"$Default"} and list(after.partitions) == list(before.partitions)
    assert not any(each.events or each.next_sequence for each in after.partitions.values())
    failover.fail_over(state)
    assert (state.hub.stream.host, state.hub.stream.entity) == (before.host, before.entity)
    assert not any(each.events for each in state.hub.stream.partitions.values())


def test_who_watches_the_lab_sees_messages_that_begin_anew():
    state = new_lab().runtime
    device = state.hub.devices["device-1"]
    for _ in range(3):
        state.hub.telemetry(device, b"old", system={}, properties={}, now_ms=1)
    position = audit_feed.news(state, None)["position"]
    failover.fail_over(state)
    state.hub.telemetry(device, b"new", system={}, properties={}, now_ms=2)
    answer = audit_feed.news(state, position)
    assert [each["body"] for each in answer["news"] if each["kind"] == "message"] == ["new"] and not answer["missed"]
