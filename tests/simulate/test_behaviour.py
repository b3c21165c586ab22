"""How a simulated device runs: to its count, through lost connections and ended tokens, and to a Ctrl-C."""

from __future__ import annotations

import itertools
import time

import pytest

from azext_iotdiag.credential.connection_string import DeviceConnectionString
from azext_iotdiag.lab.hub.mqtt import connection as devices
from azext_iotdiag.model.failure import Kind
from azext_iotdiag.simulate import behaviour, telemetry
from azext_iotdiag.simulate.device import Way, connect
from azext_iotdiag.simulate.sign_in import sign_in
from azext_iotdiag.simulate.telemetry import Body
from tests.plugins.mqtt_lab import mqtt_lab


@pytest.fixture
def lab():
    with mqtt_lab() as running:
        yield running


def numbered():
    return (Body(b"%d" % number, "", "") for number in itertools.count(1))


def run(lab, bodies=None, *, count=3, interval=0.0, lines=None, **other):
    device = DeviceConnectionString(lab.host, "device-1", key=lab.device().primary)

    def open_(now):
        return connect(device, sign_in(device, now), Way(lab.trust, lab.address_for, connecting=2.0))

    say = [].append if lines is None else lines.append
    return behaviour.run(open_, bodies or numbered(), count=count, interval=interval, say=say, **other)


@pytest.mark.parametrize("kind", telemetry.KINDS)
def test_to_the_count(lab, kind):
    lines = []
    done = run(lab, telemetry.bodies(kind, "s"), count=5, lines=lines)
    assert (done.sent, done.acknowledged, done.ended, done.failure) == (5, 5, "count", None)
    expected = [body.payload for body in itertools.islice(telemetry.bodies(kind, "s"), 5)]
    assert [message.body for message in lab.messages()] == expected
    assert lines[-1].startswith("Message 5 of 5 acknowledged: ")


def test_interval(lab):
    done = run(lab, count=3, interval=0.3)
    assert 0.6 <= done.seconds < 2


def test_ctrl_c_while_sending_and_while_waiting(lab):
    def bodies():
        yield Body(b"1", "", "")
        yield Body(b"2", "", "")
        raise KeyboardInterrupt

    done = run(lab, bodies(), count=0)
    assert (done.sent, done.acknowledged, done.ended) == (2, 2, "interrupted")
    lab.wait_for(lambda: lab.records("close"), "the end of the session")
    assert lab.records("close")[-1].reason == "the device disconnected"


def test_refused_at_once(lab):
    lab.hosted.call(setattr, lab.device(), "status", "disabled")
    done = run(lab)
    assert (done.sent, done.ended, done.failure.failure.condition) == (0, "failed", "mqtt:5")


def test_lost_while_waiting_connects_again(lab):
    lines = []

    def bodies():
        yield Body(b"1", "", "")
        lab.hosted.call(lab.hosted.runtime.sessions["device-1"].end, 404104, "the network broke")
        lab.wait_for(lambda: lab.records("close"), "the end of the first session")
        yield Body(b"2", "", "")

    done = run(lab, bodies(), count=2, lines=lines)
    assert (done.sent, done.acknowledged, done.ended) == (2, 2, "count")
    assert [message.body for message in lab.messages()] == [b"1", b"2"]
    assert any("connecting again" in line for line in lines)


def test_unacknowledged_message_is_sent_again():
    sessions = []

    async def serve(stream, state):
        sessions.append(stream)
        if len(sessions) == 1:  # the first session ends between a message and its PUBACK
            stream.write = _until_puback(stream.write, stream)
        await devices.serve(stream, state.runtime)

    def _until_puback(write, stream):
        def guarded(data):
            if bytes(data)[0] == 0x40:
                stream.abort()
            else:
                write(data)

        return guarded

    with mqtt_lab(serve) as lab:
        done = run(lab)
        assert (done.sent, done.acknowledged, done.ended) == (3, 3, "count")
        assert [message.body for message in lab.messages()] == [b"1", b"1", b"2", b"3"]  # at least once
    assert len(sessions) == 2


def test_gives_up_on_a_message_that_breaks_each_connection(lab):
    done = run(lab, iter([Body(b"ok", "", ""), Body(bytes(262_145), "", "")]), count=2)
    assert (done.sent, done.acknowledged, done.ended) == (2, 1, "failed")
    assert done.failure.failure.kind is Kind.DROPPED
    assert len(lab.records("connect")) == 2
    assert all("262145" in record.reason for record in lab.records("publish") if record.outcome == "refused")


def test_token_is_renewed_by_connecting_again(lab):
    hours = iter([0, 0, 3000, 3490, 3490, 3600])  # seconds into the run, at each look at the clock
    started = time.time()
    lines = []
    done = run(lab, count=4, lines=lines, clock=lambda: started + next(hours))
    assert (done.acknowledged, done.ended) == (4, "count")
    lab.wait_for(lambda: len(lab.records("close")) == 2, "the end of both sessions")
    assert [record.outcome for record in lab.records("connect")] == ["accepted", "accepted"]
    assert [record.reason for record in lab.records("close")] == ["the device disconnected"] * 2
    assert [line for line in lines if "SAS token" in line] == [
        "The SAS token ends in less than 120 s; connecting with a new token, as MQTT requires."
    ]
