"""A device that the hub does not know is told from a hub that did not say."""

from __future__ import annotations

import pytest

from azext_iotdiag.checks.admission.device_known import device_known
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.identity import Identity
from tests.checks.judging import finding, verdict

HUB = "hub.example.net"


def identity(**more) -> Identity:
    return Identity(HUB, "pump", **more)


def failure(kind: Kind, condition: str = "") -> Failure:
    return Failure(kind, "the device's twin", HUB, 443, condition=condition)


@pytest.mark.parametrize(("seen", "expected"), [
    (identity(known=True), ("pass", [])),
    (identity(known=False), ("fail", [("device-unknown", "fail")])),
    (failure(Kind.UNAUTHORIZED), ("error", [("registry-refused", "warn")])),
    (failure(Kind.BUSY, "http:429"), ("error", [("hub-throttles", "warn")])),
    (failure(Kind.BUSY, "http:500"), ("error", [("hub-500001", "warn")])),
    (failure(Kind.NOT_HTTP), ("error", [("not-a-hub", "warn")])),
    (failure(Kind.NAME_NOT_RESOLVED), ("error", [("name-not-resolved", "warn")])),
])  # fmt: skip
def test_verdict(seen, expected) -> None:
    assert verdict(device_known, identity=seen) == expected


def test_words() -> None:
    found = finding(device_known, identity=identity(known=False))
    assert found.message == "hub.example.net answers that there is no device 'pump'"
