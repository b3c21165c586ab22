"""From a hub's name to its Event Hubs namespace: the hub redirects whoever asks it for messages."""

from __future__ import annotations

from azext_iotdiag.clients.amqp import IOT_HUB_PATH, Conversation
from azext_iotdiag.clients.telemetry.contract import AMQP, AMQP_WS
from azext_iotdiag.credential import sas
from azext_iotdiag.model.failure import Kind
from azext_iotdiag.model.target import Target
from azext_iotdiag.wire.amqp.happenings import Attached, Detached

REDIRECT = "amqp:link:redirect"
TOKEN_SECONDS = 300  # the connection lives for a moment only


def follow(target: Target, now: float, transport: str = AMQP) -> tuple[str, str]:
    """The host and entity of a hub's built-in endpoint. `now` is in seconds since 1970, `transport` one of TRANSPORTS.

    Raises StepFailed.
    """
    assert target.credential is not None
    token = sas.sign(target.hub, sas.iothub_key(target.credential.reveal()), int(now) + TOKEN_SECONDS, target.policy)
    talk = Conversation(target.hub, websocket=IOT_HUB_PATH if transport == AMQP_WS else "")
    try:
        talk.greet(f"{target.policy}@sas.root.{target.hub.split('.')[0]}", token)
        talk.receiver("redirect", f"amqps://{target.hub}/messages/events/$management", credit=0)
        return _answer(talk)
    finally:
        talk.goodbye()


def _answer(talk: Conversation) -> tuple[str, str]:
    step = "the redirect to the Event Hub"

    def found(happening):
        if isinstance(happening, Detached):
            return happening
        return None if not isinstance(happening, Attached) or happening.performative.source is None else happening

    answer = talk.wait(step, found)
    if isinstance(answer, Attached):
        raise talk.failed(Kind.REFUSED, step, "the hub attached the link instead of redirecting it")
    error = answer.error
    if error is None or str(error.condition) != REDIRECT:
        raise talk.refused_by(error, step)
    told = error.info if isinstance(error.info, dict) else {}
    info = {str(name): value for name, value in told.items()}
    host = str(info.get("hostname") or info.get("network-host") or "")
    path = str(info.get("address") or "").partition("://")[2].partition("/")[2]
    entity = path.split("/")[0]
    if not host or not entity:
        raise talk.failed(Kind.REFUSED, step, "the redirect names no host or entity", condition=REDIRECT)
    return host, entity
