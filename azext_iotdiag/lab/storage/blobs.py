"""The blobs of a storage account over HTTPS, as far as a device needs them to put a file.

https://learn.microsoft.com/rest/api/storageservices/put-blob, .../put-block and .../put-block-list
"""

from __future__ import annotations

import re
import uuid
from email.utils import formatdate
from xml.sax.saxutils import escape

from azext_iotdiag.lab.hub.settable import StorageAccount
from azext_iotdiag.lab.lab import Lab
from azext_iotdiag.lab.net.http_types import Answer, Request
from azext_iotdiag.lab.net.mistakes import WORDS
from azext_iotdiag.lab.storage import signature
from azext_iotdiag.lab.storage.container import Blob, BlobPlace, ContainerFull

LARGEST_BODY = 64 * 1024 * 1024
_XML = "application/xml"
_BLOCK = re.compile(rb"<(?:Latest|Uncommitted|Committed)>\s*([^<\s]+)\s*</")
_UNAUTHENTICATED = (
    "Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly "
    "including the signature."
)


class Refusal(Exception):
    """The request is answered with an error; `reason` is for the audit log where it says more."""

    def __init__(self, status: int, code: str, message: str, reason: str = ""):
        super().__init__(message)
        self.status, self.code, self.reason = status, code, reason or message


def account_of(lab: Lab, host: str) -> StorageAccount | None:
    """The storage account of that host, where a hub is set to use it."""
    stores = (each.hub.settings.storage for each in lab.hubs)
    return next((each.account for each in stores if each is not None and each.account.host == host), None)


async def serve(request: Request, lab: Lab) -> Answer:
    """Answer a request to the blobs of an account."""
    try:
        answer = _answer(request, lab)
    except Refusal as refused:
        answer = _error(refused.status, refused.code, str(refused), refused.reason, lab)
    except ContainerFull as full:
        answer = _error(500, "InternalError", WORDS, str(full), lab)
    except OSError as error:
        answer = _error(500, "InternalError", WORDS, f"the file cannot be written: {error.strerror or error}", lab)
    return answer


def mistaken(lab: Lab) -> Answer:
    """The answer when the lab makes a mistake."""
    return _error(500, "InternalError", WORDS, WORDS, lab)


def _answer(request: Request, lab: Lab) -> Answer:
    account = account_of(lab, request.host)
    if account is None or len(request.segments) < 2:
        raise Refusal(501, "NotPlayed", "The lab plays single blobs only, and no lists of them.")
    container, *names = request.segments
    place = BlobPlace(request.host, container, "/".join(names))
    wanted = "r" if request.method in ("GET", "HEAD") else "w"
    resource = (account.name, place.container, place.name)
    if why := signature.why_not(request.query, resource, account.key, lab.clock(), wanted):
        raise Refusal(403, "AuthenticationFailed", _UNAUTHENTICATED, why)
    match request.method, request.query.get("comp", ""):
        case "PUT", "":
            return _put(request, place, lab)
        case "PUT", "block":
            lab.runtime.blobs.stage(place, request.query.get("blockid", ""), request.body)
            return Answer(201, headers=_headers())
        case "PUT", "blocklist":
            return _put_blocks(request, place, lab)
        case "GET" | "HEAD", "":
            return _get(place, lab)
    asked = f"{request.method} {request.query.get('comp', '')}".strip()
    raise Refusal(501, "NotPlayed", f"The lab does not play {asked} of a blob.")


def _put(request: Request, place: BlobPlace, lab: Lab) -> Answer:
    kind = request.headers.get("x-ms-blob-type", "")
    if kind != "BlockBlob":
        what = f"blobs of the type {kind}" if kind else "a blob without the header x-ms-blob-type"
        raise Refusal(
            501 if kind else 400, "NotPlayed" if kind else "MissingRequiredHeader", f"The lab takes no {what}."
        )
    return _keep(request, place, request.body, lab)


def _put_blocks(request: Request, place: BlobPlace, lab: Lab) -> Answer:
    blocks = lab.runtime.blobs.blocks.get(place, {})
    names = [each.decode("utf-8", "replace") for each in _BLOCK.findall(request.body)]
    if any(name not in blocks for name in names):
        raise Refusal(400, "InvalidBlockList", "The specified block list is invalid.")
    return _keep(request, place, b"".join(blocks[name] for name in names), lab)


def _keep(request: Request, place: BlobPlace, content: bytes, lab: Lab) -> Answer:
    blobs = lab.runtime.blobs
    if request.headers.get("if-none-match") == "*" and place in blobs.blobs:
        raise Refusal(409, "BlobAlreadyExists", "The specified blob already exists.")
    kind = request.headers.get("x-ms-blob-content-type") or request.headers.get("content-type") or _OCTETS
    blob = Blob(content, kind, lab.clock())
    blobs.put(place, blob)
    return Answer(201, headers={**_headers(), **_of(blob)})


def _get(place: BlobPlace, lab: Lab) -> Answer:
    blob = lab.runtime.blobs.blobs.get(place)
    if blob is None:
        raise Refusal(404, "BlobNotFound", "The specified blob does not exist.")
    return Answer(200, blob.content, {**_headers(), **_of(blob), "x-ms-blob-type": "BlockBlob"}, kind=_plain(blob.kind))


_OCTETS = "application/octet-stream"


def _plain(kind: str) -> str:
    """A type of content that fits a header."""
    return kind if kind.isascii() and kind.isprintable() else _OCTETS


def _headers() -> dict[str, str]:
    return {"x-ms-version": signature.VERSION}


def _of(blob: Blob) -> dict[str, str]:
    return {"ETag": f'"{blob.etag}"', "Last-Modified": formatdate(blob.modified, usegmt=True)}


def _error(status: int, code: str, message: str, reason: str, lab: Lab) -> Answer:
    told = f"{message}\nRequestId:{uuid.uuid4()}\nTime:{formatdate(lab.clock(), usegmt=True)}"
    text = f"<Error><Code>{code}</Code><Message>{escape(told)}</Message></Error>"
    body = f'<?xml version="1.0" encoding="utf-8"?>{text}'.encode()
    return Answer(status, body, {**_headers(), "x-ms-error-code": code}, reason=reason, kind=_XML)
