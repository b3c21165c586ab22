"""A server whose certificate has the right common name and no subject alternative name: no client accepts it."""

from __future__ import annotations

import ast
import asyncio
import contextlib
import socket
import ssl
import threading
import time

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from azext_iotdiag.clients import address, transport
from azext_iotdiag.clients.http import Http
from azext_iotdiag.credential.connection_string import DeviceConnectionString
from azext_iotdiag.lab.net import certificates
from azext_iotdiag.lab.net.trust import trusting
from azext_iotdiag.lab.process import control
from azext_iotdiag.lab.process.errors import LabUnanswered
from azext_iotdiag.lab.scenarios import client as resident
from azext_iotdiag.model.failure import Kind, StepFailed
from azext_iotdiag.model.target import Secret, Target
from azext_iotdiag.simulate import device as simulated
from azext_iotdiag.simulate.sign_in import sign_in
from azext_iotdiag.wire import mqtt
from tests.plugins.reading import reading
from tests.plugins.source_tree import PACKAGE, files, name_of

HOST = "hub.azure-devices.net"
KEY = Secret("a2V5a2V5a2V5a2V5")
AUTHORITY = certificates.make_authority("the authority of a test")
# What may make TLS settings: `trust` and `trusting` for verified connections. The rest verifies nobody and sends
# nothing: the probe shows what could not be verified, and the validator reads a device's own certificate.
MAKERS = {
    "clients/first_flight.py": {"_unverified"},
    "clients/transport.py": {"_roots", "public_trust"},
    "lab/net/trust.py": {"trusting"},
    "_validators/simulate.py": None,
}


def nameless(common_name: str) -> bytes:
    """A server's certificate and key, in PEM, with a common name and no subject alternative name."""
    key = ec.generate_private_key(ec.SECP256R1())
    now = certificates.datetime.now(certificates.timezone.utc)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - certificates.timedelta(days=1))
        .not_valid_after(now + certificates.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    )
    encoding, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    secret = key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, plain)
    return AUTHORITY.certify(builder).public_bytes(encoding) + secret


@pytest.fixture
def port(monkeypatch, tmp_path):
    """A server with such a certificate for HOST and localhost, to which every client is led."""
    contexts = {}
    for name in (HOST, "localhost"):
        (tmp_path / f"{name}.pem").write_bytes(nameless(name))
        contexts[name] = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        contexts[name].load_cert_chain(tmp_path / f"{name}.pem")

    def pick(connection, name, _context):
        connection.context = contexts.get(name, contexts["localhost"])

    contexts["localhost"].sni_callback = pick
    bundle = tmp_path / "authority.pem"
    bundle.write_bytes(AUTHORITY.pem)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            sock.settimeout(5)
            with contextlib.suppress(OSError), contexts["localhost"].wrap_socket(sock, server_side=True) as secure:
                secure.recv(1)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    here = f"127.0.0.1:{listener.getsockname()[1]}"
    monkeypatch.setenv(address.CONNECT_TO, ",".join(f"{HOST}:{each}={here}" for each in (5671, 443, 8883)))
    yield listener.getsockname()[1]
    with contextlib.suppress(OSError):
        listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(10)
    assert not thread.is_alive()


def test_the_common_name_would_do_for_openssl(port):
    """So the other tests can fail."""
    context = ssl.create_default_context(cadata=AUTHORITY.pem.decode())
    context.hostname_checks_common_name = True
    with socket.create_connection(("127.0.0.1", port), 5) as sock, context.wrap_socket(sock, server_hostname=HOST):
        pass


def test_a_reader_and_a_request(port):
    for attempt in (
        lambda: transport.connect(HOST, 5671, 10.0),
        lambda: Http(HOST).request("GET", "/", "the answer", patience=1.0),
    ):
        with pytest.raises(StepFailed) as caught:
            attempt()
        assert caught.value.failure.kind is Kind.WRONG_NAME


@pytest.mark.parametrize("reader", ["wire", "sdk"])
@pytest.mark.parametrize("how", ["amqp", "amqp_ws"])
def test_both_readers(port, reader, how):
    target = Target(event_hub=HOST, entity="hub", policy="p", credential=KEY)
    with reading(target, reader=reader, transport=how) as read:
        read.end()
        assert read.stream.failure.kind is Kind.WRONG_NAME


@pytest.mark.parametrize("websocket", [False, True])
def test_a_simulated_device(port, websocket):
    device = DeviceConnectionString(host=HOST, device="device-1", key=KEY)
    way = simulated.Way(transport.trust(), lambda _host, _port: ("127.0.0.1", port), websocket, connecting=5.0)
    with pytest.raises(StepFailed) as caught:
        simulated.connect(device, sign_in(device, time.time()), way)
    assert caught.value.failure.kind is Kind.WRONG_NAME


def test_the_clients_of_the_lab(port):
    with pytest.raises(LabUnanswered, match="Hostname mismatch"):
        control.ask({"port": port, "token": "t", "ca": AUTHORITY.pem.decode()}, "status")
    place = resident.LabPlace("127.0.0.1", port, HOST, trusting(AUTHORITY.pem.decode()))
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        asyncio.run(resident.connect(place, mqtt.Connect("device-1")))


def test_no_other_place_makes_tls_settings():
    for path in files(PACKAGE):
        name, text = path.relative_to(PACKAGE).as_posix(), path.read_text(encoding="utf-8")
        makes: set[str] = set()
        calls = any(maker in text for maker in CONTEXTS)  # reading all files as Python would take most of the time
        if calls and any(map(_makes_context, ast.walk(tree := ast.parse(text)))):
            named = [each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)]
            makes = {each.name for each in named if any(map(_makes_context, ast.walk(each)))}
            assert makes, f"{name} makes TLS settings when it is loaded"
        if name in MAKERS:
            assert makes and (MAKERS[name] is None or makes == MAKERS[name]), (name, makes)
        else:
            assert not makes, f"{name} makes TLS settings of its own in {makes}; use transport.trust()"


CONTEXTS = (
    "ssl.create_default_context", "ssl.SSLContext", "ssl._create_unverified_context", "ssl._create_stdlib_context",
)  # fmt: skip


def _makes_context(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and name_of(node.func) in CONTEXTS
