"""What people typed about an IoT Central application → a Target."""

from __future__ import annotations

import re

from azure.cli.core.azclierror import (
    InvalidArgumentValueError,
    MutuallyExclusiveArgumentError,
    RequiredArgumentMissingError,
)

from azext_iotdiag._validators import account, login, which_hub
from azext_iotdiag.credential import sas
from azext_iotdiag.model.target import Secret, Target

DNS_SUFFIX = "azureiotcentral.com"
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.IGNORECASE)
# What belongs to hubs, and does not go with an application.
_OF_HUBS = {
    "--login": "login",
    "--hub-name": "hub_name",
    "--resource-group": "resource_group_name",
    "--auth-type": "auth_type",
    "--device-query": "device_query",
}


def target(cmd, namespace) -> Target:
    """The application that --app-id names, to be opened with --token or, without it, with az's login.

    Only az is asked yet.
    """
    for option, name in _OF_HUBS.items():
        value = getattr(namespace, name, None)
        if which_hub.is_typed(value):
            raise MutuallyExclusiveArgumentError(
                f"{option} is for an IoT hub, and --app-id for an IoT Central application.",
                recommendation="Leave out one of the two.",
            )
    host = host_of(namespace.app_id, namespace.central_dns_suffix)
    text, source = login.typed_or_configured(cmd, namespace.token, "token", "--token")
    if text is None:
        return Target(app=host, authorization=account.central(cmd), origin=f"Asking {host} with az's login.")
    secret = _token(text, source)
    return Target(app=host, authorization=lambda: secret)


def refuse_strays(namespace) -> None:
    """Raise RequiredArgumentMissingError where something is given that only goes with --app-id."""
    for option, value in (("--token", namespace.token), ("--central-dns-suffix", namespace.central_dns_suffix)):
        if value is not None:
            raise RequiredArgumentMissingError(
                f"{option} belongs to an IoT Central application.", recommendation="Name it with --app-id."
            )


def host_of(app_id: str, suffix: str | None = None) -> str:
    """The address of the application that --app-id names. Raises InvalidArgumentValueError."""
    if suffix is not None and not _HOST.fullmatch(suffix):
        raise InvalidArgumentValueError(
            f"--central-dns-suffix {suffix!r} can be no domain.", recommendation=f"Without it, it is {DNS_SUFFIX}."
        )
    name, _, rest = app_id.removeprefix("https://").rstrip("/").partition(".")
    if not _NAME.fullmatch(name) or (rest and not _HOST.fullmatch(rest)):
        raise InvalidArgumentValueError(
            f"--app-id {app_id!r} can be no application's.",
            recommendation=f"It is the first part of the application's address: NAME.{DNS_SUFFIX}",
        )
    return f"{name}.{rest or suffix or DNS_SUFFIX}".lower()


def _token(text: str, source: str) -> Secret:
    text = text.strip()
    if text.lower().startswith("bearer ") and len(text.split()) == 2:
        return Secret(text)
    try:
        sas.read(text)
    except sas.MalformedToken as wrong:
        raise InvalidArgumentValueError(
            f"{source}: this is no API token of IoT Central: {wrong}.",
            recommendation="Make one in the application, under Permissions, API tokens; put it into a file, and write "
            "--token @FILE.",
        ) from None
    return Secret(text)
