"""The Device Provisioning Service as its owner sees it: enrollments, groups, registrations.

https://learn.microsoft.com/rest/api/iot-dps/service
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

from azext_iotdiag.credential import sas
from azext_iotdiag.lab.dps import device_api as dps_device
from azext_iotdiag.lab.dps import documents as dps_documents
from azext_iotdiag.lab.dps.provisioning import DpsRefusal
from azext_iotdiag.lab.dps.service import LARGEST, Dps, Enrollment
from azext_iotdiag.lab.lab import Lab
from azext_iotdiag.lab.net import not_played, router
from azext_iotdiag.lab.net.http_types import Answer, BadBody, Request
from azext_iotdiag.lab.net.router import ANY, HttpRoute
from azext_iotdiag.lab.tenant.tenant import DPS_TYPE
from azext_iotdiag.lab.tenant.tokens import BadToken

AUDIENCE = "https://azure-devices-provisioning.net"
API_VERSIONS = ("2018-09-01", "2019-03-31", "2021-06-01", "2021-10-01")
LARGEST_PAGE, PAGE = 1000, 100
# https://learn.microsoft.com/azure/iot-dps/concepts-control-access-dps-azure-ad
_OF_KEYS = "attestationmechanism"
_VERBS = {"PUT": "write", "DELETE": "delete"}
_GROUPS = "enrollmentGroups"
_RIGHTS = {"enrollments": "Enrollment", _GROUPS: "Enrollment", "registrations": "RegistrationStatus"}
_NO_ENROLLMENT = (404201, "Enrollment not found.")
_NO_REGISTRATION = (404202, "Registration not found.")
_NO_GROUP = (404204, "Enrollment group not found.")


class Call(NamedTuple):
    """A request of a service's owner; `now` is in seconds since 1970."""

    request: Request
    dps: Dps
    now: float

    @property
    def of_groups(self) -> bool:
        """Whether it is about groups, and not about individual enrollments."""
        return self.request.segments[0] == _GROUPS

    @property
    def among(self) -> dict[str, Enrollment]:
        """The enrollments that it is about."""
        return self.dps.groups if self.of_groups else self.dps.enrollments

    def key(self, name: str) -> str:
        """What an enrollment is held under: registration ids have no case."""
        return name if self.of_groups else name.lower()


async def serve(request: Request, lab: Lab) -> Answer:
    """Answer a request to a service's own host, of its owner or of a device."""
    dps = dps_device.home(lab, request.host)
    if dps is None or (len(request.segments) > 1 and request.segments[1] == "registrations"):
        return await dps_device.serve(request, lab)
    try:
        return await _answer(Call(request, dps, lab.clock()), lab)
    except DpsRefusal as refusal:
        return dps_device.refused(refusal, lab)


async def _answer(call: Call, lab: Lab) -> Answer:
    request, dps = call.request, call.dps
    kind, *rest = request.segments or ("",)
    right = _RIGHTS.get(kind)
    if right is None:
        raise DpsRefusal(404000, f"There is nothing at {request.path}.")
    reading = request.method == "GET" or rest[-1:] == ["query"] or rest[-1:] == [_OF_KEYS]
    who = _authorise(request, lab, dps, f"{right}{'Read' if reading else 'Write'}")
    if request.query.get("api-version", "") not in API_VERSIONS:
        raise DpsRefusal(400004, f"The api-version {request.query.get('api-version', '')!r} is not supported.")
    if dps.throttled("operations", call.now):
        raise DpsRefusal(429001, "Throttled", f"more than {dps.per_minute} operations in a minute")
    found = router.find(ROUTES, request)
    if found is None or found.route is None:
        if gap := not_played.words(not_played.PROVISIONING, request.method, request.parts):
            raise DpsRefusal(not_played.STATUS * 1000, gap)
        raise DpsRefusal(405000, f"{request.method} is not supported at {request.path}.")
    return replace(await found.answer(call), who=who)


