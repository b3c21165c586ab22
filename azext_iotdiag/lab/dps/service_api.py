"""The Device Provisioning Service as its owner sees it: enrollments, groups, registrations.

https://learn.microsoft.com/rest/api/iot-dps/service
"""

from __future__ import annotations

from typing import Any

from azext_iotdiag.credential import sas
from azext_iotdiag.lab.dps import device_api as dps_device
from azext_iotdiag.lab.dps import documents as dps_documents
from azext_iotdiag.lab.dps.provisioning import DpsRefusal
from azext_iotdiag.lab.dps.service import LARGEST, Dps, Enrollment
from azext_iotdiag.lab.net.exchange import Answer, BadBody, Request
from azext_iotdiag.lab.tenant.tenant import DPS_TYPE
from azext_iotdiag.lab.tenant.tokens import BadToken

AUDIENCE = "https://azure-devices-provisioning.net"
API_VERSIONS = ("2018-09-01", "2019-03-31", "2021-06-01", "2021-10-01")
LARGEST_PAGE, PAGE = 1000, 100
# https://learn.microsoft.com/azure/iot-dps/concepts-control-access-dps-azure-ad
_OF_KEYS = "attestationmechanism"
_VERBS = {"PUT": "write", "DELETE": "delete"}


async def serve(request: Request, lab) -> Answer:
    """Answer a request to a service's own host, of its owner or of a device."""
    dps = dps_device.home(lab, request.host)
    if dps is None or (len(request.segments) > 1 and request.segments[1] == "registrations"):
        return await dps_device.serve(request, lab)
    try:
        return _answer(request, lab, dps)
    except DpsRefusal as refusal:
        return dps_device.refused(refusal, lab)


def _answer(request: Request, lab, dps: Dps) -> Answer:
    kind, *rest = request.segments or ("",)
    right = {"enrollments": "Enrollment", "enrollmentGroups": "Enrollment", "registrations": "RegistrationStatus"}.get(
        kind
    )
    if right is None:
        raise DpsRefusal(404000, f"There is nothing at {request.path}.")
    reading = request.method == "GET" or rest[-1:] == ["query"] or rest[-1:] == [_OF_KEYS]
    who = _authorise(request, lab, dps, f"{right}{'Read' if reading else 'Write'}")
    if request.query.get("api-version", "") not in API_VERSIONS:
        raise DpsRefusal(400004, f"The api-version {request.query.get('api-version', '')!r} is not supported.")
    if dps.throttled("operations", lab.clock()):
        raise DpsRefusal(429001, "Throttled", f"more than {dps.per_minute} operations in a minute")
    answered = (
        _registrations(request, dps, rest) if kind == "registrations" else _enrollments(request, lab, dps, kind, rest)
    )
    return Answer(answered.status, answered.body, answered.headers, who, answered.reason)


def _authorise(request: Request, lab, dps: Dps, right: str) -> str:
    """Who asks, with a policy's token or an Entra one. Raises DpsRefusal."""

    def refused(why: str) -> DpsRefusal:
        return DpsRefusal(401002, "Unauthorized", why)

    if why := dps.shut_to(request.peer, "serviceApi"):
        raise refused(why)
    text = request.headers.get("authorization", "")
    if text.lower().startswith("bearer "):
        return _entra(text[7:].strip(), lab, dps, _data_action(request))
    try:
        token = sas.read(text)
    except sas.MalformedToken as error:
        raise DpsRefusal(401000, "Unauthorized", f"no token: {error}") from error
    policy = dps.policies.get(token.policy)
    if policy is None or not any(
        sas.matches(token, sas.iothub_key(key.reveal())) for key in (policy.primary, policy.secondary)
    ):
        raise refused(f"there is no policy {token.policy!r}, or the token is signed with another key")
    if token.expires <= lab.clock():
        raise refused(f"the token expired {lab.clock() - token.expires:.0f} s ago")
    if not sas.covers(token.resource, dps.host):
        raise refused(f"the token is for {token.resource}")
    if right not in policy.rights:
        raise refused(f"the policy {policy.name} lacks {right}")
    return policy.name


def _data_action(request: Request) -> str:
    """The data action that a request takes of an Entra token."""
    kind, *rest = request.segments
    if rest[1:] == [_OF_KEYS]:
        return f"{DPS_TYPE}/{_OF_KEYS}/details/action"
    named = "registrationStates" if kind == "registrations" else kind
    return f"{DPS_TYPE}/{named}/{_VERBS.get(request.method, 'read')}"


