"""How a well-behaved device runs: it sends at its interval, renews its token, and connects again when it is cut off."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from azext_iotdiag.model.failure import Kind
from azext_iotdiag.simulate.device import RENEW_SECONDS, Connection, Failed
from azext_iotdiag.simulate.telemetry import Body

TRIES = 2  # of one message: QoS 1 asks to send it again after the connection was lost
SAY_SECONDS = 0.9  # between two lines of progress


@dataclass
class Run:
    """How far it came. `ended` is count, interrupted or failed; `seconds` is how long it took."""

    sent: int = 0
    acknowledged: int = 0
    seconds: float = 0.0
    ended: str = "count"
    failure: Failed | None = None


def run(
    connect: Callable[[float], Connection],
    bodies: Iterable[Body],
    *,
    count: int,
    interval: float,
    say: Callable[[str], None],
    clock: Callable[[], float] = time.time,
) -> Run:
    """Send `count` messages (0: without end), each `interval` seconds after the one before.

    `connect(now)` opens a connection and raises Failed. Ctrl-C ends it, as does a failure that connecting again does
    not cure: `Run.failure` then says which.
    """
    done = Run()
    started = time.monotonic()
    connection: Connection | None = None
    said = 0.0
    try:
        for number, body in enumerate(bodies, 1):
            connection = _ready(connection, connect, say, clock)
            connection = _send(connection, body, connect, done, say, clock)
            if time.monotonic() - said >= SAY_SECONDS or number == count:
                said = time.monotonic()
                say(f"Message {number}{f' of {count}' if count else ''} acknowledged: {len(body.payload)} bytes.")
            if number == count:
                break
            _pause(connection, started + number * interval - time.monotonic())
    except KeyboardInterrupt:
        done.ended = "interrupted"
    except Failed as failure:
        done.ended, done.failure = "failed", failure
    finally:
        if connection is not None:
            connection.close()
        done.seconds = round(time.monotonic() - started, 3)
    return done


def _ready(
    connection: Connection | None,
    connect: Callable[[float], Connection],
    say: Callable[[str], None],
    clock: Callable[[], float],
) -> Connection:
    """A connection that is up and whose token lasts."""
    if connection is None:
        connection = connect(clock())
        say("Connected.")
    elif connection.lost:
        say("The connection was lost; connecting again.")
        connection = connect(clock())
    elif connection.renewable and clock() > connection.expires - RENEW_SECONDS:
        say("The SAS token ends soon; connecting again with a new one, as MQTT requires.")
        connection.close()
        connection = connect(clock())
    return connection


def _send(
    connection: Connection,
    body: Body,
    connect: Callable[[float], Connection],
    done: Run,
    say: Callable[[str], None],
    clock: Callable[[], float],
) -> Connection:
    done.sent += 1
    for attempt in range(1, TRIES + 1):
        try:
            connection.send(body)
            break
        except Failed as failed:
            if failed.failure.kind is not Kind.DROPPED or attempt == TRIES:
                raise
            connection = _ready(connection, connect, say, clock)
    done.acknowledged += 1
    return connection


def _pause(connection: Connection, seconds: float) -> None:
    until = time.monotonic() + seconds
    connection.wait(max(seconds, 0))
    time.sleep(max(until - time.monotonic(), 0))  # the rest, where the connection was lost meanwhile
