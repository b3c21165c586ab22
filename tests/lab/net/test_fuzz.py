"""Bodies made at random at every door where JSON comes in: refused in the service's own form or taken, and then shown.

Each door gets 60 bodies, and 3000 with IOTDIAG_SIEGE.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
from uuid import UUID

import pytest

from azext_iotdiag.credential import sas
from azext_iotdiag.lab.audit import audit_feed
from azext_iotdiag.lab.dps import mqtt as dps_mqtt
from azext_iotdiag.lab.dps.service import derived
from azext_iotdiag.lab.hub import methods, sessions, twins
from azext_iotdiag.lab.hub.amqp.device import AmqpDevice
from azext_iotdiag.lab.hub.amqp.service_nodes import ServiceNodes
from azext_iotdiag.lab.hub.identities import Device
from azext_iotdiag.lab.hub.mqtt import topics
from azext_iotdiag.lab.hub.mqtt.session import read_json
from azext_iotdiag.lab.hub.refusal import HubRefusal
from azext_iotdiag.lab.lab import new_lab
from azext_iotdiag.lab.net.http_types import Request
from azext_iotdiag.lab.tenant import roles
from azext_iotdiag.lab.tenant.tenant import GROUP
from azext_iotdiag.wire import mqtt
from azext_iotdiag.wire.amqp.message import decode_message, encode_message
from azext_iotdiag.wire.amqp.types import Timestamp, ULong
from tests.plugins.dps_device import VERSION
from tests.plugins.lab_requests import arm, ask_request
from tests.plugins.mqtt_wire import Wire
from tests.plugins.mqtt_wire import connected as signed_in

NOW = 1_700_000_000  # as of mqtt_wire
COUNT = 3000 if os.environ.get("IOTDIAG_SIEGE") else 60
HALVES = ("\\ud800", "\\udfff", "a\\udc00b", "\\ud83d\\ude00", "\\ude00\\ud83d")
SCALARS = ("null", "true", "0", "-1", "1e999", "NaN", "Infinity", "9" * 400, "1.5", '""', '"x"', '"30"', '"\xff"')
NAMES = (
    "deviceId", "registrationId", "enrollmentGroupId", "attestation", "type", "symmetricKey", "primaryKey", "x509",
    "thumbprint", "capabilities", "iotEdge", "status", "statusReason", "tags", "properties", "desired", "reported",
    "query", "methodName", "payload", "responseTimeoutInSeconds", "connectTimeoutInSeconds", "initialTwin", "iotHubs",
    "allocationPolicy", "customAllocationDefinition", "webhookUrl", "displayName", "template", "enabled", "sku",
    "capacity", "authorizationPolicies", "keyName", "rights", "ipFilterRules", "networkRuleSets", "routing", "@id",
    "capabilityModel", "contents", "name", "schema", "tpm", "endorsementKey", "deviceScope", "authentication",
)  # fmt: skip
RIGHT = {  # what makes a body of a door be looked at more closely, where it stands in it
    "deviceId": '"d1"', "registrationId": '"d1"', "enrollmentGroupId": '"d1"', "methodName": '"m"',
    "attestation": '{"type": "symmetricKey"}', "status": '"enabled"', "query": '"SELECT * FROM devices"',
}  # fmt: skip


def value(rng: random.Random, depth: int = 0) -> str:
    """JSON, or nearly so."""
    kind = rng.randrange(9)
    if kind < 3 and depth < 4:
        pairs = (f"{key(rng)}: {value(rng, depth + 1)}" for _ in range(rng.randrange(5)))
        return "{" + ", ".join(pairs) + "}"
    if kind == 3 and depth < 4:
        return "[" + ", ".join(value(rng, depth + 1) for _ in range(rng.randrange(4))) + "]"
    return f'"{rng.choice(HALVES)}"' if kind < 6 else rng.choice(SCALARS)


def key(rng: random.Random) -> str:
    return f'"{rng.choice(HALVES)}"' if not rng.randrange(5) else f'"{rng.choice(NAMES)}"'


def bodies(seed: str):
    """Bodies, most of which have the parts without which nobody would look further."""
    rng = random.Random(seed)
    yield from (b"", b"\xff", b"[" * 50_000, b'{"a":' * 50_000, b"\0", b"null", b'"\\ud800"')
    for _ in range(COUNT):
        right = [f'"{name}": {text}' for name, text in RIGHT.items() if rng.randrange(10)]
        odd = [f"{key(rng)}: {value(rng)}" for _ in range(rng.randrange(6))]
        text = "{" + ", ".join(right + odd) + "}" if rng.randrange(8) else value(rng)
        yield text.encode("utf-8" if rng.randrange(20) else "latin-1")


@pytest.fixture
def state():
    made = new_lab(clock=lambda: NOW)
    made.provisioning[0].per_minute = 10**9
    person = made.tenant.named("servicePrincipal", "Owner")
    made.tenant.assign(person, roles.HUB_CONTRIBUTOR, made.tenant.path_of(made.hub))
    return made


def of_hub(state, method, path, body=b""):
    key = sas.iothub_key(state.hub.policies["iothubowner"].primary.reveal())
    shown = sas.sign(state.hub.host, key, NOW + 60, "iothubowner")
    target = f"/{path}?api-version=2021-04-12"
    return ask_request(state, Request(method, target, state.hub.host, {"authorization": shown}, body, "127.0.0.1:5"))


def of_dps(state, method, path, body=b""):
    dps = state.provisioning[0]
    key = sas.iothub_key(dps.policies["provisioningserviceowner"].primary.reveal())
    shown = sas.sign(dps.host, key, NOW + 60, "provisioningserviceowner")
    headers = {"authorization": shown, "content-type": "application/json"}
    target = f"/{path}?api-version=2021-10-01"
    return ask_request(state, Request(method, target, dps.host, headers, body, "127.0.0.1:5"))


def of_central(state, method, path, body=b""):
    central = state.apps[0]
    central.asked.clear()
    headers = {"authorization": central.tokens["lab"].text(central.app.id)}
    target = f"/api/{path}?api-version=2022-07-31"
    return ask_request(state, Request(method, target, central.host, headers, body, "127.0.0.1:5"))


def of_arm(state, method, path, body=b""):
    subscription = state.tenant.subscriptions[0].path
    version = "2021-10-15" if "provisioningServices" in path else "2023-06-30"
    whole = f"{subscription}/resourceGroups/{GROUP}/providers/Microsoft.Devices/{path}"
    return arm(state, whole, method=method, body=body, version=version)


def of_device(state, method, path, body=b""):
    dps = state.provisioning[0]
    own = sas.iothub_key(derived(dps.groups["devices"].attestation.primary, "d1").reveal())
    shown = sas.sign(f"{dps.id_scope}/registrations/d1", own, NOW + 60, "registration")
    headers = {"authorization": shown, "content-type": "application/json"}
    target = f"/{dps.id_scope}/{path}?api-version={VERSION}"
    return ask_request(state, Request(method, target, dps.host, headers, body, "127.0.0.1:5"))


DOORS = [
    (of_hub, "PUT", "devices/d1", "devices/d1"),
    (of_hub, "PUT", "devices/device-1/modules/d1", "devices/device-1/modules"),
    (of_hub, "PATCH", "twins/device-1", "twins/device-1"),
    (of_hub, "PUT", "twins/device-1", "twins/device-1"),
    (of_hub, "POST", "devices/query", "devices"),
    (of_hub, "POST", "twins/device-2/methods", "twins/device-2"),
    (of_dps, "PUT", "enrollments/d1", "enrollments/d1"),
    (of_dps, "PUT", "enrollmentGroups/d1", "enrollmentGroups/d1"),
    (of_dps, "POST", "enrollments/query", "enrollments/d1"),
    (of_device, "PUT", "registrations/d1/register", None),
    (of_central, "PUT", "devices/d1", "devices/d1"),
    (of_central, "PATCH", "devices/lab-device", "devices"),
    (of_central, "PUT", "deviceTemplates/dtmi:a:b;1", "deviceTemplates"),
    (of_arm, "PUT", "IotHubs/lab-hub", "IotHubs/lab-hub"),
    (of_arm, "PATCH", "provisioningServices/lab-dps", "provisioningServices/lab-dps"),
    (of_hub, "POST", "devices", "devices"),
    (of_hub, "POST", "devices/keys/regenerate", "devices"),
    (of_arm, "PUT", "IotHubs/second", "IotHubs/second"),
    (of_arm, "PUT", "IotHubs/lab-hub/certificates/c", "IotHubs/lab-hub/certificates"),
    (of_arm, "POST", "IotHubs/lab-hub/certificates/c/verify", None),
    (of_arm, "PUT", "IotHubs/lab-hub/providers/Microsoft.Authorization/roleAssignments/x", None),
]


@pytest.mark.parametrize(("send", "method", "path", "shown_at"), DOORS, ids=[f"{d[1]} {d[2]}" for d in DOORS])
def test_bodies_over_http(state, send, method, path, shown_at):
    statuses = set()
    for body in bodies(f"{method} {path}"):
        answer = send(state, method, path, body)  # an exception would be a mistake of the lab
        statuses.add(answer.status)
        assert answer.status < 500 or answer.status == 504, body
        text = answer.content()[0].decode()
        if text:
            proper(text)
        if no_unicode(body):
            assert answer.status >= 400, (body, text)
    assert statuses & {400, 401, 404, 405, 409}
    if shown_at is not None:
        answer = send(state, "GET", shown_at)
        assert answer.status in (200, 404)
        proper(answer.content()[0].decode())


def no_unicode(body: bytes) -> bool:
    """Whether the bytes, or what JSON makes of them, are no Unicode text. Of two equal keys JSON keeps the last."""
    try:
        text = body.decode()
        json.dumps(json.loads(text), ensure_ascii=False).encode()
    except UnicodeError:
        return True
    except (ValueError, RecursionError):
        return False
    return False


def proper(text: str) -> None:
    """Fails unless it is JSON as others read it: no NaN, no half of a pair."""

    def refuse(constant):
        raise AssertionError(f"{constant} is no JSON")

    json.dumps(json.loads(text, parse_constant=refuse), ensure_ascii=False).encode()


def test_the_400_of_each_service_has_its_form(state):
    half = b'{"deviceId": "\\ud800"}'
    hub = of_hub(state, "PUT", "devices/d1", half)
    assert (hub.status, hub.headers["iothub-errorcode"]) == (400, "DeserializationError")
    assert hub.body["Message"].startswith("ErrorCode:DeserializationError;") and "surrogate" in hub.body["Message"]
    dps = of_dps(state, "PUT", "enrollments/d1", half)
    assert (dps.status, dps.body["errorCode"], dps.headers["x-ms-error-code"]) == (400, 400004, "400004")
    assert dps.body["message"].startswith("The body is no JSON: ")
    device = of_device(state, "PUT", "registrations/d1/register", half)
    assert (device.status, device.body["errorCode"]) == (400, 400004)
    central = of_central(state, "PUT", "devices/d1", half)
    assert (central.status, central.body["error"]["code"]) == (400, "BadRequest")
    manager = of_arm(state, "PATCH", "IotHubs/lab-hub", half)
    assert (manager.status, manager.body["error"]["code"]) == (400, "InvalidRequestContent")


def test_bodies_of_twins_and_methods_of_a_device(state):
    """Over MQTT and AMQP: what a device reports and answers."""
    device = state.hub.devices["device-1"]
    for body in bodies("device"):
        try:
            twins.report(device.twin, read_json(body), NOW)
        except HubRefusal as refused:
            assert refused.code in (400004, 400012)
        state.runtime.calls[device.name, "c"] = asyncio.new_event_loop().create_future()
        why = methods.answer(state.runtime, device, "c", 200, body)
        if no_unicode(body):
            assert why.startswith("the answer is not JSON")
        proper(json.dumps(device.twin.reported.document(), ensure_ascii=False))


def test_reports_over_mqtt(state):
    """A half is refused with the error of a twin, and the session goes on."""

    async def steps():
        wire, task = await signed_in(state.runtime)
        wire.send(mqtt.Subscribe(1, (("$iothub/twin/res/#", 0),)))
        await wire.receive()
        for body in (b'{"a": "\\ud800"}', b'{"\\udfff": 1}', b'{"a": NaN}', b'{"a": "\xff"}', b"[" * 5000):
            wire.send(mqtt.Publish("$iothub/twin/PATCH/properties/reported/?$rid=1", body))
            answer = await wire.receive()
            assert answer.topic == "$iothub/twin/res/400/?$rid=1", body
            assert json.loads(answer.payload)["errorCode"] == 400004
        wire.hang_up()
        await asyncio.wait_for(task, 5)

    asyncio.run(steps())


def test_registrations_over_mqtt(state, monkeypatch):
    async def steps():
        monkeypatch.setattr(dps_mqtt, "_login", lambda *_: (0, ""))
        wire = Wire()
        task = asyncio.ensure_future(dps_mqtt.serve(wire, state))
        user = f"{state.provisioning[0].id_scope}/registrations/d1/api-version=2019-03-31"
        wire.send(mqtt.Connect("d1", user, b"x", 60))
        assert await wire.receive() == mqtt.ConnAck(0)
        wire.send(mqtt.Publish("$dps/registrations/PUT/iotdps-register/?$rid=3", b'{"payload": "\\ud800"}'))
        answer = await wire.receive()
        assert answer.topic == "$dps/registrations/res/400/?$rid=3"
        assert json.loads(answer.payload)["errorCode"] == 400004
        wire.hang_up()
        await asyncio.wait_for(task, 5)

    asyncio.run(steps())


def _message(body, **parts):
    return decode_message(encode_message(body, **parts))


class _Connection:
    """As much of an AMQP connection as a device's links need."""

    def __init__(self, runtime):
        self.runtime = runtime
        self.stream = Wire()
        self.notes = []

    def audit(self, action, outcome, **details):
        self.notes.append((action, outcome, details))


