"""What az shows of an error of `login`: the class, which sets the exit code, and what to do. It stands here alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from azure.cli.core.azclierror import (
    ArgumentUsageError,
    AzureConnectionError,
    AzureResponseError,
    FileOperationError,
    ForbiddenError,
    InvalidArgumentValueError,
    ResourceNotFoundError,
    UnauthorizedError,
)
from knack.util import CLIError

from azext_iotdiag.login import errors, rights
from azext_iotdiag.login.errors import LoginError, Maker, What

_INSTEAD = "Or give the hub's service connection string with --login, which needs no account."
_DPS_INSTEAD = "Or give a connection string of the provisioning service, which needs no account."
_SHOWN = 10  # names, of those that there are


@contextmanager
def as_az_errors() -> Iterator[None]:
    """Raise az's error in the place of one of `login`."""
    try:
        yield
    except LoginError as error:
        better = az_error(error)
        raise better from error


def az_error(error: LoginError) -> Exception:
    """The error of az that stands for one of `login`. What az itself said of its login is shown as az says it."""
    if isinstance(error, errors.NotSignedIn) and isinstance(error.__cause__, CLIError):
        return error.__cause__
    for kind, made in _MADE.items():
        if isinstance(error, kind):
            return made(error)
    return AzureResponseError(str(error), recommendation=_INSTEAD)


def error_line(error: LoginError) -> str:
    """An error and what to do, in one line, for a command that goes on without what could not be read."""
    better = az_error(error)
    return " ".join([str(better), *getattr(better, "recommendations", [])])


def _not_found(error: errors.NotFound) -> Exception:
    return ResourceNotFoundError(str(error), recommendation=_ADVICE[error.what](error))


def _advice_of_hub(error: errors.NotFound) -> list[str] | str:
    elsewhere = error.elsewhere
    if elsewhere.group:
        return f"It is in the resource group {elsewhere.group}; or leave out --resource-group."
    advice = [_suggestion(error)]
    if elsewhere.app:
        advice = [f"An IoT Central application of that id exists: use --app-id {elsewhere.app}"]
    return advice + [
        f"It is in another subscription: add --subscription {_quoted(there)}" for there in elsewhere.subscriptions
    ]


def _advice_of_dps(error: errors.NotFound) -> str:
    if error.near:
        return f"Did you mean {' or '.join(error.near)}?"
    return f"There are: {', '.join(error.known[:_SHOWN])}." if error.known else "You have permission to see none there."


def _advice_of_group(error: errors.NotFound) -> list[str]:
    make = f"az iot hub consumer-group create --hub-name {error.service} --name {_quoted(error.name)}"
    return [_suggestion(error), f"Or make it: {make}"]


def _suggestion(error: errors.NotFound) -> str:
    if error.near:
        return f"Did you mean {' or '.join(error.near)}?"
    if not error.known:
        return "You have permission to see no IoT hub there. Look at `az account show`, and at your role."
    others = " and others" if len(error.known) > _SHOWN else ""
    return f"There are: {', '.join(error.known[:_SHOWN])}{others}."


def _quoted(text: str) -> str:
    return f'"{text}"' if " " in text else text


_ADVICE = {
    What.HUB: _advice_of_hub,
    What.DPS: _advice_of_dps,
    What.APP: _advice_of_dps,
    What.CONSUMER_GROUP: _advice_of_group,
    What.POLICY: lambda error: f"Its policies: {', '.join(error.known) or 'none'}; see --policy-name.",
    What.DEVICE: lambda error: "Case counts in ids of devices.",
    What.ENROLLMENT_GROUP: lambda error: "Case counts in its id.",
    What.ENROLLMENT: lambda error: "Where an enrollment group lets the device in, name that with --enrollment-id.",
    What.OTHER: lambda error: "Check --resource-group and --subscription.",
}


def _not_allowed(error: errors.NotAllowed) -> Exception:
    advice = ["Ask an owner of the subscription for the role.", _DPS_INSTEAD if error.of_dps else _INSTEAD]
    return ForbiddenError(str(error), recommendation=advice)


