"""What the network settings of a hub keep out."""

from __future__ import annotations

import pytest

from azext_iotdiag.checks.admission.network_lets_in import network_lets_in
from azext_iotdiag.model.finding import Certainty
from azext_iotdiag.model.hub_settings import HubSettings
from tests.checks.judging import finding, verdict

NOW = 1_700_000_000.0


@pytest.mark.parametrize(
    ("settings", "status", "codes"),
    [
        ({}, "pass", []),
        ({"public_access": False}, "fail", [("public-access-off", "fail")]),
        (
            {"public_access": False, "private_endpoints": ("Approved",)},
            "warn",
            [("public-access-off", "warn")],
        ),
        (
            {"public_access": False, "private_endpoints": ("Pending", "Rejected")},
            "fail",
            [("public-access-off", "fail")],
        ),
        ({"denies_by_default": True, "address_rules": 2}, "warn", [("addresses-restricted", "warn")]),
        ({"denies_by_default": True}, "fail", [("addresses-restricted", "fail")]),
        (
            {"denies_by_default": True, "private_endpoints": ("Approved",)},
            "warn",
            [("addresses-restricted", "warn")],
        ),
        ({"address_rules": 1}, "warn", [("addresses-restricted", "warn")]),
        ({"private_endpoints": ("Approved",)}, "pass", []),
    ],
)
def test_verdict(settings, status, codes) -> None:
    assert verdict(network_lets_in, hub_settings=HubSettings("h", **settings), now=NOW) == (status, codes)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"public_access": False}, "Public network access of h is off, and the hub has no private endpoint"),
        ({"denies_by_default": True, "address_rules": 1}, "h lets in only 1 address rule"),
        ({"address_rules": 2}, "h has 2 address rules"),
        ({"denies_by_default": True}, "h denies all addresses by default, and no rule allows one"),
    ],
)
def test_message(settings, message) -> None:
    assert finding(network_lets_in, hub_settings=HubSettings("h", **settings), now=NOW).message == message


def test_a_device_that_came_through_lately_shows_that_the_setting_does_not_keep_it_out() -> None:
    found = finding(network_lets_in, hub_settings=HubSettings("h", public_access=False), now=NOW)
    assert found.weight.since == int(NOW * 1000) - 15 * 60_000
    assert found.weight.certainty is Certainty.SURE


def test_a_rule_for_addresses_is_never_sure_because_the_devices_address_is_not_known() -> None:
    found = finding(network_lets_in, hub_settings=HubSettings("h", address_rules=1), now=NOW)
    assert found.weight.certainty is Certainty.LIKELY
