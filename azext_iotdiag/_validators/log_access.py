"""A service that was found by its name, as probes ask Log Analytics about it."""

from __future__ import annotations

from azext_iotdiag.login.opening import Named
from azext_iotdiag.login.steps import stepping
from azext_iotdiag.model.target import Secret
from azext_iotdiag.probes.context import LogAccess

_LOGS_STEP = "the token for Log Analytics"


def logs_of(named: Named) -> LogAccess:
    """The query API of Log Analytics, which the same account opens."""
    endpoint = named.account.log_analytics

    def bearer() -> Secret:
        return named.account.bearer(endpoint)()

    return LogAccess(endpoint, stepping(bearer, _LOGS_STEP, endpoint.partition("://")[2]))
