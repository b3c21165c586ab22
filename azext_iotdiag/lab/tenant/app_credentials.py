"""What `lab login` logs az in with: a secret, a certificate or another issuer's token, or nothing but who it is."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from azext_iotdiag.lab.tenant.tenant import MANAGED_IDENTITY, SERVICE_PRINCIPAL, USER, Federation, Principal, Tenant

IDENTITIES = {  # as people write them
    "service-principal": SERVICE_PRINCIPAL,
    "certificate": SERVICE_PRINCIPAL,
    "federated-token": SERVICE_PRINCIPAL,
    "managed-identity": MANAGED_IDENTITY,
    "user": USER,
}

DAYS = 30
TOKEN_SECONDS = 86_400  # GitHub's own live for minutes
ISSUER = "https://token.actions.githubusercontent.com"
SUBJECT = "repo:lab/firmware:ref:refs/heads/main"


def credential(tenant: Tenant, identity: str, role: str, now: float) -> dict[str, str] | None:
    """What logs in one of IDENTITIES that has the roles of one of LOGINS; None where there is none.

    From now on that user confirms device codes, where it is a user. `now` is in seconds since 1970.
    """
    principal = tenant.signs_in(IDENTITIES.get(identity, ""), role)
    if principal is None:
        return None
    shown = ""
    if identity == "service-principal" and principal.secret is not None:
        shown = principal.secret.reveal()
    elif identity == "certificate":
        shown = new_certificate(principal, now)
    elif identity == "federated-token":
        shown = new_federated_token(principal, now)
    elif identity == "user":
        tenant.sign_ins.visitor = principal
    return {"identity": identity, "role": role, "tenant": tenant.id, "client": principal.client_id, "secret": shown}


def new_certificate(principal: Principal, now: float) -> str:
    """Register a new certificate with an application; returns it together with its key, as PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, principal.name)])
    start = datetime.fromtimestamp(now, timezone.utc) - timedelta(hours=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=DAYS))
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    principal.certificates.append(pem)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return (private + pem).decode("ascii")


def new_federated_token(principal: Principal, now: float) -> str:
    """Let an application trust a pipeline elsewhere; returns a token as that pipeline would have."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    federation = Federation(ISSUER, SUBJECT, public)
    principal.federations = [each for each in principal.federations if each.issuer != ISSUER] + [federation]
    claims = {
        "iss": ISSUER,
        "sub": SUBJECT,
        "aud": federation.audience,
        "iat": int(now),
        "exp": int(now) + TOKEN_SECONDS,
    }
    return jwt.encode(claims, key, algorithm="RS256")
