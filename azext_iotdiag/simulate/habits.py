"""Habits of clients that public cases name: with their twin, their token, and their sessions.

Each connects, does as such a client does, and returns what the hub made of it.
"""

from __future__ import annotations

import json
import re
import uuid
from typing import Any

from azext_iotdiag.model.failure import Kind, StepFailed
from azext_iotdiag.simulate.acting import Acting
from azext_iotdiag.simulate.device import DeviceConnection
from azext_iotdiag.simulate.sign_in import sign_in
from azext_iotdiag.simulate.twin_and_methods import DESIRED, METHODS, TWIN_ANSWERS

TOKEN_SECONDS = 2  # of a token that is never renewed
GRACE_SECONDS = 15.0  # beyond it, in which a hub must end the session; Azure takes up to ten minutes
SESSIONS = 3  # after which a device with a leak falls silent
PATCHES = 3
_STATUS = re.compile(r"\$iothub/twin/res/([0-9]{1,4})/")
_GET, _REPORT = "$iothub/twin/GET/?$rid={}", "$iothub/twin/PATCH/properties/reported/?$rid={}"


def no_api_version(acting: Acting) -> str:
    """Signs in with a user name that names no api-version: telemetry works, twin and methods do not. L1, L2."""
    connection = acting.open(acting.signed._replace(username=acting.signed.username.partition("/?")[0]))
    connection.subscribe([f"{METHODS}#"])
    status = _ask(connection, _REPORT, b"{}")
    _send_on(acting, connection)
    connection.close()
    return f"the hub took the messages, and answered the report of properties with {status}"


def desired_not_subscribed(acting: Acting) -> str:
    """Reads the twin once, and never hears of a change: public case T1."""
    connection = acting.open(acting.signed)
    status = _ask(connection, _GET, b"")
    acting.say("The twin was read; changes of it are not subscribed to.")
    _send_on(acting, connection)
    connection.close()
    return f"the hub answered the twin with {status}, and pushes no change"


def twin_not_read_again(acting: Acting) -> str:
    """Subscribes to changes after each connect, and reads no twin, so that what changed meanwhile is lost: T2."""
    acting.open(acting.signed).close()
    acting.say("The device was away.")
    connection = acting.open(acting.signed)
    connection.subscribe([f"{DESIRED}#"])
    _send_on(acting, connection)
    connection.close()
    return "the hub pushes changes from now on, and not those of before"


def subscribes_late(acting: Acting) -> str:
    """Subscribes to methods and messages some time after it connects: B2."""
    connection = acting.open(acting.signed)
    acting.say(f"Connected; the subscriptions follow in {acting.interval:g} s.")
    connection.wait(acting.interval)
    connection.subscribe([f"{METHODS}#", f"{acting.path}/messages/devicebound/#"])
    _send_on(acting, connection)
    connection.close()
    return "the hub accepted the subscriptions; calls before them found no device"


def no_method_handler(acting: Acting) -> str:
    """Sends, and takes no direct methods: D1, C6."""
    connection = acting.open(acting.signed)
    _send_on(acting, connection)
    connection.close()
    return "the hub took the messages, and has no subscription to methods"


def bad_patch_again(acting: Acting) -> str:
    """Reports null within an array, which is refused, and reports it again and again: T5."""
    return _reporting({"readings": [1, None]}, acting)


def dot_in_key(acting: Acting) -> str:
    """Reports a property whose name holds a dot, as no name may: T6."""
    return _reporting({"motor.speed": 7}, acting)


def token_not_renewed(acting: Acting) -> str:
    """Stays connected until its token ends, and does not come back: C1, C5."""
    signed = sign_in(acting.device, acting.clock(), seconds=TOKEN_SECONDS)
    connection = acting.open(signed)
    acting.say(f"Connected with a token of {TOKEN_SECONDS} s, which is not renewed.")
    _send_on(acting, connection)
    connection.wait(TOKEN_SECONDS + GRACE_SECONDS)
    ended = connection.lost
    connection.close()
    return "the hub ended the session after the token" if ended else "the hub kept the session beyond the token"


def restarts_at_renewal(acting: Acting) -> str:
    """Breaks off without a word when it should renew its token, and begins anew: M5."""
    for number in range(1, SESSIONS + 1):
        connection = acting.open(acting.signed)
        acting.say(f"Session {number} begins.")
        _ask(connection, _REPORT, json.dumps({"boot": number}).encode())
        connection.send(next(acting.bodies))
        connection.drop()
    return f"the hub saw {SESSIONS} sessions that broke off"


def stops_after_sessions(acting: Acting) -> str:
    """Connects, sends and leaves, until its memory is used up: M6."""
    for number in range(1, SESSIONS + 1):
        connection = acting.open(acting.signed)
        connection.send(next(acting.bodies))
        connection.close()
        acting.say(f"Session {number} of {SESSIONS} ended.")
    return f"the hub took {SESSIONS} sessions; no more come"


def _reporting(patch: Any, acting: Acting) -> str:
    connection = acting.open(acting.signed)
    statuses = []
    for _ in range(PATCHES):
        statuses.append(_ask(connection, _REPORT, json.dumps(patch).encode()))
        acting.say(f"The report was answered with {statuses[-1]}.")
    _send_on(acting, connection)
    connection.close()
    return f"the hub answered the reports with {', '.join(statuses)}"


def _send_on(acting: Acting, connection: DeviceConnection) -> None:
    """Telemetry, which goes on whatever else is wrong."""
    for _ in range(max(acting.count, 1)):
        connection.send(next(acting.bodies))
        connection.wait(acting.interval)


def _ask(connection: DeviceConnection, topic: str, body: bytes) -> str:
    """The status with which the twin answers. Raises StepFailed where it does not."""
    answers: list[str] = []

    def hear(came: str, _payload: bytes) -> None:
        if found := _STATUS.match(came):
            answers.append(found[1])

    connection.on_message = hear
    connection.subscribe([f"{TWIN_ANSWERS}#"])
    connection.say(topic.format(uuid.uuid4().hex), body)
    connection.attend(lambda: bool(answers), connection.step)
    if not answers:
        kind = Kind.DROPPED if connection.lost else Kind.SILENT
        raise StepFailed(connection.failed(kind, "the answer of the twin", "nothing came").failure)
    return answers[0]
