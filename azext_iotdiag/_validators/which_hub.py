"""Which hub is meant: the one of a string that was typed or configured, or the one of a name."""

from __future__ import annotations

from azure.cli.core.azclierror import MutuallyExclusiveArgumentError

from azext_iotdiag._validators import login


def is_typed(value):
    """Whether a value was given, and is not merely az's default (az config set defaults.iothub=...)."""
    return value is not None and not getattr(value, "is_default", False)


def string_or_name(cmd, namespace):
    """The string that says which hub, and where it is from; None for the string where --hub-name counts.

    A name that was typed counts. One that is only az's default comes behind every string.
    """
    named = is_typed(namespace.hub_name)
    if named and namespace.login is not None:
        raise MutuallyExclusiveArgumentError(
            "--hub-name and --login both say which hub.", recommendation="Leave out one of the two."
        )
    return (None, "--hub-name") if named else login.typed_or_configured(cmd, namespace.login, "login", "--login")


def string(cmd, namespace):
    """The same for a command that az's login may open, which refuses a string where that login alone shall be used."""
    text, source = string_or_name(cmd, namespace)
    if text is not None and namespace.auth_type == "login":
        login.refuse_login(source)
    return text, source
