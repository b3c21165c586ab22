"""A device's connection: what reaches the hub, and how each way of failing is told from the others."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import socket
import threading
import time

import pytest

from azext_iotdiag.clients.deadlines import Deadlines
from azext_iotdiag.credential import sas
from azext_iotdiag.credential.connection_string import DeviceConnectionString
from azext_iotdiag.lab.hub.mqtt import connection as devices
from azext_iotdiag.model.failure import Kind, StepFailed
from azext_iotdiag.model.target import Secret
from azext_iotdiag.simulate.device import Way, connect
from azext_iotdiag.simulate.sign_in import sign_in
from azext_iotdiag.simulate.telemetry import Body
from azext_iotdiag.wire import mqtt
from tests.plugins.mqtt_lab import mqtt_lab

SECONDS = 1.0
SHORT = {"connecting": SECONDS, "step": SECONDS, "connack": SECONDS}
WRONG_KEY = Secret(base64.b64encode(b"x" * 32).decode())


@pytest.fixture(scope="module")
def lab():
    with mqtt_lab() as running:
        yield running


def string(lab, **other):
    return DeviceConnectionString(**{
        "host": lab.host, "device": "device-1", "key": lab.device().primary, **other
    })  # fmt: skip


def open_(lab, device=None, **other):
    device = device or string(lab)
    way = Way(**{"trust": lab.trust, "address_for": lab.address_for, **SHORT, **other})
    return connect(device, sign_in(device, time.time()), way)


def test_sends_what_it_is_given(lab):
    body = Body(b"\x00\xffbody", "application/json; charset=utf-8", "gzip")
    connection = open_(lab)
    connection.send(body)
    assert not connection.lost
    connection.close()
    message = lab.messages()[-1]
    assert (message.body, message.properties, message.application) == (
        body.payload, {"content-type": body.content_type, "content-encoding": "gzip"}, {}
    )  # fmt: skip
    lab.wait_for(lambda: lab.records("close"), "the end")
    assert lab.records("close")[-1].reason == "the device disconnected"


def test_a_signature_does_as_well_as_a_key(lab):
    host, key = lab.host, sas.iothub_key(lab.device("device-2").secondary.reveal())
    expires = int(time.time()) + 60
    token = sas.sign(f"{host}/devices/device-2", key, expires)
    connection = open_(lab, string(lab, device="device-2", key=None, signature=Secret(token)))
    assert (connection.expires, connection.renewable) == (expires, False)
    connection.close()


def test_real_name_in_tls_while_the_address_differs():
    asked = []

    async def serve(stream, state):
        asked.append(stream.sni)
        await devices.serve(stream, state.runtime)

    with mqtt_lab(serve) as lab:
        open_(lab).close()
        assert asked == [lab.host]


@pytest.mark.parametrize("accepted", [False, True], ids=["in the place of CONNACK", "later"])
def test_a_packet_that_no_hub_sends_ends_the_connection(accepted):
    async def serve(stream, state):
        await stream.read()
        stream.write((b"\x20\x02\0\0" if accepted else b"") + b"\x30\xff\xff\xff\x7f" + b"x" * 1000)
        while await stream.read():
            pass

    with mqtt_lab(serve) as lab:
        if accepted:
            connection = open_(lab)
            connection.wait(5)
            assert connection.lost
            with pytest.raises(StepFailed) as caught:
                connection.put("t", b"x")
            found = caught.value.failure
        else:
            found = failure(lab)
    assert found.kind is Kind.DROPPED
    assert found.description == "a packet of 268,435,455 bytes came, and at most 327,683 are read"


@contextlib.contextmanager
def listening(answer=None):
    """A TCP port of its own: accepts, sends `answer` and closes, or says nothing at all where there is none."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        held = []

        def accept():
            while True:
                try:
                    held.append(server.accept()[0])
                except OSError:
                    return
                if answer is not None:
                    held[-1].recv(65536)
                    held[-1].sendall(answer)
                    held[-1].close()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join(5)
            for sock in held:
                sock.close()


def at(port):
    return {"address_for": lambda _host, _port: ("127.0.0.1", port)}


def closed_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def failure(lab, device=None, **other):
    with pytest.raises(StepFailed) as caught:
        open_(lab, device, **other)
    found = caught.value.failure
    assert (found.host, found.port) == ((device or string(lab)).host, 8883)
    return found


def test_wrong_key(lab):
    found = failure(lab, string(lab, key=WRONG_KEY))
    assert (found.kind, found.step, found.condition) == (Kind.UNAUTHORIZED, "the device's sign-in (CONNECT)", "mqtt:5")
    assert found.address == f"127.0.0.1:{lab.port}"
    assert WRONG_KEY.reveal() not in str(found)


def test_untrusted_certificate(lab):
    with mqtt_lab() as stranger:
        found = failure(lab, trust=stranger.trust)
    assert (found.kind, found.step) == (Kind.UNTRUSTED, "the TLS handshake")


