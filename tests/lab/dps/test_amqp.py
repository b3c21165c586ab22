"""The provisioning service over AMQP, as the device SDKs for C and Node.js ask it."""

from __future__ import annotations

import json
import time

import pytest

from azext_iotdiag.credential import sas
from azext_iotdiag.lab.dps.service import GLOBAL_HOST, Enrollment, derived
from azext_iotdiag.lab.hub.identities import new_key
from azext_iotdiag.wire.amqp.frames import AMQP_HEADER, SASL_HEADER, frame
from azext_iotdiag.wire.amqp.message import Message
from azext_iotdiag.wire.amqp.performatives import Accepted, Begin, Open, Rejected, SaslInit, SaslOutcome
from azext_iotdiag.wire.amqp.types import Symbol
from tests.plugins.amqp_raw import BEGIN, Raw
from tests.plugins.amqp_talker import Talker

VERSION = {Symbol("com.microsoft:api-version"): "2019-03-31"}
SECONDS = 20.0


@pytest.fixture
def dps(lab):
    return lab.state.provisioning[0]


@pytest.fixture
def device(lab, dps):
    """A function that opens a connection as a device; its talker, or None where it was not let in."""
    opened = []

    def come(name="d", key=None, *, host=GLOBAL_HOST, scope=""):
        path = f"{scope or dps.id_scope}/registrations/{name}"
        key = key or derived(dps.groups["devices"].attestation.primary, name)
        token = sas.sign(path, sas.iothub_key(key.reveal()), int(time.time()) + 600, "registration")
        raw = Raw(lab, host)
        opened.append(raw)
        raw.send(SASL_HEADER, frame(SaslInit(Symbol("PLAIN"), f"\0{path}\0{token}".encode(), host), sasl=True))
        assert raw.header() == SASL_HEADER
        if raw.until(SaslOutcome).code:
            return None
        raw.send(AMQP_HEADER, Open("device", host), BEGIN)
        raw.header()
        raw.until(Begin)
        return Talker(raw, path)

    yield come
    for raw in opened:
        raw.close()


def links(talker, **more):
    """Both links of a device; the number of the one on which it asks."""
    talker.path, path = "", talker.path
    talker.link(path, receive=True, properties=VERSION, **more)
    asking, _ = talker.link(path, properties=VERSION, **more)
    talker.path = path
    return asking


def ask(talker, asking, operation, body=b"{}", **more):
    """What an operation is answered, or the error with which it is refused."""
    application = {"iotdps-operation-type": operation, **more}
    state = talker.send(asking, body, properties={"correlation-id": "c-1"}, application=application)
    if isinstance(state, Rejected):
        return state.error
    assert isinstance(state, Accepted)
    came = talker.raw.until(Message)
    assert came.properties["correlation-id"] == "c-1"
    return {**json.loads(came.body), "after": came.application.get("retry-after")}


def test_a_device_registers_and_asks_what_became_of_it(lab, dps, device):
    talker = device()
    asking = links(talker)
    body = json.dumps({"registrationId": "d", "payload": {"a": 1}}).encode()
    begun = ask(talker, asking, "iotdps-register", body)
    assert begun["status"] == "assigning" and begun["after"]
    ends = time.monotonic() + SECONDS
    while True:
        told = ask(talker, asking, "iotdps-get-operationstatus", **{"iotdps-operation-id": begun["operationId"]})
        if told["status"] != "assigning":
            break
        assert time.monotonic() < ends and told["after"]
        time.sleep(0.2)
    assert told["status"] == "assigned" and told["registrationState"]["assignedHub"] == lab.state.hub.host
    assert lab.call(lambda: "d" in lab.state.hub.devices)
    assert ask(talker, asking, "iotdps-get-registration")["deviceId"] == "d"
    who = [(each.service, each.action) for each in lab.call(lab.state.audit.recent, 50) if each.who == "d"]
    assert ("dps", "request") in who


def test_who_is_not_let_in(lab, dps, device):
    assert device(key=new_key()) is None
    assert device(scope="0ne00000000") is None
    reasons = [each.reason for each in lab.call(lab.state.audit.recent, 20) if each.action == "authenticate"]
    assert all("401002" in each for each in reasons) and len(reasons) == 2
    lab.call(dps.network.__setitem__, "publicNetworkAccess", "Disabled")
    assert device() is None


@pytest.mark.parametrize(("operation", "body", "more", "condition", "code"), [
    ("iotdps-register", b"[]", {}, "amqp:not-allowed", 400004),
    ("iotdps-register", b'{"registrationId": "other"}', {}, "amqp:not-allowed", 400004),
    ("iotdps-paint", b"{}", {}, "amqp:not-allowed", 400004),
    ("iotdps-get-operationstatus", b"", {"iotdps-operation-id": "x"}, "amqp:not-found", 404201),
])  # fmt: skip
def test_requests_that_are_refused(device, operation, body, more, condition, code):
    talker = device()
    error = ask(talker, links(talker), operation, body, **more)
    assert str(error.condition) == condition and json.loads(error.description)["errorCode"] == code


def test_links_that_are_refused(lab, device):
    talker = device()
    talker.path, path = "", talker.path
    for address, properties, condition in (
        (path, {}, "amqp:not-allowed"),
        (path.rsplit("/", 1)[0] + "/other", VERSION, "amqp:unauthorized-access"),
        ("devices/device-1/messages/events", VERSION, "amqp:not-found"),
        ("$cbs", VERSION, "amqp:not-found"),
    ):
        _, answer = talker.link(address, properties=properties)
        assert str(answer.error.condition) == condition, address


def test_too_many_requests_say_when_to_come_again(lab, dps, device):
    talker = device()
    asking = links(talker)
    lab.call(dps.__setattr__, "per_minute", 0)
    error = ask(talker, asking, "iotdps-register")
    assert str(error.condition) == "amqp:resource-limit-exceeded" and error.info["retry-after"]


def test_an_enrollment_that_is_off(lab, dps, device):
    off = Enrollment("off", enabled=False)
    lab.call(dps.enrollments.__setitem__, "off", off)
    talker = device("off", off.attestation.primary)
    begun = ask(talker, links(talker), "iotdps-register")
    assert begun["status"] in ("assigning", "disabled")
