"""The authorities of a hub, as the resource manager shows, takes, verifies and removes them.

https://learn.microsoft.com/rest/api/iothub/certificates
"""

from __future__ import annotations

import base64
import re
from email.utils import formatdate
from typing import Any

from cryptography.hazmat.primitives import hashes

from azext_iotdiag.lab.hub import authorities
from azext_iotdiag.lab.hub.authorities import Authority
from azext_iotdiag.lab.hub.hub import Hub
from azext_iotdiag.lab.net import bindings
from azext_iotdiag.lab.net.http_types import Answer
from azext_iotdiag.lab.tenant.arm.answers import Call, Refusal, not_allowed, values
from azext_iotdiag.lab.tenant.tenant import HUB_TYPE

_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
_TYPE = f"{HUB_TYPE}/Certificates"


def certificates(call: Call, hub: Hub, path: str, rest: list[str]) -> Answer:
    """What follows .../certificates. Raises Refusal."""
    if not rest:
        if call.method != "GET":
            raise not_allowed(call)
        call.demand(f"{HUB_TYPE}/certificates/read", path)
        return values([shown(path, _TYPE, name, each) for name, each in hub.given.items()])
    name = rest[0]
    match [call.method, *(part.lower() for part in rest[1:])]:
        case ["GET"]:
            call.demand(f"{HUB_TYPE}/certificates/read", path)
            return Answer(200, shown(path, _TYPE, name, _known(hub, name)))
        case ["PUT"]:
            call.demand(f"{HUB_TYPE}/certificates/write", path)
            return _put(call, hub, path, name)
        case ["DELETE"]:
            call.demand(f"{HUB_TYPE}/certificates/delete", path)
            _judge_etag(call, _known(hub, name))
            del hub.given[name]
            hub.authorities.pop(name, None)
            return Answer(200)
        case ["POST", "generateverificationcode"]:
            call.demand(f"{HUB_TYPE}/certificates/generateVerificationCode/action", path)
            found = _known(hub, name)
            _judge_etag(call, found)
            found.code = authorities.new_code()
            _changed(call, found)
            return Answer(200, shown(path, _TYPE, name, found, with_code=True))
        case ["POST", "verify"]:
            call.demand(f"{HUB_TYPE}/certificates/verify/action", path)
            return _verify(call, hub, path, name)
    raise not_allowed(call)


def _known(hub: Hub, name: str) -> Authority:
    if name not in hub.given:
        raise Refusal(404, "NotFound", f"The certificate '{name}' does not exist.")
    return hub.given[name]


def _judge_etag(call: Call, known: Authority) -> None:
    wanted = call.request.headers.get("if-match", "").strip().strip('"')
    if not wanted:
        raise Refusal(400, "BadRequest", "The header If-Match is missing.")
    if wanted not in ("*", known.etag):
        raise Refusal(412, "PreconditionFailed", f"The etag '{wanted}' is not that of the certificate.")


def _changed(call: Call, known: Authority) -> None:
    known.updated, known.edition = call.lab.clock(), known.edition + 1


def _put(call: Call, hub: Hub, path: str, name: str) -> Answer:
    properties = call.body().get("properties")
    if not _NAME.fullmatch(name) or not isinstance(properties, dict):
        raise Refusal(400, "BadRequest", f"'{name}' cannot be a certificate's name, or the body has no properties.")
    try:
        pem = authorities.read(properties.get("certificate"))
        verified = bool(bindings.truth(properties.get("isVerified"), "'isVerified'"))
        if why := authorities.why_no_authority(pem):
            raise ValueError(why)
    except ValueError as wrong:
        raise Refusal(400, "BadRequest", f"{wrong}.") from None
    before = hub.given.get(name)
    if before is not None:
        _judge_etag(call, before)
    elif len(hub.given) >= authorities.MOST:
        raise Refusal(400, "BadRequest", f"A hub has at most {authorities.MOST} certificates of authorities.")
    now = call.lab.clock()
    made = Authority(pem, verified, before.created if before else now, now, edition=before.edition + 1 if before else 1)
    hub.given[name] = made
    _trust(hub, name, made)
    return Answer(200 if before else 201, shown(path, _TYPE, name, made))


def _verify(call: Call, hub: Hub, path: str, name: str) -> Answer:
    found = _known(hub, name)
    _judge_etag(call, found)
    try:
        why = authorities.why_not_verified(found, authorities.read(call.body().get("certificate")))
    except ValueError as wrong:
        why = str(wrong)
    if why:
        raise Refusal(400, "BadRequest", f"The certificate '{name}' is not verified: {why}.")
    found.verified, found.code = True, ""
    _changed(call, found)
    _trust(hub, name, found)
    return Answer(200, shown(path, _TYPE, name, found))


def _trust(hub: Hub, name: str, authority: Authority) -> None:
    """Let devices in by an authority that is verified, and by no other."""
    hub.authorities.pop(name, None)
    if authority.verified:
        hub.authorities[name] = authority.pem


def shown(path: str, kind: str, name: str, authority: Authority, *, with_code: bool = False) -> dict[str, Any]:
    """A certificate as the resource manager shows it; `kind` is the type of resource."""
    certificate = authority.certificate
    properties = {
        "subject": ", ".join(str(each.value) for each in certificate.subject),
        "expiry": formatdate(certificate.not_valid_after_utc.timestamp(), usegmt=True),
        "thumbprint": certificate.fingerprint(hashes.SHA1()).hex().upper(),
        "isVerified": authority.verified,
        "created": formatdate(authority.created, usegmt=True),
        "updated": formatdate(authority.updated, usegmt=True),
        "certificate": base64.b64encode(authority.pem).decode("ascii"),
    }
    return {
        "id": f"{path}/certificates/{name}",
        "name": name,
        "type": kind,
        "etag": authority.etag,
        "properties": {**properties, **({"verificationCode": authority.code} if with_code else {})},
    }
