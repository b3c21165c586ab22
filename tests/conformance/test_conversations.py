"""Device SDKs of others, over each of their transports, in conversation with the lab's hub; every step is noted."""

from __future__ import annotations

import contextlib
import time

import pytest

from azext_iotdiag.lab.hub import cloud_messages, methods, sessions, twins
from azext_iotdiag.lab.hub.identities import Device, new_key
from azext_iotdiag.lab.net import certificates
from azext_iotdiag.wire.amqp.message import decode_message
from tests.plugins.conversation import HERE, conversation, task_for
from tests.plugins.lab_fixture import open_lab

AUTHORITY = certificates.make_authority("a factory")
SELF_SIGNED = certificates.self_signed("whoever")
CLIENTS = [
    ("python", "mqtt"), ("python", "mqtt-ws"), ("node", "mqtt"), ("node", "mqtt-ws"), ("node", "amqp"),
    ("node", "amqp-ws"), ("node", "http"),
]  # fmt: skip
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """One lab; each test has a device of its own."""
    with open_lab(tmp_path_factory.mktemp("lab"), device_count=1) as running:
        running.state.hub.authorities["factory"] = AUTHORITY.pem
        yield running


@pytest.fixture
def talk(request, lab):
    """A function that starts a client for a new device, or for a module of it."""

    @contextlib.contextmanager
    def start(client, transport, *, module="", authentication="sas"):
        name = f"{request.node.name.partition('[')[0]}-{client}-{transport}"
        device = Device(name, new_key(), new_key(), generation_id="g", authentication=authentication)
        certificate = {"selfSigned": SELF_SIGNED, "certificateAuthority": AUTHORITY.issue_device(name), "sas": None}
        if authentication == "selfSigned":
            device.thumbprints = (
                certificates.load(SELF_SIGNED[0])[0].fingerprint(certificates.hashes.SHA1()).hex(),
                "",
            )
        if module:
            device.modules[module] = Device(name, new_key(), new_key(), generation_id="g", module_id=module)
        lab.call(lab.state.hub.devices.__setitem__, name, device)
        identity = device.modules[module] if module else device
        task = task_for(lab, client, transport, name, module, certificate[authentication])
        if client == "node":
            modules = request.getfixturevalue("device_transports")
            command = ["node", str(HERE / "node" / "conversation.js")]
            extra = {"IOTDIAG_CLIENTS_NODE_MODULES": modules, "NODE_EXTRA_CA_CERTS": lab.description["caFile"]}
        else:
            command = [request.getfixturevalue("clients_python"), str(HERE / "clients" / "conversation.py")]
            extra = {}
        with conversation(command, task, **extra) as talking:
            yield talking, identity

    return start


def stored(lab, device):
    partition = lab.state.hub.partition_of(device)
    found = [decode_message(event.message) for event in lab.call(lambda: list(partition.events))]
    return [message for message in found if message.annotations["iothub-connection-device-id"] == device]


def noted(lab, identity, action):
    records = lab.call(lab.state.audit.recent, 10_000)
    return [one for one in records if one.action == action and one.outcome != "refused" and identity.name in one.who]


def wait(condition, what):
    ends = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < ends, f"waited 20 s for {what}"
        time.sleep(0.01)


def push(lab, identity, change):
    def write():
        told = twins.update(identity.twin, {"properties": {"desired": change}}, lab.state.clock())
        return sessions.push_desired(lab.runtime, identity, told)

    return lab.call(write)


def listens(lab, identity):
    session = lab.runtime.sessions.get(identity.name)
    return session is not None and session.on_desired is not None and session.on_method is not None


