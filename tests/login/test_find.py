"""Services by their names, and what is said of names that are not there."""

from __future__ import annotations

import pytest

from azext_iotdiag.login import find
from azext_iotdiag.login.account import resource_manager
from azext_iotdiag.login.errors import NotAccepted, NotAllowed, NotFound, Refused, What
from azext_iotdiag.login.opening import find_dps, find_hub
from tests.login.arm import Arm, denied, dps, hub

APPS = "/subscriptions/s1/providers/Microsoft.IoTCentral/iotApps"
DPSES = "/subscriptions/s1/providers/Microsoft.Devices/provisioningServices"
APP = {"name": "pumps", "properties": {"applicationId": "11111111", "subdomain": "pump-app"}}


def missing(arm: Arm, name: str, group: str = "", **others: str) -> NotFound:
    with pytest.raises(NotFound) as error:
        find_hub(arm.account(**others), name, group)
    return error.value


@pytest.mark.parametrize("name", ["north", "NORTH", "North.Azure-Devices.NET"])
def test_a_hub_by_its_name_or_host(name: str) -> None:
    arm = Arm(hubs=[hub("south"), hub("north", "g2")])
    found = find_hub(arm.account(), name)
    assert (found.service.name, found.service.group) == ("north", "g2")
    assert arm.asked == ["GET /subscriptions/s1/providers/Microsoft.Devices/IotHubs?api-version=2023-06-30"]


def test_a_typo_names_what_looks_alike_in_its_own_case() -> None:
    error = missing(Arm(hubs=[hub("North"), hub("south")]), "nort")
    assert (error.what, error.name, error.near, error.known) == (What.HUB, "nort", ("North",), ("North", "south"))
    assert (
        str(error) == "IoT hub 'nort' was not found in the subscription 'First', or you have no permission to see it."
    )


def test_a_host_name_is_compared_by_its_first_part() -> None:
    assert missing(Arm(), "nort.azure-devices.net").near == ("north",)
    assert missing(Arm(), "zzz").near == ()


def test_a_hub_in_another_group() -> None:
    error = missing(Arm(), "north", "other")
    assert (error.elsewhere.group, error.near) == ("g", ())
    assert str(error) == "There is no IoT hub 'north' in the resource group 'other'."
    error = missing(Arm(hubs=[hub(group="other")]), "south", "other")
    assert "in the resource group 'other' of the subscription 'First'" in str(error) and error.known == ("north",)


def test_a_hub_in_other_subscriptions() -> None:
    arm = Arm(hubs=[hub(subscription="s2"), hub(subscription="s3")])
    error = missing(arm, "north", s2="Second", s3="Third", s4="Fourth")
    assert error.elsewhere.subscriptions == ("Second", "Third") and error.known == ()


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_subscription_that_cannot_be_looked_into_is_passed_over(status: int) -> None:
    closed = {"/subscriptions/s2/providers/Microsoft.Devices/IotHubs": (status, {"error": {"code": "X"}})}
    arm = Arm(hubs=[hub(subscription="s3")], answers=closed)
    assert missing(arm, "north", s2="Second", s3="Third").elsewhere.subscriptions == ("Third",)


def test_a_subscription_that_fails_otherwise_is_told() -> None:
    broken = {
        "/subscriptions/s2/providers/Microsoft.Devices/IotHubs": (409, {"error": {"code": "Odd", "message": "m"}})
    }
    with pytest.raises(Refused, match="Odd: m"):
        find_hub(Arm(answers=broken).account(s2="Second"), "south")


def test_only_so_many_subscriptions_are_searched() -> None:
    arm = Arm(hubs=[])
    missing(arm, "north", **{f"x{number}": str(number) for number in range(30)})
    assert len([each for each in arm.asked if "/subscriptions/x" in each]) == find.SEARCHED_SUBSCRIPTIONS


@pytest.mark.parametrize("name", ["pumps", "11111111", "PUMP-APP"])
def test_the_name_of_an_application_is_recognised(name: str) -> None:
    assert missing(Arm(answers={APPS: [APP]}), name).elsewhere.app == "pump-app"
    assert missing(Arm(answers={APPS: denied()}), name).elsewhere.app == ""


def test_a_provisioning_service() -> None:
    arm = Arm(answers={DPSES: [dps("front"), dps("back")]})
    assert find_dps(arm.account(), "FRONT.azure-devices-provisioning.net").service.is_dps
    with pytest.raises(NotFound) as error:
        find_dps(arm.account(), "frnt")
    assert (error.value.what, error.value.near, error.value.known) == (What.DPS, ("front",), ("back", "front"))
    with pytest.raises(NotFound, match="'First', resource group 'g', or you have no permission"):
        find_dps(arm.account(), "front", "g")


def test_an_application() -> None:
    account = Arm(answers={APPS: [APP]}).account()
    with resource_manager(account) as arm:
        for name in ("pumps", "11111111", "Pump-App", "https://pump-app.azureiotcentral.com"):
            assert find.application(arm, account, name).subdomain == "pump-app"
        with pytest.raises(NotFound) as error:
            find.application(arm, account, "pump-ap")
        with pytest.raises(NotFound, match="resource group 'elsewhere', or you have no permission"):
            find.application(arm, account, "pumps", "elsewhere")
    assert (error.value.what, error.value.near) == (What.APP, ("pump-app",))


def test_what_the_resource_manager_refuses() -> None:
    with pytest.raises(NotAllowed) as error:
        find_hub(Arm(hubs=denied("Microsoft.Devices/IotHubs/read", "/subscriptions/s1")).account(), "north")
    assert str(error.value).endswith("It takes the role Reader there.")
    request = error.value.request
    assert request is not None and (request.role, request.scope) == ("Reader", "/subscriptions/s1")
    with pytest.raises(NotAccepted):
        find_hub(Arm(hubs=(401, {"error": {"code": "ExpiredAuthenticationToken"}})).account(), "north")
    with pytest.raises(NotFound) as gone:
        find_hub(Arm(hubs=(404, {"error": {"code": "ResourceGroupNotFound", "message": "m"}})).account(), "north", "x")
    assert gone.value.what is What.OTHER
    deny = (403, {"error": {"code": "DenyAssignmentAuthorizationFailed", "message": "denied by 'managed app'"}})
    with pytest.raises(NotAllowed, match="No role helps") as closed:
        find_hub(Arm(hubs=deny).account(), "north")
    assert closed.value.request is None
