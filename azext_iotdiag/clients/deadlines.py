"""How long clients and sessions wait for each thing, when they try again, and by which clocks: one value, handed in.

A caller hands in `Deadlines`, or applies it to all that is made meanwhile. So no test needs a wait or a patch.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import TypedDict

from azext_iotdiag.clients.retry import RetryPolicy

_REQUESTS = RetryPolicy(tries=4, seconds=60.0, pauses=(1.0, 2.0, 4.0, 8.0, 16.0, 30.0), spread=0.25)
_READERS = RetryPolicy(tries=3, seconds=60.0, pauses=(0.2, 0.5, 1.0, 2.0, 5.0), longest=60.0)
_SDK_READERS = RetryPolicy(tries=6, seconds=60.0, pauses=(0.2,))
_NODES = RetryPolicy(tries=1, seconds=0.0, pauses=(2.0, 4.0, 8.0, 16.0, 32.0, 64.0))
_TOKENS = RetryPolicy(tries=1, seconds=0.0, pauses=(5.0,))


@dataclass(frozen=True)
class Clock:
    """Time and chance. `now` gives seconds since 1970, `monotonic` seconds that only grow; `sleep` waits.

    `chance` gives a number between two.
    """

    now: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[float, float], float] = random.uniform

    @property
    def milliseconds(self) -> int:
        """The time in milliseconds since 1970."""
        return int(self.now() * 1000)


class DeviceSeconds(TypedDict):
    """How long a device waits over MQTT, by the names of `simulate.device.Way`."""

    connecting: float
    step: float
    connack: float


@dataclass(frozen=True)
class Deadlines:
    """Seconds, unless something else is said.

    Every command answers within 15 s when a peer is silent. So the time for one request includes the name look-up, the
    connection, the proxy, the TLS handshake and the repetitions after a connection that broke.

    Attributes:
        connect: from the look-up of the name until TLS is up.
        request: from the start of a request until the head of its answer, and for a short body.
        slowest: bytes per second. A body may take one second more for each such number of bytes that came.
        longest: for the whole answer, however fast it flows.
        stale: a kept connection of HTTP that was quiet for longer may be closed at the other end, unseen.
        login: for one token of az's login.
        look: for the look at the host that gives out tokens, after that time. It finds the step that does not work.
        step: for the connection and for each answer of a conversation over AMQP; for each step of a device over MQTT.
        early: for an answer while links are asked for before the token is judged.
        alive: between two signs of life that we give.
        silence: without a sign of life, after which a connection over AMQP is given up.
        farewell: for the goodbye of a WebSocket.
        patience: for a service that answers that it is busy, where a person waits for one answer.
        connack: for the answer to a device's CONNECT. It was seen to come after 54 s (Azure/azure-iot-sdk-c#928), and
            a hub gives a request about 60 s. Microsoft's .NET SDK raised its wait from 10 to 60 s for that.
        tick: how often a reader says that nothing came.
        quiet: without a message of a partition, after which the service is asked for its newest.
        ask: between two such questions; `ask_each` more for each partition, so that many are asked more seldom.
        stall: in which what the service has must begin to come.
        steady: what lasted so long, or brought a message, ends the counting of failed tries.
        token: the life of a token that a reader signs; `renew_after` is the share of it after which another is put.
        sdk_answer: for the first answer of azure-eventhub, however often it tries.
        sdk_link: in which azure-eventhub must have opened a partition, and `sdk_link_each` more for each of them,
            because it keeps a processor busy with every one that it opens.
        opening: that one hub behind an application may keep the others waiting.
        silences: times since the start of a stream. If nothing was shown by then, it says what is known.
        hub_look: from one look at a twin to the next. It is far below what a hub allows its callers.
        answer_look: from one look at a twin to the next while a device's answer is waited for.
        app_look: the same for the properties that IoT Central shows.
        progress: from one sign of progress to the next.
        fold: from one word to the next about findings that are like those shown.
        session_clock: the clock of a session: of the six above, and of limits such as --duration. It only grows.
        requests: when a request over HTTP is tried again.
        readers: when a connection or link of a reader is.
        sdk_readers: the same of azure-eventhub. It gives the whole handshake of a WebSocket one second, which is
            not much where many partitions are opened at once on a busy machine.
        nodes: when another pair of links to a node is attached.
        tokens: when tokens of IoT Central are asked for again.
    """

    connect: float = 10.0
    request: float = 12.0
    slowest: int = 8192
    longest: float = 120.0
    stale: float = 20.0
    login: float = 8.0
    look: float = 2.0
    step: float = 10.0
    early: float = 2.0
    alive: float = 30.0
    silence: float = 120.0
    farewell: float = 0.5
    patience: float = 10.0
    connack: float = 60.0
    tick: float = 0.25
    quiet: float = 3.0
    ask: float = 5.0
    ask_each: float = 0.5
    stall: float = 4.0
    steady: float = 5.0
    token: float = 3600.0
    renew_after: float = 0.75
    sdk_answer: float = 12.0
    sdk_link: float = 10.0
    sdk_link_each: float = 0.5
    opening: float = 5.0
    silences: tuple[float, ...] = (10.0, 60.0, 300.0)
    hub_look: float = 2.0
    answer_look: float = 0.5
    app_look: float = 4.0
    progress: float = 0.2
    fold: float = 10.0
    requests: RetryPolicy = _REQUESTS
    readers: RetryPolicy = _READERS
    sdk_readers: RetryPolicy = _SDK_READERS
    nodes: RetryPolicy = _NODES
    tokens: RetryPolicy = _TOKENS
    clock: Clock = field(default_factory=Clock)
    session_clock: Callable[[], float] = time.monotonic

    def for_answer(self, received: int) -> float:
        """The seconds that an answer may take, of whose body so many bytes came."""
        return min(self.request + received / self.slowest, self.longest)

    def for_one_try(self, seconds: float) -> Deadlines:
        """The same for a request that takes so long and must not be sent twice, because it has an effect."""
        once = RetryPolicy(tries=1, seconds=0.0, pauses=(0.0,))
        return replace(self, request=seconds, longest=max(self.longest, seconds), requests=once)

    def of_device(self) -> DeviceSeconds:
        """What of this a device over MQTT waits."""
        return DeviceSeconds(connecting=self.step, step=self.step, connack=self.connack)


_USUAL = Deadlines()
_applied: ContextVar[Deadlines] = ContextVar("deadlines", default=_USUAL)


def usual() -> Deadlines:
    """What applies where a client or a session is handed none."""
    return _applied.get()


@contextmanager
def applying(deadlines: Deadlines) -> Iterator[None]:
    """What is made meanwhile, and handed none, gets these: so whole commands run with deadlines of the caller's."""
    token = _applied.set(deadlines)
    try:
        yield
    finally:
        _applied.reset(token)
