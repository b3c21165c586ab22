"""A request-response node such as $cbs or $management: requests go out on one link, answers come on another."""

from __future__ import annotations

import uuid
from typing import Any

from azext_iotdiag.wire.amqp.links import Link
from azext_iotdiag.wire.amqp.message import encode_message
from azext_iotdiag.wire.amqp.performatives import Source, Target
from azext_iotdiag.wire.amqp.sessions import Session

REPLY_CREDIT = 100


class Node:
    """The pair of links to a node; they are attached, which is not waited for."""

    def __init__(self, session: Session, name: str):
        self._own = f"{name.strip('$')}-{uuid.uuid4().hex[:8]}"
        source, target = Source(address=self._own), Target(address=name)
        self.sender: Link = session.attach(f"{self._own}-requests", sender=True, source=source, target=target)
        source, target = Source(address=name), Target(address=self._own)
        self.receiver: Link = session.attach(f"{self._own}-replies", sender=False, source=source, target=target)
        self.receiver.grant(REPLY_CREDIT)

    @property
    def links(self) -> tuple[Link, Link]:
        """Both links."""
        return self.sender, self.receiver

    @property
    def detached(self) -> Link | None:
        """A link that the service refused or took away, if there is one."""
        return next((link for link in self.links if not link.attached), None)

    def request(self, application: dict[str, Any], value: Any) -> str:
        """Send a request; its number comes back as the answer's correlation-id."""
        number = uuid.uuid4().hex
        properties = {"message-id": number, "reply-to": self._own}
        message = encode_message(value=value, properties=properties, application=application)
        self.sender.send(message, tag=number.encode()[:8])
        if self.receiver.credit < REPLY_CREDIT // 2:
            self.receiver.grant(REPLY_CREDIT)
        return number
