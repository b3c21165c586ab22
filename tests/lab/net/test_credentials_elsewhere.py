"""A credential of one hub, device, policy or service, used at another: it opens nothing there.

Each way in is tried with what opens it, too, so that every table can fail.
"""

from __future__ import annotations

import socket
import ssl
import time
from functools import partial

import pytest
import websocket

from azext_iotdiag.credential import sas
from azext_iotdiag.lab.dps import service as provisioning
from azext_iotdiag.lab.hub import service_access as hub_access
from azext_iotdiag.lab.lab import new_lab
from azext_iotdiag.lab.net.http_types import Request
from azext_iotdiag.lab.tenant import roles
from azext_iotdiag.wire import mqtt
from azext_iotdiag.wire.amqp.frames import AMQP_HEADER, SASL_HEADER, frame
from azext_iotdiag.wire.amqp.performatives import Attach, Detach, Open, SaslInit, SaslOutcome, Source, Target
from azext_iotdiag.wire.amqp.types import Symbol
from tests.plugins.amqp_raw import BEGIN, Raw, raw
from tests.plugins.lab_fixture import open_lab
from tests.plugins.lab_requests import ask, ask_request, token

SOON = 600
HUBS = ("own", "first hidden", "second hidden")
PAIRS = [(mine, there) for mine in HUBS for there in HUBS]


def hubs_of(state):
    """The lab's own hub, and those behind its IoT Central application, each with a device of the same id and keys of
    its own."""
    found = dict(zip(HUBS, (state.runtime, *state.apps[0].hubs), strict=True))
    for each in found.values():
        if "device-1" not in each.hub.devices:
            each.hub.devices["device-1"] = type(state.hub.devices["device-1"])(
                "device-1", provisioning.new_key(), provisioning.new_key()
            )
    return {name: each.hub for name, each in found.items()}


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    with open_lab(tmp_path_factory.mktemp("lab")) as running:
        yield running


@pytest.fixture(scope="module")
def hubs(lab):
    return lab.call(hubs_of, lab.state)


def expires():
    return int(time.time()) + SOON


def service_token(hub, *, resource="", policy="service"):
    return sas.sign(resource or hub.host, sas.iothub_key(hub.policies[policy].primary.reveal()), expires(), policy)


def stream_token(hub, *, resource="", policy="service"):
    key = sas.eventhub_key(hub.policies[policy].primary.reveal())
    return sas.sign(resource or f"sb://{hub.stream.host}/{hub.stream.entity}", key, expires(), policy)


def device_token(hub, *, device="device-1", resource=""):
    key = sas.iothub_key(hub.devices[device].primary.reveal())
    return sas.sign(resource or f"{hub.host}/devices/{device}", key, expires())


# --- AMQP -------------------------------------------------------------------------------------------------------------


def open_plain(client: Raw, user: str, password: str, *, sasl_host: str, open_host: str) -> bool:
    """Sign in by SASL PLAIN to one host, and open the connection to another; whether the sign-in succeeded."""
    response = b"\0".join((b"", user.encode(), password.encode()))
    client.send(SASL_HEADER, frame(SaslInit(Symbol("PLAIN"), response, sasl_host), sasl=True))
    assert client.header() == SASL_HEADER
    client.next()
    if client.next() != SaslOutcome(0):
        return False
    client.send(AMQP_HEADER, Open("raw", open_host), BEGIN)
    assert client.header() == AMQP_HEADER
    return True


def opens(client: Raw, address: str, *, reads: bool, handle: int = 30) -> bool:
    """Whether a link to an address stays, and not only until a second one is answered."""
    mine, its = ("me", address) if not reads else (address, "me")
    client.send(
        Attach(f"link {handle}", handle, reads, source=Source(mine), target=Target(its), initial_delivery_count=0)
    )
    attach = client.until(Attach)
    assert attach is not None
    return (attach.source if reads else attach.target) is not None and not _detached(client, handle + 1)


def _detached(client: Raw, handle: int) -> bool:
    probe = Attach(f"link {handle}", handle, False, source=Source("me"), target=Target("$cbs"))
    client.send(probe._replace(initial_delivery_count=0))
    while (came := client.next()) is not None:
        if isinstance(came, Detach):
            return True
        if isinstance(came, Attach):
            return False
    return True


def partition_of(hub):
    return f"{hub.stream.entity}/ConsumerGroups/$Default/Partitions/0"


