"""`message send`: sends a message to a device and, where that is asked for, waits for its feedback.

A hub has one queue of feedback for all senders. A batch in which all records are ours is taken. A batch with a record
of another sender is read and given back once, and no further batch is borrowed: each loan counts as a delivery, and a
hub drops a record after ten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

from azext_iotdiag.checks import verdict
from azext_iotdiag.checks.commands.cloud_message_settled import cloud_message_settled
from azext_iotdiag.clients.cloud_messages import CloudMessages, Feedback
from azext_iotdiag.clients.deadlines import Deadlines, usual
from azext_iotdiag.model.access import opened_by
from azext_iotdiag.model.cloud_message import CloudMessage, Outgoing
from azext_iotdiag.model.ending import End, SessionEnd
from azext_iotdiag.model.facts import given
from azext_iotdiag.model.failure import StepFailed
from azext_iotdiag.model.message_sending import Event, GaveBack, MessageSent, Sending, Waiting
from azext_iotdiag.model.target import Target

LOOK_SECONDS = 0.5  # how long one look for feedback takes, so that Ctrl-C is heard


class MessageSending:
    """One message as events. Iterate it once, and then what `end` gives.

    `seconds` is the time to wait for feedback, None for no feedback. `open_` opens the hub.
    """

    def __init__(
        self,
        target: Target,
        outgoing: Outgoing,
        seconds: float | None,
        *,
        websocket: bool = False,
        deadlines: Deadlines | None = None,
        open_: Callable[..., CloudMessages] = CloudMessages,
    ):
        deadlines = deadlines or usual()
        self._target, self._outgoing, self._seconds = target, outgoing, seconds
        self._websocket, self._deadlines, self._open = websocket, deadlines, open_
        self._message = CloudMessage(target.hub, outgoing.device, outgoing.id, len(outgoing.body))

    def __iter__(self) -> Iterator[Event]:
        yield Sending(self._message)
        try:
            with closing(self._opened()) as hub:
                hub.send(self._outgoing)
                self._message = replace(self._message, accepted=True)
                if self._seconds is not None:
                    hub.open_feedback()
                    yield Waiting(self._message, self._seconds)
                    yield from self._wait(hub, self._seconds)
        except StepFailed as failed:
            self._message = replace(self._message, failure=failed.failure)

    def end(self, stopped: End | None) -> Iterator[Event]:
        """What became of the message. An interrupt leaves that undecided; the message stays in its queue."""
        early = stopped is not None and stopped.early and not self._message.fate
        message = replace(self._message, stopped=early)
        ended = SessionEnd(stopped, enough=not early) if stopped is not None else None
        facts = given(self._deadlines.clock.now(), access=opened_by(self._target), cloud_message=message, ended=ended)
        yield MessageSent(message, verdict.judge((cloud_message_settled,), facts, _no_clock))

    def _opened(self) -> CloudMessages:
        """The hub, opened with what opens it where the first way is refused."""
        try:
            return self._open(self._target, self._deadlines.clock.now, websocket=self._websocket)
        except StepFailed:
            other = self._target.instead() if self._target.instead is not None else None
            if other is None:
                raise
            self._target = other
        return self._open(self._target, self._deadlines.clock.now, websocket=self._websocket)

    def _wait(self, hub: CloudMessages, seconds: float) -> Iterator[Event]:
        begun, waited = self._deadlines.session_clock(), 0.0
        while not self._message.fate and not self._message.others and waited < seconds:
            for batch in hub.feedback(min(LOOK_SECONDS, seconds - waited)):
                yield from self._read(hub, batch)
                break
            waited = self._deadlines.session_clock() - begun
            self._message = replace(self._message, waited=round(waited, 3))

    def _read(self, hub: CloudMessages, batch: Feedback) -> Iterator[Event]:
        ours = [record for record in batch.records if self._is_ours(record)]
        others = len(batch.records) - len(ours)
        if ours:
            self._message = replace(self._message, fate=str(ours[-1].get("statusCode") or ""))
        if not others:
            hub.take(batch)
            return
        hub.give_back(batch)
        self._message = replace(self._message, others=others)
        yield GaveBack(len(batch.records))

    def _is_ours(self, record: dict[str, Any]) -> bool:
        outgoing = self._outgoing
        return record.get("originalMessageId") == outgoing.id and record.get("deviceId") == outgoing.device


def _no_clock() -> float:
    """Checks are pure; how long one takes is of no interest here."""
    return 0.0
