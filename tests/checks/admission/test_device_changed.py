"""A change of a device in its registry was made, was refused for good, or it is not known whether it was."""

from __future__ import annotations

from typing import Any

import pytest

from azext_iotdiag.checks.admission.device_changed import device_changed
from azext_iotdiag.model.device_change import Action, DeviceChange
from azext_iotdiag.model.failure import Failure, Kind
from tests.checks.facts import HUB
from tests.checks.judging import finding, verdict

MAKING, DELETION = "the making of an identity", "the deletion of an identity"


def refused(kind: Kind, step: str, condition: str = "") -> DeviceChange:
    action = Action.CREATE if step == MAKING else Action.DELETE
    return DeviceChange(action, HUB, "pump", failure=Failure(kind, step, HUB, 443, condition=condition))


@pytest.mark.parametrize(("change", "status", "codes"), [
    (DeviceChange(Action.CREATE, HUB, "pump", done=True), "pass", []),
    (refused(Kind.REFUSED, MAKING, "DeviceAlreadyExists"), "fail", ["hub-409001"]),
    (refused(Kind.REFUSED, MAKING, "409001"), "fail", ["hub-409001"]),
    (refused(Kind.REFUSED, MAKING, "413002"), "fail", ["hub-413002"]),
    (refused(Kind.MISSING, "the device's identity", "DeviceNotFound"), "fail", ["device-unknown"]),
    (refused(Kind.REFUSED, DELETION, "412001"), "fail", ["hub-412001"]),
    (refused(Kind.UNAUTHORIZED, MAKING, "403002"), "error", ["hub-403002"]),
    (refused(Kind.UNAUTHORIZED, MAKING, "http:401"), "error", ["registry-read-only"]),
    (refused(Kind.UNAUTHORIZED, DELETION, "http:401"), "error", ["registry-read-only"]),
    (refused(Kind.UNAUTHORIZED, "the device's identity", "http:401"), "error", ["registry-refused"]),
    (refused(Kind.REFUSED, MAKING, "400999"), "error", ["hub-answer-unknown"]),
    (refused(Kind.SILENT, DELETION), "error", ["server-silent"]),
    (refused(Kind.BUSY, MAKING, "http:503"), "error", ["hub-500001"]),
])  # fmt: skip
def test_what_became_of_the_change(change: DeviceChange, status: str, codes: list[str]) -> None:
    judged: tuple[str, list[Any]] = verdict(device_changed, device_change=change)
    assert (judged[0], [code for code, _ in judged[1]]) == (status, codes)


@pytest.mark.parametrize(("change", "message"), [
    (refused(Kind.REFUSED, MAKING, "409001"), f"{HUB} has a device 'pump' already; nothing was changed"),
    (refused(Kind.MISSING, "the device's identity", "404001"), f"{HUB} has no device 'pump'; nothing was changed"),
    (refused(Kind.REFUSED, DELETION, "412001"), "pump was changed after it was read; nothing was deleted"),
])  # fmt: skip
def test_the_message_says_that_nothing_was_changed(change: DeviceChange, message: str) -> None:
    assert finding(device_changed, device_change=change).message == message
