"""What may be wrong with the arguments of `alert`."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from azure.cli.core.azclierror import AzCLIError

from azext_iotdiag._params import alert as alert_params
from azext_iotdiag._validators import alert
from azext_iotdiag.insights.alert_rules import SUBJECTS

NOTHING = {"hub_name": "h", "resource_group_name": None, "dry_run": False, "yes": True, "on": None, "threshold": None,
           "dynamic": None, "device_id": None, "within": None, "email": None, "action_group": None}  # fmt: skip


@pytest.fixture(autouse=True)
def nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alert.managed_hub, "opened", lambda *_: "target")


def made(**typed) -> alert.AlertOptions:
    namespace = SimpleNamespace(**{**NOTHING, **typed})
    alert.create(None, namespace)
    return namespace.options


def test_what_can_be_named_is_what_is_known() -> None:
    assert set(alert_params._SUBJECTS) == set(SUBJECTS)


def test_what_is_asked_for() -> None:
    assert made().wanted.on == ("connected-devices",) and made().asks is False
    assert made(on=["quota", "quota", "dropped"]).wanted.on == ("quota", "dropped")
    device = made(device_id="pump", within="1h", email=["a@b.c", "a@b.c"]).wanted
    assert (device.on, device.minutes, device.emails) == ((), 60, ("a@b.c",))
    assert made(device_id="pump").wanted.minutes == 30


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"device_id": "d", "on": ["quota"]}, "makes an alert from the log"),
        ({"device_id": "d", "threshold": 0.0}, "makes an alert from the log"),
        ({"device_id": "d", "dynamic": "low"}, "makes an alert from the log"),
        ({"within": "1h"}, "--within is for an alert of a device"),
        ({"device_id": "d", "within": "5m"}, "15 min to 300 min"),
        ({"device_id": "d", "within": "6h"}, "15 min to 300 min"),
        ({"device_id": "d", "within": "soon"}, "--within:"),
        ({"threshold": 1.0, "dynamic": "low"}, "two kinds of thresholds"),
        ({"threshold": 1.0, "on": ["quota", "dropped"]}, "--on names several"),
        ({"threshold": -1.0}, "from 0 on"),
        ({"threshold": float("nan")}, "from 0 on"),
        ({"threshold": float("inf")}, "from 0 on"),
        ({"dynamic": "low", "on": ["quota"]}, "no usual value can be learned"),
        ({"email": ["nobody"]}, "is no address"),
        ({"email": ["a@b.c"], "action_group": "g"}, "both say who is notified"),
    ],
)
def test_what_does_not_go_together(typed, says: str) -> None:
    with pytest.raises(AzCLIError, match=says):
        made(**typed)


@pytest.mark.parametrize("command", ["create", "delete"])
def test_a_change_is_never_asked_about_without_a_terminal(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(isatty=lambda: False))
    namespace = SimpleNamespace(**{**NOTHING, "yes": False, "names": None, "with_action_group": False})
    with pytest.raises(AzCLIError, match="no terminal on which to ask you"):
        getattr(alert, command)(None, namespace)