def test_certificate_for_another_name(lab):
    found = failure(lab, string(lab, host="a.b.azure-devices.net"))
    assert (found.kind, found.step) == (Kind.WRONG_NAME, "the TLS handshake")


def test_closed_port(lab):
    found = failure(lab, **at(closed_port()))
    assert (found.kind, found.step) == (Kind.REFUSED_CONNECTION, "the TCP connection")


def test_name_that_leads_nowhere(lab):
    found = failure(lab, address_for=lambda _host, _port: ("no-such-host.invalid", 8883))
    assert (found.kind, found.step) == (Kind.NAME_NOT_RESOLVED, "the address of the host")


def test_silent_before_tls(lab):
    started = time.monotonic()
    with listening() as port:
        found = failure(lab, **at(port))
    assert (found.kind, found.step) == (Kind.SILENT, "the TLS handshake")
    assert SECONDS <= time.monotonic() - started < 3 * SECONDS and found.seconds >= SECONDS


def test_hangs_up_before_tls(lab):
    with listening(b"") as port:
        found = failure(lab, **at(port))
    assert (found.kind, found.step) == (Kind.DROPPED, "the TLS handshake")


def test_no_tls(lab):
    with listening(b"HTTP/1.1 400 Bad Request\r\n\r\n") as port:
        found = failure(lab, **at(port))
    assert (found.kind, found.step) == (Kind.TLS, "the TLS handshake")


async def _nothing(stream, _state):
    while await stream.read():
        pass


async def _hang_up(stream, _state):
    await stream.read()


async def _no_puback(stream, _state):
    await stream.read()
    stream.write(mqtt.encode(mqtt.ConnAck(0)))
    await _nothing(stream, _state)


async def _hang_up_on_message(stream, _state):
    await stream.read()
    stream.write(mqtt.encode(mqtt.ConnAck(0)))
    await stream.read()


@pytest.mark.parametrize(("service", "kind"), [(_nothing, Kind.SILENT), (_hang_up, Kind.DROPPED)])
def test_no_connack(service, kind):
    with mqtt_lab(service) as lab:
        found = failure(lab)
    assert (found.kind, found.step) == (kind, "the answer to CONNECT (CONNACK)")


def test_a_late_connack_is_waited_for_and_the_person_is_told():
    said, answered = [], threading.Event()

    async def late(stream, state):
        await stream.read()
        await asyncio.get_running_loop().run_in_executor(None, answered.wait, 10)
        stream.write(mqtt.encode(mqtt.ConnAck(0)))
        await _nothing(stream, state)

    def say(line):
        said.append(line)
        answered.set()

    with mqtt_lab(late) as lab:
        device = string(lab)
        way = Way(lab.trust, lab.address_for, say=say, connecting=0.2, connack=20.0)
        connection = connect(device, sign_in(device, time.time()), way)
        assert not connection.lost
        connection.close()
    assert said == ["No answer to CONNECT after 0 s; waiting for up to 20 s."]
    assert Way(None, None).connack == Deadlines().connack == 60.0


def test_a_wait_as_long_as_the_keep_alive_time_is_silence():
    """paho then ends the connection by itself; the hub did not."""
    with mqtt_lab(_nothing) as lab:
        device = string(lab)
        signed = sign_in(device, time.time())._replace(keep_alive=1)
        with pytest.raises(StepFailed) as caught:
            connect(device, signed, Way(lab.trust, lab.address_for, connack=20.0))
    found = caught.value.failure
    assert (found.kind, found.step, found.description) == (
        Kind.SILENT, "the answer to CONNECT (CONNACK)", "nothing came"
    )  # fmt: skip
    assert found.seconds < 10


@pytest.mark.parametrize(("service", "kind"), [(_no_puback, Kind.SILENT), (_hang_up_on_message, Kind.DROPPED)])
def test_no_puback(service, kind):
    with mqtt_lab(service) as lab:
        connection = open_(lab)
        with pytest.raises(StepFailed) as caught:
            connection.send(Body(b"x", "", ""))
        connection.close()
    assert (caught.value.failure.kind, caught.value.failure.step) == (kind, "the acknowledgement of a message (PUBACK)")


def test_other_codes_are_named():
    async def unavailable(stream, _state):
        await stream.read()
        stream.write(mqtt.encode(mqtt.ConnAck(3)))

    with mqtt_lab(unavailable) as lab:
        assert failure(lab).condition == "mqtt:3"


@pytest.mark.parametrize(("text", "expected"), [
    ("hub.azure-devices.net", ("hub.azure-devices.net", 8883)), ("localhost:18883", ("localhost", 18883)),
    ("[::1]:18883", ("::1", 18883)), ("::1", ("::1", 8883)), ("127.0.0.1", ("127.0.0.1", 8883)),
])  # fmt: skip
def test_host_and_port(text, expected):
    asked = []

    def address_for(host, port):
        asked.append((host, port))
        raise OSError("enough")

    device = DeviceConnectionString(text, "d", key=WRONG_KEY)
    with pytest.raises(StepFailed):
        connect(device, sign_in(device, 0), Way(None, address_for))
    assert asked == [expected]
