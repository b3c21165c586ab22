"""Signatures that open one blob, as IoT Hub gives them to a device. Pure, the clock passed in.

https://learn.microsoft.com/rest/api/storageservices/create-service-sas
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timezone
from urllib.parse import quote

VERSION = "2018-03-28"  # of the signatures that IoT Hub makes
_EXPIRY = "%Y-%m-%dT%H:%M:%SZ"


def sign(account: str, container: str, blob: str, key: bytes, expires: float) -> str:
    """What follows a blob's address, with its question mark: it may be read and written until `expires`."""
    end = datetime.fromtimestamp(expires, timezone.utc).strftime(_EXPIRY)
    signature = _signature(account, container, blob, key, "rw", end)
    return f"?sv={VERSION}&sr=b&sig={quote(signature, safe='')}&se={quote(end, safe='')}&sp=rw"


def why_not(query: Mapping[str, str], resource: tuple[str, str, str], key: bytes, now: float, wanted: str) -> str:
    """Why a request's signature does not open the blob of account, container and name; empty where it does.

    `wanted` is "r" or "w".
    """
    given, end, permissions = query.get("sig"), query.get("se", ""), query.get("sp", "")
    if not given:
        return "the request has no signature"
    if query.get("sv") != VERSION or query.get("sr") != "b" or "st" in query or "sip" in query:
        return "the signature is not of the kind that a hub gives to devices"
    if not hmac.compare_digest(given.encode(), _signature(*resource, key, permissions, end).encode()):
        return "the signature is for another blob, or made with another key"
    try:
        ends = datetime.strptime(end, _EXPIRY).replace(tzinfo=timezone.utc).timestamp()
    except ValueError:
        return "the end of the signature is no time"
    if ends <= now:
        return f"the signature ended {now - ends:.0f} s ago"
    return "" if wanted in permissions else f"the signature does not allow {wanted!r}"


def _signature(account: str, container: str, blob: str, key: bytes, permissions: str, end: str) -> str:
    fields = (permissions, "", end, f"/blob/{account}/{container}/{blob}", "", "", "", VERSION, *[""] * 5)
    digest = hmac.new(key, "\n".join(fields).encode("utf-8", "surrogatepass"), hashlib.sha256).digest()
    return base64.b64encode(digest).decode("ascii")
