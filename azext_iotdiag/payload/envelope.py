"""Judges what a message says of its body: content type, content encoding, the time of its creation."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from azext_iotdiag.knowledge.message import BAD_CREATION_TIME, CONTENT_ENCODING, CONTENT_TYPE
from azext_iotdiag.model.finding import Entry, Severity
from azext_iotdiag.payload.violations import Violation, shown, violation

# How programs name the two system properties, in lower case.
_TYPES = frozenset({"contenttype", "content-type", "content_type", "$.ct", "iothub-content-type"})
_ENCODINGS = frozenset({"contentencoding", "content-encoding", "content_encoding", "$.ce", "iothub-content-encoding"})
_NAMES = _TYPES | _ENCODINGS
_CREATION_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?Z?")


@lru_cache(maxsize=1024)  # nearly all messages of a device say the same
def judge(
    content_type: str | None,
    content_encoding: str | None,
    creation_time: str | None = None,
    own: tuple[str, ...] = (),
) -> tuple[Violation, ...]:
    """What is wrong with the properties of a message that is to hold JSON; None stands for one that is not there.

    `own` names those that the sender added, as `misplaced` gives them.
    """
    violations: list[Violation] = []
    media, charset = _media_type(content_type or "")
    if not content_type:
        violations += _missing(CONTENT_TYPE, "content type", "application/json", "$.ct", _first(own, _TYPES))
    elif media != "application/json":
        message = f"expected the content type application/json, got {shown(content_type)}"
        violations += violation(
            CONTENT_TYPE, Severity.WARN, message, expected="application/json", got=shown(content_type)
        )
    encoding = content_encoding or charset
    if not encoding:
        violations += _missing(CONTENT_ENCODING, "content encoding", "utf-8", "$.ce", _first(own, _ENCODINGS))
    elif encoding.strip().lower() not in ("utf-8", "utf8"):
        message = f"expected the content encoding utf-8, got {shown(encoding)}"
        violations += violation(CONTENT_ENCODING, Severity.WARN, message, expected="utf-8", got=shown(encoding))
    if creation_time is not None and not _CREATION_TIME.fullmatch(creation_time):
        message = f"expected iothub-creation-time-utc such as 2026-11-20T10:00:00Z, got {shown(creation_time)}"
        violations += violation(BAD_CREATION_TIME, Severity.WARN, message, got=shown(creation_time))
    return tuple(violations)


def misplaced(own: Iterable[Any]) -> tuple[str, ...]:
    """Which of a sender's own properties have names that belong to the system properties of a message."""
    return tuple(each for each in own if isinstance(each, str) and each.lower() in _NAMES)


def _first(own: tuple[str, ...], names: frozenset[str]) -> str:
    return next((each for each in own if each.lower() in names), "")


def _missing(entry: Entry, what: str, expected: str, short: str, own: str) -> list[Violation]:
    message = f"the message has no {what}, {expected}"
    if not own:
        return violation(entry, Severity.WARN, message, expected=expected, got=None)
    message += f"; {own} stands among the sender's own properties, where the hub does not look: set {short} over MQTT"
    return violation(entry, Severity.WARN, message, expected=expected, got=None, misplaced=own)


def _media_type(text: str) -> tuple[str, str]:
    """A media type without its parameters, and the charset among them. RFC 9110, 8.3.1."""
    media, *parameters = (part.strip() for part in text.split(";"))
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return media.lower(), value.strip().strip('"')
    return media.lower(), ""
