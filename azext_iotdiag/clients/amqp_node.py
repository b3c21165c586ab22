"""A request-response node such as $cbs or $management: requests go out on one link, answers come on another."""

from __future__ import annotations

import uuid
from collections import deque
from typing import Any

from azext_iotdiag.clients.deadlines import Deadlines
from azext_iotdiag.wire.amqp.links import Link
from azext_iotdiag.wire.amqp.message import encode_message
from azext_iotdiag.wire.amqp.performatives import Source, Target
from azext_iotdiag.wire.amqp.sessions import AmqpSession

REPLY_CREDIT = 100


class Node:
    """The pair of links to a node; they are attached, which is not waited for.

    `made` is when that was, in seconds of listening, and `tries` how many pairs before it were of no use.
    """

    def __init__(self, session: AmqpSession, name: str, deadlines: Deadlines, made: float = 0.0, tries: int = 0):
        self._deadlines = deadlines
        self._own = f"{name.strip('$')}-{uuid.uuid4().hex[:8]}"
        source, target = Source(address=self._own), Target(address=name)
        self.sender: Link = session.attach(f"{self._own}-requests", sender=True, source=source, target=target)
        source, target = Source(address=name), Target(address=self._own)
        self.receiver: Link = session.attach(f"{self._own}-replies", sender=False, source=source, target=target)
        self.receiver.grant(REPLY_CREDIT)
        self.made = made
        self.tries = tries
        self.granted = False  # whether it ever took a request
        self._waiting: deque[tuple[str, bytes]] = deque()  # requests for which there is no credit yet

    @property
    def links(self) -> tuple[Link, Link]:
        """Both links."""
        return self.sender, self.receiver

    @property
    def detached(self) -> Link | None:
        """A link that the service refused or took away, if there is one."""
        return next((link for link in self.links if not link.attached), None)

    @property
    def ready(self) -> bool:
        """Whether a request would go out at once."""
        return self.detached is None and self.sender.credit > 0 and not self._waiting

    @property
    def again_at(self) -> float:
        """When another pair may be attached, should this one be of no use; each time it takes twice as long."""
        if not self.tries:
            return self.made
        return self.made + self._deadlines.nodes.pause(self.tries, 0.0, self._deadlines.clock.chance)

    def let_go(self) -> None:
        """Detach what is still there. A connection may have one pair of links to a node, and no second."""
        for link in self.links:
            link.detach()

    def request(self, application: dict[str, Any], value: Any) -> str:
        """Send a request, once there is credit for it; its number comes back as the answer's correlation-id."""
        number = uuid.uuid4().hex
        properties = {"message-id": number, "reply-to": self._own}
        self._waiting.append((number, encode_message(value=value, properties=properties, application=application)))
        self.pump()
        return number

    def pump(self) -> None:
        """Send the requests for which there is credit by now, and give credit for the answers."""
        self.granted = self.granted or self.sender.credit > 0
        if self.detached:
            return
        while self._waiting and self.sender.credit > 0:
            number, message = self._waiting.popleft()
            self.sender.send(message, tag=number.encode()[:8])
            self.tries = 0
        if self.sender.drain and not self._waiting:
            self.sender.drained()
        if self.receiver.credit < REPLY_CREDIT // 2:
            self.receiver.grant(REPLY_CREDIT)