def _entra(text: str, lab, dps: Dps, action: str) -> str:
    try:
        claims = lab.tenant.issuer.verify(text, lab.clock(), [AUDIENCE])
    except BadToken as bad:
        raise DpsRefusal(401002, "Unauthorized", str(bad)) from bad
    if not lab.tenant.allows(claims["oid"], action, lab.tenant.path_of(dps), data=True):
        raise DpsRefusal(401002, "Unauthorized", f"{claims['oid']} has no role that allows {action}")
    return claims.get("upn") or claims.get("appid", "")


def _enrollments(request: Request, lab, dps: Dps, kind: str, rest: list[str]) -> Answer:
    groups = kind == "enrollmentGroups"
    among = dps.groups if groups else dps.enrollments
    match [request.method, *rest]:
        case ["POST", "query"]:
            return _page(
                request,
                [dps_documents.shown(each) for each in list(among.values())],
                "EnrollmentGroup" if groups else "Enrollment",
            )
        case ["GET", name]:
            found = _found(among, name, groups)
            return Answer(200, dps_documents.shown(found), {"ETag": f'"{found.etag}"'})
        case ["POST", name, attestation] if attestation == _OF_KEYS:
            return Answer(200, dps_documents.attestation(_found(among, name, groups).attestation, with_keys=True))
        case ["PUT", name]:
            before = among.get(name if groups else name.lower())
            _judge_etag(request, before)
            if before is None and len(among) >= LARGEST:
                raise DpsRefusal(400004, f"A lab takes at most {LARGEST} enrollments.")
            made = dps_documents.read(_data(request), name, groups, before, lab.clock())
            among[name if groups else name.lower()] = made
            return Answer(200, dps_documents.shown(made, with_keys=True), {"ETag": f'"{made.etag}"'})
        case ["DELETE", name]:
            found = _found(among, name, groups)
            _judge_etag(request, found)
            del among[name if groups else name.lower()]
            return Answer(204)
    raise DpsRefusal(405000, f"{request.method} is not supported at {request.path}.")


def _found(among: dict[str, Enrollment], name: str, groups: bool) -> Enrollment:
    found = among.get(name if groups else name.lower())
    if found is None:
        raise (
            DpsRefusal(404204, "Enrollment group not found.") if groups else DpsRefusal(404201, "Enrollment not found.")
        )
    return found


def _judge_etag(request: Request, before: Enrollment | None) -> None:
    wanted = request.headers.get("if-match", "").strip('"')
    if request.headers.get("if-none-match") == "*" and before is not None:
        raise DpsRefusal(409000, "The enrollment exists already.")
    if wanted not in ("", "*") and (before is None or wanted != before.etag):
        raise DpsRefusal(412000, "The etag is not that of the enrollment.")


def _registrations(request: Request, dps: Dps, rest: list[str]) -> Answer:
    match [request.method, *rest]:
        case ["GET", name]:
            if name.lower() not in dps.registrations:
                raise DpsRefusal(404202, "Registration not found.")
            return Answer(200, dps_device.shown(dps.registrations[name.lower()]))
        case ["POST", name, "query"]:
            _found(dps.groups, name, True)
            rows = [each for each in dps.registrations.values() if each.enrollment.group and each.enrollment.id == name]
            return _page(request, [dps_device.shown(each) for each in rows], "DeviceRegistration")
        case ["DELETE", name]:
            if dps.registrations.pop(name.lower(), None) is None:
                raise DpsRefusal(404202, "Registration not found.")
            return Answer(204)
    raise DpsRefusal(405000, f"{request.method} is not supported at {request.path}.")


def _page(request: Request, rows: list[dict[str, Any]], kind: str) -> Answer:
    """As many rows as were asked for, from where the last page ended."""
    size, begin = request.headers.get("x-ms-max-item-count", ""), request.headers.get("x-ms-continuation", "")
    if (size and not size.isdecimal()) or (begin and not begin.isdecimal()):
        raise DpsRefusal(400004, "x-ms-max-item-count or x-ms-continuation cannot be read.")
    if request.body and "query" not in _data(request):
        raise DpsRefusal(400004, "The query is missing.")
    start = int(begin or 0)
    end = start + max(min(int(size or PAGE), LARGEST_PAGE), 1)
    headers = {"x-ms-item-type": kind, "x-ms-max-item-count": str(end - start)}
    return Answer(200, rows[start:end], headers | ({"x-ms-continuation": str(end)} if end < len(rows) else {}))


def _data(request: Request) -> dict[str, Any]:
    if not request.headers.get("content-type", "").lower().startswith("application/json"):
        raise DpsRefusal(415000, "The media type is not supported; send application/json.")
    try:
        data = request.data()
    except BadBody as wrong:
        raise DpsRefusal(400004, f"{str(wrong).replace('the', 'The', 1)}.") from None
    if not isinstance(data, dict):
        raise DpsRefusal(400004, "The body is no JSON object.")
    return data