def test_bodies_of_twins_over_amqp(state):
    device = AmqpDevice(_Connection(state.runtime), state.hub.devices["device-1"], "sas")
    sent = []
    device._send_twin = lambda body, properties, marks: sent.append((marks["status"], body))
    for body in bodies("amqp"):
        marks = {"operation": "PATCH", "resource": "/properties/reported"}
        device._twin(_message(body, annotations=marks, properties={"correlation-id": "1"}))
        status, answer = sent.pop()
        assert status in (204, 400)
        if status == 400:
            assert json.loads(answer)["errorCode"] == 400004
        if no_unicode(body):
            assert status == 400


@pytest.mark.parametrize("odd", [{b"a": 1}, {1: {"x": b"\xff"}}, [{None: [1]}], float("nan")])
def test_a_value_as_a_body_over_amqp(state, odd):
    device = AmqpDevice(_Connection(state.runtime), state.hub.devices["device-1"], "sas")
    message = _message(b"")._replace(value=odd)
    try:
        device._telemetry([message])
    except HubRefusal as refused:
        assert refused.code == 400004
    for partition in state.hub.stream.partitions.values():
        for event in partition.events:
            decode_message(event.message)


ODD = (True, 1, -1.5, b"\xff", UUID(int=7), Timestamp(10**17), Timestamp(-(10**17)), [1], {"a": 1}, "\0", ULong(2**63))
PROPERTIES = ("message-id", "correlation-id", "user-id", "content-type", "content-encoding", "absolute-expiry-time",
              "creation-time", "to", "subject")  # fmt: skip