@pytest.mark.parametrize(("mine", "there"), PAIRS)
@pytest.mark.parametrize("sni", HUBS)
def test_a_policy_by_plain_at_a_hub(lab, hubs, mine, there, sni):
    """The attack of the report: PLAIN with one hub's policy, then Open with another host."""
    own, other = hubs[mine], hubs[there]
    with raw(lab, hubs[sni].host) as client:
        assert open_plain(
            client, f"service@sas.root.{own.name}", service_token(own), sasl_host=own.host, open_host=other.host
        )
        assert opens(client, "/messages/devicebound", reads=False) is (mine == there)


@pytest.mark.parametrize(("mine", "there"), PAIRS)
@pytest.mark.parametrize("what", ["key", "token", "token for the other", "token for all"])
def test_a_policy_by_plain_at_a_namespace(lab, hubs, mine, there, what):
    own, other = hubs[mine], hubs[there]
    password = {
        "key": own.policies["service"].primary.reveal(),
        "token": stream_token(own),
        "token for the other": stream_token(own, resource=f"sb://{other.stream.host}/{other.stream.entity}"),
        "token for all": stream_token(own, resource=other.stream.host),
    }[what]
    with raw(lab, own.stream.host) as client:
        let_in = open_plain(client, "service", password, sasl_host=own.stream.host, open_host=other.stream.host)
        assert (let_in and opens(client, partition_of(other), reads=True)) is (mine == there)


@pytest.mark.parametrize(("mine", "there"), PAIRS)
def test_a_device_by_plain(lab, hubs, mine, there):
    own, other = hubs[mine], hubs[there]
    with raw(lab, own.host) as client:
        user = f"device-1@sas.{own.name}"
        assert open_plain(client, user, device_token(own), sasl_host=own.host, open_host=other.host)
        assert opens(client, "/devices/device-1/messages/events", reads=False) is (mine == there)


@pytest.mark.parametrize(("mine", "there"), PAIRS)
@pytest.mark.parametrize("audience", ["of the token", "of the place", "none"])
@pytest.mark.parametrize("kind", ["stream", "stream for the other", "service", "service for the other", "device",
                                  "device for the other"])  # fmt: skip
def test_tokens_put_to_cbs(lab, hubs, mine, there, kind, audience):
    own, other = hubs[mine], hubs[there]
    at_stream, name = kind.startswith("stream"), kind.partition(" ")[0]
    resource_of = {
        "stream": lambda hub: f"sb://{hub.stream.host}/{hub.stream.entity}",
        "service": lambda hub: hub.host,
        "device": lambda hub: f"{hub.host}/devices/device-1",
    }[name]
    make = {"stream": stream_token, "service": service_token, "device": device_token}[name]
    resource = resource_of(other if kind.endswith("other") else own)
    address, reads = {
        "stream": (partition_of(other), True),
        "service": ("/messages/devicebound", False),
        "device": ("/devices/device-1/messages/events", False),
    }[name]
    said = {"of the token": resource, "of the place": resource_of(other), "none": ""}[audience]
    with raw(lab, other.stream.host if at_stream else other.host) as client:
        client.greet()
        client.node("$cbs", 10)
        asked = {"operation": "put-token", "type": "servicebus.windows.net:sastoken", "name": said}
        status = client.ask(10, asked, make(own, resource=resource)).application["status-code"]
        let_in = mine == there
        assert (status in (200, 202)) is let_in
        assert opens(client, address, reads=reads) is let_in


def test_an_audience_of_another_hub_beside_a_devices_token(lab, hubs):
    own, other = hubs["own"], hubs["first hidden"]
    for audience, status in (
        (f"{own.host}/devices/device-1", 200), (f"amqps://{own.host}:5671/devices/device-1", 200),
        (f"{own.host}%2Fdevices%2Fdevice-1", 200), ("devices/device-1", 200), ("", 200),
        (f"{other.host}/devices/device-1", 401), (f"amqps://{other.host}%2Fdevices%2Fdevice-1", 401),
    ):  # fmt: skip
        with raw(lab, own.host) as client:
            client.greet()
            client.node("$cbs", 10)
            asked = {"operation": "put-token", "type": "servicebus.windows.net:sastoken", "name": audience}
            assert client.ask(10, asked, device_token(own)).application["status-code"] == status, audience


def test_a_policy_under_the_name_of_another(lab, hubs):
    """PLAIN's user names the policy: a token of another one is not its proof."""
    hub = hubs["own"]
    for host, make, realm in ((hub.host, service_token, f"@sas.root.{hub.name}"), (hub.stream.host, stream_token, "")):
        for signed_by in ("service", "iothubowner"):
            with raw(lab, host) as client:
                password = make(hub, policy=signed_by)
                let_in = open_plain(client, f"service{realm}", password, sasl_host=host, open_host=host)
                assert let_in is (signed_by == "service")


