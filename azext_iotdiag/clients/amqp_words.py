"""What Azure's services say over AMQP, read: error conditions, answers of $cbs and $management, refusals of links."""

from __future__ import annotations

import re

from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.wire.amqp.link_events import Attached, Detached, LinkEvent
from azext_iotdiag.wire.amqp.links import Link
from azext_iotdiag.wire.amqp.message import Message
from azext_iotdiag.wire.amqp.performatives import AmqpError

_KIND_OF_CONDITION = {
    "amqp:unauthorized-access": Kind.UNAUTHORIZED,
    "amqp:not-found": Kind.MISSING,
    "com.microsoft:entity-disabled": Kind.MISSING,
    "amqp:link:stolen": Kind.DISPLACED,
    "com.microsoft:receiver-disconnected": Kind.DISPLACED,
    "com.microsoft:server-busy": Kind.BUSY,
    "com.microsoft:timeout": Kind.UNANSWERED,
    "amqp:connection:forced": Kind.DROPPED,
    "amqp:link:detach-forced": Kind.DROPPED,
}
_KIND_OF_STATUS = {401: Kind.UNAUTHORIZED, 403: Kind.UNAUTHORIZED, 404: Kind.MISSING, 503: Kind.BUSY}
_LIMIT = "amqp:resource-limit-exceeded"
_READERS = "allowed receivers per partition"  # other limits of the same condition are those of handles and sessions
# "The maximum number of '1000' tokens per connection has been reached." Source: Azure/azure-sdk-for-js#1714.
_TOKENS = re.compile(r"maximum number of '\d+' tokens")
# "The supplied sequence number '488' is invalid. The last sequence number in the system is '482' ..."
_BEYOND = re.compile(r"supplied (?:sequence number|offset) '.*' is invalid", re.IGNORECASE)

# "... the entity is being throttled. Error code : 50002. Sub error : 102. Please wait 4 seconds and try again."
_WAIT = re.compile(r"wait (\d+(?:\.\d+)?) seconds?", re.IGNORECASE)


def token_request(audience: str) -> dict[str, str]:
    """The application properties of a put-token request for a SAS token."""
    return {"operation": "put-token", "type": "servicebus.windows.net:sastoken", "name": audience}


def status_of(answer: Message) -> tuple[int, str]:
    """The status code and description in an answer of $cbs or $management, under either of their spellings."""
    told = answer.application
    code = told.get("status-code", told.get("statusCode", 0))
    description = told.get("status-description", told.get("statusDescription", ""))
    return int(code) if isinstance(code, int) else 0, str(description or "")


def kind_of(condition: str, description: str = "") -> Kind:
    """What kind of failure an AMQP error is, by its condition and, where that means several things, by its words."""
    if condition == _LIMIT:
        return Kind.TOO_MANY if _READERS in description else Kind.LIMIT
    return _KIND_OF_CONDITION.get(condition, Kind.REFUSED)


def kind_of_status(code: int, description: str = "") -> Kind:
    """What kind of failure a status is with which $cbs or $management answers."""
    if _TOKENS.search(description):
        return Kind.LIMIT
    return _KIND_OF_STATUS.get(code, Kind.REFUSED)


def is_beyond(description: str) -> bool:
    """Whether a link was refused because it is to begin at a number or offset that the partition does not have."""
    return _BEYOND.search(description) is not None


def attached_or_refused(link_event: LinkEvent) -> tuple[Link, AmqpError | None] | None:
    """The link that was attached or refused by what happened, and the error; None when it was something else."""
    if isinstance(link_event, Detached):
        return link_event.link, link_event.error
    if isinstance(link_event, Attached) and link_event.performative.source is not None:
        return link_event.link, None
    return None


def asked_pause(failure: Failure) -> float:
    """How many seconds a busy service asks to wait; 0 where it does not say."""
    asked = _WAIT.search(failure.description) if failure.kind is Kind.BUSY else None
    return float(asked[1]) if asked else 0.0
