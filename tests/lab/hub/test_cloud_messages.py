"""The queue of messages from the cloud: order, locks, expiry, delivery count, and the word of each fate."""

from __future__ import annotations

import pytest

from azext_iotdiag.lab.hub import cloud_messages, sessions
from azext_iotdiag.lab.hub.refusal import HubRefusal
from azext_iotdiag.lab.lab import new_lab

NOW = 1_700_000_000.0


class Clock:
    """A time that the test moves on; timers run when it passes them."""

    def __init__(self):
        self.now = NOW
        self.timers = []

    def __call__(self):
        return self.now

    def later(self, seconds, then):
        timer = Timer(self.now + seconds, then)
        self.timers.append(timer)
        return timer

    def advance(self, seconds):
        until = self.now + seconds
        while due := [timer for timer in self.timers if timer.then and timer.at <= until]:
            first = min(due, key=lambda timer: timer.at)
            self.now, then, first.then = max(first.at, self.now), first.then, None
            then()
        self.now = until


class Timer:
    """What `later` returns."""

    def __init__(self, at, then):
        self.at, self.then = at, then

    def cancel(self):
        self.then = None


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def state(clock):
    made = new_lab(clock=clock).runtime
    made.later = clock.later
    return made


@pytest.fixture
def device(state):
    return state.hub.devices["device-1"]


def fates(state):
    return [(record["originalMessageId"], record["statusCode"]) for record in state.feedback.records]


def send(state, device, name, ack="full", **system):
    return cloud_messages.send(state, device, b"body", system={"message-id": name, **system}, ack=ack)


def test_oldest_first_and_each_once_while_it_is_locked(state, device):
    for name in "ab":
        send(state, device, name)
    taken = [cloud_messages.receive(state, device) for _ in range(3)]
    assert [message and message.message_id for message in taken] == ["a", "b", None]
    assert device.queued == 2
    cloud_messages.complete(state, device, taken[0].lock)
    cloud_messages.reject(state, device, taken[1].lock)
    assert device.queued == 0
    assert fates(state) == [("a", "Success"), ("b", "Rejected")]


@pytest.mark.parametrize("act", [cloud_messages.complete, cloud_messages.reject, cloud_messages.abandon])
def test_a_lock_ends(state, device, clock, act):
    send(state, device, "a")
    lost = cloud_messages.receive(state, device).lock
    clock.advance(cloud_messages.LOCK_SECONDS)
    again = cloud_messages.receive(state, device)
    assert again.message_id == "a" and again.deliveries == 2 and again.lock != lost
    for lock in (lost, "", "no such lock"):
        with pytest.raises(HubRefusal) as caught:
            act(state, device, lock)
        assert caught.value.code == 412002


def test_abandoned_comes_first_again_until_it_was_delivered_too_often(state, device):
    send(state, device, "a")
    send(state, device, "b")
    for delivery in range(1, 11):
        message = cloud_messages.receive(state, device)
        assert (message.message_id, message.deliveries) == ("a", delivery)
        cloud_messages.abandon(state, device, message.lock)
    assert cloud_messages.receive(state, device).message_id == "b"
    assert fates(state) == [("a", "DeliveryCountExceeded")]


def test_released_when_a_session_ends(state, device):
    send(state, device, "a")
    lock = cloud_messages.receive(state, device).lock
    cloud_messages.release(state, device, {lock, ""})
    assert cloud_messages.receive(state, device).deliveries == 2


def test_expiry_is_told_without_anybody_looking(state, device, clock):
    send(state, device, "soon", **{"absolute-expiry-time": (NOW + 5) * 1000})
    send(state, device, "by default")
    clock.advance(5)
    assert fates(state) == [("soon", "Expired")]
    clock.advance(3600)
    assert fates(state) == [("soon", "Expired"), ("by default", "Expired")]
    assert device.queued == 0 and not [timer for timer in clock.timers if timer.then]


@pytest.mark.parametrize(
    ("ack", "good", "bad"), [("none", 0, 0), ("positive", 1, 0), ("negative", 0, 1), ("full", 1, 1)]
)
def test_feedback_as_asked(state, device, ack, good, bad):
    send(state, device, "a", ack)
    cloud_messages.complete(state, device, cloud_messages.receive(state, device).lock)
    assert len(fates(state)) == good
    send(state, device, "b", ack)
    assert cloud_messages.purge(state, device) == 1
    assert fates(state)[good:] == [("b", "Purged")] * bad


REFUSED = {
    "too large": ({"body": bytes(cloud_messages.LARGEST + 1)}, 413001),
    "too large by its properties": ({"body": bytes(cloud_messages.LARGEST), "properties": {"a": "b"}}, 413001),
    "an ack that is none": ({"body": b"", "ack": "maybe"}, 400004),
    "expired already": ({"body": b"", "system": {"absolute-expiry-time": int(NOW * 1000)}}, 403009),
    "expires in three days": ({"body": b"", "system": {"absolute-expiry-time": int(NOW + 259_200) * 1000}}, 403009),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(state, device, name):
    arguments, code = REFUSED[name]
    with pytest.raises(HubRefusal) as caught:
        cloud_messages.send(state, device, **arguments)
    assert caught.value.code == code and device.queued == 0


def test_fifty_wait_and_no_more(state, device, clock):
    for number in range(cloud_messages.MOST):
        send(state, device, str(number))
    with pytest.raises(HubRefusal) as caught:
        send(state, device, "one more")
    assert caught.value.code == 403004
    assert len([timer for timer in clock.timers if timer.then]) == 1  # one for the queue, not one for each
    cloud_messages.complete(state, device, cloud_messages.receive(state, device).lock)
    send(state, device, "now")


def test_a_connected_device_is_told(state, device, clock):
    told = []
    session = sessions.DeviceSession(device, "mqtt", "here", lambda *_: None, on_message=lambda: told.append(1))
    send(state, device, "before")
    sessions.connect(state, session)
    sessions.ready(state, session)
    send(state, device, "after")
    assert len(told) == 2
    cloud_messages.receive(state, device)
    clock.advance(cloud_messages.LOCK_SECONDS)
    assert len(told) == 3


def test_feedback_leaves_in_batches(state, device, clock):
    for number in range(65):
        send(state, device, str(number))
        cloud_messages.complete(state, device, cloud_messages.receive(state, device).lock)
    terms = state.hub.settings.feedback_terms
    assert len(state.feedback.take(clock(), terms).notices) == 64
    assert state.feedback.take(clock(), terms) is None and state.feedback.due(clock()) == 15
    clock.advance(15)
    batch = state.feedback.take(clock(), terms)
    (last,) = batch.records
    assert last == {
        "originalMessageId": "64", "enqueuedTimeUtc": "2023-11-14T22:13:20Z", "statusCode": "Success",
        "description": "Success", "deviceId": "device-1", "deviceGenerationId": device.generation_id,
    }  # fmt: skip
    state.feedback.give_back(batch, terms)
    assert state.feedback.records == batch.records