@pytest.mark.parametrize(("client", "transport"), CLIENTS)
def test_a_device_in_conversation(lab, talk, client, transport):
    with talk(client, transport) as (device, identity):
        device.until("ready")
        (message,) = stored(lab, identity.device_id)
        assert (message.body, message.application) == (b'{"temperature":21.5}' if client == "node" else
                                                       b'{"temperature": 21.5}', {"alert": "yes & no"})  # fmt: skip
        assert message.properties["message-id"] == "d-1"
        assert message.properties["content-type"] == "application/json"
        if transport != "http":
            wait(lambda: lab.call(listens, lab, identity), "the subscriptions")
            assert identity.twin.reported.values == {"firmware": "2"}
            assert push(lab, identity, {"every": 5})
            device.until("desired", patch={"every": 5, "$version": 2})
            assert lab.call(methods.invoke, lab.runtime, identity, "ping", {"n": 1}) == methods.MethodAnswer(
                207, {"got": {"n": 1}}
            )
            device.until("method", name="ping")
        lab.call(
            lambda: cloud_messages.send(
                lab.runtime, identity, b"hello", system={"message-id": "c-1"}, properties={"from": "cloud"}, ack="full"
            )
        )
        message = device.until("message", body="hello", id="c-1")
        assert "cloud" in message["properties"].values()
        wait(lambda: not lab.call(lambda: identity.queued), "the end of the message")
        assert lab.call(lab.runtime.feedback.waiting.pop).record["statusCode"] == "Success"
        device.close()
        if transport != "http":
            device.until("closed")
            wait(lambda: not lab.call(lambda: identity.connected), "the end of the session")
            for action in ("publish", "twin", "method", "message"):
                assert noted(lab, identity, action), action


@pytest.mark.parametrize(("client", "transport"), [("node", "amqp"), ("node", "http")])
def test_a_device_that_does_not_want_a_message(lab, talk, client, transport):
    with talk(client, transport) as (device, identity):
        device.until("ready")
        lab.call(lambda: cloud_messages.send(lab.runtime, identity, b"reject", ack="negative"))
        device.until("message", body="reject", done="reject")
        wait(lambda: lab.runtime.feedback.records, "the word of it")
        assert lab.call(lab.runtime.feedback.waiting.pop).record["statusCode"] == "Rejected"


@pytest.mark.parametrize(
    ("client", "transport", "authentication"),
    [
        ("python", "mqtt", "selfSigned"), ("python", "mqtt-ws", "certificateAuthority"),
        ("node", "mqtt-ws", "certificateAuthority"), ("node", "amqp-ws", "selfSigned"), ("node", "http", "selfSigned"),
        ("node", "amqp", "certificateAuthority"),
    ],
)  # fmt: skip
def test_a_device_with_a_certificate(lab, talk, client, transport, authentication):
    with talk(client, transport, authentication=authentication) as (device, identity):
        device.until("ready")
        (message,) = stored(lab, identity.device_id)
        assert "x509Certificate" in message.annotations["iothub-connection-auth-method"]


@pytest.mark.parametrize(("client", "transport"), [("python", "mqtt"), ("node", "mqtt"), ("node", "amqp")])
def test_a_module_in_conversation(lab, talk, client, transport):
    with talk(client, transport, module="m") as (device, identity):
        device.until("ready")
        (message,) = stored(lab, identity.device_id)
        assert message.annotations["iothub-connection-module-id"] == "m"
        wait(lambda: lab.call(listens, lab, identity), "the subscriptions")
        assert push(lab, identity, {"every": 5})
        device.until("desired", patch={"every": 5, "$version": 2})
        assert lab.call(methods.invoke, lab.runtime, identity, "ping").status == 207
        assert not lab.state.hub.devices[identity.device_id].connected


@pytest.mark.parametrize(("client", "transport"), [("python", "mqtt"), ("node", "amqp")])
def test_a_second_client_takes_over(lab, talk, client, transport):
    with talk(client, transport) as (device, identity):
        device.until("ready")
        other = lambda *_: None  # noqa: E731
        lab.call(sessions.connect, lab.runtime, sessions.DeviceSession(identity, transport, "elsewhere", other))
        if transport == "mqtt":
            device.until("disconnected")
        wait(lambda: noted(lab, identity, "close"), "the end of the first")
        code = {"mqtt": 400027, "amqp": 409002}[transport]
        assert noted(lab, identity, "close")[-1].details["code"] == code
