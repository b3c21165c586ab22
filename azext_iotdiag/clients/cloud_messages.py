"""Messages to devices over AMQP, and the feedback of the hub, of which nothing is taken that is another sender's.

https://learn.microsoft.com/azure/iot-hub/iot-hub-amqp-support#service-client
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from azext_iotdiag.clients.amqp import IOT_HUB_PATH, Conversation
from azext_iotdiag.clients.deadlines import Deadlines, usual
from azext_iotdiag.clients.paths import segment
from azext_iotdiag.credential import sas
from azext_iotdiag.model import json_depth
from azext_iotdiag.model.cloud_message import Outgoing
from azext_iotdiag.model.failure import StepFailed
from azext_iotdiag.model.target import Target
from azext_iotdiag.wire.amqp.link_events import Delivery, Detached, Disposed, Granted, LinkEvent
from azext_iotdiag.wire.amqp.links import Link
from azext_iotdiag.wire.amqp.message import encode_message
from azext_iotdiag.wire.amqp.performatives import Accepted, Rejected, Released
from azext_iotdiag.wire.amqp.types import Timestamp

TOKEN_SECONDS = 3600
SEND_STEP = "the answer to the message"
FEEDBACK_STEP = "the feedback of the message"
_BOUND, _FEEDBACK = "/messages/devicebound", "/messages/servicebound/feedback"


class Feedback(NamedTuple):
    """A batch of feedback that the hub has lent: its records, and what settles it."""

    records: list[dict[str, Any]]
    delivery: Delivery


class CloudMessages:
    """One connection of a service. Everything may raise StepFailed. `now` gives seconds since 1970."""

    def __init__(
        self, target: Target, now: Callable[[], float], *, websocket: bool = False, deadlines: Deadlines | None = None
    ):
        self._now = now
        self._lent: Link | None = None  # of feedback, once it is opened
        self._talk = talk = Conversation(
            target.hub, deadlines=deadlines or usual(), websocket=IOT_HUB_PATH if websocket else ""
        )
        try:
            talk.greet()
            talk.node("$cbs")
            talk.begun()
            talk.put_token(_token(target, now), target.hub)
        except BaseException:
            talk.goodbye()
            raise

    def send(self, message: Outgoing) -> None:
        """Send a message and wait until the hub has put it into the queue of its device."""
        talk = self._talk
        link = talk.sender("cloud-to-device", _BOUND)
        talk.wait(SEND_STEP, lambda event: self._granted(event, link, SEND_STEP))
        number = link.send(_encoded(message, self._now()), settled=False, tag=b"message")
        talk.wait(SEND_STEP, lambda event: self._taken(event, link, number))

    def open_feedback(self) -> None:
        """Let the hub lend one batch of feedback at a time. A batch is not taken before it is settled."""
        self._lent = self._talk.borrower("feedback", _FEEDBACK)

    def feedback(self, seconds: float) -> Iterator[Feedback]:
        """The batches that come within so many seconds."""
        for event in self._talk.link_events(FEEDBACK_STEP, seconds):
            if isinstance(event, Detached) and event.link is self._lent:
                raise self._talk.refused_by(event.error, FEEDBACK_STEP)
            if isinstance(event, Delivery) and event.link is self._lent:
                yield Feedback(_records(self._talk.message(event, FEEDBACK_STEP).body), event)

    def take(self, batch: Feedback) -> None:
        """Take a batch from the hub's queue for good."""
        self._settle(batch, Accepted())

    def give_back(self, batch: Feedback) -> None:
        """Let the hub give a batch to another reader, and take no further one."""
        self._settle(batch, Released())
        batch.delivery.link.detach()

    def close(self) -> None:
        """Let go of the connection. What was lent and not settled goes back."""
        self._talk.goodbye()

    def _settle(self, batch: Feedback, outcome: Any) -> None:
        batch.delivery.link.session.settle(batch.delivery.delivery_id, outcome)

    def _granted(self, event: LinkEvent, link: Link, step: str) -> bool | None:
        if isinstance(event, Detached) and event.link is link:
            raise self._talk.refused_by(event.error, step)
        return True if isinstance(event, Granted) and link.credit > 0 else None

    def _taken(self, event: LinkEvent, link: Link, number: int) -> bool | None:
        if isinstance(event, Detached) and event.link is link:
            raise self._talk.refused_by(event.error, SEND_STEP)
        if not isinstance(event, Disposed) or event.session is not link.session:
            return None
        told = event.performative
        if not told.first <= number <= (told.first if told.last is None else told.last):
            return None
        if isinstance(told.state, Rejected):
            raise self._talk.refused_by(told.state.error, SEND_STEP)
        return True if isinstance(told.state, Accepted) else None


def _token(target: Target, now: Callable[[], float]) -> str:
    if target.authorization is not None:
        return target.authorization().reveal()
    assert target.credential is not None
    key = sas.iothub_key(target.credential.reveal())
    return sas.sign(target.hub, key, int(now()) + TOKEN_SECONDS, target.policy)


def _encoded(message: Outgoing, now: float) -> bytes:
    properties: dict[str, Any] = {"message-id": message.id, "to": f"/devices/{segment(message.device)}{_BOUND}"}
    if message.content_type:
        properties["content-type"] = message.content_type
    if message.seconds is not None:
        properties["absolute-expiry-time"] = Timestamp(int((now + message.seconds) * 1000))
    application = {**dict(message.properties), "iothub-ack": "full"}
    return encode_message(message.body, properties=properties, application=application)


def _records(body: Any) -> list[dict[str, Any]]:
    """The records in a batch; those that are no objects are left out, and make the batch another sender's."""
    try:
        read = json_depth.loads(body)
    except (json.JSONDecodeError, UnicodeDecodeError, ValueError, TypeError):
        return [{}]
    rows = read if isinstance(read, list) else [read]
    return [row if isinstance(row, dict) else {} for row in rows]


__all__ = ["CloudMessages", "Feedback", "StepFailed"]
