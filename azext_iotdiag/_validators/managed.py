"""A service that was found by its name, as probes ask the resource manager about it."""

from __future__ import annotations

from azext_iotdiag.login.opening import Named
from azext_iotdiag.login.steps import stepping
from azext_iotdiag.probes.context import Resource

_TOKEN_STEP = "the token for the resource manager"


def resource_of(named: Named) -> Resource:
    """The service in the resource manager."""
    account, service = named.account, named.service
    return Resource(service.id, service.host, account.endpoint, stepping(account.token, _TOKEN_STEP, service.host))
