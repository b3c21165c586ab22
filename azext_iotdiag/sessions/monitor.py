"""`monitor events`: live messages, each as the bytes that show it."""

from __future__ import annotations

from collections.abc import Callable

from azext_iotdiag.model.ending import End
from azext_iotdiag.model.event import Event as Message
from azext_iotdiag.model.event import Payload
from azext_iotdiag.sessions.events import Ended, Items, Subject
from azext_iotdiag.sessions.messages import Messages
from azext_iotdiag.streams.content_type import decoder
from azext_iotdiag.streams.decode import decode

Show = Callable[[Message, Payload], bytes]


class Monitor:
    """A session that shows messages. `show` makes bytes of one, and `content_type` says what each body is taken for."""

    def __init__(self, messages: Messages, show: Show, content_type: str | None = None):
        self._messages = messages
        self._show = show
        self._read = decoder(content_type) if content_type else decode

    def __iter__(self) -> Items:
        messages, news, show, read = self._messages, self._messages.news, self._show, self._read
        yield from messages.begin()
        for message in messages:
            if news:
                yield from messages.news_so_far()
            yield None if message is None else show(message, read(message.body))
        yield from messages.news_so_far()

    def end(self, stopped: End | None) -> Items:
        """The facts that the stream leaves."""
        messages = self._messages
        why, seconds = messages.why(stopped), messages.seconds
        facts = yield from messages.left(why)
        yield Ended(Subject.MESSAGES, why, facts, messages.shown, seconds)
