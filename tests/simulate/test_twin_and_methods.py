"""What a simulated device does beside sending: twin, methods and messages from the cloud."""

from __future__ import annotations

import json
import time

import pytest

from azext_iotdiag.credential.connection_string import DeviceConnectionString
from azext_iotdiag.lab.hub import cloud_messages, methods, sessions, twins
from azext_iotdiag.lab.hub.mqtt import connection as devices
from azext_iotdiag.model.failure import Kind, StepFailed
from azext_iotdiag.simulate.device import Way, connect
from azext_iotdiag.simulate.sign_in import sign_in
from azext_iotdiag.simulate.twin_and_methods import ECHO, Answers, Reply, TwinAndMethods, acknowledgements, shown
from tests.plugins.mqtt_lab import mqtt_lab
from tests.simulate.playing import playing

ANSWERS = Answers({"reboot": Reply(500, {"why": "no"}), "same": Reply(201, ECHO)}, Reply(200, ECHO))


@pytest.fixture
def lab():
    with mqtt_lab() as running:
        yield running


def test_methods_are_answered_by_the_table_and_otherwise_with_what_they_were_called_with(lab):
    with playing(lab, answers=ANSWERS) as played:
        runtime = lab.hosted.runtime

        def call(name, payload):
            return tuple(lab.hosted.call(methods.invoke, runtime, lab.device(), name, payload))[:2]

        assert call("reboot", {"in": 5}) == (500, {"why": "no"})
        assert call("same", [1]) == (201, [1])
        assert call("größe & co", {"a": 1}) == (200, {"a": 1})
        assert call("empty", None) == (200, None)
    assert played.talk.methods == 4
    assert 'Method reboot called with {"in": 5}; answered 500 with {"why": "no"}.' in played.lines


def test_it_reports_what_it_is_given_and_acknowledges_what_waits(lab):
    lab.hosted.call(twins.update, lab.device().twin, {"properties": {"desired": {"rate": 5}}}, time.time())
    with playing(lab, reported={"firmware": "1.0"}):
        reported = lab.device().twin.reported.values
    assert reported == {"firmware": "1.0", "rate": {"value": 5, "ac": 200, "av": 2}}
    with playing(lab) as again:
        pass
    assert not [line for line in again.lines if line.startswith("Reported")], "it is acknowledged once"


def test_a_desired_change_is_acknowledged(lab):
    with playing(lab) as played:

        def change():
            told = twins.update(
                lab.device().twin,
                {"properties": {"desired": {"rate": 7, "pump": {"__t": "c", "on": True}, "old": None}}},
                time.time(),
            )
            sessions.push_desired(lab.hosted.runtime, lab.device(), told)

        lab.hosted.call(change)
        lab.wait_for(lambda: lab.device().twin.reported.values, "the acknowledgement")
        assert lab.device().twin.reported.values == {
            "rate": {"value": 7, "ac": 200, "av": 2},
            "pump": {"__t": "c", "on": {"value": True, "ac": 200, "av": 2}},
        }
    assert played.talk.desired == 1


def test_a_message_from_the_cloud_is_settled(lab):
    with playing(lab) as played:
        lab.hosted.call(cloud_messages.send, lab.hosted.runtime, lab.device(), b"open the valve", ack="full")
        lab.wait_for(lambda: not lab.device().messages.waiting, "the end of the message")
    assert played.talk.messages == 1
    assert any("open the valve" in line and "settles it" in line for line in played.lines)


def test_a_module_talks_too(lab):
    from azext_iotdiag.lab.hub.identities import Device, new_key

    module = Device("device-1", new_key(), new_key(), module_id="filter")
    lab.hosted.call(lab.device().modules.__setitem__, "filter", module)
    device = DeviceConnectionString(lab.host, "device-1", "filter", key=module.primary)
    talk = TwinAndMethods("devices/device-1/modules/filter", Answers(), {"a": 1}, lambda line: None)
    connection = talk.opening(lambda now: connect(device, sign_in(device, now), Way(lab.trust, lab.address_for)))(
        time.time()
    )
    connection.close()
    assert module.twin.reported.values == {"a": 1} and not talk.failures


