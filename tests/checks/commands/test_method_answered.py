"""What each answer to the call of a method means: of the device, of the call, or nothing that is known."""

from __future__ import annotations

from typing import Any

import pytest

from azext_iotdiag.checks.commands.method_answered import method_answered
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.method import MethodAnswer, MethodCall
from tests.checks.facts import HUB, identity
from tests.checks.judging import finding, verdict

TIMED_OUT, LEFT = "Timed out waiting for device to connect.", "Device unavailable"


def answer(http: int = 404, code: str = "", said: str = "", **given: Any) -> MethodAnswer:
    call = MethodCall("reboot", named=given.pop("named", True))
    return MethodAnswer(HUB, "pump", "", call, http, 0.1, 0.25, code=code, said=said, **given)


@pytest.mark.parametrize(("status", "named", "found"), [
    (200, True, []), (0, True, []), (399, True, []), (501, False, []), (500, False, []),
    (400, True, ["method-status-error"]), (501, True, ["method-status-error"]), (2000, True, ["method-status-error"]),
])  # fmt: skip
def test_the_devices_own_status(status: int, named: bool, found: list[str]) -> None:
    """Without a method that the user named, any answer shows that the device can be called."""
    judged = verdict(method_answered, method_answer=answer(200, status=status, named=named))
    assert judged == ("fail" if found else "pass", [(code, "fail") for code in found])


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize(("payload", "words"), [
    (r'"{\"a\":1}\u0000"', "it ends with a byte of zero"), ('"done"', "its syntax is wrong"),
])  # fmt: skip
def test_an_answer_that_is_no_json(payload: str, words: str, named: bool) -> None:
    given = answer(200, status=200, payload=payload, malformed=True, named=named)
    found = finding(method_answered, method_answer=given)
    assert found.entry.code == "method-answer-malformed"
    assert found.message == f"pump answered reboot with status 200, and its payload is no JSON: {words}"


@pytest.mark.parametrize(("http", "code", "said", "found"), [
    (404, "DeviceNotOnline", TIMED_OUT, "hub-404103"),
    (404, "404103", "", "hub-404103"),
    (404, "404103", LEFT, "hub-404104"),
    (404, "DeviceNotOnline", f"{LEFT.upper()}.", "hub-404104"),
    (404, "404104", "", "hub-404104"),
    (404, "DeviceNotFound", "NotFound", "device-unknown"),
    (404, "404001", "pump", "device-unknown"),
    (404, "ModuleNotFound", "pump/m", "hub-404010"),
    (403, "403010", "", "hub-403010"),
    (504, "504101", "", "hub-504101"),
    (504, "GatewayTimeout", "", "hub-504101"),
])  # fmt: skip
def test_what_is_said_of_the_device(http: int, code: str, said: str, found: str) -> None:
    assert verdict(method_answered, method_answer=answer(http, code, said)) == ("fail", [(found, "fail")])


@pytest.mark.parametrize(("http", "code", "found"), [
    (401, "401002", "method-refused"),
    (401, "IotHubUnauthorizedAccess", "method-refused"),
    (401, "", "method-refused"),
    (401, "401999", "hub-answer-unknown"),
    (429, "", "hub-throttles"),
    (429, "ThrottlingException", "hub-429001"),
    (403, "403800", "hub-403800"),
    (403, "403999", "hub-answer-unknown"),
    (403, "", "hub-answer-unknown"),
    (400, "ArgumentInvalid", "hub-400004"),
    (413, "413001", "hub-413001"),
    (500, "ServerError", "hub-500001"),
    (503, "503102", "hub-503102"),
    (504, "", "hub-answer-unknown"),
    (404, "", "hub-answer-unknown"),
    (404, "504101", "hub-answer-unknown"),  # a known code under another status
    (500, "404103", "hub-answer-unknown"),
    (404, "NewestCode", "hub-answer-unknown"),
])  # fmt: skip
def test_what_leaves_the_device_undecided(http: int, code: str, found: str) -> None:
    judged = verdict(method_answered, method_answer=answer(http, code, "as it is said"))
    assert judged == ("error", [(found, "warn")])
    assert "as it is said" in finding(method_answered, method_answer=answer(http, code, "as it is said")).message


def test_status_and_time_are_always_shown() -> None:
    found = finding(method_answered, method_answer=answer(404, "DeviceNotOnline", TIMED_OUT, tracking="Tracking ID:1"))
    assert found.message == (
        "the hub answered the call of reboot at pump with HTTP 404 after 0.250 s: DeviceNotOnline: "
        "Timed out waiting for device to connect. (Tracking ID:1)"
    )
    assert found.evidence == {
        "http": 404, "seconds": 0.25, "code": "DeviceNotOnline", "said": TIMED_OUT, "tracking": "Tracking ID:1",
    }  # fmt: skip
    status = finding(method_answered, method_answer=answer(200, status=500)).message
    assert status == "pump answered reboot with status 500 after 0.250 s (HTTP 200)"


def test_a_device_that_the_registry_does_not_know_is_told_once() -> None:
    unknown = answer(404, "DeviceNotFound")
    assert verdict(method_answered, method_answer=unknown, identity=identity(known=False)) == ("pass", [])
    assert verdict(method_answered, method_answer=unknown, identity=identity())[0] == "fail"
    refused = Failure(Kind.UNAUTHORIZED, "the device's twin", HUB, 443)
    assert verdict(method_answered, method_answer=unknown, identity=refused)[0] == "fail"


def test_no_answer_says_nothing_of_the_device() -> None:
    silent = Failure(Kind.SILENT, "the answer to the call of the method", HUB, 443, seconds=40.0)
    assert verdict(method_answered, method_answer=silent) == ("error", [("server-silent", "warn")])