@pytest.mark.parametrize("name", PROPERTIES)
def test_odd_properties_over_amqp(state, name):
    """Of telemetry and of messages to devices: refused, or taken and then shown in every form."""
    device = state.hub.devices["device-1"]
    speaks = AmqpDevice(_Connection(state.runtime), device, "sas")
    service = ServiceNodes(_Connection(state.runtime))
    state.runtime.later = lambda _seconds, _then: None
    position = audit_feed.news(state.runtime, None)["position"]
    to = {"to": "/devices/device-1/messages/devicebound"}
    for odd in ODD:
        try:
            message = _message(b"x", properties={**to, name: odd}, application={"odd": odd})
        except (
            TypeError,
            ValueError,
            AttributeError,
            MemoryError,
            OverflowError,
        ):  # no such value can be written there
            continue
        with contextlib.suppress(HubRefusal):
            speaks._telemetry([message])
        with contextlib.suppress(HubRefusal):
            service._send(message)
        for waiting in device.messages.waiting:
            topics.devicebound(device.path, waiting)
            encode_message(waiting.body, properties=waiting.system, application=waiting.properties)
        device.messages.waiting.clear()
    proper(json.dumps(audit_feed.news(state.runtime, position)))


def test_a_device_in_a_session_is_shown(state):
    """Names are held to the characters of ids, so no half gets into one."""
    device = state.hub.devices["device-1"]
    sessions.connect(state.runtime, sessions.DeviceSession(device, "mqtt", "here", lambda *_: None))
    assert isinstance(device, Device)
    proper(of_hub(state, "GET", "devices").content()[0].decode())
