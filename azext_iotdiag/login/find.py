"""Services by their names: a hub, a provisioning service, an IoT Central application."""

from __future__ import annotations

import difflib
import logging
from collections.abc import Iterable, Sequence

from azext_iotdiag.clients.arm import Application, Arm, ArmError, Service
from azext_iotdiag.login.account import Account
from azext_iotdiag.login.errors import Elsewhere, NotFound, What

logger = logging.getLogger(__name__)

SEARCHED_SUBSCRIPTIONS = 20  # beside the one in use, for a hub that is not in that
_LOOK_ALIKE = 0.6


def hub(arm: Arm, account: Account, name: str, group: str = "") -> Service:
    """The hub of that name or host name. Raises NotFound with what may have been meant, ArmError and StepFailed."""
    known = arm.hubs(account.subscription, group)
    found = _among(known, name)
    if found is not None:
        return found
    place = _subscription(account)
    if group:
        elsewhere = _among(arm.hubs(account.subscription), name)
        if elsewhere is not None:
            message = f"There is no IoT hub {name!r} in the resource group {group!r}."
            raise NotFound(message, What.HUB, name, elsewhere=Elsewhere(group=elsewhere.group))
        place = f"the resource group {group!r} of {place}"
    raise NotFound(
        f"IoT hub {name!r} was not found in {place}, or you have no permission to see it.",
        What.HUB,
        name,
        near=look_alikes(name, [each.name for each in known]),
        known=sorted(each.name for each in known),
        elsewhere=Elsewhere("", _application_of(arm, account, name), tuple(_subscriptions_with(arm, account, name))),
    )


def provisioning_service(arm: Arm, account: Account, name: str, group: str = "") -> Service:
    """The provisioning service of that name or host name. Raises as `hub` does."""
    known = arm.provisioning_services(account.subscription, group)
    found = _among(known, name)
    if found is not None:
        return found
    place = f"{_subscription(account)}{f', resource group {group!r}' if group else ''}"
    raise NotFound(
        f"Provisioning service {name!r} was not found in {place}, or you have no permission to see it.",
        What.DPS,
        name,
        near=look_alikes(name, [each.name for each in known]),
        known=sorted(each.name for each in known),
    )


def application(arm: Arm, account: Account, name: str, group: str = "") -> Application:
    """The IoT Central application of that name, id, subdomain or address. Raises as `hub` does."""
    apps = [each for each in arm.central_apps(account.subscription) if not group or each.group.lower() == group.lower()]
    wanted = name.lower().removeprefix("https://").partition(".")[0]
    found = next((each for each in apps if wanted in each.names), None)
    if found is not None:
        return found
    known = [each.subdomain for each in apps if each.subdomain]
    place = f"{_subscription(account)}{f', resource group {group!r}' if group else ''}"
    raise NotFound(
        f"IoT Central application {name!r} was not found in {place}, or you have no permission to see it.",
        What.APP,
        name,
        near=look_alikes(name, known),
        known=sorted(known),
    )


def judge_consumer_group(arm: Arm, service: Service, group: str) -> None:
    """Raise NotFound, with those that there are, for a consumer group that the hub does not have."""
    try:
        groups = arm.consumer_groups(service)
    except ArmError as error:  # the endpoint itself tells those who may not list them
        logger.info("The consumer groups of %s cannot be listed: %s", service.name, error)
        return
    if group.lower() not in [each.lower() for each in groups]:
        raise NotFound(
            f"The built-in endpoint of {service.name} has no consumer group {group!r}.",
            What.CONSUMER_GROUP,
            group,
            near=look_alikes(group, groups),
            known=sorted(groups),
            service=service.name,
        )


def look_alikes(name: str, names: Sequence[str]) -> list[str]:
    """Up to three of the names that look like one, the most alike first. Case does not matter."""
    by_lower = {each.lower(): each for each in names}
    near = difflib.get_close_matches(name.lower().partition(".")[0], by_lower, n=3, cutoff=_LOOK_ALIKE)
    return [by_lower[each] for each in near]


def _among(services: Iterable[Service], name: str) -> Service | None:
    return next((each for each in services if name.lower() in (each.name.lower(), each.host)), None)


def _subscription(account: Account) -> str:
    return f"the subscription {account.subscription_name!r}"


def _subscriptions_with(arm: Arm, account: Account, name: str) -> list[str]:
    """The names of the other subscriptions that have the hub, as far as they can be looked into."""
    found = []
    for subscription, title in list(account.others.items())[:SEARCHED_SUBSCRIPTIONS]:
        try:
            hubs = arm.hubs(subscription)
        except ArmError as error:
            if error.status in (401, 403, 404):
                continue
            raise
        if _among(hubs, name) is not None:
            found.append(title)
    return found


def _application_of(arm: Arm, account: Account, name: str) -> str:
    """The subdomain of the IoT Central application that is called so; empty where none can be seen."""
    try:
        apps = arm.central_apps(account.subscription)
    except ArmError as error:
        logger.info("IoT Central applications cannot be listed: %s", error)
        return ""
    return next((each.subdomain for each in apps if name.lower() in each.names), "")
