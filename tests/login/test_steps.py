"""What an account refuses, as the failure of a step."""

from __future__ import annotations

import pytest

from azext_iotdiag.clients.arm import Service
from azext_iotdiag.login.errors import (
    KeysOff,
    LoginError,
    MessagesClosed,
    NoPolicy,
    NotAllowed,
    NotFound,
    NotReachable,
    NotSignedIn,
    Refused,
)  # fmt: skip
from azext_iotdiag.login.steps import stepping
from azext_iotdiag.model.failure import Failure, Kind, StepFailed
from azext_iotdiag.model.rights import RoleRequest

HUB = Service("/id", "h", "g", "h.azure-devices.net", {})


def failing(error: Exception) -> Failure:
    def call() -> str:
        raise error

    with pytest.raises(StepFailed) as failed:
        stepping(call, "the keys", "h")()
    return failed.value.failure


@pytest.mark.parametrize(
    ("error", "kind", "condition"),
    [
        (NotSignedIn("log in"), Kind.UNAUTHORIZED, "NotSignedIn"),
        (NotAllowed("no"), Kind.UNAUTHORIZED, "NotAllowed"),
        (NoPolicy(HUB, ["ServiceConnect"]), Kind.UNAUTHORIZED, "NoPolicy"),
        (KeysOff(HUB), Kind.UNAUTHORIZED, "KeysOff"),
        (MessagesClosed(HUB), Kind.UNAUTHORIZED, "MessagesClosed"),
        (NotFound("gone"), Kind.REFUSED, "NotFound"),
        (Refused("no", "Code"), Kind.REFUSED, "Refused"),
        (LoginError("odd"), Kind.REFUSED, "LoginError"),
    ],
)
def test_an_error_of_the_login_is_a_failed_step(error: LoginError, kind: Kind, condition: str) -> None:
    failure = failing(error)
    assert (failure.kind, failure.condition, failure.description) == (kind, condition, str(error))
    assert (failure.step, failure.host) == ("the keys", "h")


def test_what_to_ask_an_administrator_for_goes_along() -> None:
    request = RoleRequest("Contributor", "/s", "A/listkeys/action")
    assert failing(NotAllowed("no", request)).request == request
    assert failing(KeysOff(HUB)).request is None


def test_a_step_that_failed_on_the_way_stays_what_it_is() -> None:
    silent = Failure(Kind.SILENT, "the answer", "login.example", 443)
    assert failing(NotReachable(silent)) is silent
    assert failing(StepFailed(silent)) is silent


def test_another_error_is_none_of_the_login() -> None:
    with pytest.raises(ZeroDivisionError):
        stepping(lambda: 1 // 0, "the keys", "h")()


def test_what_the_call_returns() -> None:
    assert stepping(lambda: 5, "the keys", "h")() == 5
