"""Judges what a message says of its body: content type, content encoding, the time of its creation."""

from __future__ import annotations

import re
from functools import lru_cache

from azext_iotdiag.knowledge.message import BAD_CREATION_TIME, CONTENT_ENCODING, CONTENT_TYPE
from azext_iotdiag.model.finding import Severity
from azext_iotdiag.payload.faults import Fault, fault, shown

_CREATION_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?Z?")


@lru_cache(maxsize=1024)  # nearly all messages of a device say the same
def judge(
    content_type: str | None, content_encoding: str | None, creation_time: str | None = None
) -> tuple[Fault, ...]:
    """What is wrong with the properties of a message that is to hold JSON; None stands for one that is not there."""
    faults: list[Fault] = []
    media, charset = _media_type(content_type or "")
    if not content_type:
        message = "the message has no content type, application/json"
        faults += fault(CONTENT_TYPE, Severity.WARN, message, expected="application/json", got=None)
    elif media != "application/json":
        message = f"expected the content type application/json, got {shown(content_type)}"
        faults += fault(CONTENT_TYPE, Severity.WARN, message, expected="application/json", got=shown(content_type))
    encoding = content_encoding or charset
    if not encoding:
        message = "the message has no content encoding, utf-8"
        faults += fault(CONTENT_ENCODING, Severity.WARN, message, expected="utf-8", got=None)
    elif encoding.strip().lower() not in ("utf-8", "utf8"):
        message = f"expected the content encoding utf-8, got {shown(encoding)}"
        faults += fault(CONTENT_ENCODING, Severity.WARN, message, expected="utf-8", got=shown(encoding))
    if creation_time is not None and not _CREATION_TIME.fullmatch(creation_time):
        message = f"expected iothub-creation-time-utc such as 2026-11-20T10:00:00Z, got {shown(creation_time)}"
        faults += fault(BAD_CREATION_TIME, Severity.WARN, message, got=shown(creation_time))
    return tuple(faults)


def _media_type(text: str) -> tuple[str, str]:
    """A media type without its parameters, and the charset among them. RFC 9110, 8.3.1."""
    media, *parameters = (part.strip() for part in text.split(";"))
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return media.lower(), value.strip().strip('"')
    return media.lower(), ""
