"""What an administrator is asked for stands once, with the command to run."""

from __future__ import annotations

from dataclasses import replace

from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.rights import RoleRequest
from azext_iotdiag.render import requests
from tests.checks.judging import known

ASKED = RoleRequest("Reader", "/subscriptions/s/hub", "Microsoft.Devices/IotHubs/read", assignee="7f0c")
REFUSED = Failure(Kind.UNAUTHORIZED, "the settings of the hub", "h", 443, request=ASKED)


def test_each_role_and_scope_once() -> None:
    other = replace(REFUSED, request=replace(ASKED, action="Microsoft.Devices/IotHubs/quotaMetrics/read"))
    facts = known(hub_settings=REFUSED, quota=other, identity=Failure(Kind.SILENT, "x", "h", 443), now=1.0)
    assert list(requests.lines(facts)) == [
        "To see more, forward this to an administrator:",
        "- Role Reader at /subscriptions/s/hub. It allows Microsoft.Devices/IotHubs/read.",
        '  az role assignment create --assignee 7f0c --role "Reader" --scope "/subscriptions/s/hub"',
    ]
    assert requests.data(facts) == [
        {
            "role": "Reader",
            "scope": "/subscriptions/s/hub",
            "action": "Microsoft.Devices/IotHubs/read",
            "command": 'az role assignment create --assignee 7f0c --role "Reader" --scope "/subscriptions/s/hub"',
        }
    ]


def test_nothing_is_asked_for_where_no_role_lacks() -> None:
    facts = known(identity=Failure(Kind.UNAUTHORIZED, "x", "h", 443))
    assert list(requests.lines(facts)) == [] == requests.data(facts)