def _authorise(request: Request, lab: Lab, dps: Dps, right: str) -> str:
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


def _entra(text: str, lab: Lab, dps: Dps, action: str) -> str:
    try:
        claims = lab.tenant.issuer.verify(text, lab.clock(), [AUDIENCE])
    except BadToken as bad:
        raise DpsRefusal(401002, "Unauthorized", str(bad)) from bad
    if not lab.tenant.allows(claims["oid"], action, lab.tenant.path_of(dps), data=True):
        raise DpsRefusal(401002, "Unauthorized", f"{claims['oid']} has no role that allows {action}")
    return claims.get("upn") or claims.get("appid", "")


def _query(call: Call) -> Answer:
    kind = "EnrollmentGroup" if call.of_groups else "Enrollment"
    return _page(call.request, [dps_documents.shown(each) for each in list(call.among.values())], kind)


def _get(call: Call, name: str) -> Answer:
    found = _found(call, name)
    return Answer(200, dps_documents.shown(found), {"ETag": f'"{found.etag}"'})


def _keys(call: Call, name: str) -> Answer:
    return Answer(200, dps_documents.attestation(_found(call, name).attestation, with_keys=True))


def _put(call: Call, name: str) -> Answer:
    among, before = call.among, call.among.get(call.key(name))
    _judge_etag(call.request, before)
    if before is None and len(among) >= LARGEST:
        raise DpsRefusal(400004, f"A lab takes at most {LARGEST} enrollments.")
    made = dps_documents.read(_data(call.request), name, call.of_groups, before, call.now)
    among[call.key(name)] = made
    return Answer(200, dps_documents.shown(made, with_keys=True), {"ETag": f'"{made.etag}"'})


def _delete(call: Call, name: str) -> Answer:
    _judge_etag(call.request, _found(call, name))
    del call.among[call.key(name)]
    return Answer(204)


def _found(call: Call, name: str) -> Enrollment:
    found = call.among.get(call.key(name))
    if found is None:
        raise DpsRefusal(*(_NO_GROUP if call.of_groups else _NO_ENROLLMENT))
    return found


def _judge_etag(request: Request, before: Enrollment | None) -> None:
    wanted = request.headers.get("if-match", "").strip('"')
    if request.headers.get("if-none-match") == "*" and before is not None:
        raise DpsRefusal(409000, "The enrollment exists already.")
    if wanted not in ("", "*") and (before is None or wanted != before.etag):
        raise DpsRefusal(412000, "The etag is not that of the enrollment.")


def _get_registration(call: Call, name: str) -> Answer:
    found = call.dps.registrations.get(name.lower())
    if found is None:
        raise DpsRefusal(*_NO_REGISTRATION)
    return Answer(200, dps_device.shown(found))


def _query_registrations(call: Call, group: str) -> Answer:
    if group not in call.dps.groups:
        raise DpsRefusal(*_NO_GROUP)
    known = call.dps.registrations.values()
    rows = [each for each in known if each.enrollment.group and each.enrollment.id == group]
    return _page(call.request, [dps_device.shown(each) for each in rows], "DeviceRegistration")


def _delete_registration(call: Call, name: str) -> Answer:
    if call.dps.registrations.pop(name.lower(), None) is None:
        raise DpsRefusal(*_NO_REGISTRATION)
    return Answer(204)


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


ROUTES = (
    *(
        route
        for kind in ("enrollments", _GROUPS)
        for route in (
            HttpRoute("POST", (kind, "query"), _query),
            HttpRoute("GET", (kind, ANY), _get),
            HttpRoute("POST", (kind, ANY, _OF_KEYS), _keys),
            HttpRoute("PUT", (kind, ANY), _put),
            HttpRoute("DELETE", (kind, ANY), _delete),
        )
    ),
    HttpRoute("GET", ("registrations", ANY), _get_registration),
    HttpRoute("POST", ("registrations", ANY, "query"), _query_registrations),
    HttpRoute("DELETE", ("registrations", ANY), _delete_registration),
)
