"""The command to run next where a log's first failure has a code."""

from __future__ import annotations

import pytest

from azext_iotdiag.insights import next_step


@pytest.mark.parametrize(("code", "command"), [
    ("device-refused", "az iot diag key test --connection-string @device.txt --login @hub.txt"),
    ("sas-expired", "az iot diag sas inspect --sas-token @token.txt --check-clock"),
    ("device-disabled", "az iot diag device show --hub-name plant --device-id pump"),
    ("dps-401002", "az iot diag check --hub-name plant --dps-name DPS --device-id pump --error dps-401002"),
    ("central-blocked", "az iot diag check --app-id APP --device-id pump --error central-blocked"),
])  # fmt: skip
def test_the_kind_of_a_code_decides(code: str, command: str) -> None:
    assert next_step.after(code, "plant", "pump") == command


NETWORK, CHECK = "network test --host plant.azure-devices.net", "check --hub-name plant --device-id DEVICE --error {0}"


@pytest.mark.parametrize(("code", "command"), [
    ("device-memory-short", "explain {0}"), ("wifi-lost", "explain {0}"), ("name-not-resolved", NETWORK),
    ("websocket-refused", NETWORK), ("certificate-untrusted", NETWORK), ("hub-404104", CHECK), ("hub-429001", CHECK),
])  # fmt: skip
def test_the_way_to_the_hub_is_tested_where_the_failure_is_on_it(code: str, command: str) -> None:
    assert next_step.after(code, "plant") == f"az iot diag {command.format(code)}"


def test_what_is_not_named_stays_open() -> None:
    assert next_step.after("device-disabled") == "az iot diag device show --hub-name HUB --device-id DEVICE"
