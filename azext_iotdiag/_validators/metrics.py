"""What may be wrong with the arguments of `metrics`."""

from __future__ import annotations

import time
from dataclasses import dataclass

from azure.cli.core.azclierror import InvalidArgumentValueError, RequiredArgumentMissingError

from azext_iotdiag._validators import hub_login
from azext_iotdiag._validators.account import judge_name
from azext_iotdiag._validators.target import hand_over
from azext_iotdiag.login.opening import Named
from azext_iotdiag.login.steps import stepping
from azext_iotdiag.probes.context import Context, Resource
from azext_iotdiag.streams import since

KEPT_DAYS = 93  # https://learn.microsoft.com/azure/azure-monitor/essentials/data-platform-metrics
MOST_DAYS = 30  # of one request
_TOKEN_STEP = "the login at the resource manager"


@dataclass(frozen=True)
class Options:
    """The time that is shown, in milliseconds since 1970."""

    since: int
    until: int


def show(cmd, namespace) -> None:
    """Judge the arguments of `metrics show`, and find the hub."""
    options = _window(namespace.since, time.time())
    if not namespace.hub_name:
        raise RequiredArgumentMissingError(
            "No hub is named: --hub-name is missing.",
            recommendation="Name the hub, which is then found through az's login: "
            "az iot diag metrics show --hub-name HUB",
        )
    judge_name(namespace.hub_name)
    named = hub_login.find_hub(cmd, namespace.hub_name, namespace.resource_group_name, None)
    hand_over(namespace, Context(resource=managed(named)), options)


def managed(named: Named) -> Resource:
    """A service as the resource manager knows it."""
    token = stepping(named.account.token, _TOKEN_STEP, named.service.host)
    return Resource(named.service.id, named.service.host, named.account.endpoint, token)


def _window(text: str, now: float) -> Options:
    try:
        begin = since.read(text, now)
    except ValueError as fault:
        raise InvalidArgumentValueError(f"--since: {fault}.") from None
    days = (now - begin / 1000) / 86_400
    if days > MOST_DAYS:
        raise InvalidArgumentValueError(
            f"--since: {days:.0f} days are more than the {MOST_DAYS} that can be asked for at once.",
            recommendation=f"Use --since {MOST_DAYS}d. Azure Monitor keeps metrics for {KEPT_DAYS} days.",
        )
    return Options(begin, int(now * 1000))