def test_a_key_of_the_namespace_signs_nothing_for_the_hub(lab, hubs):
    """The namespace signs with a key's text, the hub with the bytes that it stands for."""
    hub = hubs["own"]
    signed = stream_token(hub, resource=hub.host)
    with raw(lab, hub.stream.host) as client:
        user = f"service@sas.root.{hub.name}"
        assert not open_plain(client, user, signed, sasl_host=hub.stream.host, open_host=hub.host)


def test_the_audit_says_why(lab, hubs):
    own, other = hubs["own"], hubs["first hidden"]
    with raw(lab, own.host) as client:
        user = f"service@sas.root.{own.name}"
        open_plain(client, user, service_token(own), sasl_host=own.host, open_host=other.host)
        opens(client, "/messages/devicebound", reads=False)
    reasons = [record.reason for record in lab.call(lab.state.audit.recent, 50)]
    assert f"what was proven to {own.host} does not count at {other.host}" in reasons


def test_a_device_of_the_same_id_made_anew_has_to_prove_itself(lab, hubs):
    hub = hubs["own"]
    with raw(lab, hub.host) as client:
        user = f"device-2@sas.{hub.name}"
        password = device_token(hub, device="device-2")
        assert open_plain(client, user, password, sasl_host=hub.host, open_host=hub.host)
        assert opens(client, "/devices/device-2/messages/events", reads=False)
        made = type(hub.devices["device-2"])("device-2", provisioning.new_key(), provisioning.new_key())
        lab.call(hub.devices.__setitem__, "device-2", made)
        assert not opens(client, "/devices/device-2/messages/events", reads=False, handle=40)


# --- MQTT, and WebSocket ----------------------------------------------------------------------------------------------


def connect_code(lab, sni, hub_named, password, host=""):
    """The return code of a CONNECT over TLS, or over WebSocket where `host` is given."""
    context = ssl.create_default_context(cadata=lab.running.ca_pem.decode())
    packet = mqtt.Connect("device-1", f"{hub_named}/device-1/?api-version=2021-04-12", password.encode(), 60)
    if host:
        opened = websocket.create_connection(
            f"wss://{sni}:{lab.running.ports['https']}/$iothub/websocket", subprotocols=["mqtt"], timeout=10, host=host,
            sslopt={"context": context, "server_hostname": sni}, socket=_tls(lab.running.ports["https"], context, sni),
        )  # fmt: skip
        try:
            opened.send_binary(mqtt.encode(packet))
            return mqtt.decode(opened.recv()).code
        finally:
            opened.close()
    with _tls(lab.running.ports["mqtt"], context, sni) as sock:
        sock.sendall(mqtt.encode(packet))
        return mqtt.decode(sock.recv(100)).code


def _tls(port, context, sni):
    return context.wrap_socket(socket.create_connection(("127.0.0.1", port), 10), server_hostname=sni)


@pytest.mark.parametrize(("mine", "there"), PAIRS)
@pytest.mark.parametrize("where", HUBS)
def test_a_device_over_mqtt(lab, hubs, mine, there, where):
    """The token's hub, the one in the user name and the one in TLS (or in the WebSocket's Host) must be the same."""
    token_of, named, asked = hubs[mine], hubs[there], hubs[where]
    right = mine == there == where
    assert (connect_code(lab, asked.host, named.host, device_token(token_of)) == 0) is right
    assert (connect_code(lab, "localhost", named.host, device_token(token_of)) == 0) is (mine == there)
    assert (connect_code(lab, "localhost", named.host, device_token(token_of), host=asked.host) == 0) is right


# --- HTTP -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def state():
    return new_lab(clock=time.time)


def rest(state, host, path, shown, method="GET", body=b""):
    target = f"/{path}?api-version=2021-04-12"
    return ask_request(state, Request(method, target, host, {"authorization": shown}, body, "127.0.0.1:5")).status


@pytest.mark.parametrize(("mine", "there"), PAIRS)
@pytest.mark.parametrize("resource", ["of the token's hub", "of the place"])
def test_tokens_over_rest(state, mine, there, resource):
    hubs = hubs_of(state)
    own, other = hubs[mine], hubs[there]
    named = own if resource.startswith("of the token") else other
    get = partial(rest, state, other.host)
    signed = service_token(own, policy="iothubowner", resource=named.host)
    assert (get("devices/device-1", signed) == 200) is (mine == there)
    events = "devices/device-1/messages/events"
    signed = device_token(own, resource=f"{named.host}/devices/device-1")
    assert (get(events, signed, "POST", b"x") == 204) is (mine == there)


