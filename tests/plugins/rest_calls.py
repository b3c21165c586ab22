"""Requests to the REST API of a lab's state, without a network."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import quote, urlencode

from azext_iotdiag.credential import sas
from azext_iotdiag.lab.hub.rest import api as rest
from azext_iotdiag.lab.hub.runtime import Runtime
from azext_iotdiag.lab.net.http_types import Answer, Request

VERSION = {"api-version": "2021-04-12"}
EVERYTHING = "iothubowner"


def token(state: Runtime, policy: str = EVERYTHING, *, resource: str = "", lasts: float = 60, key: str = "") -> str:
    """A token of a policy for the whole hub, or for a resource."""
    signing = key or state.hub.policies[policy].primary.reveal()
    return sas.sign(resource or state.hub.host, sas.iothub_key(signing), int(state.clock() + lasts), policy)


def call(
    state: Runtime,
    method: str,
    path: str,
    body: Any = None,
    *,
    query: dict[str, str] | None = None,
    policy: str = EVERYTHING,
    authorization: str | None = None,
    **headers: str,
) -> Answer:
    """The answer to a request; `headers` with _ for -."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    sent["authorization"] = token(state, policy) if authorization is None else authorization
    encoded = body if isinstance(body, bytes) else json.dumps(body).encode()
    written = {name.lower(): name for name in sent}
    lower = {name.lower(): text for name, text in sent.items()}
    target = f"/{quote(path)}?{urlencode(VERSION if query is None else query)}"
    asked = Request(method, target, state.hub.host, lower, encoded, written=written)
    answered = asyncio.run(rest.serve(asked, state))
    assert not answered.reason.startswith("there is nothing at"), "there is no such route"
    answered.content()
    return answered


def refused(answered: Answer) -> tuple[int, str]:
    """The status and the name of the error that a refusal carries in its header and its body alike."""
    name = answered.headers["iothub-errorcode"]
    assert answered.body["Message"].startswith(f"ErrorCode:{name};")
    assert answered.body["ExceptionMessage"].startswith("Tracking ID:")
    return answered.status, name
