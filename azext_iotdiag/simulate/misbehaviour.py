"""What a device may do wrong on request: each way by its name, with what a hub is known to do about it."""

from __future__ import annotations

import base64
import re
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from azext_iotdiag.credential.connection_string import DeviceConnectionString
from azext_iotdiag.model.failure import Kind, StepFailed
from azext_iotdiag.model.target import Secret
from azext_iotdiag.simulate import habits
from azext_iotdiag.simulate.acting import Acting, Open
from azext_iotdiag.simulate.behaviour import Say, SimulationRun
from azext_iotdiag.simulate.device import ACKNOWLEDGEMENT, SIGN_IN
from azext_iotdiag.simulate.sign_in import SignIn, path_of, sign_in
from azext_iotdiag.simulate.telemetry import Body

KEEP_ALIVE = 4  # seconds, of a device that then does not keep itself alive
MARGIN_SECONDS = 15.0  # beyond the 1.5 times the keep-alive after which a server must end a silent connection
TAKE_OVER_SECONDS = 10.0
TAKE_OVERS = 3
EXPIRED_SECONDS = 600  # ago: more than the difference of clocks that any service forgives
UNKNOWN_MODULE = "iot-diag-no-such-module"
_FIRST_NAME = re.compile(rb'"([A-Za-z])')
TOO_LARGE = 262_145  # bytes; a hub takes 256 KB with the properties


class Misbehaviour(NamedTuple):
    """One way to do wrong. `signed`, `body` or `act` says how; the other two are None.

    `signed` alters how the device signs in, `body` what it sends. `act` does all of it, and returns what the hub
    answered.
    """

    name: str
    title: str
    signed: Callable[[DeviceConnectionString, float], SignIn] | None = None
    body: Callable[[Body], Body] | None = None
    act: Callable[[Acting], str] | None = None


def _wrong_key(device: DeviceConnectionString, now: float) -> SignIn:
    other = Secret(base64.b64encode(secrets.token_bytes(32)).decode("ascii"))
    return sign_in(DeviceConnectionString(device.host, device.device, device.module, other), now)


def _expired_token(device: DeviceConnectionString, now: float) -> SignIn:
    return sign_in(device, now - EXPIRED_SECONDS, seconds=0)


def _wrong_case(device: DeviceConnectionString, now: float) -> SignIn:
    return sign_in(DeviceConnectionString(device.host, device.device.swapcase(), device.module, device.key), now)


def _no_question_mark(device: DeviceConnectionString, now: float) -> SignIn:
    signed = sign_in(device, now)
    return signed._replace(username=signed.username.replace("/?", "/", 1))


def _unknown_module(device: DeviceConnectionString, now: float) -> SignIn:
    return sign_in(DeviceConnectionString(device.host, device.device, UNKNOWN_MODULE, device.key), now)


def _key_as_text(device: DeviceConnectionString, now: float) -> SignIn:
    """The key as it is written, where its bytes are meant."""
    assert device.key is not None, "the validator asks for a key"
    written = base64.b64encode(device.key.reveal().encode()).decode("ascii")
    return sign_in(DeviceConnectionString(device.host, device.device, device.module, Secret(written)), now)


def _field_case(body: Body) -> Body:
    """The first name begins with the other kind of letter."""
    found = _FIRST_NAME.search(body.payload)
    if found is None:
        return body
    begin, end = found.span(1)
    return body._replace(payload=body.payload[:begin] + found[1].swapcase() + body.payload[end:])


def _bad_json(body: Body) -> Body:
    return body._replace(payload=body.payload[:-1] + b",}", content_type="application/json", content_encoding="utf-8")


def _wrong_encoding(body: Body) -> Body:
    text = body.payload.decode("utf-8", "replace")
    return body._replace(payload=text.encode("utf-16"), content_type="application/json", content_encoding="utf-8")


def _no_content_type(body: Body) -> Body:
    return body._replace(content_type="", content_encoding="")


def _no_keep_alive(acting: Acting) -> str:
    connection = acting.open(acting.signed._replace(keep_alive=KEEP_ALIVE))
    acting.say(f"Connected with a keep-alive of {KEEP_ALIVE} s; nothing is sent from now on, not even a ping.")
    started, limit = time.monotonic(), 1.5 * KEEP_ALIVE + MARGIN_SECONDS
    while time.monotonic() - started < limit:
        time.sleep(0.1)  # without a look at the connection, in which paho would send its ping
        if connection.broken():
            return f"the hub closed the connection after {time.monotonic() - started:.1f} s"
    connection.close()
    return f"the hub kept the connection for {limit:.0f} s"


def _same_identity_twice(acting: Acting) -> str:
    ended = 0
    older = acting.open(acting.signed)
    acting.say("The first session is connected.")
    for number in range(2, TAKE_OVERS + 2):
        newer = acting.open(acting.signed)
        older.wait(TAKE_OVER_SECONDS)
        ended += older.lost
        acting.say(f"Session {number} connected; the one before " + ("was ended." if older.lost else "lives on."))
        older.close()
        older = newer
    older.close()
    return f"the hub ended the older session in {ended} of {TAKE_OVERS} cases"


def _silent(acting: Acting) -> str:
    connection = acting.open(acting.signed)
    seconds = max(acting.count, 1) * acting.interval
    acting.say(f"Connected, and silent for {seconds:g} s.")
    connection.wait(seconds)
    lost = connection.lost
    connection.close()
    return "the hub closed the connection" if lost else "the hub kept the connection, and has no message of the device"


