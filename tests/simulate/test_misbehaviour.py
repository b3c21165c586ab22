"""Each way to misbehave, against the lab: what the hub answers, and what its audit says of it."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

from azext_iotdiag._params import simulate as simulate_params
from azext_iotdiag.credential.connection_string import DeviceConnectionString
from azext_iotdiag.simulate import misbehaviour, telemetry
from azext_iotdiag.simulate.device import Way, connect
from azext_iotdiag.simulate.misbehaviour import MISBEHAVIOURS, WITH_BODIES, Rehearsal, altered, rehearse
from tests.plugins.mqtt_lab import mqtt_lab

SIGN_IN = "the hub refused the sign-in with return code 5 (Not authorized)"
CLOSED = "the hub closed the connection"
EXPECTED = {  # what the device hears, and what only the hub knows
    "wrong-key": (SIGN_IN, "signed with another key"),
    "expired-token": (SIGN_IN, "the SAS token expired 6"),
    "wrong-case": (SIGN_IN, "ids are case-sensitive, and there is 'device-1'"),
    "no-keep-alive": (f"{CLOSED} after", "1.5 times the keep-alive"),
    "same-identity-twice": ("the hub ended the older session in 3 of 3 cases", "connected again"),
    "silent": ("the hub kept the connection, and has no message of the device", "the device disconnected"),
    "too-large": (CLOSED, "262145 bytes"),
    "quality-2": (CLOSED, "quality of service 2"),
    "wrong-topic": (CLOSED, "not one of this device's"),
    "no-api-version": ("the hub took the messages, and answered the report of properties with 400", "no api-version"),
    "no-question-mark": ("the hub let the device in", "the device disconnected"),
    "unknown-module": (SIGN_IN, "has no module"),
    "key-as-text": (SIGN_IN, "signed with another key"),
    "desired-not-subscribed": ("the hub answered the twin with 200, and pushes no change", "the device disconnected"),
    "twin-not-read-again": ("the hub pushes changes from now on", "the device disconnected"),
    "subscribes-late": ("the hub accepted the subscriptions", "the device disconnected"),
    "no-method-handler": ("the hub took the messages, and has no subscription", "the device disconnected"),
    "bad-patch-again": ("the hub answered the reports with 400, 400, 400", "null"),
    "dot-in-key": ("the hub answered the reports with 400, 400, 400", "motor.speed"),
    "token-not-renewed": ("the hub ended the session after the token", "the SAS token expired"),
    "restarts-at-renewal": ("the hub saw 3 sessions that broke off", "closed the connection without DISCONNECT"),
    "stops-after-sessions": ("the hub took 3 sessions", "the device disconnected"),
}


@pytest.fixture(scope="module")
def lab():
    with mqtt_lab() as running:
        yield running


@pytest.mark.parametrize("name", [name for name in MISBEHAVIOURS if name not in WITH_BODIES])
def test_what_the_hub_answers(lab, monkeypatch, name):
    monkeypatch.setattr(misbehaviour, "KEEP_ALIVE", 1)
    device = DeviceConnectionString(lab.host, "device-1", key=lab.device().primary)
    way = Way(lab.trust, lab.address_for)
    done = rehearse(
        name, device, lambda signed: connect(device, signed, way),
        Rehearsal(telemetry.bodies("json", "s"), count=1, interval=0.2, say=lambda line: None),
    )  # fmt: skip
    answer, known = EXPECTED[name]
    assert (done.ended, done.failure) == ("misbehaved", None)
    assert done.answer.startswith(answer)
    lab.wait_for(
        lambda: [record for action in ("connect", "close", "publish", "twin") for record in lab.records(action)
                 if known in record.reason],
        f"a record of: {known}",
    )  # fmt: skip


def test_what_is_sent_wrongly():
    (good,) = [next(telemetry.bodies("json", "s"))]
    bad, encoded, untyped = (next(altered(name, [good])) for name in ("bad-json", "wrong-encoding", "no-content-type"))
    with pytest.raises(ValueError):
        json.loads(bad.payload)
    assert bad.content_type == encoded.content_type == "application/json"
    with pytest.raises(UnicodeDecodeError):
        encoded.payload.decode(encoded.content_encoding)
    assert json.loads(encoded.payload.decode("utf-16")) == json.loads(good.payload)
    assert (untyped.content_type, untyped.content_encoding, untyped.payload) == ("", "", good.payload)


def test_the_first_name_of_a_message_in_other_letters():
    (good,) = [next(telemetry.bodies("json", "s"))]
    told, right = (json.loads(each.payload) for each in (next(altered("field-case", [good])), good))
    assert [name.swapcase()[0] + name[1:] for name in list(right)[:1]] == list(told)[:1]
    assert list(told)[1:] == list(right)[1:] and list(told.values()) == list(right.values())
    empty = good._replace(payload=b"7")
    assert next(altered("field-case", [empty])) == empty


def test_a_hub_that_lets_it_pass_is_said_to(lab):
    device = DeviceConnectionString(lab.host, "device-1", key=lab.device().primary)
    done = rehearse(
        "expired-token", device, lambda signed: connect(device, signed, Way(lab.trust, lab.address_for)),
        Rehearsal(iter(()), count=1, interval=0, say=lambda line: None), clock=lambda: 4e9,
    )  # fmt: skip
    assert done.answer == "the hub let the device in"


def test_the_command_knows_them_all():
    tree = ast.parse(Path(simulate_params.__file__).read_text(encoding="utf-8"))
    lists = [[each.value for each in node.elts if isinstance(each, ast.Constant)]
             for node in ast.walk(tree) if isinstance(node, ast.List)]  # fmt: skip
    assert list(MISBEHAVIOURS) in lists
