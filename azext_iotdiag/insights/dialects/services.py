"""The sentences of the services, and the ways in which a status of HTTP is written."""

from __future__ import annotations

import re

from azext_iotdiag.insights.dialects.table import Dialect, Exactness, decided, each, nothing, said, works, wraps
from azext_iotdiag.insights.stages import Stage

_UNAUTHORIZED, _SENTENCE = "hub-401003", Exactness.SENTENCE
_HUB = (
    said("authorization header missing", _UNAUTHORIZED, exactness=_SENTENCE),
    said(
        "authorization rule", _UNAUTHORIZED, r"authorization rule .{1,100} does not allow access", exactness=_SENTENCE
    ),
    said("due to no assigned permissions", _UNAUTHORIZED, exactness=_SENTENCE),
    said("does not contain the specified device", "device-unknown", exactness=_SENTENCE),
    said("renew token or certificate and reconnect", _UNAUTHORIZED, exactness=_SENTENCE),
    said("thumbprint does not match configuration", "thumbprint-differs", exactness=_SENTENCE),
    said(
        "has an invalid signature",
        "sas-signed-by-another-key",
        r"sas token has an invalid signature",
        exactness=_SENTENCE,
    ),
    said("did not match the primary or the secondary key", "sas-signed-by-another-key", exactness=_SENTENCE),
    said("sas token is expired", "sas-expired", exactness=_SENTENCE),
    said("token has expired", "sas-expired", r"\btoken has expired\b"),
    said("token or certificate is invalid", "hub-401002", exactness=_SENTENCE),
    said("exceeded the allocated quota", "hub-403002", exactness=_SENTENCE),
    said("number of active file upload requests exceeded", "hub-403006", exactness=_SENTENCE),
    said("device is disabled", "device-disabled", r"\bdevice is disabled\b"),
)
_DPS = (
    *each(
        ("ca certificate not found", "signing certificate info did not match chain elements"),
        "dps-401",
        exactness=_SENTENCE,
    ),
    said("invalid certificate", "dps-401", r"\binvalid certificate\b(?! domain| chain| format)", exactness=_SENTENCE),
    said(
        "custom allocation failed",
        "dps-400207 dps-400209",
        r"custom allocation failed with status code\W{0,3}\d{3}",
        exactness=Exactness.EXACT,
    ),
    said("disabled by dps service", "dps-disabled", exactness=_SENTENCE),
    works("assigned to", r"assigned to (?:iot ?)?hub", Stage.PROVISIONED),
    works("registration stat", r"registration (?:state|status)\W{1,4}assigned\b", Stage.PROVISIONED),
)
_EVENT_HUBS = (
    said("with higher epoch of", "reader-displaced", exactness=_SENTENCE),
    said("sbresourcemgrexceptions", "entity-missing", exactness=_SENTENCE),
    said(
        "the messaging entity",
        "entity-missing",
        r"the messaging entity .{1,200} could not be found",
        exactness=_SENTENCE,
    ),
    said("put token failed", "token-refused", r"put token failed\. status-code: 4\d\d", exactness=Exactness.EXACT),
    said("cbs reported status code", "token-refused", r"cbs reported status code [45]\d\d", exactness=Exactness.EXACT),
)
_CENTRAL = (
    decided("error code:", r"error code: ?(\d{3}\.\d{3}\.\d{3}(?:\.\d{3})?)\b", lambda match: _central(match[1])),
    said("'code': 'invalidbody'", "central-400", r"'code': 'InvalidBody'"),
    said('"code":"invalidbody"', "central-400", r'"code": ?"InvalidBody"'),
)


def _central(number: str) -> str:
    return {
        "400": "central-400",
        "401": "central-401",
        "403": "central-403",
        "404": "central-404",
        "429": "central-429",
    }.get(number[:3], "central-500" if number[0] == "5" else "")


# Before a status of three digits. The sides are those of HTTP, so that other numbers of three digits stay numbers.
_WAYS = (
    ("http", r"HTTP/\d(?:\.\d)?[\"']?\s+(\d{3})\b"),
    ("http", r"\bHTTP ?(?:status|error|code|response)(?: ?code)?[\"']?[^\w\n-]{0,4}(?:is |of |with )?(\d{3})\b"),
    *(
        (key, r"\bstatus[ _-]?code\w{0,10}[\"']?[^\w\n-]{1,5}(?:is |of |returned )?\(?(\d{3})\b")
        for key in ("status code", "status_code", "status-code", "statuscode")
    ),
    *(
        (f"{key} status", rf"\b{key} status(?: code)?[^\w\n-]{{1,4}}(\d{{3}})\b")
        for key in ("response", "reply", "error")
    ),
    ("server reply code", r"server reply code is (\d{3})\b"),
    ("status code", r"\ba (\d{3}) status code\b"),
    ("response code", r"\b(\d{3}) response code\b"),
    ("response code", r"response code(?: was| is|:|=)? ?(\d{3})\b"),
    ("but actually was received", r"but actually was received (\d{3})\b"),
    ("returned status", r"returned status(?: code)? (\d{3})\b"),
    ("returned:", r"operation returned: (\d{3}) \w"),
    ("(unauthorized)", r"\b(401) \(Unauthorized\)"),
    ("(forbidden)", r"\b(403) \(Forbidden\)"),
    ("(not found)", r"\b(404) \(Not Found\)"),
    *(
        (f"{words}]", rf"\[([45]\d\d) {words}\]")
        for words in (
            "unauthorized",
            "forbidden",
            "not found",
            "too many requests",
            "bad request",
            "internal server error",
            "service unavailable",
            "conflict",
            "gateway timeout",
            "bad gateway",
        )
    ),
    ("with code '", r"with code '(\d{3})'"),
    ("with status", r"\bwith status(?: code)?:? ([45]\d\d)\b"),
    (" - {", r"(?<![\w.])([45]\d\d) - \{"),
    (" : {", r"(?<![\w.])([45]\d\d) : \{"),
    ("code = ", r"\bcode = (\d{3}), (?:message|description) ="),
    ("got ", r"expected one of \[[^\]]*\], got (\d{3})\b"),
    ("was expecting", r"returned (\d{3}) \(was expecting"),
    *(
        (f" {words}", rf"(?<!\w)({status}) {words}\b")
        for status, words in (
            (400, "bad request"),
            (401, "unauthorized"),
            (403, "forbidden"),
            (429, "too many requests"),
        )
    ),
    ("too many requests", r"\b(429):? too many requests"),
)
_NAMES = {
    "unauthorized": 401,
    "forbidden": 403,
    "notfound": 404,
    "toomanyrequests": 429,
    "badrequest": 400,
    "internalservererror": 500,
    "serviceunavailable": 503,
}


