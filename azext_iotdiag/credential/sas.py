"""Shared access signatures: made, read and verified. No clock is read: expiry times come from and go to the caller.

A token is `SharedAccessSignature sr=RESOURCE&sig=SIGNATURE&se=EXPIRY[&skn=POLICY]`. The signature is the HMAC-SHA256 of
the URL-encoded resource, a line feed and the expiry in seconds since 1970.
https://learn.microsoft.com/azure/iot-hub/authenticate-authorize-sas
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import quote, unquote

PREFIX = "SharedAccessSignature "
_PARTS = ("sr", "sig", "se", "skn")
_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}")
_SHA256_IN_BASE64 = re.compile(r"[A-Za-z0-9+/]{43}=")
_WRONG_STARTS = (
    (r"SharedAccessSignature\s+SharedAccessSignature", "it begins with 'SharedAccessSignature' twice"),
    (
        r"SharedAccessSignature(?:%20|%2B|\+)|(?:SharedAccessSignature\s+)?sr%3D",
        "the token is URL-encoded as a whole; only the values behind sr=, sig= and skn= are",
    ),
    (r"SharedAccessSignature\s*[=:]", "'SharedAccessSignature' is followed by a sign where a space belongs"),
    (r"SharedAccessSignaturesr=", "the space between 'SharedAccessSignature' and 'sr=' is missing"),
    (r"(?:sr|sig|se|skn)=", "'SharedAccessSignature ' is missing before it"),
    (r"(?-i:(?!SharedAccessSignature))SharedAccessSignature", "'SharedAccessSignature' has other capital letters"),
)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


LONGEST = 65_536  # characters; a token has a few hundred, and a file in its place any number


class MalformedKey(ValueError):
    """A shared access key that cannot be one. The message never holds any of it."""


class MalformedToken(ValueError):
    """A text that is no shared access signature. `part` is sr, sig, se, skn, or empty where the whole is meant."""

    def __init__(self, part: str, reason: str):
        super().__init__(f"{part}: {reason}" if part else reason)
        self.part = part
        self.reason = reason


class Token(NamedTuple):
    """A shared access signature, taken apart.

    `resource` is decoded; `signed_resource` is as written, which is what was signed. `expires` is in seconds since
    1970. `policy` is empty in a device's token.
    """

    resource: str
    signed_resource: str
    signature: str
    expires: int
    policy: str

    def __repr__(self) -> str:
        return f"Token(resource={self.resource!r}, signature=***, expires={self.expires}, policy={self.policy!r})"


def iothub_key(text: str) -> bytes:
    """The bytes of a key of IoT Hub or DPS, which are written in base64.

    Raises MalformedKey.
    """
    if not text:
        raise MalformedKey("the key is empty")
    if not _BASE64.fullmatch(text):
        raise MalformedKey(f"the key is not base64: {_stranger(text)}")
    if len(text) % 4:
        raise MalformedKey(f"the key is not base64: {len(text)} characters are no multiple of 4; its end may be lost")
    return base64.b64decode(text)


def eventhub_key(text: str) -> bytes:
    """The bytes of a key of Event Hubs, which signs with the text of its keys as it stands.

    Raises MalformedKey.
    """
    if not text:
        raise MalformedKey("the key is empty")
    if not text.isascii() or not text.isprintable() or " " in text:
        raise MalformedKey(f"the key {_stranger(text)}")
    return text.encode("ascii")


def sign(resource: str, key: bytes, expires: int, policy: str = "") -> str:
    """A token for `resource` (`HOST/devices/ID`, `sb://HOST/ENTITY`) that ends at `expires`, seconds since 1970.

    `policy` names the shared access policy that `key` belongs to; a device's own key has none.
    """
    encoded = quote(resource, safe="")
    token = f"{PREFIX}sr={encoded}&sig={quote(_signature(encoded, expires, key), safe='')}&se={expires}"
    return f"{token}&skn={quote(policy, safe='')}" if policy else token


def derive(group_key: bytes, registration_id: str) -> str:
    """The key, in base64, that a device of a symmetric enrollment group has.

    The id counts as it is written; DPS compares ids without regard to case, and documents them in lower case.
    https://learn.microsoft.com/azure/iot-dps/concepts-symmetric-key-attestation#group-enrollments
    """
    return base64.b64encode(hmac.new(group_key, registration_id.encode(), hashlib.sha256).digest()).decode("ascii")


def read(text: str) -> Token:
    """Take a token apart, without judging whether it is still valid or opens anything.

    Raises MalformedToken.
    """
    if len(text) > LONGEST:
        raise MalformedToken("", f"it has {len(text):,} characters, and at most {LONGEST:,} are read")
    text = text.strip()
    if not text.startswith(f"{PREFIX}sr=") and (wrong := _wrong_start(text)):
        raise MalformedToken("", wrong)
    written = _split(text[len(PREFIX) :])
    for part in ("sr", "sig", "se"):
        if not written.get(part):
            raise MalformedToken(part, "is missing" if part not in written else "has no value")
    # Not unquote_plus: clients that leave base64 unencoded write a plus sign, and device ids may hold one.
    signature = unquote(written["sig"])
    if not _SHA256_IN_BASE64.fullmatch(signature):
        raise MalformedToken("sig", "is not the base64 of an HMAC-SHA256, which has 44 characters and ends in '='")
    if re.fullmatch(r"[1-9][0-9]{15,}", written["se"]):
        digits = len(written["se"])
        raise MalformedToken("se", f"has {digits} digits, and seconds since 1970 have 10: is the unit a smaller one?")
    if not re.fullmatch(r"[1-9][0-9]{0,14}", written["se"]):
        raise MalformedToken("se", "is not a whole number of seconds since 1970")
    return Token(unquote(written["sr"]), written["sr"], signature, int(written["se"]), unquote(written.get("skn", "")))


def matches(token: Token, key: bytes) -> bool:
    """Whether `key` made the signature. Compared in constant time.

    Clients differ in which characters they encode, so the resource may have been signed as it is written or encoded.
    """
    given = token.signature.encode()
    forms = (token.signed_resource, quote(token.resource, safe=""))
    return any(hmac.compare_digest(_signature(form, token.expires, key).encode(), given) for form in forms)


def signs_otherwise(token: Token, key_text: str, wanted: str = "") -> tuple[str, ...] | None:
    """How a key made the signature in a way that no service accepts, None where the key did not make it.

    "text": the key was not decoded from base64. "plain": the resource was signed without its URL encoding. "case": the
    signed text has other capital letters than the token. Several may come together. `wanted` is the resource that the
    token should open.
    """
    given = token.signature.encode()
    keys: list[tuple[tuple[str, ...], bytes]] = [(("text",), key_text.encode())]
    with suppress(MalformedKey):
        keys.insert(0, ((), iothub_key(key_text)))
    for of_key, key in keys:
        for of_form, form in _signed_forms(token, wanted):
            if hmac.compare_digest(_signature(form, token.expires, key).encode(), given):
                return (*of_key, *of_form)
    return None


def covers(resource_in_token: str, wanted: str) -> bool:
    """Whether a token for `resource_in_token` opens `wanted`; both decoded.

    The same resource or one above it, by whole segments of the path. Host names are compared without regard to case,
    paths with it, because device ids are case sensitive. A scheme (`sb://`, `amqps://`) counts for nothing.
    """
    given, asked = _segments(resource_in_token), _segments(wanted)
    return bool(given[0]) and asked[: len(given)] == given


def _signed_forms(token: Token, wanted: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """The texts that a client may have signed for a token, each with what is wrong about it."""
    own = token.resource
    yield (), token.signed_resource
    for resource in dict.fromkeys((own, wanted, own.lower())):
        if resource.lower() == own.lower():
            case = () if resource == own else ("case",)
            yield case, quote(resource, safe="")
            yield (*case, "plain"), resource


def _wrong_start(text: str) -> str:
    """Why a text is no token, as far as its beginning tells; "" where nothing is wrong with that."""
    for pattern, reason in _WRONG_STARTS:
        if re.match(pattern, text, re.IGNORECASE):
            return reason
    if not text.startswith(PREFIX):
        return "a token begins with 'SharedAccessSignature sr='"
    return ""


def _split(text: str) -> dict[str, str]:
    for written_so, where in (("&amp;", "XML"), ("\\u0026", "JSON")):
        if written_so in text:
            raise MalformedToken("", f"'&' is written as '{written_so}', as in {where}")
    written: dict[str, str] = {}
    for number, piece in enumerate(text.split("&"), 1):
        name, _, value = piece.strip().partition("=")
        if name not in _PARTS:  # not shown: it may be the rest of a signature
            raise MalformedToken("", f"part {number} is none of {', '.join(_PARTS)}")
        if name in written:
            raise MalformedToken(name, "appears twice")
        written[name] = value
    return written


def _signature(encoded_resource: str, expires: int, key: bytes) -> str:
    digest = hmac.new(key, f"{encoded_resource}\n{expires}".encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode("ascii")


def _segments(resource: str) -> list[str]:
    host, *path = _SCHEME.sub("", resource, count=1).rstrip("/").split("/")
    return [host.lower(), *path]


def _stranger(text: str) -> str:
    """Which kind of character does not belong into a key, and where it stands; never the key's own characters."""
    at = next((place for place, char in enumerate(text) if not re.match(r"[A-Za-z0-9+/=]", char)), None)
    if at is None:
        return "'=' stands elsewhere than at its end"
    char = text[at]
    kinds = (
        (char.isspace(), "a space or a line break"),
        (char in "\"'`“”‘’", "a quotation mark"),
        (char in "-_", "'-' or '_', as in the URL-safe alphabet"),
        (char == "%", "'%', as if URL-encoded"),
        (not char.isascii(), "a character outside ASCII"),
        (not char.isprintable(), "a control character"),
    )
    return f"holds {next((name for is_it, name in kinds if is_it), 'a strange character')} at place {at + 1}"
