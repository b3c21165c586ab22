"""What may be wrong with the arguments of `metrics`."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from azure.cli.core.azclierror import AzCLIError

from azext_iotdiag._validators import hub_login, metrics
from azext_iotdiag.login.opening import Named


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"since": "90d"}, "90 days are more than the 30"),
        ({"since": "nonsense"}, "--since: 'nonsense' is not a time"),
        ({"since": "2999-01-01T00:00:00Z"}, "lies in the future"),
        ({"hub_name": None}, "--hub-name is missing"),
        ({"hub_name": "no hub"}, "can be no hub's name"),
    ],
)
def test_what_is_refused_before_anything_is_asked(typed, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_login, "find_hub", lambda *_: pytest.fail("a service was asked"))
    namespace = SimpleNamespace(**{"hub_name": "hub", "resource_group_name": None, "since": "30m", **typed})
    with pytest.raises(AzCLIError, match=says):
        metrics.show(None, namespace)


def test_the_hub_and_the_time_are_handed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    account = SimpleNamespace(
        token=lambda: "t", endpoint="https://management.example", log_analytics="https://l.example"
    )
    service = SimpleNamespace(id="/subscriptions/s/h", host="hub.azure-devices.net")
    monkeypatch.setattr(hub_login, "find_hub", lambda *_: Named(account, service))  # type: ignore[arg-type]
    namespace = SimpleNamespace(hub_name="hub", resource_group_name=None, since="30m")
    metrics.show(None, namespace)
    assert set(vars(namespace)) == {"target", "options"}
    resource = namespace.target.resource
    assert (resource.id, resource.host, resource.token()) == (service.id, service.host, "t")
    assert namespace.options.until - namespace.options.since == pytest.approx(1_800_000, abs=2)
