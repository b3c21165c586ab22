"""Twins over REST: shown, changed, replaced and queried.

https://learn.microsoft.com/rest/api/iothub/service/devices and .../query
"""

from __future__ import annotations

import base64
import binascii
import json
import sys
import zlib
from collections.abc import Callable
from itertools import islice
from typing import Any

from azext_iotdiag.lab.hub import query, sessions, twins
from azext_iotdiag.lab.hub.identities import Device
from azext_iotdiag.lab.hub.query.statement import DEVICES, JOBS, MODULES
from azext_iotdiag.lab.hub.refusal import HubRefusal
from azext_iotdiag.lab.hub.rest.reading import data_of, quoted
from azext_iotdiag.lab.hub.rest.registry import find
from azext_iotdiag.lab.hub.runtime import Runtime
from azext_iotdiag.lab.net.http_types import Answer, Request
from azext_iotdiag.lab.net.router import ANY, HttpRoute

USUAL_PAGE, LARGEST_PAGE = 100, 1000


def _get(runtime: Runtime, _request: Request, device_id: str) -> Answer:
    device = find(runtime, device_id)
    return Answer(200, twins.document(device, device.twin), quoted(device.twin.etag))


def _patch(runtime: Runtime, request: Request, device_id: str) -> Answer:
    return write(runtime, request, find(runtime, device_id), twins.update)


def _put(runtime: Runtime, request: Request, device_id: str) -> Answer:
    return write(runtime, request, find(runtime, device_id), twins.replace)


def write(runtime: Runtime, request: Request, device: Device, change: Callable[..., dict[str, Any] | None]) -> Answer:
    """Change the twin of a device or a module, and tell it. Raises HubRefusal."""
    twins.check_etag(request.headers.get("if-match", ""), device.twin.etag)
    asked = data_of(request)
    twins.judge_arrays(asked, request.query.get("api-version", ""))
    told = change(device.twin, asked, runtime.clock())
    sessions.push_desired(runtime, device, told)
    return Answer(200, twins.document(device, device.twin), quoted(device.twin.etag))


def _query(runtime: Runtime, request: Request) -> Answer:
    asked = data_of(request)
    text = asked.get("query") if isinstance(asked, dict) else None
    if not isinstance(text, str) or not text.strip():
        raise HubRefusal(400005, "BadRequest")
    size = _page_size(request.headers.get("x-ms-max-item-count", ""))
    start = _start(request.headers.get("x-ms-continuation", ""), text)
    devices = runtime.hub.devices
    found = query.run(
        text,
        {
            DEVICES: lambda begin: (twins.document(device, device.twin) for device in devices.everyone(begin)),
            MODULES: lambda begin: (
                twins.document(one, one.twin)
                for one in islice(
                    (each for device in devices.values() for each in device.modules.values()), begin, None
                )
            ),
            JOBS: lambda begin: (),
        },
        start,
        size,
    )
    headers = {"x-ms-item-type": found.item_type}
    if found.following is not None:
        headers["x-ms-continuation"] = _continuation(found.following, text)
    return Answer(200, found.rows, headers)


def _page_size(text: str) -> int:
    """How many rows a page has: the documentation leaves the last word to the service."""
    if not text:
        return USUAL_PAGE
    if not text.isascii() or not text.isdigit() or len(text) > 9 or int(text) < 1:
        raise HubRefusal(400004, "x-ms-max-item-count is not a whole number above 0")
    return min(int(text), LARGEST_PAGE)


def _continuation(start: int, text: str) -> str:
    return base64.b64encode(json.dumps([start, zlib.crc32(text.encode("utf-8", "replace"))]).encode()).decode("ascii")


def _start(token: str, text: str) -> int:
    """Where the page begins that a continuation token leads to. Raises HubRefusal for one of another query."""
    if not token:
        return 0
    try:
        start, checksum = json.loads(base64.b64decode(token, validate=True))
    except (ValueError, TypeError, binascii.Error, RecursionError):
        start, checksum = -1, 0
    if (
        type(start) is not int
        or not 0 <= start <= sys.maxsize
        or checksum != zlib.crc32(text.encode("utf-8", "replace"))
    ):
        raise HubRefusal(400004, "the continuation token is not one of this query")
    return start


ROUTES = (
    HttpRoute("GET", ("twins", ANY), _get, ("ServiceConnect",)),
    HttpRoute("PATCH", ("twins", ANY), _patch, ("ServiceConnect",)),
    HttpRoute("PUT", ("twins", ANY), _put, ("ServiceConnect",)),
    # The how-to articles on device twins want RegistryRead for queries, beside ServiceConnect for twins.
    HttpRoute("POST", ("devices", "query"), _query, ("RegistryRead",)),
)
