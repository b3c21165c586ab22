"""How an alert leaves the lab: as a POST to a webhook on this machine, and nowhere else."""

from __future__ import annotations

import asyncio
import http.client
import json
from urllib.parse import urlsplit

from azext_iotdiag.lab.lab import Lab
from azext_iotdiag.lab.monitor import firing
from azext_iotdiag.lab.monitor.firing import Notice

SECONDS = 5.0  # for an answer
LOOKS_SECONDS = 1.0
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


async def watch(lab: Lab) -> None:
    """Look at the rules again and again, and send what they say."""
    while True:
        await send(lab, firing.look(lab))
        await asyncio.sleep(LOOKS_SECONDS)


async def send(lab: Lab, notices: list[Notice]) -> None:
    """Send each notice, and note what became of it."""
    outcomes = await asyncio.gather(*(_sent(each) for each in notices))
    for each, wrong in zip(notices, outcomes):
        where = urlsplit(each.webhook.uri).hostname or ""
        lab.audit.record(
            "monitor", "webhook", "refused" if wrong else "accepted", who=each.rule, reason=wrong, webhook=where
        )


async def _sent(notice: Notice) -> str:
    """Why a notice could not be sent; empty where it was."""
    parts = urlsplit(notice.webhook.uri)
    if not notice.webhook.common:
        return "the lab plays the common alert schema alone, which this receiver does not ask for"
    if parts.scheme != "http" or parts.hostname not in _LOOPBACK:
        return "the lab sends to http://127.0.0.1 alone"
    try:
        status = await asyncio.to_thread(_post, notice)
    except (OSError, http.client.HTTPException, ValueError) as error:
        return f"{type(error).__name__}: {error}"
    return "" if 200 <= status < 300 else f"the webhook answered with {status}"


def _post(notice: Notice) -> int:
    parts = urlsplit(notice.webhook.uri)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=SECONDS)
    try:
        path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        connection.request(
            "POST", path, json.dumps(notice.body).encode(), {"Content-Type": "application/json; charset=utf-8"}
        )
        return connection.getresponse().status
    finally:
        connection.close()
