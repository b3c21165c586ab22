"""How a well-behaved device runs: it sends at its interval, renews its token, and connects again when it is cut off."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from azext_iotdiag.model.failure import Kind, StepFailed
from azext_iotdiag.simulate.device import RENEW_SECONDS, DeviceConnection
from azext_iotdiag.simulate.telemetry import Body

TRIES = 2  # of one message: QoS 1 asks to send it again after the connection was lost
SAY_SECONDS = 0.9  # between two lines of progress
AGAIN_SECONDS = 1.0  # until a connection that was lost between two messages is made again

Connect = Callable[[float], DeviceConnection]
Say = Callable[[str], None]


@dataclass
class SimulationRun:
    """How far it came. `ended` is count, interrupted, failed, or misbehaved; `seconds` is how long it took.

    `sent` counts the messages that went out on a connection, `acknowledged` those of them that the hub answered.

    `answer` is what the hub made of a misbehaviour. `last_bytes` is the size of the message that was tried last.
    """

    sent: int = 0
    acknowledged: int = 0
    seconds: float = 0.0
    ended: str = "count"
    failure: StepFailed | None = None
    answer: str = ""
    last_bytes: int = 0


def run(
    connect: Connect,
    bodies: Iterable[Body],
    *,
    count: int,
    interval: float,
    say: Say,
    clock: Callable[[], float] = time.time,
    again: float = AGAIN_SECONDS,
) -> SimulationRun:
    """Send `count` messages (0: without end), each `interval` seconds after the one before.

    `connect(now)` opens a connection and raises StepFailed. Ctrl-C ends it, as does a failure that connecting again
    does not cure: `SimulationRun.failure` then says which. A connection that was lost between two messages is made
    again after `again` seconds.
    """
    done = SimulationRun()
    started = time.monotonic()
    device = _Device(connect, say, clock, again)
    said = 0.0
    try:
        for number, body in enumerate(bodies, 1):
            done.last_bytes = len(body.payload)
            device.send(body)
            done.acknowledged += 1
            if time.monotonic() - said >= SAY_SECONDS or number == count:
                said = time.monotonic()
                say(f"Message {number}{f' of {count}' if count else ''} acknowledged: {len(body.payload)} bytes.")
            if number == count:
                break
            device.pause(started + number * interval)
    except KeyboardInterrupt:
        done.ended = "interrupted"
    except StepFailed as failure:
        done.ended, done.failure = "failed", failure
    finally:
        done.sent = device.sent
        device.close()
        done.seconds = round(time.monotonic() - started, 3)
    return done


class _Device:
    """A device and its connection, which is made, renewed and made again as it needs be."""

    def __init__(self, connect: Connect, say: Say, clock: Callable[[], float], again: float):
        self._connect = connect
        self._say = say
        self._clock = clock
        self._again = again
        self._connection: DeviceConnection | None = None
        self.sent = 0  # messages, each once however often it was tried

    @property
    def connected(self) -> bool:
        """Whether it ever was."""
        return self._connection is not None

    def send(self, body: Body) -> None:
        """Send a message, once more where the connection is lost before it is acknowledged. Raises StepFailed."""
        before = self.sent
        for attempt in range(1, TRIES + 1):
            try:
                connection = self._ready()
                self.sent = before + 1
                connection.send(body)
                return
            except StepFailed as failed:
                if failed.failure.kind is not Kind.DROPPED or attempt == TRIES or not self.connected:
                    raise

    def pause(self, until: float) -> None:
        """Stay connected until then, by the monotonic clock."""
        while self._connection is not None and (left := until - time.monotonic()) > 0:
            self._connection.wait(left)
            if self._connection.lost:
                time.sleep(min(max(until - time.monotonic(), 0), self._again))
                if until > time.monotonic():
                    self._ready()

    def close(self) -> None:
        """Say goodbye."""
        if self._connection is not None:
            self._connection.close()

    def _ready(self) -> DeviceConnection:
        """A connection that is up and whose token lasts."""
        connection = self._connection
        if connection is None:
            connection = self._connect(self._clock())
        elif connection.lost:
            self._say("The connection was lost; connecting again.")
            connection = self._connect(self._clock())
        elif connection.renewable and self._clock() > connection.expires - RENEW_SECONDS:
            self._say(
                f"The SAS token ends in less than {RENEW_SECONDS} s; connecting with a new token, as MQTT requires."
            )
            connection.close()
            connection = self._connect(self._clock())
        self._connection = connection
        return connection
