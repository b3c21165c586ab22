"""The services that know a device, where `check` names no service: found and opened with az's account."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from knack.log import get_logger

from azext_iotdiag._validators import account, login
from azext_iotdiag._validators.login_errors import as_az_errors
from azext_iotdiag.login.homes import Search, Searched, service_of, where_of
from azext_iotdiag.login.opening import Named, open_application
from azext_iotdiag.model.homes import Homes, Where

logger = get_logger(__package__)

_SERVICES = ("host", "hub_name", "login", "app_id", "dps_name", "dps_login", "connection_string", "token")


def wanted(cmd, namespace) -> bool:
    """Whether a device is named and no service is."""
    if not namespace.device_id or any(getattr(namespace, name) is not None for name in _SERVICES):
        return False
    text, _ = login.typed_or_configured(cmd, None, "login", "--login")
    return text is None


def opened(cmd, namespace, open_hub: Callable[[Named], dict[str, Any]]) -> tuple[dict[str, Any], Homes]:
    """What opens the one hub or application that knows the device, nothing for none or several; and where it is known.

    `open_hub` opens a hub that was found.
    """
    auth_type = str(namespace.auth_type) if namespace.auth_type else None
    with as_az_errors():
        made = account.signed_in(cmd)
        searched = Search(made, "key" if auth_type == "key" else None).find(namespace.device_id)
    if len(searched.homes.holding) != 1:
        return {}, searched.homes
    holding = _holding(searched)
    if where_of(holding) is Where.APP:
        with as_az_errors():
            app = open_application(made, holding.host)
        return {"central": app, "messages": lambda: app}, searched.homes
    return open_hub(Named(made, service_of(holding), auth_type, logger.warning)), searched.homes


def _holding(searched: Searched):
    """The one service that knows the device, as the list has it."""
    return next(each for each in searched.services if where_of(each) is not Where.DPS)