def test_a_device_is_no_service_and_no_other_device(state):
    hub = state.hub
    for path, method in (("devices/device-1", "GET"), ("twins/device-1", "GET"), ("devices/query", "POST")):
        assert rest(state, hub.host, path, device_token(hub), method, b'{"query": "SELECT * FROM devices"}') == 401
    mine = device_token(hub)
    for target, status in (("device-1", 204), ("device-2", 401)):
        assert rest(state, hub.host, f"devices/{target}/messages/events", mine, "POST", b"x") == status
        claimed = device_token(hub, resource=f"{hub.host}/devices/{target}")
        assert rest(state, hub.host, f"devices/{target}/messages/events", claimed, "POST", b"x") == status


def test_roles_at_one_hub_open_no_other(state):
    person = state.tenant.named("user", "Owner")
    bearer = f"Bearer {token(state, person, hub_access.AUDIENCE)}"
    hubs = hubs_of(state)
    state.tenant.assign(person, roles.HUB_CONTRIBUTOR, state.tenant.path_of(state.hub))
    assert rest(state, hubs["own"].host, "devices/device-1", bearer) == 200
    assert rest(state, hubs["first hidden"].host, "devices/device-1", bearer) == 401
    state.tenant.assign(person, roles.HUB_CONTRIBUTOR, "/")  # hubs behind an application belong to somebody else
    assert rest(state, hubs["first hidden"].host, "devices/device-1", bearer) == 401


def test_services_take_no_credential_of_each_other(state):
    hub, dps, central = state.hub, state.provisioning[0], state.apps[0]
    person = state.tenant.named("user", "Owner")
    owner = next(iter(dps.policies.values()))
    state.tenant.assign(person, roles.HUB_CONTRIBUTOR, state.tenant.path_of(hub))
    state.tenant.assign(person, roles.DPS_CONTRIBUTOR, state.tenant.path_of(dps))
    shown = {
        "hub": service_token(hub, policy="iothubowner"),
        "dps": sas.sign(dps.host, sas.iothub_key(owner.primary.reveal()), expires(), owner.name),
        "central": central.tokens["lab"].text(central.app.id),
        "arm": f"Bearer {token(state, person)}",
        "hub by Entra": f"Bearer {token(state, person, 'https://iothubs.azure.net')}",
        "dps by Entra": f"Bearer {token(state, person, 'https://azure-devices-provisioning.net')}",
        "central by Entra": f"Bearer {token(state, person, 'https://apps.azureiotcentral.com')}",
        "graph": f"Bearer {token(state, person, 'https://graph.microsoft.com')}",
    }  # fmt: skip
    doors = {
        "hub": f"https://{hub.host}/devices/device-1?api-version=2021-04-12",
        "dps": f"https://{dps.host}/enrollmentGroups/devices?api-version=2021-10-01",
        "central": f"https://{central.host}/api/devices?api-version=2022-07-31",
        "arm": "https://management.azure.com/subscriptions?api-version=2022-12-01",
        "graph": "https://graph.microsoft.com/v1.0/me",
    }
    for door, url in doors.items():
        opened = {name for name, text in shown.items() if ask(state, url, authorization=text).status == 200}
        assert opened == {name for name in shown if name.partition(" ")[0] == door}, door


# --- provisioning -----------------------------------------------------------------------------------------------------


def two_services(state):
    other = provisioning.new_dps("other", state.hub)
    state.provisioning.append(other)
    for each in state.provisioning:
        each.groups["devices"].attestation = provisioning.Attestation()
    return state.provisioning


@pytest.mark.parametrize(("mine", "there"), [(0, 0), (0, 1), (1, 0), (1, 1)])
@pytest.mark.parametrize("scope", [0, 1])
def test_a_device_at_a_provisioning_service(state, mine, there, scope):
    """The key's service, the id scope and the service's own host must be the same; the global host knows all."""
    services = two_services(state)
    own, host, named = services[mine], services[there].host, services[scope]
    key = provisioning.derived(own.groups["devices"].attestation.primary, "d")
    signed = sas.sign(f"{named.id_scope}/registrations/d", sas.iothub_key(key.reveal()), expires(), "registration")

    def status(where):
        target = f"/{named.id_scope}/registrations/d/register?api-version=2021-06-01"
        headers = {"authorization": signed, "content-type": "application/json"}
        return ask_request(state, Request("PUT", target, where, headers, b"{}", "127.0.0.1:5")).status

    assert status(host) == (202 if mine == there == scope else 401)
    assert status(provisioning.GLOBAL_HOST) == (202 if mine == scope else 401)
