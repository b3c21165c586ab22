"""Which certificate a server shows, read without trusting it: nothing is sent after the handshake."""

from __future__ import annotations

import hashlib

from azext_iotdiag.clients import first_flight
from azext_iotdiag.clients.proxy import Proxy
from azext_iotdiag.clients.telemetry import contract
from azext_iotdiag.model.certificate import Certificate
from azext_iotdiag.model.facts import Facts
from azext_iotdiag.probes.context import Context

SECONDS = 5.0


def measure(context: Context, end: float, facts: Facts) -> Certificate | None:
    """The certificate of the server at which the stream ended, or None when it shows none."""
    stream = facts["stream"].value
    assert stream is not None, "the catalogue asks for it where the stream ended at a certificate"
    failure = stream.failure
    return show(failure.host, failure.port, contract.proxy_for(failure.host, context.typed.transport))


def show(host: str, port: int, proxy: Proxy | None = None) -> Certificate | None:
    """The server's own certificate, or None when it shows none within 5 seconds."""
    shown = first_flight.look(host, port, SECONDS, proxy).certificates
    return read(shown[0]) if shown else None


def read(encoded: bytes) -> Certificate | None:
    """A certificate in DER; None for what is none."""
    from cryptography import x509

    try:
        certificate = x509.load_der_x509_certificate(encoded)
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value.get_values_for_type(
            x509.DNSName
        )
    except x509.ExtensionNotFound:
        names = []
    except ValueError:
        return None
    # The properties that end in _utc came with cryptography 42; an older az has an older one.
    before = getattr(certificate, "not_valid_before_utc", None) or certificate.not_valid_before
    after = getattr(certificate, "not_valid_after_utc", None) or certificate.not_valid_after
    return Certificate(
        certificate.subject.rfc4514_string(),
        certificate.issuer.rfc4514_string(),
        tuple(names),
        f"{before:%Y-%m-%dT%H:%M:%SZ}",
        f"{after:%Y-%m-%dT%H:%M:%SZ}",
        hashlib.sha1(encoded, usedforsecurity=False).hexdigest(),  # how roots are named in Microsoft's lists
    )
