"""Whether a hub lets a credential in: by which protocol it is asked, and what a refusal is."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from azext_iotdiag.clients import device
from azext_iotdiag.credential import sas
from azext_iotdiag.model.facts import Fact
from azext_iotdiag.model.failure import Failure, Kind, StepFailed
from azext_iotdiag.model.keys import Admission
from azext_iotdiag.model.target import Secret
from azext_iotdiag.probes import admission
from azext_iotdiag.probes.catalogue import PROBES
from azext_iotdiag.probes.context import Context, Typed
from azext_iotdiag.simulate import device as simulated
from tests.plugins import clocks

KEY = base64.b64encode(b"k" * 32).decode()
HOST = "h.azure-devices.net"
NOW = 1_800_000_000.0


def context(protocol: str = "https", **typed: Any) -> Context:
    given = {"device": "d", "device_host": HOST, "signing_key": Secret(KEY), **typed}
    return Context(Typed(protocol=protocol, **given), deadlines=clocks.deadlines(lambda: NOW))


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The strings with which a device connected over MQTT; the first may be an error to raise."""
    seen: list[Any] = []

    class Open:
        def close(self) -> None:
            seen.append("closed")

    def connect(string: Any, _signed: Any, _way: Any) -> Open:
        if seen and isinstance(seen[0], Exception):
            raise seen[0]
        seen.append(string)
        return Open()

    monkeypatch.setattr(simulated, "connect", connect)
    return seen


def over_mqtt() -> Fact[Admission]:
    found = admission.measure(context("mqtt"), NOW, {})
    assert isinstance(found, Fact) and found.source == "the hub's MQTT endpoint"
    return found


def test_over_mqtt_the_connection_is_closed_at_once(connected: list[Any]) -> None:
    assert over_mqtt().value == Admission(HOST, "d", "MQTT", True)
    assert (connected[0].host, connected[0].device, connected[1]) == (HOST, "d", "closed")


def test_a_refusal_over_mqtt_is_an_answer(connected: list[Any]) -> None:
    connected.append(StepFailed(Failure(Kind.UNAUTHORIZED, "CONNECT", HOST, 8883, "", "mqtt:5", "Not authorized")))
    found = over_mqtt()
    assert found.failure is None
    assert found.value == Admission(HOST, "d", "MQTT", False, description="mqtt:5: Not authorized")


@pytest.mark.parametrize("kind", [Kind.SILENT, Kind.UNTRUSTED, Kind.NAME_NOT_RESOLVED])
def test_no_answer_over_mqtt_is_a_failure(connected: list[Any], kind: Kind) -> None:
    failure = Failure(kind, "the TLS handshake", HOST, 8883)
    connected.append(StepFailed(failure))
    found = over_mqtt()
    assert (found.value, found.failure) == (None, failure)


def test_https_ends_no_connection(connected: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    tokens: list[Secret] = []
    answer = Admission(HOST, "d", "HTTPS", True)
    monkeypatch.setattr(device, "admission", lambda _host, _device, token, *_: tokens.append(token) or answer)
    assert admission.measure(context(), NOW, {}) is answer and connected == []
    token = sas.read(tokens[0].reveal())
    assert sas.matches(token, sas.iothub_key(KEY)) and token.expires == NOW + admission.TOKEN_SECONDS
    given = Secret("SharedAccessSignature x")
    admission.measure(context(signature=given), NOW, {})
    assert tokens[1] is given


@pytest.mark.parametrize("protocol", ["https", "mqtt"])
@pytest.mark.parametrize(("typed", "allowed"), [
    ({}, True), ({"module": "m"}, False), ({"signing_key": None}, False), ({"device_host": ""}, False),
    ({"signing_key": None, "signature": Secret("x")}, True), ({"device": ""}, False),
])  # fmt: skip
def test_when_there_is_something_to_try(protocol: str, typed: dict[str, Any], allowed: bool) -> None:
    assert PROBES["admission"].allowed(context(protocol, **typed), {}) == allowed
