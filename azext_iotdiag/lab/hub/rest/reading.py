"""What the parts of the hub's REST API share: how they read a body, and how they write an etag."""

from __future__ import annotations

from typing import Any

from azext_iotdiag.lab.hub.refusal import HubRefusal
from azext_iotdiag.lab.net.http_types import BadBody, Request

OF_DEVICE = ("device",)  # what a route needs where it sees for itself that a device of the path asks


def data_of(request: Request) -> Any:
    """The body as data. Raises HubRefusal."""
    try:
        return request.data()
    except BadBody as wrong:
        raise HubRefusal(400012, str(wrong)) from None


def quoted(etag: str) -> dict[str, str]:
    """The header ETag."""
    return {"ETag": f'"{etag}"'}
