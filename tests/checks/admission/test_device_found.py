"""Where a device is known that was named without a service."""

from __future__ import annotations

import pytest

from azext_iotdiag.checks.admission.device_found import device_found
from azext_iotdiag.model.homes import Home, Homes, Unseen, Where
from tests.checks.judging import finding, verdict

HUB = Home(Where.HUB, "a.azure-devices.net", "a", state="enabled")
OTHER = Home(Where.HUB, "b.azure-devices.net", "b", state="disabled")
APP = Home(Where.APP, "p.azureiotcentral.com", "p")
DPS = Home(Where.DPS, "d.azure-devices-provisioning.net", "d", state="assigned", leads_to="a.azure-devices.net")
UNSEEN = Unseen(Where.HUB, "c.azure-devices.net", "no role")


@pytest.mark.parametrize(
    ("found", "unseen", "asked", "status", "codes"),
    [
        ((HUB,), (), 5, "pass", []),
        ((HUB, DPS), (UNSEEN,), 5, "pass", []),
        ((APP,), (), 5, "pass", []),
        ((HUB, OTHER), (), 5, "error", [("device-in-several-places", "warn")]),
        ((HUB, APP), (), 5, "error", [("device-in-several-places", "warn")]),
        ((), (UNSEEN,), 5, "error", [("device-search-incomplete", "warn")]),
        ((), (), 0, "error", [("device-search-incomplete", "warn")]),
        ((), (), 5, "fail", [("device-nowhere", "fail")]),
        ((DPS,), (), 5, "fail", [("device-nowhere", "fail")]),
    ],
)
def test_verdict(found, unseen, asked, status, codes) -> None:
    homes = Homes("pump", found, unseen, asked, 1, "Resource Graph")
    assert verdict(device_found, homes=homes) == (status, codes)


def test_the_message_names_every_place() -> None:
    assert finding(device_found, homes=Homes("pump", (HUB, APP), (), 2, 1)).message == (
        "'pump' is known to the IoT hub a.azure-devices.net (enabled) and the IoT Central application "
        "p.azureiotcentral.com"
    )
    assert finding(device_found, homes=Homes("pump", (DPS,), (), 3, 2)).message == (
        "none of the 3 services of 2 subscriptions knows 'pump' on a hub or in an application, although the "
        "provisioning service d.azure-devices-provisioning.net (assigned), which assigned a.azure-devices.net does"
    )
