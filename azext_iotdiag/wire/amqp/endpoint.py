"""One end of an AMQP connection: what both ends must count and remember, with bytes in and bytes out. No I/O, no clock.

The lab is the server end, readers and probes are the client end. Numbers in comments are sections of the AMQP 1.0
transport specification (part 2). An instance is used by one thread at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from azext_iotdiag.wire.amqp.frames import FrameBuffer, Whole, frame
from azext_iotdiag.wire.amqp.link_events import Begun, Closed, Disposed, Ended, Header, LinkEvent, ProtocolError
from azext_iotdiag.wire.amqp.performatives import (
    AmqpError,
    Attach,
    Begin,
    Close,
    Detach,
    Disposition,
    End,
    Flow,
    Open,
    SaslChallenge,
    SaslInit,
    SaslMechanisms,
    SaslOutcome,
    SaslResponse,
    Transfer,
)
from azext_iotdiag.wire.amqp.sessions import WINDOW, AmqpSession, first_free

MIN_MAX_FRAME_SIZE = 512  # 2.8.1: no peer may ask for less
DEFAULT_CHANNEL_MAX = 65535  # 2.7.1, where the peer names none
_OF_SASL = frozenset({SaslMechanisms, SaslInit, SaslChallenge, SaslResponse, SaslOutcome})


class Endpoint:
    """One end of a connection. Call its methods to speak, `take` what is to be sent, and `receive` what came."""

    def __init__(
        self,
        container_id: str,
        *,
        hostname: str | None = None,
        max_frame_size: int = 65536,
        channel_max: int = 8191,
        idle_time_out: int | None = None,
        accepts: bool = True,
    ):
        """`idle_time_out`, in milliseconds, is what we demand of the peer: it must send something within that time.

        `accepts` tells whether the peer may begin sessions and propose links, as a client may and a service does not.
        """
        self.container_id = container_id
        self.hostname = hostname
        self.max_frame_size = max_frame_size
        self.channel_max = channel_max
        self.idle_time_out = idle_time_out
        self.accepts = accepts
        self.handle_max: int | None = None  # of each session that we begin or answer from now on; None: the usual one
        self.first_outgoing_id = 0  # with which our side of each session begins
        self.outgoing_window: int | None = WINDOW  # that we announce; None: as large as the peer's incoming window
        self.unfinished = 0  # bytes of messages that are still coming, on all links together
        self.peer: Open | None = None
        self.sessions: dict[int, AmqpSession] = {}  # by the channel on which the peer speaks
        self._begun: dict[int, AmqpSession] = {}  # by our channel, those that we began and the peer has not answered
        self._closed = False
        self._frames = FrameBuffer(max_frame_size)
        self._expect_header = True
        self._out = bytearray()

    # speaking

    def header(self, protocol: bytes) -> None:
        """Send a protocol header: the one of SASL, or the one of AMQP."""
        self._out += protocol

    def sasl(self, performative: Any) -> None:
        """Send a SASL frame."""
        self._out += frame(performative, sasl=True)

    def expect_header(self) -> None:
        """Say that a protocol header comes next, as after the SASL outcome that we sent."""
        self._expect_header = True

    def open(self, properties: dict[Any, Any] | None = None) -> None:
        """Open the connection."""
        self.send(
            0,
            Open(
                self.container_id,
                self.hostname,
                self.max_frame_size,
                self.channel_max,
                self.idle_time_out,
                properties=properties,
            ),
        )

    def begin(self) -> AmqpSession:
        """Begin a session of our own, on the next free channel."""
        session = AmqpSession(self, self._free_channel())
        self._begun[session.channel] = session
        session.say_begin(remote_channel=None)
        return session

    def _free_channel(self, wanted: int = 0) -> int:
        taken = {session.channel for session in (*self.sessions.values(), *self._begun.values())}
        theirs = self.peer.channel_max if self.peer else None
        return first_free(taken, min(self.channel_max, DEFAULT_CHANNEL_MAX if theirs is None else theirs), wanted)

    def close(self, error: AmqpError | None = None) -> None:
        """Close the connection, once."""
        if not self._closed:
            self._closed = True
            self.send(0, Close(error))

    def keep_alive(self) -> None:
        """Send an empty frame, so that the peer's idle time-out does not run out (2.4.5)."""
        self._out += frame(None)

    def ask_for_life(self) -> None:
        """Send a flow of each session that the peer must answer."""
        for session in self.sessions.values():
            if not session.ended:
                session.say_flow(echo=True)

    def send(self, channel: int, performative: Any, payload: bytes = b"") -> None:
        """Send any frame on a channel; sessions and links do this."""
        self._out += frame(performative, payload, channel)

    def take(self) -> bytes:
        """What is to be sent now; it is then forgotten here."""
        out, self._out = self._out, bytearray()
        return bytes(out)

    @property
    def pending(self) -> bool:
        """Whether there is something to take."""
        return bool(self._out)

    @property
    def unsent(self) -> int:
        """How many bytes there are to take."""
        return len(self._out)

    @property
    def peer_max_frame_size(self) -> int:
        """The largest frame, in bytes, that the peer takes."""
        wanted = self.peer.max_frame_size if self.peer else None
        return self.max_frame_size if not wanted else max(MIN_MAX_FRAME_SIZE, min(wanted, self.max_frame_size))

    # listening

    def receive(self, data: bytes) -> Iterator[LinkEvent]:
        """Take in what came, and yield what happened.

        Raises ProtocolError, FrameError or DecodeError when the peer does not speak AMQP as it should.
        """
        frames, sessions = self._frames, self.sessions
        frames.feed(data)
        while True:
            if self._expect_header:
                protocol = frames.header()
                if protocol is None:
                    return
                self._expect_header = False
                yield Header(protocol)
                continue
            came = frames.next()
            if came is None:
                return
            if isinstance(came, Whole):  # first, because streams consist of these
                session = sessions.get(came.channel) or self._session(came.channel)
                delivery = session.take_whole(came)
                if delivery is not None:
                    yield delivery
                continue
            performative = came.performative
            if type(performative) is Transfer:
                delivery = self._session(came.channel).take_transfer(performative, came.payload)
                if delivery is not None:
                    yield delivery
            elif came.sasl:
                if type(performative) not in _OF_SASL or self.peer is not None:
                    raise ProtocolError(
                        "amqp:illegal-state", "a SASL frame came where none may, or with something else in it"
                    )
                # The server's header may come in the same segment, before the caller could have said `expect_header`.
                self._expect_header = type(performative) is SaslOutcome and performative.code == 0
                yield performative
            elif performative is not None:
                yield from self._take_performative(came.channel, performative)

    def _take_performative(self, channel: int, performative: Any) -> Iterator[LinkEvent]:
        kind = type(performative)
        if (self.peer is None) is not (
            kind is Open
        ) and kind is not Close:  # 2.4.1: open is the first frame, and comes once
            raise ProtocolError(
                "amqp:illegal-state", f"{kind.__name__} came {'before' if self.peer is None else 'after'} open"
            )
        if kind is Open:
            self.peer = performative
            yield performative
        elif kind is Close:
            self.close()
            yield Closed(performative.error)
        elif kind is Begin:
            yield Begun(self._take_begin(channel, performative))
        elif kind is End:
            session = self.sessions.pop(channel, None)
            if session is not None:
                session.take_end()
                yield Ended(session, performative.error)
        elif kind is Attach:
            session = self._session(channel)
            if not session.ended:
                yield session.take_attach(performative)
        elif kind is Flow:
            session = self._session(channel)
            if not session.ended:
                yield from session.take_flow(performative)
        elif kind is Detach:
            # A client may detach links after the end of their session (azure-eventhub does): nothing is left to say.
            session = self.sessions.get(channel)
            detached = session.take_detach(performative) if session else None
            if detached is not None:
                yield detached
        elif kind is Disposition:
            if channel in self.sessions:  # else it was said before the peer heard of the session's end
                yield Disposed(self.sessions[channel], performative)
        else:
            raise ProtocolError("amqp:not-implemented", f"a frame of an unknown kind came on channel {channel}")

    def _take_begin(self, channel: int, performative: Begin) -> AmqpSession:
        if channel in self.sessions:
            raise ProtocolError("amqp:connection:framing-error", f"channel {channel} was begun twice")
        if channel > self.channel_max:
            raise ProtocolError(
                "amqp:connection:framing-error", f"channel {channel} is beyond the maximum {self.channel_max}"
            )
        if performative.remote_channel is None:
            if not self.accepts:
                raise ProtocolError("amqp:not-allowed", "the peer began a session that was not asked for")
            session = AmqpSession(self, self._free_channel(channel))
        else:
            answered = self._begun.pop(performative.remote_channel, None)
            if answered is None:
                raise ProtocolError(
                    "amqp:connection:framing-error",
                    f"channel {performative.remote_channel} was answered and never begun",
                )
            session = answered
        session.take_begin(channel, performative)
        self.sessions[channel] = session
        return session

    def _session(self, channel: int) -> AmqpSession:
        try:
            return self.sessions[channel]
        except KeyError:
            raise ProtocolError("amqp:connection:framing-error", f"channel {channel} carries no session") from None
