"""What may be wrong with the arguments of `logs status`, `logs enable` and `logs disable`."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from azure.cli.core.azclierror import AzCLIError

from azext_iotdiag._validators import log_query, log_settings, logs


@pytest.mark.parametrize("command", ["enable", "disable"])
def test_a_change_is_never_asked_about_without_a_terminal(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(isatty=lambda: False))
    monkeypatch.setattr(log_settings.managed_hub, "opened", lambda *_: pytest.fail("a service was asked"))
    typed = SimpleNamespace(hub_name="h", resource_group_name=None, dps_name=None, dry_run=False, yes=False)
    typed.workspace = None
    with pytest.raises(AzCLIError, match="no terminal on which to ask you"):
        getattr(log_settings, command)(None, typed)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"hub_name": None}, "--hub-name is missing"),
        ({"hub_name": "no hub"}, "can be no hub's name"),
        ({"dps_name": "d"}, "--hub-name and --dps-name name two services"),
    ],
)
def test_one_service_is_named(typed, says: str) -> None:
    given = {"hub_name": "h", "resource_group_name": None, "dps_name": None, **typed}
    with pytest.raises(AzCLIError, match=says):
        log_settings.status(None, SimpleNamespace(**given))


@pytest.mark.parametrize(
    "judge", [log_settings.enable, log_settings.disable, log_settings.status, logs.errors, log_query.query]
)
def test_an_application_has_no_log(judge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_settings.managed_hub, "opened", lambda *_: pytest.fail("a service was asked"))
    with pytest.raises(AzCLIError, match="IoT Central has no connection log") as caught:
        judge(None, SimpleNamespace(app_id="pumps.azureiotcentral.com", hub_name=None, workspace=None))
    assert "az iot diag metrics show --app-id pumps" in " ".join(caught.value.recommendations)
