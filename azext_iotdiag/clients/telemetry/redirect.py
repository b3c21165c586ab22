"""From a hub's name to its Event Hubs namespace: the hub redirects a client that asks it for messages."""

from __future__ import annotations

from azext_iotdiag.clients.amqp import IOT_HUB_PATH, Conversation
from azext_iotdiag.clients.telemetry.contract import AMQP_WS, Options
from azext_iotdiag.credential import sas
from azext_iotdiag.model.failure import Kind
from azext_iotdiag.model.target import Target
from azext_iotdiag.wire.amqp.link_events import Attached, Detached, LinkEvent

REDIRECT = "amqp:link:redirect"
TOKEN_SECONDS = 300  # the connection lives for a moment only


def follow(target: Target, options: Options) -> tuple[str, str]:
    """The host and entity of a hub's built-in endpoint. Raises StepFailed."""
    assert target.credential is not None
    expires = int(options.deadlines.clock.now()) + TOKEN_SECONDS
    token = sas.sign(target.hub, sas.iothub_key(target.credential.reveal()), expires, target.policy)
    path = IOT_HUB_PATH if options.transport == AMQP_WS else ""
    talk = Conversation(target.hub, deadlines=options.deadlines, websocket=path, connect=options.connect)
    try:
        talk.greet(f"{target.policy}@sas.root.{target.hub.split('.')[0]}", token)
        talk.receiver("redirect", f"amqps://{target.hub}/messages/events/$management", credit=0)
        return _answer(talk)
    finally:
        talk.goodbye()


def _answer(talk: Conversation) -> tuple[str, str]:
    step = "the redirect to the Event Hub"

    def found(link_event: LinkEvent) -> Detached | Attached | None:
        if isinstance(link_event, Detached):
            return link_event
        return None if not isinstance(link_event, Attached) or link_event.performative.source is None else link_event

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
