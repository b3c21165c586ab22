"""A secret shows itself nowhere."""

from __future__ import annotations

import copy
import dataclasses
import json
import logging
import pickle
import pprint
import string
import traceback

import pytest

from azext_iotdiag.model.target import Secret, Services, Target

KEY = "c2VjcmV0LWtleQ=="


@pytest.fixture
def secret() -> Secret:
    return Secret(KEY)


@pytest.mark.parametrize("show", [
    repr, str, ascii, format,
    lambda secret: f"{secret}", lambda secret: f"{secret!r:>20}", lambda secret: f"{secret:>60}",
    lambda secret: "%s %r" % (secret, secret),  # noqa: UP031  # one more way
    "{0} {0!s} {0:x}".format,
    lambda secret: string.Template("$key").substitute(key=secret),
    lambda secret: repr([secret]), lambda secret: repr({secret: secret}),
    lambda secret: repr(Target("hub", credential=secret)), lambda secret: str(Target("hub", credential=secret)),
    lambda secret: pprint.pformat(Target("hub", credential=secret)),
    lambda secret: repr(ValueError("wrong", secret)), lambda secret: str(dir(secret)),
])  # fmt: skip
def test_in_no_text(secret: Secret, show) -> None:
    shown = show(secret)
    assert KEY not in shown
    assert "***" in shown or "reveal" in shown


@pytest.mark.parametrize("serialise", [
    pickle.dumps, lambda secret: pickle.dumps(secret, 0), copy.copy, copy.deepcopy, json.dumps,
    lambda secret: json.dumps({"key": secret}), lambda secret: dataclasses.asdict(Target(credential=secret)),
    lambda secret: dataclasses.astuple(Target(credential=secret)), vars, iter, len, bytes,
    lambda secret: secret + "", lambda secret: "".join([secret]), lambda secret: secret[0],
])  # fmt: skip
def test_not_serialised(secret: Secret, serialise) -> None:
    with pytest.raises(TypeError) as refused:
        serialise(secret)
    assert KEY not in str(refused.value)


def test_not_in_a_log(secret: Secret, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("test").debug("%s %r %s", secret, secret, {"target": Target(credential=secret)})
    assert "***" in caplog.text
    assert KEY not in caplog.text


def test_not_in_a_traceback(secret: Secret) -> None:
    try:
        target = Target(credential=secret)
        raise RuntimeError(target)
    except RuntimeError as error:
        shown = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    assert "target = Target(" in shown and "secret = ***" in shown
    assert KEY not in shown


def test_reveal_and_compare(secret: Secret) -> None:
    assert secret.reveal() == KEY
    assert secret == Secret(KEY) and hash(secret) == hash(Secret(KEY))
    assert secret != Secret("other") and secret != KEY
    assert dataclasses.replace(Target(credential=secret), hub="hub").credential is secret


def test_messages_may_take_another_target_than_the_registry() -> None:
    other = Target("hub-2")
    target = Target("hub")
    assert target.for_registry() is target
    assert Target("hub", registry=lambda: other).for_registry() is other
    shown = repr(Target("hub", registry=lambda: other, instead=lambda: None, authorization=lambda: Secret(KEY)))
    assert not any(name in shown for name in ("registry", "instead", "authorization")), "what they hand out is secret"


def test_where_services_came_from_is_said_once_for_each() -> None:
    assert Target("hub").origins == ()
    assert Target("hub", origin="found").origins == ("found",)
    assert Services().origins == Services(Target("hub")).origins == ()
    hub, dps, central = (Target(origin=name) for name in ("the hub", "the dps", "the app"))
    assert Services(hub, dps, central).origins == ("the hub", "the app", "the dps")
    assert Services(dps=dps).origins == ("the dps",)
