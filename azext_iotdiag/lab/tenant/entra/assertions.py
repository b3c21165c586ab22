"""The tokens that an application shows instead of a secret: signed with its certificate, or by an issuer it trusts.

https://learn.microsoft.com/entra/identity-platform/certificate-credentials
https://learn.microsoft.com/entra/workload-id/workload-identity-federation
"""

from __future__ import annotations

import base64
from typing import Any

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from azext_iotdiag.lab.net.http_types import Answer
from azext_iotdiag.lab.tenant.entra.errors import refuse
from azext_iotdiag.lab.tenant.tenant import Federation, Principal

_CERTIFICATE_ALGORITHMS = ["RS256", "PS256"]
_UNCHECKED = {"verify_signature": False}
_CLAIMS_LATER = dict.fromkeys(("verify_aud", "verify_exp", "verify_nbf", "verify_iat"), False)


def judge(assertion: str, principal: Principal, tenant: str, now: float) -> Answer | None:
    """Why an assertion does not prove that its bearer is `principal`; None when it does."""
    who = principal.client_id
    try:
        head, claims = jwt.get_unverified_header(assertion), jwt.decode(assertion, options=_UNCHECKED)
    except jwt.InvalidTokenError as error:
        return refuse(50027, now, who=who, detail=f"{error}.")
    own = claims.get("iss") == principal.client_id
    verdict = (
        _certificate(assertion, head, claims, principal, tenant) if own else _federated(assertion, claims, principal)
    )
    if verdict is not None:
        code, about = verdict
        return refuse(code, now, who=who, **about)
    expires, begins = claims.get("exp"), claims.get("nbf", 0)
    if not all(isinstance(time, (int, float)) for time in (expires, begins)) or expires <= now or begins > now + 300:
        return refuse(700024, now, who=who, detail=f"Current time: {now:.0f}, expiry time of assertion: {expires}.")
    return None


Verdict = tuple[int, dict[str, str]] | None


def _certificate(
    assertion: str, head: dict[str, Any], claims: dict[str, Any], principal: Principal, tenant: str
) -> Verdict:
    if claims.get("sub") != principal.client_id:
        return 700021, {}
    if tenant not in str(claims.get("aud", "")):
        return 50027, {"detail": "Invalid audience."}
    named = {str(head.get(name, "")).rstrip("=") for name in ("x5t", "x5t#S256")}  # MSAL leaves the padding
    for pem in principal.certificates:
        certificate = x509.load_pem_x509_certificate(pem)
        if named & {_thumbprint(certificate, hashes.SHA1()), _thumbprint(certificate, hashes.SHA256())}:
            return _signature(assertion, certificate.public_key(), _CERTIFICATE_ALGORITHMS)
    return 700027, {"thumbprint": str(head.get("x5t") or head.get("x5t#S256") or "")}


def _federated(assertion: str, claims: dict[str, Any], principal: Principal) -> Verdict:
    trusted: list[Federation] = principal.federations
    for claim, code, name in (("iss", 700211, "issuer"), ("sub", 700213, "subject"), ("aud", 700212, "audience")):
        given = str(claims.get(claim, ""))
        trusted = [each for each in trusted if getattr(each, name) == given]
        if not trusted:
            return code, {name: given}
    return _signature(assertion, load_pem_public_key(trusted[0].key_pem), ["RS256", "ES256"])


def _signature(assertion: str, key: Any, algorithms: list[str]) -> Verdict:
    try:
        jwt.decode(assertion, key, algorithms=algorithms, options=_CLAIMS_LATER)
    except jwt.InvalidTokenError as error:
        return 50013, {"detail": f"[Reason - {error}.]"}
    return None


def _thumbprint(certificate: x509.Certificate, kind: hashes.HashAlgorithm) -> str:
    return base64.urlsafe_b64encode(certificate.fingerprint(kind)).rstrip(b"=").decode("ascii")
