"""What an answer to a desired property means."""

from __future__ import annotations

from typing import Any

import pytest

from azext_iotdiag.checks.commands.desired_answered import desired_answered
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.twin_test import Answered, TwinTest
from tests.checks.facts import HUB
from tests.checks.judging import finding, verdict

CHANGE = "the change of the desired properties"


def outcome(**given: Any) -> TwinTest:
    return TwinTest(HUB, "pump", "", "interval", "30", changed=3, seconds=30.0, **given)


@pytest.mark.parametrize(("given", "status", "codes"), [
    ({"answered": Answered.ACKNOWLEDGED}, "pass", []),
    ({"answered": Answered.ECHOED}, "pass", []),
    ({"answered": Answered.REFUSED, "code": 400}, "fail", [("desired-refused", "fail")]),
    ({"answered": Answered.REFUSED, "code": 400, "probe": True}, "fail", [("desired-refused", "fail")]),
    ({"answered": Answered.DIFFERENT, "answer": "31"}, "fail", [("desired-different", "fail")]),
    ({"answered": Answered.DIFFERENT, "answer": "31", "probe": True}, "pass", []),
    ({}, "error", [("desired-unanswered", "warn")]),
    ({"probe": True}, "error", [("desired-unanswered", "warn")]),
    ({"known": True}, "fail", [("desired-unanswered", "fail")]),
    ({"stopped": True, "known": True}, "pass", []),
])  # fmt: skip
def test_what_the_device_made_of_it(given: dict[str, Any], status: str, codes: list[Any]) -> None:
    assert verdict(desired_answered, twin_test=outcome(**given)) == (status, codes)


@pytest.mark.parametrize(("kind", "step", "condition", "status", "code"), [
    (Kind.MISSING, "the device's twin", "DeviceNotFound", "fail", "device-unknown"),
    (Kind.MISSING, "the device's twin", "ModuleNotFound", "fail", "hub-404010"),
    (Kind.UNAUTHORIZED, "the device's twin", "401002", "error", "twin-refused"),
    (Kind.UNAUTHORIZED, "the device's twin", "OperationNotAvailableInCurrentTier", "error", "hub-403010"),
    (Kind.UNAUTHORIZED, CHANGE, "401002", "error", "twin-read-only"),
    (Kind.REFUSED, CHANGE, "ArgumentInvalid", "error", "twin-limit"),
    (Kind.REFUSED, CHANGE, "PreconditionFailed", "error", "hub-412001"),
    (Kind.BUSY, CHANGE, "ThrottlingException", "error", "hub-throttles"),
    (Kind.DROPPED, CHANGE, "", "error", "connection-dropped"),
])  # fmt: skip
def test_what_keeps_from_testing(kind: Kind, step: str, condition: str, status: str, code: str) -> None:
    failure = Failure(kind, step, HUB, 443, condition=condition)
    judged = verdict(desired_answered, twin_test=outcome(failure=failure))
    assert (judged[0], [each for each, _ in judged[1]]) == (status, [code])


def test_messages() -> None:
    silent = finding(desired_answered, twin_test=outcome(known=True, others=True))
    assert silent.message == (
        "in 30 s pump reported nothing of interval in version 3, and other properties in that time"
    )
    refused = outcome(answered=Answered.REFUSED, code=400, words="too fast")
    assert finding(desired_answered, twin_test=refused).message == "pump acknowledged interval with 400: too fast"
