"""A fleet of any size: made when asked for, changed and removed like any device, and seen by queries page by page."""

from __future__ import annotations

import pytest

from azext_iotdiag.lab.hub.fleet import Devices
from azext_iotdiag.lab.hub.throttles import QUERIES, REGISTRY, Throttles, kind_of
from azext_iotdiag.lab.lab import new_lab
from azext_iotdiag.lab.process.settings import BadSetting
from tests.plugins.rest_calls import call, refused

NOW = 1_800_000_000.0


@pytest.fixture
def state():
    return new_lab(device_count=2, fleet=2500, clock=lambda: NOW).runtime


def ask(state, text: str, token: str = "", size: int = 1000):
    headers = {"x_ms_max_item_count": str(size), **({"x_ms_continuation": token} if token else {})}
    return call(state, "POST", "devices/query", {"query": text}, **headers)


def everything(state, text: str) -> list[dict]:
    rows, token = [], ""
    while True:
        answered = ask(state, text, token)
        rows += answered.body
        token = answered.headers.get("x-ms-continuation", "")
        if not token:
            return rows


def test_pages_hold_everybody_once(state) -> None:
    rows = everything(state, "SELECT deviceId FROM devices")
    assert len(rows) == len({row["deviceId"] for row in rows}) == 2502
    assert len(state.hub.devices) == 2  # nobody of the fleet was kept


def test_conditions_and_counts_agree(state) -> None:
    disabled = everything(state, "SELECT deviceId FROM devices WHERE status = 'disabled'")
    counted = ask(state, "SELECT status, COUNT() AS number FROM devices GROUP BY status").body
    assert {row["status"]: row["number"] for row in counted} == {"enabled": 2502 - len(disabled), "disabled": 3}
    statistics = call(state, "GET", "statistics/devices").body
    assert statistics == {"totalDeviceCount": 2502, "enabledDeviceCount": 2499, "disabledDeviceCount": 3}


def test_one_of_the_fleet_is_a_device_like_any_other(state) -> None:
    first = call(state, "GET", "devices/fleet-000007").body
    assert first["status"] == "disabled" and first["authentication"]["symmetricKey"]["primaryKey"]
    assert call(state, "GET", "devices/fleet-000007").body == first
    changed = call(state, "PUT", "devices/fleet-000007", {**first, "status": "enabled"}, if_match="*")
    assert changed.status == 200
    assert len(everything(state, "SELECT deviceId FROM devices WHERE status = 'disabled'")) == 2
    assert call(state, "DELETE", "devices/fleet-000008").status == 204
    assert refused(call(state, "GET", "devices/fleet-000008")) == (404, "DeviceNotFound")
    assert len(everything(state, "SELECT deviceId FROM devices")) == state.hub.devices.count() == 2501


@pytest.mark.parametrize("name", ["fleet-000000", "fleet-002501", "fleet-7", "fleet-0000001", "Fleet-000001"])
def test_nobody_else_is_of_the_fleet(state, name: str) -> None:
    assert refused(call(state, "GET", f"devices/{name}")) == (404, "DeviceNotFound")
    assert name not in state.hub.devices and state.hub.devices.get(name) is None


def test_no_fleet() -> None:
    assert not list(Devices([]).everyone()) and Devices([]).count() == 0
    with pytest.raises(BadSetting):
        new_lab(fleet=1_000_000)


def test_limits_of_units() -> None:
    now = [NOW]
    state = new_lab(units=2, clock=lambda: now[0]).runtime
    text = "SELECT deviceId FROM devices"
    assert [ask(state, text).status for _ in range(41)] == [200] * 40 + [429]
    assert call(state, "GET", "devices/device-1").status == 200  # another limit
    now[0] += 60
    assert ask(state, text).status == 200
    assert state.throttles.refused == 1


def test_no_units_no_limits() -> None:
    throttles = Throttles()
    assert all(throttles.allows(QUERIES, NOW) for _ in range(1000))


@pytest.mark.parametrize(
    ("method", "path", "kind"),
    [
        ("POST", ("devices", "query"), QUERIES),
        ("GET", ("devices", "d"), REGISTRY),
        ("GET", ("twins", "d"), "twin reads"),
        ("PATCH", ("twins", "d"), ""),
        ("GET", ("statistics", "devices"), ""),
        ("POST", ("devices", "d", "messages", "events"), ""),
    ],
)
def test_which_limit(method: str, path: tuple[str, ...], kind: str) -> None:
    assert kind_of(method, path) == kind
