"""What the settings, the routes and the quota of a hub come to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from azext_iotdiag.model.dps_settings import DpsSettings
from azext_iotdiag.model.hub_settings import HubSettings, Quota, Route


def route(source: str = "DeviceMessages", condition: str = "true", *, enabled: bool = True) -> Route:
    return Route("r", source, condition, ("events",), enabled)


@pytest.mark.parametrize(("one", "telemetry", "takes_all"), [
    (route(), True, True), (route("devicemessages", " TRUE "), True, True), (route(condition=""), True, True),
    (route(condition="level = 'high'"), True, False), (route(enabled=False), False, False),
    (route("TwinChangeEvents"), False, False),
])  # fmt: skip
def test_which_messages_a_route_takes(one: Route, telemetry: bool, takes_all: bool) -> None:
    assert (one.takes_telemetry, one.takes_all) == (telemetry, takes_all)


@pytest.mark.parametrize(
    ("endpoints", "reaches"), [(("events",), True), (("a", "Events"), True), (("a",), False), ((), False)]
)
def test_whether_a_route_leads_to_the_built_in_endpoint(endpoints: tuple[str, ...], reaches: bool) -> None:
    assert replace(route(), endpoints=endpoints).reaches_built_in is reaches


@pytest.mark.parametrize(("state", "active"), [("Active", True), ("active", True), ("", True), ("FailingOver", False)])
def test_whether_a_hub_serves_devices(state: str, active: bool) -> None:
    assert HubSettings("h", state).is_active is active


@pytest.mark.parametrize(("states", "has"), [((), False), (("Pending",), False), (("Rejected", "approved"), True)])
def test_whether_a_private_endpoint_is_approved(states: tuple[str, ...], has: bool) -> None:
    assert HubSettings("h", private_endpoints=states).has_private_endpoint is has


@pytest.mark.parametrize(
    ("messages", "most", "share"), [(0, 8000, 0.0), (4000, 8000, 0.5), (9000, 8000, 1.125), (5, 0, 0.0)]
)
def test_how_much_of_the_days_messages_is_used(messages: int, most: int, share: float) -> None:
    assert Quota(messages, most).share == share


@pytest.mark.parametrize(("state", "active"), [("Active", True), ("", True), ("Suspended", False)])
def test_whether_a_provisioning_service_serves_devices(state: str, active: bool) -> None:
    assert DpsSettings("d", state).is_active is active
