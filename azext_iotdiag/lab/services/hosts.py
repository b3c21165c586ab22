"""Which service of the lab answers requests over HTTPS for a host name, and which names the lab answers to at all."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from azext_iotdiag.lab.exchange import Answer, Request

Handler = Callable[[Request, Any], Awaitable[Answer]]


def find(host: str, state) -> tuple[str, Handler] | None:
    """The service's name in the audit log, and what answers; None where nothing does. `host` is in lower case."""
    return None


def known(host: str, state) -> bool:
    """Whether the lab plays the host of that name, over whatever protocol."""
    return host.lower().rstrip(".") in (state.hub.host.lower(), state.hub.stream.host.lower())
