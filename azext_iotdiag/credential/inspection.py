"""What a SAS token shows, offline: found in whatever text it was copied with, taken apart, compared. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from typing import Any
from urllib.parse import unquote

from azext_iotdiag.credential import mistaken, sas
from azext_iotdiag.model.facts import Fact, given, typed
from azext_iotdiag.model.target import Secret
from azext_iotdiag.model.token import NO_KEY, Gap, SasFacts

# A number is taken for milliseconds only where that gives a time that a user may mean: from 2010 to 2200.
_MILLISECONDS = range(1_262_304_000_000, 7_258_118_400_000)
_WORD = re.compile(r"SharedAccessSignature", re.IGNORECASE)
_HEADER = re.compile(r"\bAuthorization\s*[:=]\s*[\"']?\s*$", re.IGNORECASE)
_PART = re.compile(r"SharedAccessSignature\s*=\s*$")
_DOUBLED = re.compile(r"SharedAccessSignature\s+$", re.IGNORECASE)
_QUOTES = ('"', "'", "`", "“", "”", "‘", "’", "„", "«", "»")
_CLOSING = {
    '"': '"',
    "'": "'",
    "`": "`",
    "“": "”",
    "‘": "’",
    "„": "“",
    "«": "»",
    "{": "}",
    "(": ")",
    "[": "]",
    "<": ">",
}
_DPS_PATH = re.compile(r"[^/]+/registrations/[^/]+")


@dataclass(frozen=True)
class Expected:
    """What a token is held against: the resource that it should open, the policy that it should name (None where that
    does not matter), and keys by what they are called. `group_key` is an enrollment group's, `registration` the id that
    a key is derived for.
    """

    resource: str = ""
    policy: str | None = None
    keys: Mapping[str, Secret] = field(default_factory=dict)
    group_key: Secret | None = None
    registration: str = ""


def inspect(text: str, expected: Expected = Expected()) -> SasFacts:
    """What the token in `text` shows: a bare token, an MQTT password, a header line, a connection string, JSON."""
    found, form = extract(text)
    try:
        token = sas.read(found)
    except sas.MalformedToken as wrong:
        instead = "" if _WORD.search(text) else mistaken.what_is(text)
        fault = f"this is {instead}, not a SAS token" if instead not in ("", mistaken.TOKEN) else wrong.reason
        return SasFacts(form, part=wrong.part, fault=fault, wanted=expected.resource)
    in_milliseconds = token.expires in _MILLISECONDS
    shown = SasFacts(
        form,
        resource=token.resource,
        expires=token.expires // 1000 if in_milliseconds else token.expires,
        in_milliseconds=in_milliseconds,
        policy=token.policy,
        encoded="/" not in token.signed_resource,
        wanted=expected.resource,
        wanted_policy=expected.policy,
        gap=gap(token.resource, expected.resource) if expected.resource else _twice(token.resource),
    )
    return _signed(shown, token, expected)


def facts(token: SasFacts, now: float) -> dict[str, Fact[Any]]:
    """The facts that a token gives at the time `now`, in seconds since 1970.

    A fact without a value says that nothing was compared, so that its check is skipped and does not pass.
    """
    at = datetime.fromtimestamp(now, timezone.utc)
    compared = token.wanted or token.wanted_policy is not None or token.gap is not Gap.NONE
    return {
        **given(now, token=token),
        "signing_keys": typed(token.keys or None, at),
        "expected_resource": typed(token.wanted if compared else None, at),
    }


def extract(text: str) -> tuple[str, str]:
    """The token in a text, and what the text is: "token", "header", "connection string" or "text"."""
    text = text.strip(" \t\r\n\ufeff\u200b")
    found = list(_WORD.finditer(text))
    if not found:
        return text, "token"
    start = found[-1].start()
    while doubled := _DOUBLED.search(text[:start]):
        start = doubled.start()
    before, token = text[:start], text[start:]
    closing = "".join(_CLOSING[each] for each in before if each in _CLOSING)
    form = _form(before)
    body, rest = _until_end(token, closing)
    if form == "token" and rest:  # something is left behind it, such as a second line of the same token
        body = token.strip()
    if before.endswith('"') and "\\u0026" in body:  # as some writers of JSON write an &
        form, body = "text", body.replace("\\u0026", "&")
    return body, form


def _form(before: str) -> str:
    if _PART.search(before):
        return "connection string"
    if _HEADER.search(before):
        return "header"
    return "text" if before.strip("".join(_QUOTES)) else "token"


def _until_end(token: str, closing: str) -> tuple[str, str]:
    """A token without what follows it, and what follows, without signs that close what was opened before it."""
    words = re.match(r"(?:SharedAccessSignature\s*)+", token, re.IGNORECASE)
    begun = words.end() if words else 0
    ends = re.search(rf"[\",;\s{re.escape(closing)}]", token[begun:])
    end = begun + ends.start() if ends else len(token)
    return token[:end].rstrip(), token[end:].strip(f"\"'`,;{closing} \t\r\n")


def gap(given: str, wanted: str) -> Gap:
    """How the resource `given` in a token differs from the one `wanted`; NONE where it opens it."""
    if sas.covers(given, wanted):
        return Gap.SCHEME if "://" in given and "://" not in wanted else Gap.NONE
    if (once := unquote(given)) != given and gap(once, wanted) in (Gap.NONE, Gap.SCHEME):
        return Gap.ENCODED_TWICE
    bare = re.sub(r"^[A-Za-z][A-Za-z0-9+.-]*://", "", given).rstrip("/")
    host, _, path = bare.partition("/")
    wanted_host, _, wanted_path = wanted.partition("/")
    if bare.lower() == wanted.lower():
        return Gap.CASE
    if host.lower() != wanted_host.lower():
        return Gap.HOST
    if wanted_path.lower().startswith(path.lower()) and path:
        return Gap.CASE if wanted_path.lower()[len(path) :][:1] in ("/", "") else Gap.DEVICE
    segments = wanted_path.split("/")
    pieces = path.split("/")
    if len(pieces) < len(segments) or pieces[0].lower() != segments[0].lower():
        return Gap.PATH
    return Gap.DEVICE if pieces[:2] != segments[:2] else Gap.PATH


def _twice(resource: str) -> Gap:
    return Gap.ENCODED_TWICE if re.search(r"%2f", resource, re.IGNORECASE) else Gap.NONE


def _signed(facts: SasFacts, token: sas.Token, expected: Expected) -> SasFacts:
    """The same, with the key that made the signature."""
    keys = {name: key.reveal() for name, key in expected.keys.items()}
    group = expected.group_key.reveal() if expected.group_key else ""
    if group and expected.registration:
        keys["the key derived from the group's"] = sas.derive(sas.iothub_key(group), expected.registration)
    if not keys and not group:
        return facts
    names = (*keys, *(("the group's own key",) if group else ()))
    for name, key in keys.items():
        if sas.matches(token, sas.iothub_key(key)):
            return replace(facts, keys=names, signer=name)
    if group and sas.matches(token, sas.iothub_key(group)):
        return replace(facts, keys=names, signer="the group's own key", made=("group",))
    for name, key in keys.items():
        how = sas.signs_otherwise(token, key, expected.resource)
        if how is not None:
            # Where the token itself has the wrong case, that is the one thing to say of it.
            told = tuple(each for each in how if each != "case" or facts.gap is not Gap.CASE)
            return replace(facts, keys=names, signer=name, made=told)
    return replace(facts, keys=names, signer=NO_KEY)


def resource_of(host: str, device: str = "", module: str = "") -> str:
    """The resource that a token for a hub, one of its devices or a module opens."""
    path = f"/devices/{device}" + (f"/modules/{module}" if module else "") if device else ""
    return host + path


def registration_resource(id_scope: str, registration_id: str) -> str:
    """The resource that a device's token for the Device Provisioning Service opens."""
    return f"{id_scope}/registrations/{registration_id}"


def is_registration(resource: str) -> bool:
    """Whether a token's resource is a registration at the Device Provisioning Service."""
    return _DPS_PATH.fullmatch(resource) is not None
