"""What a SAS token shows, offline: found in whatever text it was copied with, taken apart, compared. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import unquote

from azext_iotdiag.credential import sas
from azext_iotdiag.model.target import Secret
from azext_iotdiag.model.token import NOBODY, Gap, SasFacts

# Later than any expiry in seconds that is meant: the year 5138.
_MILLISECONDS = 100_000_000_000
_WORD = re.compile(r"SharedAccessSignature", re.IGNORECASE)
_HEADER = re.compile(r"\bAuthorization\s*[:=]\s*[\"']?\s*$", re.IGNORECASE)
_PART = re.compile(r"SharedAccessSignature\s*=\s*$")
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
        return SasFacts(form, part=wrong.part, fault=wrong.reason, wanted=expected.resource)
    in_milliseconds = token.expires >= _MILLISECONDS
    facts = SasFacts(
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
    return _signed(facts, token, expected)


def extract(text: str) -> tuple[str, str]:
    """The token in a text, and what the text is: "token", "header", "connection string" or "text"."""
    text = text.strip(" \t\r\n\ufeff\u200b")
    found = list(_WORD.finditer(text))
    if not found:
        return text, "token"
    last = found[-1]
    before, after = text[: last.start()], text[last.end() :]
    form = "token" if not before.strip("\"'`") else "text"
    if _PART.search(before):
        form = "connection string"
    elif _HEADER.search(before):
        form = "header"
    ends = re.search(r"[\"'`,;\s]", after.lstrip())
    body = after.lstrip()[: ends.start()] if ends else after.lstrip()
    rest = after.lstrip()[len(body) :].strip("\"'`,;})] \t\r\n")
    if form == "token" and rest:  # something is left behind it, such as a second line of the same token
        body = after.strip()
    word = last.group() if after[:1] in (" ", "\t") else last.group() + after[:1]
    return f"{word.strip()} {body}" if after[:1].isspace() else f"{word}{body}", form


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
        return replace(facts, keys=names, signer="the group's own key", made="group")
    for name, key in keys.items():
        if how := sas.signs_otherwise(token, key):
            return replace(facts, keys=names, signer=name, made=how)
    return replace(facts, keys=names, signer=NOBODY)


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
