"""What people type for `sas`, `key` and `device`: no key shows in an error, however wrong the string is."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from azure.cli.core.azclierror import AzCLIError

from azext_iotdiag._validators import device, key, sas
from tests._validators.test_secrets import everything_of
from tests.credential.malformed import DEVICE, DPS, EVENT_HUB, HUB, KEY, MALFORMED, leaks
from tests.validating import command, logged, refuse_sockets


@pytest.fixture
def cmd(tmp_path, monkeypatch):
    refuse_sockets(monkeypatch)
    return command(str(tmp_path), monkeypatch)


def run(validator: Any, cmd: Any, **given: Any) -> SimpleNamespace:
    """The namespace after a validator, all of it missing except what is `given`."""
    names = (
        "connection_string", "login", "hub_name", "resource_group_name", "auth_type", "device_id", "module_id",
        "id_scope", "registration_id", "enrollment_id", "key", "group_key", "dps_login", "app_id", "token",
        "central_dns_suffix", "dps_name",
        "policy_name", "certificate", "protocol", "sas_token", "check_clock", "device_query", "status", "template",
        "quiet_since",
    )  # fmt: skip
    namespace = SimpleNamespace(
        **{**dict.fromkeys(names), "duration": 60, "query_rate": 20, "yes": False, "key_type": "primary", **given}
    )
    validator(cmd, namespace)
    return namespace


WRONG = [text for text, _, _ in MALFORMED]
PLACES = [
    (sas.create, "connection_string", [*WRONG, HUB, EVENT_HUB]),
    (sas.create, "login", [*WRONG, DEVICE, EVENT_HUB]),
    (sas.inspect, "connection_string", [*WRONG, HUB]),
    (device.fleet, "login", [*WRONG, DEVICE, DPS]),
    (device.show, "dps_login", [*WRONG, DEVICE, HUB]),
    (key.test, "login", [*WRONG, DEVICE, DPS]),
]


@pytest.mark.parametrize(
    ("validator", "name", "text"), [(validator, name, text) for validator, name, texts in PLACES for text in texts]
)
def test_no_key_shows_in_an_error(cmd, validator: Any, name: str, text: str) -> None:
    with logged() as log, pytest.raises(AzCLIError) as caught:
        run(validator, cmd, device_id="d", **{name: text})
    assert not leaks(everything_of(caught.value) + "\n".join(log))


@pytest.mark.parametrize("text", [KEY[:-1], f"{KEY} x", f"'{KEY}'", KEY.replace("=", "%3D"), ""])
def test_a_wrong_key_is_not_repeated(cmd, text: str) -> None:
    for name in ("key", "group_key"):
        with pytest.raises(AzCLIError) as caught:
            run(sas.create, cmd, id_scope="0ne1", registration_id="r", **{name: text})
        assert not leaks(everything_of(caught.value))


def test_what_was_judged_does_not_show_its_key(cmd) -> None:
    judged = [
        run(sas.create, cmd, connection_string=DEVICE),
        run(sas.create, cmd, id_scope="0ne1", registration_id="r", key=KEY),
        run(key.test, cmd, connection_string=DEVICE),
        run(key.test, cmd, key=KEY, login=HUB, device_id="d"),
        run(device.fleet, cmd, login=HUB),
        run(device.show, cmd, login=HUB, dps_login=DPS, device_id="d"),
    ]
    shown = repr([vars(namespace) for namespace in judged])
    assert "***" in shown and not leaks(shown)


@pytest.mark.parametrize(
    ("validator", "given", "words"),
    [
        (device.show, {"login": HUB}, "Which device?"),
        (device.show, {"registration_id": "r"}, "--dps-name is missing, or --dps-login"),
        (device.show, {"device_id": "d"}, "Which hub?"),
        (device.fleet, {"login": HUB, "hub_name": "h"}, "both say which hub"),
        (device.fleet, {"login": HUB, "device_query": "SELECT deviceId FROM devices"}, "must read SELECT *"),
        (device.fleet, {"login": HUB, "quiet_since": "soon"}, "--quiet-since"),
        (device.fleet, {"login": HUB, "quiet_since": "1h", "status": "connected"}, "not connected"),
        (device.fleet, {"login": HUB, "query_rate": 0}, "--query-rate"),
        (device.fleet, {"login": HUB, "token": "t"}, "belongs to an IoT Central"),
        (device.fleet, {"login": HUB, "status": "blocked"}, "IoT Central application"),
        (key.test, {"login": HUB}, "Which device?"),
        (key.test, {"connection_string": DEVICE, "certificate": "/nothing"}, "cannot be read"),
        (key.test, {"connection_string": f"{DEVICE};ModuleId=m", "protocol": "mqtt"}, "--protocol mqtt tries devices"),
        (
            key.test,
            {"hub_name": "h", "key": KEY, "device_id": "d", "module_id": "m", "protocol": "mqtt"},
            "--protocol mqtt tries devices",
        ),
        (sas.inspect, {"sas_token": "x", "check_clock": True}, "Whose clock?"),
    ],
)
def test_what_does_not_go_together(cmd, validator: Any, given: dict[str, Any], words: str) -> None:
    with pytest.raises(AzCLIError) as caught:
        run(validator, cmd, **given)
    assert words in str(caught.value)


def test_a_condition_of_a_query(cmd) -> None:
    for text, condition in (
        ("select * from devices", ""),
        ("SELECT * FROM devices WHERE tags.a = 'x' OR tags.b = 1 ", "tags.a = 'x' OR tags.b = 1"),
    ):
        assert run(device.fleet, cmd, login=HUB, device_query=text).options.filters.condition == condition


def test_only_target_and_options_are_left(cmd) -> None:
    """az passes on all that is left, and the functions take nothing else."""
    for judged in (
        run(sas.create, cmd, connection_string=DEVICE),
        run(sas.inspect, cmd, sas_token="x"),
        run(key.test, cmd, connection_string=DEVICE),
    ):
        assert set(vars(judged)) == {"target", "options"}
    renewed = run(key.renew, cmd, login=HUB, device_id="d", show=False, value=None)
    assert set(vars(renewed)) == {"target", "options", "yes"}, "az asks for its own confirmation by `yes`"
