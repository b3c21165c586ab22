"""A method is called once, and what comes is a fact without what was sent."""

from __future__ import annotations

from typing import Any

import pytest

from azext_iotdiag.clients.hub import Called, HubError
from azext_iotdiag.model.failure import Kind, StepFailed
from azext_iotdiag.model.method import MethodAnswer, MethodCall
from azext_iotdiag.model.target import Secret, Target
from azext_iotdiag.probes import context as context_module
from azext_iotdiag.probes import method_answer as probe
from azext_iotdiag.probes.catalogue import PROBES
from azext_iotdiag.probes.context import Context, Typed
from tests.plugins import clocks

CALL = MethodCall("reboot", {"secret": 1}, named=True)
TARGET = Target(hub="h", policy="service", credential=Secret("x"))


@pytest.fixture
def measure(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The fact that comes of what the hub answers to a call."""

    def run(called: Called) -> MethodAnswer:
        asked = []

        class Hub:
            def __init__(self, *_: Any):
                pass

            def call_method(self, device: str, module: str, call: MethodCall) -> Called:
                asked.append((device, module, call))
                return called

            def close(self) -> None:
                asked.append("closed")

        monkeypatch.setattr(context_module, "Hub", Hub)
        context = Context(
            Typed(device="d", module="m", method=CALL), hub=TARGET, deadlines=clocks.deadlines(seconds=lambda: 0.0)
        )
        try:
            return probe.measure(context, 15.0, {})
        finally:
            assert asked == [("d", "m", CALL), "closed"]

    return run


def test_an_answer_of_the_device(measure: Any) -> None:
    found = measure(Called(200, {"status": 207, "payload": {"ä": [1]}}, None, 0.12345, 0.5))
    sent = MethodCall("reboot", None, named=True)
    assert found == MethodAnswer("h", "d", "m", sent, 200, 0.123, 0.5, 207, '{"ä": [1]}')
    assert found.whose == "d/m"


def test_a_refusal_of_the_hub(measure: Any) -> None:
    found = measure(Called(404, {}, HubError("DeviceNotOnline", "Timed\n out", "Tracking ID:1"), 0.0, 0.5))
    assert (found.http, found.status, found.code, found.said) == (404, None, "DeviceNotOnline", "Timed out")
    assert found.tracking == "Tracking ID:1" and found.payload == ""


@pytest.mark.parametrize("told", [{}, {"status": "200"}, {"status": None}])
def test_an_answer_without_a_status_is_none_of_a_hub(measure: Any, told: dict[str, Any]) -> None:
    with pytest.raises(StepFailed) as caught:
        measure(Called(200, told, None, 0.0, 0.5))
    assert caught.value.failure.kind is Kind.NOT_HTTP


def test_it_disturbs_and_is_measured_only_where_a_method_is_named() -> None:
    row = PROBES["method_answer"]
    assert row.disturbs
    assert row.allowed(Context(Typed(device="d", method=CALL), hub=TARGET), {})
    assert not row.allowed(Context(Typed(device="d"), hub=TARGET), {})
    assert not row.allowed(Context(Typed(method=CALL), hub=TARGET), {})