def _keys_hidden(error: errors.KeysHidden) -> Exception:
    shown = f"Keys are shown to a policy with the right {error.right}, and to the role {error.role}."
    return ForbiddenError(str(error), recommendation=shown)


def _keys_guarded(error: errors.KeysGuarded) -> Exception:
    return ForbiddenError(
        str(error),
        recommendation="It takes RegistryRead and RegistryWrite, as the policy registryReadWrite has them, "
        "or the role IoT Hub Data Contributor.",
    )


def _no_policy(error: errors.NoPolicy) -> Exception:
    where, takes = "hub policy create --hub-name", "--permissions"
    if error.service.is_dps:
        where, takes = "dps policy create --dps-name", "--rights"
    make = f"az iot {where} {error.service.name} --name diag {takes} {' '.join(error.rights)}"
    return ForbiddenError(str(error), recommendation=f"Make one with: {make}")


def _messages_closed(error: errors.MessagesClosed) -> Exception:
    on = f"az iot hub update --name {error.service.name} --set properties.disableLocalAuth=false"
    return ForbiddenError(
        str(error),
        recommendation=[
            "Route the messages to an Event Hubs namespace of your own, which takes Entra tokens, and read there.",
            f"Or switch them on: {on}",
        ],
    )


def _keys_off(error: errors.KeysOff) -> Exception:
    role = rights.reader_of(dps=error.service.is_dps)
    return ForbiddenError(
        str(error), recommendation=f"Use az's login, which needs a role such as {role}: --auth-type login"
    )


def _derived(error: errors.KeyIsDerived) -> Exception:
    from azext_iotdiag.knowledge.admission import KEY_IS_DERIVED

    group, individual, central = KEY_IS_DERIVED.causes
    cause = {Maker.GROUP: group, Maker.ENROLLMENT: individual, Maker.CENTRAL: central}[error.maker]
    what = "group" if error.maker is Maker.GROUP else "enrollment"
    where = f" It is the {what} {error.id!r} of {error.dps}." if error.id else ""
    return ArgumentUsageError(f"{KEY_IS_DERIVED.title}. {cause.why}{where}", recommendation=list(cause.mitigation))


def _origin_unknown(error: errors.OriginUnknown) -> Exception:
    from azext_iotdiag.checks.failures import Service, finding_of

    found = finding_of(Service.DPS, error.failure)
    steps = [step for cause in found.entry.causes for step in cause.mitigation]
    return AzureResponseError(f"{str(error).rstrip('.')}: {found.message}.", recommendation=steps[:3])


# The first that fits counts.
_MADE: dict[type[LoginError], Callable[[Any], Exception]] = {
    errors.NotFound: _not_found,
    errors.KeysHidden: _keys_hidden,
    errors.KeysGuarded: _keys_guarded,
    errors.NotAllowed: _not_allowed,
    errors.NoPolicy: _no_policy,
    errors.MessagesClosed: _messages_closed,
    errors.KeysOff: _keys_off,
    errors.KeyIsDerived: _derived,
    errors.OriginUnknown: _origin_unknown,
    errors.KeyChanged: lambda error: AzureResponseError(str(error), recommendation="Run the command again."),
    errors.FileIsThere: lambda error: FileOperationError(
        f"--to-file: {error}", recommendation="Name another file, or add --overwrite."
    ),
    errors.FileNotWritten: lambda error: FileOperationError(f"--to-file: {error}"),
    errors.NoKeysInHub: lambda error: ArgumentUsageError(
        str(error), recommendation="How it proves itself: az iot diag device show --hub-name HUB --device-id DEVICE"
    ),
    errors.NoKeys: lambda error: InvalidArgumentValueError(
        str(error), recommendation="A device with a certificate uses no tokens."
    ),
    errors.NotSignedIn: lambda error: UnauthorizedError(str(error), recommendation="Log in with: az login"),
    errors.NotAccepted: lambda error: UnauthorizedError(str(error), recommendation="Log in again with: az login"),
    errors.KeysNotReachable: lambda error: AzureConnectionError(str(error)),
    errors.NotReachable: lambda error: AzureConnectionError(str(error), recommendation=_INSTEAD),
    errors.Refused: lambda error: AzureResponseError(str(error), recommendation=_INSTEAD),
}
