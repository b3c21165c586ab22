"""What comes of a call of a direct method. It reaches into the device, so only commands that say so measure it."""

from __future__ import annotations

import json
from dataclasses import replace

from azext_iotdiag.clients.hub import Called
from azext_iotdiag.model.facts import Facts
from azext_iotdiag.model.failure import Failure, Kind, StepFailed
from azext_iotdiag.model.method import MethodAnswer, MethodCall
from azext_iotdiag.probes.context import Access, Context

HTTPS_PORT = 443


def measure(context: Context, end: float, facts: Facts) -> MethodAnswer:
    """The answer of the hub, or of the device behind it. Raises StepFailed where neither answers."""
    call = context.typed.method
    assert call is not None, "the catalogue asks for it where a method is to be called"
    hub = context.ask_hub(end)
    try:
        called = hub.call_method(context.device(facts), context.typed.module, call)
    finally:
        hub.close()
    return _read(context, facts, call, called)


def _read(context: Context, facts: Facts, call: MethodCall, called: Called) -> MethodAnswer:
    """The answer without what was sent: a payload may hold what is not to be kept."""
    host = context.host(Access.HUB)
    answer = MethodAnswer(
        host,
        context.device(facts),
        context.typed.module,
        replace(call, payload=None),
        called.http,
        round(called.connecting, 3),
        round(called.answering, 3),
    )
    if called.refused is not None:
        code, said, tracking = called.refused
        return replace(answer, code=code, said=" ".join(said.split()), tracking=tracking)
    status = called.told.get("status")
    if not isinstance(status, int):
        said = "the answer has no status of the device"
        raise StepFailed(Failure(Kind.NOT_HTTP, "the answer to the call of the method", host, HTTPS_PORT, "", "", said))
    malformed = called.text is not None
    payload = json.dumps(called.text if malformed else called.told.get("payload"), ensure_ascii=False)
    return replace(answer, status=status, payload=payload, malformed=malformed)
