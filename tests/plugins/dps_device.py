"""A device that registers with the lab's provisioning service without any connection, and the certificates of some."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from azext_iotdiag.credential import sas
from azext_iotdiag.lab.dps import provisioning
from azext_iotdiag.lab.dps.service import GLOBAL_HOST
from azext_iotdiag.lab.net.http_types import Answer, Request
from tests.plugins.lab_requests import ask_request

VERSION = "2021-06-01"


class Device:
    """A device with a key, or a certificate, against a state whose clock is `clock`."""

    def __init__(self, state, clock, registration_id="d1", key=None, chain=()):
        self.state, self.clock, self.id = state, clock, registration_id
        self.dps = state.provisioning[0]
        self.scope = self.dps.id_scope
        self.key, self.chain = key, tuple(chain)
        self.resource = f"{self.scope}/registrations/{registration_id}"
        self.expires = int(clock.now) + 600

    def token(self) -> str:
        """The device's token; empty where it has no key."""
        return (
            sas.sign(self.resource, sas.iothub_key(self.key.reveal()), self.expires, "registration") if self.key else ""
        )

    def ask(self, method, path, body=b"", version=VERSION, kind="application/json") -> Answer:
        """The service's answer to a request at a path below the registration."""
        target = f"/{self.scope}/registrations/{self.id}{path}?api-version={version}"
        headers = {"content-type": kind} | ({"authorization": self.token()} if self.key else {})
        return ask_request(self.state, Request(method, target, GLOBAL_HOST, headers, body, "127.0.0.1:5", self.chain))

    def register(self, body=b"{}") -> Answer:
        """The answer to a registration: 202, or what is wrong."""
        return self.ask("PUT", "/register", body)

    def registered(self, body=b"{}") -> dict:
        """The state in which a registration ends, as the device is told."""
        begun = self.register(body)
        assert begun.status == 202, begun.body
        self.clock.now += provisioning.RETRY_SECONDS
        ended = self.ask("GET", f"/operations/{begun.body['operationId']}")
        assert ended.status == 200, ended.body
        assert ended.body["status"] == ended.body["registrationState"]["status"]
        return ended.body["registrationState"]


def certificate(name, now, *, issuer=None, days=30, authority=False):
    """A certificate and its key; self-signed, or by an issuer (certificate and key)."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    start = datetime.fromtimestamp(now, timezone.utc) - timedelta(days=1)
    signer, signing_key = (issuer[0].subject, issuer[1]) if issuer else (subject, key)
    made = x509.CertificateBuilder().subject_name(subject).issuer_name(signer).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number()).not_valid_before(start)
    made = made.not_valid_after(start + timedelta(days=days))
    made = made.add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    return made.sign(signing_key, hashes.SHA256()), key


def pem(made) -> str:
    """A certificate as text."""
    return made.public_bytes(serialization.Encoding.PEM).decode()
