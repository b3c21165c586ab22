"""What Azure's services say over AMQP, read: error conditions, answers of $cbs and $management, refusals of links."""

from __future__ import annotations

from azext_iotdiag.model.failure import Kind
from azext_iotdiag.wire.amqp.happenings import Attached, Detached, Happening
from azext_iotdiag.wire.amqp.links import Link
from azext_iotdiag.wire.amqp.message import Message
from azext_iotdiag.wire.amqp.performatives import AmqpError

_KIND_OF_CONDITION = {
    "amqp:unauthorized-access": Kind.UNAUTHORIZED,
    "amqp:not-found": Kind.MISSING,
    "com.microsoft:entity-disabled": Kind.MISSING,
    "amqp:link:stolen": Kind.DISPLACED,
    "com.microsoft:receiver-disconnected": Kind.DISPLACED,
    "amqp:resource-limit-exceeded": Kind.TOO_MANY,
    "com.microsoft:server-busy": Kind.BUSY,
    "com.microsoft:timeout": Kind.UNANSWERED,
    "amqp:connection:forced": Kind.DROPPED,
    "amqp:link:detach-forced": Kind.DROPPED,
}


def token_request(audience: str) -> dict[str, str]:
    """The application properties of a put-token request for a SAS token."""
    return {"operation": "put-token", "type": "servicebus.windows.net:sastoken", "name": audience}


def status_of(answer: Message) -> tuple[int, str]:
    """The status code and description in an answer of $cbs or $management, under either of their spellings."""
    told = answer.application
    code = told.get("status-code", told.get("statusCode", 0))
    description = told.get("status-description", told.get("statusDescription", ""))
    return int(code) if isinstance(code, int) else 0, str(description or "")


def kind_of(condition: str) -> Kind:
    """What kind of failure an AMQP error condition is."""
    return _KIND_OF_CONDITION.get(condition, Kind.REFUSED)


def attached_or_refused(happening: Happening) -> tuple[Link, AmqpError | None] | None:
    """The link that was attached or refused by what happened, and the error; None when it was something else."""
    if isinstance(happening, Detached):
        return happening.link, happening.error
    if isinstance(happening, Attached) and happening.performative.source is not None:
        return happening.link, None
    return None
