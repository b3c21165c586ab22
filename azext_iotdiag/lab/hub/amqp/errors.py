"""How the hub words its refusals over AMQP."""

from __future__ import annotations

import json
import uuid
from typing import Any

from azext_iotdiag.lab.hub.dates import written
from azext_iotdiag.lab.hub.refusal import NAMES

NOT_ALLOWED = "amqp:not-allowed"
REDIRECT = "amqp:link:redirect"  # to the built-in endpoint, where every reader that asks the hub is sent


def error_text(code: int, message: str, now: float) -> str:
    """A refusal as the hub puts it into the description of an AMQP error."""
    tracking = f"{uuid.uuid4().hex}-G:0-TimeStamp:{written(now)}"
    told: dict[str, Any] = {"errorCode": code, "trackingId": tracking, "message": message or NAMES[code]}
    return json.dumps({**told, "timestampUtc": written(now)})
