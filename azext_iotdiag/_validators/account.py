"""az's account as the validators ask for it, and what can be a hub's name."""

from __future__ import annotations

from collections.abc import Callable

from azure.cli.core.azclierror import InvalidArgumentValueError

from azext_iotdiag._validators.login_errors import as_az_errors
from azext_iotdiag.credential import host
from azext_iotdiag.login import az_login
from azext_iotdiag.login.account import Account
from azext_iotdiag.login.rights import CENTRAL_RESOURCE
from azext_iotdiag.model.target import Secret

CENTRAL_SUFFIX = ".azureiotcentral.com"


def signed_in(cmd) -> Account:
    """az's account. Raises errors of `login`."""
    return az_login.signed_in(cmd.cli_ctx)


def central(cmd) -> Callable[[], Secret]:
    """What gives the header with which IoT Central knows who is logged in to az; made anew each time.

    Raises az's own error where you are not logged in. The function that it returns raises NotSignedIn and StepFailed.
    """
    with as_az_errors():
        return signed_in(cmd).bearer(CENTRAL_RESOURCE)


def judge_name(name: str) -> None:
    """Raise InvalidArgumentValueError for what can be no hub's name or host name."""
    if "." not in name:
        if not name or len(name) > 50 or not name.replace("-", "").isalnum() or not name.isascii():
            raise InvalidArgumentValueError(
                f"--hub-name {name!r} can be no hub's name, which consists of at most 50 letters, digits and hyphens.",
                recommendation="List the names with: az iot hub list -o table",
            )
        return
    if name.lower().rstrip("/").endswith(CENTRAL_SUFFIX):
        raise InvalidArgumentValueError(
            "--hub-name: this is the address of an IoT Central application.",
            recommendation=f"Use --app-id {name.removeprefix('https://').partition('.')[0]}",
        )
    try:
        host.read(name, host.HUB)
    except host.MalformedHost as fault:
        raise InvalidArgumentValueError(f"--hub-name {fault.reason}.", recommendation=f"{fault.advice}.") from None
