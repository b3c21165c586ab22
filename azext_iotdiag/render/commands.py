"""The commands in a text, made ready to be run: what is known takes the place of HUB, DEVICE and the like."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from azext_iotdiag.model.target import Target

# Patterns are compiled when a text needs one.
_COMMAND = r"`az [^`]*`"
_FOREIGN = (
    # Commands of az for IoT, without ours and without those that az itself has.
    r"`az\siot (?!diag\b|central app\b|dps (?:list|show|create|delete|update|linked-hub|certificate|policy)\b(?!-)|"
    r"hub (?:create|list|list-skus|show|update|delete|wait|show-quota-metrics|show-stats|manual-failover|certificate|"
    r"consumer-group|identity|policy|routing-endpoint|message-enrichment|route|show-connection-string)(?![\w-]))[^`]*`"
)
_NEEDS = " (needs the azure-iot extension)"
_PLACEHOLDER = r"(?<![\w-])(?:HUB|DEVICE|DPS|APP)(?![\w-])"
# What the files hold that commands name, which the user makes so that no key stands on a command line.
_FILES = {
    "@hub.txt": "hub.txt holds the hub's service connection string.",
    "@device.txt": "device.txt holds the connection string that the device uses.",
    "@key.txt": "key.txt holds the key that the device uses.",
    "device.pem": "device.pem is the certificate that the device uses.",
}
_LOGIN = "--login @hub.txt"  # how texts name a hub, as long as it is not known how it is opened here


class Known(NamedTuple):
    """What of a command is known: names, and the options that open the hub or application again; "" is not known.

    `implied` tells that it opens without any option, because a setting names it. With `in_place`, commands that take a
    hub or a provisioning service take the latter.
    """

    hub: str = ""
    device: str = ""
    dps: str = ""
    app: str = ""
    login: str = ""
    implied: bool = False
    in_place: bool = False

    def command(self, text: str) -> str:
        """A command in which what is known stands in its place."""
        if self.implied:
            text = text.replace(f" {_LOGIN}", "")
        elif self.login:
            text = text.replace(_LOGIN, self.login)
        text = text.replace("--hub-name HUB", "--dps-name DPS") if self.in_place else text
        for name, value in (("HUB", self.hub), ("DEVICE", self.device), ("DPS", self.dps), ("APP", self.app)):
            if value:
                text = re.sub(rf"(?<![\w-]){name}(?![\w-])", shlex.quote(value).replace("\\", r"\\"), text)
        return text

    def filled(self, text: str) -> str:
        """A text with such commands; they stand in it between backticks. One of azure-iot names that extension."""
        return re.sub(_COMMAND, lambda found: self.command(found[0]), with_extension(text))

    def next_command(self, template: str) -> str:
        """The command to run next; empty where a name that it takes is not known."""
        command = self.command(template)
        return "" if re.search(_PLACEHOLDER, command) else command

    def files_of(self, command: str) -> Iterator[str]:
        """A line for each file that the command reads and the user makes."""
        return (f"      {told}" for name, told in _FILES.items() if name in command)


def of_service(host: str, of_dps: bool) -> Known:
    """What is known where a hub, or a provisioning service in its place, was named."""
    name = host.partition(".")[0]
    return Known(dps=name, in_place=True) if of_dps else Known(hub=name)


def with_extension(text: str) -> str:
    """A text in which the first command of azure-iot, if there is one, is followed by the name of that extension."""
    return text if "azure-iot" in text else re.sub(_FOREIGN, lambda found: found[0] + _NEEDS, text, count=1)


def known(target: Target | None, device: str = "", dps: Target | None = None) -> Known:
    """What a command's arguments tell. A hub that az's login found is named; one that a string opened, opens it again.

    `device` is one device's id, or "" where several are meant.
    """
    service = _name(dps.dps) if dps else ""
    if target is None:
        return Known(device=device, dps=service)
    hub, app = _name(target.hub), _name(target.app)
    login = f"--app-id {app}" if app else f"--hub-name {hub}" if hub and target.origin else target.again or ""
    return Known(hub, device, service, app, login, implied=not login and target.again == "")


def _name(host: str) -> str:
    """What az calls a service that has this host name."""
    return host.partition(".")[0]
