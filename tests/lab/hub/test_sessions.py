"""One session for each identity, what is pushed to it, and direct methods with their deadlines."""

from __future__ import annotations

import asyncio
import json

import pytest

from azext_iotdiag.lab.hub import methods, sessions, twins
from azext_iotdiag.lab.hub.identities import Device, new_key
from azext_iotdiag.lab.hub.refusal import HubRefusal
from azext_iotdiag.lab.lab import new_lab


@pytest.fixture
def state():
    return new_lab(clock=lambda: 1_700_000_000.0).runtime


@pytest.fixture
def device(state):
    return state.hub.devices["device-1"]


def session(device, protocol="mqtt", peer="here", **on):
    ends = []
    made = sessions.DeviceSession(device, protocol, peer, lambda *end: ends.append(end), **on)
    made.ends = ends
    return made


@pytest.mark.parametrize(("protocol", "code"), [("mqtt", 400027), ("amqp", 409002)])
def test_the_older_session_ends(state, device, protocol, code):
    first, second = session(device), session(device, protocol, "there")
    sessions.connect(state, first)
    sessions.connect(state, second)
    assert first.ends == [(code, "the same device connected again, from there")] and not second.ends
    sessions.leave(state, first)
    assert device.connected and state.sessions == {"device-1": second}
    sessions.leave(state, second)
    assert not device.connected and not state.sessions


def test_a_module_has_a_session_of_its_own(state, device):
    module = device.modules["m"] = Device("device-1", new_key(), new_key(), module_id="m")
    both = [session(device), session(module)]
    for each in both:
        sessions.connect(state, each)
    assert state.sessions == {"device-1": both[0], "device-1/m": both[1]}
    sessions.drop(state, device, 403012, "the device was disabled")
    assert [each.ends for each in both] == [[(403012, "the device was disabled")]] * 2


def test_desired_properties_are_pushed_to_who_wants_them(state, device):
    told = twins.update(device.twin, {"properties": {"desired": {"a": 1}}}, 0)
    pushed = []
    assert not sessions.push_desired(state, device, told)
    made = session(device)
    sessions.connect(state, made)
    assert not sessions.push_desired(state, device, told)
    made.on_desired = pushed.append
    assert sessions.push_desired(state, device, told) and not sessions.push_desired(state, device, None)
    assert pushed == [{"a": 1, "$version": 2}]


def test_a_method_is_answered(state, device):
    def answer(call):
        assert json.loads(call.payload) == {"n": 1} and call.name == "ping"
        assert not methods.answer(state, device, call.call_id, 201, b'{"pong":true}')
        assert methods.answer(state, device, call.call_id, 200, b"") == "no caller waits for this answer (any more)"

    sessions.connect(state, session(device, on_method=answer))
    answered = asyncio.run(methods.invoke(state, device, "ping", {"n": 1}))
    assert answered == methods.MethodAnswer(201, {"pong": True}) and not state.calls and not state.waiters


@pytest.mark.parametrize(
    ("payload", "why"),
    [(b"{", "not JSON"), (b"[" * 100_000, "not JSON"), (bytes(methods.LARGEST + 1), "131073 bytes")],
)
def test_answers_that_are_of_no_use(state, device, payload, why):
    def answer(call):
        assert why in methods.answer(state, device, call.call_id, 200, payload)

    sessions.connect(state, session(device, on_method=answer))
    with pytest.raises(HubRefusal) as caught:
        asyncio.run(methods.invoke(state, device, "ping", response_seconds=0.01))
    assert caught.value.code == 504101 and not state.calls


@pytest.mark.parametrize("there", ["nobody", "no handler"])
def test_a_method_meets_nobody(state, device, there):
    if there != "nobody":
        sessions.connect(state, session(device, on_method=None))
    with pytest.raises(HubRefusal) as caught:
        asyncio.run(methods.invoke(state, device, "ping", connect_seconds=0 if there == "nobody" else 0.01))
    assert (caught.value.code, caught.value.status) == (404103, 404) and not state.waiters
    assert str(caught.value) == "Timed out waiting for device to connect." and caught.value.info == {
        "timeout": "00:00:00"
    }


def test_a_device_that_leaves_during_the_call(state, device):
    made = session(device)
    made.on_method = lambda call: sessions.leave(state, made)
    sessions.connect(state, made)
    with pytest.raises(HubRefusal) as caught:
        asyncio.run(methods.invoke(state, device, "ping"))
    assert (caught.value.code, str(caught.value)) == (404103, "Device unavailable") and not state.calls


def test_a_method_waits_for_the_device(state, device):
    made = session(device)
    made.on_method = lambda call: methods.answer(state, device, call.call_id, 200, b"1")

    async def run():
        invoked = asyncio.ensure_future(methods.invoke(state, device, "ping", connect_seconds=10))
        await asyncio.sleep(0)
        sessions.connect(state, made)
        sessions.ready(state, made)
        return await invoked

    assert asyncio.run(run()).payload == 1


def test_a_payload_that_is_too_large(state, device):
    with pytest.raises(HubRefusal) as caught:
        asyncio.run(methods.invoke(state, device, "ping", "x" * methods.LARGEST))
    assert caught.value.code == 413001
