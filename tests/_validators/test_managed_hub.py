"""A service by its name: a hub, a provisioning service, or an IoT Central application."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from azure.cli.core.azclierror import AzCLIError

from azext_iotdiag._validators import hub_login, managed_hub
from azext_iotdiag.model.target import Resource


class Usual(str):
    """A value that az took from its settings."""

    is_default = True


def typed(**given) -> SimpleNamespace:
    return SimpleNamespace(**{"hub_name": None, "resource_group_name": None, "dps_name": None, "app_id": None, **given})


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"hub_name": "h", "app_id": "a"}, "--hub-name and --app-id name two services"),
        ({"dps_name": "d", "app_id": "a"}, "--dps-name and --app-id name two services"),
        ({"hub_name": "h", "dps_name": "d", "app_id": "a"}, "name three services"),
        ({"app_id": "no app"}, "--app-id 'no app' can be no application's"),
        ({}, "--hub-name is missing"),
    ],
)
def test_one_service_is_named(given, says: str) -> None:
    with pytest.raises(AzCLIError, match=says):
        managed_hub.opened(None, typed(**given), "az iot diag health show --hub-name HUB")


def test_an_application_is_asked_about_in_the_place_of_the_usual_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def find_app(_cmd, name, suffix, group):
        asked.append((name, suffix, group))
        return Resource("/subscriptions/s/app", "pumps.azureiotcentral.com", "https://management.example", lambda: "t")

    monkeypatch.setattr(hub_login, "find_app", find_app)
    found = managed_hub.opened(None, typed(app_id="Pumps", hub_name=Usual("h"), resource_group_name="g"), "")
    assert asked == [("Pumps", "azureiotcentral.com", "g")]
    assert found.resource is not None and found.resource.host == "pumps.azureiotcentral.com" and found.logs is None