@pytest.mark.parametrize("status", [400, 429, 500])
def test_a_twin_that_is_refused_is_said_and_kept(lab, status):
    lab.hosted.break_("twin-error", status=status)
    with playing(lab, reported={"a": 1}) as played:
        assert [(each.kind, each.condition) for each in played.talk.failures] == [(Kind.REFUSED, f"twin:{status}")]
    assert any(f"twin:{status}" in line for line in played.lines)


def test_a_hub_that_ends_the_connection_at_the_subscription_gets_telemetry_alone():
    async def basic(stream, state):
        write = stream.write
        stream.write = lambda data: stream.abort() if bytes(data)[0] == 0x90 else write(data)  # SUBACK
        await devices.serve(stream, state.runtime)

    with mqtt_lab(basic) as lab:
        device = DeviceConnectionString(lab.host, "device-1", key=lab.device().primary)
        lines = []
        talk = TwinAndMethods("devices/device-1", Answers(), {}, lines.append)
        way = Way(lab.trust, lab.address_for)
        connection = talk.opening(lambda now: connect(device, sign_in(device, now), way))(time.time())
        assert not connection.lost and talk.silent
        assert any("telemetry alone" in line for line in lines)
        connection.close()


def test_a_refused_subscription_is_said(lab, monkeypatch):
    from azext_iotdiag.lab.hub.mqtt import topics as device_topics

    monkeypatch.setattr(device_topics, "is_subscribable", lambda topic, path: "twin/res" not in topic)
    with playing(lab) as played:
        assert played.lines == ["Connected.", "The hub refuses the subscription to $iothub/twin/res/#."]


def test_a_subscription_that_is_never_answered_has_a_deadline():
    async def mute(stream, state):
        write = stream.write
        stream.write = lambda data: None if bytes(data)[0] == 0x90 else write(data)
        await devices.serve(stream, state.runtime)

    with mqtt_lab(mute) as lab:
        device = DeviceConnectionString(lab.host, "device-1", key=lab.device().primary)
        talk = TwinAndMethods("devices/device-1", Answers(), {}, lambda line: None)
        way = Way(lab.trust, lab.address_for, step=0.3)
        with pytest.raises(StepFailed) as caught:
            talk.opening(lambda now: connect(device, sign_in(device, now), way))(time.time())
    assert caught.value.failure.kind is Kind.SILENT and "SUBACK" in caught.value.failure.step


@pytest.mark.parametrize(("desired", "reported", "expected"), [
    ({"$version": 3, "a": 1}, {}, {"a": {"value": 1, "ac": 200, "av": 3}}),
    ({"$version": 3, "a": 1}, {"a": {"value": 1, "ac": 200, "av": 2}}, {}),
    ({"$version": 3, "a": 1}, {"a": {"value": 2, "ac": 200, "av": 2}}, {"a": {"value": 1, "ac": 200, "av": 3}}),
    ({"$version": 3, "a": 1}, {"a": 1}, {"a": {"value": 1, "ac": 200, "av": 3}}),
    ({"$version": 3, "a": None, "$metadata": {}}, {}, {}),
    ({"$version": 3, "c": {"__t": "c", "x": 1}}, {"c": {"__t": "c", "x": {"value": 1, "ac": 200, "av": 1}}}, {}),
    ({"$version": 3, "o": {"x": 1}}, {}, {"o": {"value": {"x": 1}, "ac": 200, "av": 3}}),
])  # fmt: skip
def test_acknowledgements(desired, reported, expected):
    assert acknowledgements(desired, reported) == expected


def test_payloads_are_shown_in_short():
    assert shown(b"") == "nothing"
    assert shown(json.dumps("x" * 500).encode()).endswith("…")
    assert len(shown(b"\xff" * 1000)) <= 200
