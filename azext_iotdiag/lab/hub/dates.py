"""Times as IoT Hub's REST API writes them."""

from __future__ import annotations

from datetime import datetime, timezone

NEVER = "0001-01-01T00:00:00Z"  # what the hub says where it has no time to tell


def written(seconds: float | None) -> str:
    """A time in seconds since 1970 in UTC; None is never."""
    if seconds is None:
        return NEVER
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat().replace("+00:00", "Z")
