"""Hubs and provisioning services that were named, found and opened with az's account. Errors are az's.

Unlike everything else that is judged here this needs the network, so it comes last, when all else is right.
"""

from __future__ import annotations

from collections.abc import Iterable

from knack.log import get_logger

from azext_iotdiag._validators import account
from azext_iotdiag._validators.login_errors import as_az_errors
from azext_iotdiag.login import opening
from azext_iotdiag.login.opening import Named
from azext_iotdiag.login.rights import DPS_RIGHTS
from azext_iotdiag.model.target import Resource, Target

logger = get_logger(__package__)


def find_hub(cmd, name: str, group: str | None, auth_type: str | None) -> Named:
    """The hub of that name, not opened yet. Raises ResourceNotFoundError with what may have been meant."""
    with as_az_errors():
        return opening.find_hub(account.signed_in(cmd), name, group, auth_type, logger.warning)


def find_dps(cmd, name: str, group: str | None, auth_type: str | None) -> Named:
    """The provisioning service of that name, as for `find_hub`."""
    with as_az_errors():
        return opening.find_dps(account.signed_in(cmd), name, group, auth_type, logger.warning)


def find_app(cmd, name: str, suffix: str, group: str | None) -> Resource:
    """The IoT Central application of that name in the resource manager, as for `find_hub`."""
    with as_az_errors():
        return opening.managed_application(account.signed_in(cmd), name, suffix, group or "")


def hub(
    cmd, name: str, group: str | None, rights: frozenset[str], auth_type: str | None, actions: Iterable[str] = ()
) -> Target:
    """The hub of that name, opened as `Named.open` does."""
    found = find_hub(cmd, name, group, auth_type)
    with as_az_errors():
        return found.open(rights, actions)


def messages(
    cmd, name: str, group: str | None, auth_type: str | None, *, queries: bool = False, consumer_group: str = ""
) -> Target:
    """The hub of that name, opened as `Named.for_messages` does."""
    found = find_hub(cmd, name, group, auth_type)
    with as_az_errors():
        return found.for_messages(queries=queries, consumer_group=consumer_group)


def dps(cmd, name: str, group: str | None, auth_type: str | None) -> Target:
    """The provisioning service of that name, as for `hub`."""
    found = find_dps(cmd, name, group, auth_type)
    with as_az_errors():
        return found.open(DPS_RIGHTS)
