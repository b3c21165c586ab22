"""What a failed step means to a device."""

from __future__ import annotations

import pytest

from azext_iotdiag.checks.connection.device_served import device_served
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.simulated import Simulated
from tests.checks.judging import verdict

SIGN_IN, CONNACK = "the device's sign-in (CONNECT)", "the answer to CONNECT (CONNACK)"


def judged(*failures: Failure, troubles=()):
    return verdict(device_served, simulated=Simulated("d", *failures, troubles=troubles))


def failure(kind: Kind, step: str = "the TCP connection", condition: str = "", port: int = 8883) -> Failure:
    return Failure(kind, step, "h", port, condition=condition)


def test_nothing_wrong() -> None:
    assert judged() == ("pass", [])


@pytest.mark.parametrize(("found", "status", "code"), [
    (failure(Kind.UNAUTHORIZED, SIGN_IN, "mqtt:5"), "fail", "device-refused"),
    (failure(Kind.UNAUTHORIZED, SIGN_IN, "mqtt:3"), "fail", "mqtt-server-unavailable"),
    (failure(Kind.SILENT, CONNACK), "fail", "connack-missing"),
    (failure(Kind.SILENT, "the acknowledgement of a message (PUBACK)", port=443), "fail", "puback-missing"),
    (failure(Kind.DROPPED, CONNACK), "fail", "mqtt-connection-closed"),
    (failure(Kind.REFUSED_CONNECTION), "error", "port-8883-blocked"),
    (failure(Kind.SILENT, "the TLS handshake"), "error", "port-8883-blocked"),
    (failure(Kind.SILENT, "the TLS handshake", port=443), "error", "server-silent"),
    (failure(Kind.REFUSED_CONNECTION, port=443), "error", "connection-refused"),
    (failure(Kind.NAME_NOT_RESOLVED), "error", "name-not-resolved"),
    (failure(Kind.UNTRUSTED, "the TLS handshake"), "error", "certificate-untrusted"),
    (failure(Kind.PROXY_REFUSED, port=443), "error", "proxy-refuses"),
    (failure(Kind.WEBSOCKET_REFUSED, port=443), "error", "websocket-refused"),
])  # fmt: skip
def test_each_failure(found: Failure, status: str, code: str) -> None:
    assert judged(found) == (status, [(code, "fail" if status == "fail" else "warn")])


def test_troubles_are_told_once_and_beside_the_end() -> None:
    twin = failure(Kind.REFUSED, "the answer to the request for the twin", "twin:500")
    assert judged(troubles=(twin, twin)) == ("fail", [("mqtt-twin-500", "fail")])
    both = judged(failure(Kind.NAME_NOT_RESOLVED), troubles=(twin,))
    assert both == ("fail", [("mqtt-twin-500", "fail"), ("name-not-resolved", "warn")])


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_means_something(kind: Kind) -> None:
    assert judged(failure(kind))[1]
