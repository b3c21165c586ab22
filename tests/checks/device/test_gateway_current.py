"""The check `gateway-current`."""

from __future__ import annotations

from azext_iotdiag.checks.device.gateway_current import gateway_current
from azext_iotdiag.model.certificate import Certificate
from azext_iotdiag.model.finding import When
from azext_iotdiag.model.gateway import Gateway
from tests.checks.judging import MEASURED, finding, verdict

NOW = MEASURED.timestamp()  # 2026-11-30


def gateway(*ends: str) -> Gateway:
    return Gateway("edge", 8883, tuple(Certificate("CN=edge", "CN=ca", ("edge",), "2026-01-01", each) for each in ends))


def test_certificates_of_a_gateway() -> None:
    assert verdict(gateway_current, now=NOW, gateway=gateway("2027-11-30T00:00:00Z")) == ("pass", [])
    assert verdict(gateway_current, now=NOW, gateway=gateway("2027-11-30T00:00:00Z", "2026-11-29T23:59:59Z")) == (
        "fail", [("gateway-certificate-ended", "fail")],
    )  # fmt: skip
    coming = finding(gateway_current, now=NOW, gateway=gateway("2026-12-03T00:00:00Z"))
    assert (coming.entry.code, coming.weight.when) == ("gateway-certificate-ends", When.COMING)


def test_a_gateway_that_this_machine_does_not_reach_is_not_judged() -> None:
    assert verdict(gateway_current, now=NOW, gateway=Gateway("edge"))[0] == "skip"