def _publishing(topic: Callable[[Acting], str], quality: int = 1, size: int = 0) -> Callable[[Acting], str]:
    """Publish once, where or how one must not."""

    def act(acting: Acting) -> str:
        connection = acting.open(acting.signed)
        body = next(acting.bodies)
        try:
            connection.put(topic(acting), bytes(size) or body.payload, quality=quality)
        except StepFailed as failed:
            if failed.failure.kind is Kind.DROPPED:
                return "the hub closed the connection"
            if failed.failure.step == ACKNOWLEDGEMENT:
                return "the hub did not acknowledge it, and kept the connection"
            raise
        finally:
            connection.close()
        return "the hub acknowledged it"

    return act


def _events(acting: Acting) -> str:
    return f"{acting.path}/messages/events/"


MISBEHAVIOURS = {
    each.name: each
    for each in (
        Misbehaviour("wrong-key", "signs its token with a key that is not its own", signed=_wrong_key),
        Misbehaviour("expired-token", "shows a token that ended ten minutes ago", signed=_expired_token),
        Misbehaviour("wrong-case", "writes its id with large and small letters exchanged", signed=_wrong_case),
        Misbehaviour("no-keep-alive", "falls silent and sends no ping", act=_no_keep_alive),
        Misbehaviour("same-identity-twice", "connects again and again under the same id", act=_same_identity_twice),
        Misbehaviour("silent", "connects and sends nothing", act=_silent),
        Misbehaviour("bad-json", "sends text that is no JSON and calls it JSON", body=_bad_json),
        Misbehaviour("wrong-encoding", "sends UTF-16 and calls it UTF-8", body=_wrong_encoding),
        Misbehaviour("no-content-type", "does not say what it sends", body=_no_content_type),
        Misbehaviour("too-large", "sends more than 256 KB", act=_publishing(_events, size=TOO_LARGE)),
        Misbehaviour("quality-2", "publishes with quality of service 2", act=_publishing(_events, quality=2)),
        Misbehaviour("no-api-version", "signs in with a user name without api-version", act=habits.no_api_version),
        Misbehaviour("no-question-mark", "leaves out the ? in its user name", signed=_no_question_mark),
        Misbehaviour("unknown-module", "signs in as a module that does not exist", signed=_unknown_module),
        Misbehaviour("key-as-text", "signs with the text of its key, and not with its bytes", signed=_key_as_text),
        Misbehaviour("field-case", "writes the first name of a message with another first letter", body=_field_case),
        Misbehaviour("desired-not-subscribed", "reads its twin once", act=habits.desired_not_subscribed),
        Misbehaviour("twin-not-read-again", "reads no twin after it was away", act=habits.twin_not_read_again),
        Misbehaviour("subscribes-late", "subscribes some time after it connects", act=habits.subscribes_late),
        Misbehaviour("no-method-handler", "sends, and takes no direct methods", act=habits.no_method_handler),
        Misbehaviour("bad-patch-again", "reports null in an array, again and again", act=habits.bad_patch_again),
        Misbehaviour("dot-in-key", "reports a property with a dot in its name", act=habits.dot_in_key),
        Misbehaviour("token-not-renewed", "does not renew its token", act=habits.token_not_renewed),
        Misbehaviour("restarts-at-renewal", "breaks off and begins anew", act=habits.restarts_at_renewal),
        Misbehaviour("stops-after-sessions", "falls silent after some sessions", act=habits.stops_after_sessions),
        Misbehaviour(
            "wrong-topic", "publishes to a topic of its own choice", act=_publishing(lambda _: "telemetry/readings")
        ),
    )
}
NEEDS_KEY = frozenset({
    "wrong-key", "expired-token", "wrong-case", "unknown-module", "key-as-text", "token-not-renewed",
})  # fmt: skip
WITH_BODIES = frozenset(each.name for each in MISBEHAVIOURS.values() if each.body)


def altered(name: str, bodies: Iterable[Body]) -> Iterator[Body]:
    """The messages as a misbehaving device sends them."""
    alter = MISBEHAVIOURS[name].body
    assert alter is not None
    return map(alter, bodies)


@dataclass(frozen=True)
class Rehearsal:
    """What is sent while a device misbehaves, how much of it, how often, who hears of it, and the device's model."""

    bodies: Iterator[Body]
    count: int
    interval: float
    say: Say
    model_id: str = ""


def rehearse(
    name: str,
    device: DeviceConnectionString,
    open_: Open,
    rehearsal: Rehearsal,
    clock: Callable[[], float] = time.time,
) -> SimulationRun:
    """Misbehave, and return what the hub answered; not for those of WITH_BODIES, which are runs like others.

    A failure that is not the hub's answer is in `SimulationRun.failure`.
    """
    wrong, done, started = MISBEHAVIOURS[name], SimulationRun(ended="misbehaved"), time.monotonic()
    try:
        if wrong.signed is not None:
            done.answer = _sign_in_wrongly(open_, wrong.signed(device, clock()))
        elif wrong.act is not None:
            signed = sign_in(device, clock(), rehearsal.model_id)
            asked = (rehearsal.bodies, rehearsal.count, rehearsal.interval, rehearsal.say)
            done.answer = wrong.act(Acting(open_, signed, path_of(device), *asked, device, clock))
    except KeyboardInterrupt:
        done.ended = "interrupted"
    except StepFailed as failed:
        done.ended, done.failure = "failed", failed
    done.seconds = round(time.monotonic() - started, 3)
    return done


def _sign_in_wrongly(open_: Open, signed: SignIn) -> str:
    try:
        open_(signed).close()
    except StepFailed as failed:
        if failed.failure.step != SIGN_IN:
            raise
        code = failed.failure.condition.removeprefix("mqtt:")
        return f"the hub refused the sign-in with return code {code} ({failed.failure.description})"
    return "the hub let the device in"
