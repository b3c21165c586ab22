"""A new token for a connection that stays: each try has a deadline, and the old token gives time for several."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from azext_iotdiag.clients.amqp import Conversation
from azext_iotdiag.clients.amqp_words import asked_pause, token_request
from azext_iotdiag.clients.deadlines import Deadlines
from azext_iotdiag.model.failure import Kind, StepFailed
from azext_iotdiag.wire.amqp.message import Message

STEP = "the answer to the renewed token"


class Signed(NamedTuple):
    """A token for an audience. It ends at `expires`, and `renew_at` is when to put another; seconds since 1970."""

    audience: str
    token: str
    expires: float
    renew_at: float


class Renewal:
    """Renews the token of one connection. `sign` makes a new one, or raises StepFailed.

    A failure that may heal is tried again as long as the last token is good, and raised after that.
    """

    def __init__(self, talk: Conversation, sign: Callable[[], Signed], first: Signed, deadlines: Deadlines):
        self._talk = talk
        self._sign = sign
        self._deadlines = deadlines
        self._now = deadlines.clock.now
        self._good = self._put = first
        self._due = first.renew_at
        self._number = ""  # of the request that is not answered yet
        self._asked_at = 0.0  # in seconds of listening
        self._tries = 0

    def tend(self) -> None:
        """Do what is due. Raises StepFailed where the token cannot be renewed."""
        talk = self._talk
        if self._number:
            if (waited := talk.listened - self._asked_at) > self._deadlines.step:
                talk.node("$cbs")
                self._again(talk.failed(Kind.UNANSWERED, STEP, "nothing came", waited))
        elif (now := self._now()) >= self._due:
            if talk.takes("$cbs"):
                self._put = signed = self._sign()
                self._number = talk.request("$cbs", token_request(signed.audience), signed.token)
                self._asked_at = talk.listened
            elif now >= self._good.expires:
                raise talk.failed(Kind.UNANSWERED, "the links to $cbs", "the token ends and cannot be renewed")

    def take(self, number: str, answer: Message) -> bool:
        """Take in an answer; False where it answers something else. Raises StepFailed where the token is refused."""
        if not self._number or number != self._number:
            return False
        self._number = ""
        try:
            self._talk.judge_token(answer, STEP)
        except StepFailed as failed:
            self._again(failed)
        else:
            self._good, self._due, self._tries = self._put, self._put.renew_at, 0
        return True

    def _again(self, failed: StepFailed) -> None:
        """Try again later, unless that is of no use or too late."""
        failure = failed.failure
        self._number = ""
        self._tries += 1
        self._due = self._now() + self._deadlines.readers.pause(
            self._tries, asked_pause(failure), self._deadlines.clock.chance
        )
        unanswered = failure.kind is Kind.UNANSWERED
        if not (failure.transient or unanswered) or self._due >= self._good.expires:
            raise failed
