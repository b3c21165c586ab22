"""The request to an administrator."""

from __future__ import annotations

import pytest

from azext_iotdiag.model.rights import Caller, CallerKind, RoleRequest

SCOPE = "/subscriptions/s/resourceGroups/g"


@pytest.mark.parametrize(("caller", "who"), [
    (None, "--assignee YOUR-NAME"),
    (Caller("0-1", CallerKind.USER), "--assignee-object-id 0-1 --assignee-principal-type User"),
    (Caller("0-2", CallerKind.SERVICE_PRINCIPAL),
     "--assignee-object-id 0-2 --assignee-principal-type ServicePrincipal"),
])  # fmt: skip
def test_what_an_administrator_runs(caller: Caller | None, who: str) -> None:
    asked = RoleRequest("IoT Hub Data Reader", SCOPE, "Microsoft.Devices/IotHubs/read", caller)
    assert asked.command == f'az role assignment create {who} --role "IoT Hub Data Reader" --scope "{SCOPE}"'


@pytest.mark.parametrize(("action", "why"), [("a/read", "It allows a/read."), ("", "")])
def test_why_an_administrator_is_asked(action: str, why: str) -> None:
    assert RoleRequest("r", SCOPE, action).why == why