def status_of(match: re.Match[str]) -> str:
    """A status as `status:401`, which the reader of the line turns into codes. 1xx to 3xx say nothing."""
    return f"status:{match[1]}" if match[1][0] in "45" else ""


def _named(match: re.Match[str]) -> str:
    status = _NAMES.get(match[1].lower())
    return f"status:{status}" if status else ""


_STATUSES = (
    *(decided(key, pattern, status_of, exactness=Exactness.STATUS) for key, pattern in _WAYS),
    decided("httpstatuscode", r"HttpStatusCode\W{1,3}(\w+)", _named, exactness=Exactness.STATUS),
    decided(
        "rejected the message with status",
        r"rejected the message with status: ([45]\d\d)\b",
        lambda match: f"name:{match[1]}@hub",
    ),
    decided("$iothub/twin/res/", r"\$iothub/twin/res/(\d{3})", lambda match: twin(match[1])),
    decided("twin operation", r"twin operation\D{0,40}\b(\d{3})\b", lambda match: twin(match[1])),
    decided(
        "reported property failed", r"reported property failed with a (\d{3}) status", lambda match: twin(match[1])
    ),
    decided("update twin", r"update twin\b.{0,60}\b(\d{3}) response code", lambda match: twin(match[1])),
)


def twin(status: str) -> str:
    """What the status of a request for a twin means."""
    named = {"400": "mqtt-twin-400", "429": "mqtt-twin-429"}.get(status)
    return named or ("mqtt-twin-500" if status.startswith("5") else f"status:{status}" if status[0] == "4" else "")


# A server that refuses a CONNECT says why. Without such words, or beside an error number, a port refused the socket.
_NO_SOCKET = r"connection refused\b(?![^\n]{0,40}(?:os error|errno|winerror|econnrefused|\b(?:61|111|10061)\b))"
_REFUSALS = (
    (
        "device-refused",
        r"not authori[sz]ed|unauthori[sz]ed|(?:bad|incorrect|wrong|invalid) (?:user ?name|credentials|password)",
    ),
    ("mqtt-client-id-refused", r"identifier rejected|(?:bad|invalid) client ?id"),
    ("mqtt-server-unavailable", r"(?:server|broker) (?:is )?unavailable"),
    ("mqtt-version-refused", r"(?:unacceptable|unsupported|incorrect|bad|wrong) protocol(?: version)?"),
)
_CONNACK_WORDS = tuple(
    said("connection refused", code, rf"{_NO_SOCKET}[^\n;]{{1,40}}?\b(?:{words})\b") for code, words in _REFUSALS
)
_CONNECTING = r"(?:fail\w* to|could not|couldn't|unable to|cannot|can't) (?:re)?connect(?: to)?"
_VAGUE = (
    *(
        wraps(f"connect to {whom}", "sdk-connection-failed", rf"{_CONNECTING} {whom}")
        for whom in ("mqtt", "the mqtt", "broker", "the broker", "azure", "iot hub", "iothub", "the iot hub", "hub")
    ),
    wraps("to the iot hub failed", "sdk-connection-failed"),
    decided(
        '"failed"', r'"status"\s?:\s?"failed"', lambda _match: "registration:dps-failed", exactness=Exactness.STATUS
    ),
    decided('"disabled"', r'"status"\s?:\s?"disabled"', lambda _match: "registration:dps-disabled"),
)
_NOTHING = (
    nothing("$iothub/methods/res/", r"\$iothub/methods/res/\d+", whole=False),
    nothing(
        "error",
        r"\b(?:error|err|errors|failed|failures)[\"']?\s?[:=]\s?(?:null|none|nil|0|\"\"|false|''|no error)(?![\w.])",
        whole=False,
    ),
    nothing("no error", r"\bno errors?\b", whole=False),
    nothing("hub ", r"(?:-->|<--) (?:404|500) \{", whole=True),
)
DIALECT = Dialect(
    "services",
    "the services",
    r"$^",
    (*_HUB, *_DPS, *_EVENT_HUBS, *_CENTRAL, *_STATUSES, *_CONNACK_WORDS, *_VAGUE, *_NOTHING),
)
