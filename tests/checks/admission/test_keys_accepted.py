"""A hub that accepts no keys, and a device that has one."""

from __future__ import annotations

import pytest

from azext_iotdiag.checks.admission.keys_accepted import keys_accepted
from azext_iotdiag.model.hub_settings import HubSettings
from azext_iotdiag.model.identity import Identity
from tests.checks.judging import finding, verdict

OFF = [("device-keys-off", "fail")]


@pytest.mark.parametrize(
    ("allowed", "authentication", "status", "codes"),
    [
        (True, "sas", "pass", []),
        (False, "sas", "fail", OFF),
        (False, "selfSigned", "pass", []),
        (False, "certificateAuthority", "pass", []),
        (False, "", "pass", []),  # what the device signs in with is not known
    ],
)
def test_verdict(allowed, authentication, status, codes) -> None:
    settings = HubSettings("h", device_keys_allowed=allowed)
    device = Identity("h", "d", authentication=authentication)
    assert verdict(keys_accepted, hub_settings=settings, identity=device, now=0.0) == (status, codes)


def test_message() -> None:
    settings = HubSettings("h", device_keys_allowed=False)
    found = finding(keys_accepted, hub_settings=settings, identity=Identity("h", "d", authentication="sas"), now=0.0)
    assert found.message == "h accepts no keys of devices, and 'd' signs in with one"
