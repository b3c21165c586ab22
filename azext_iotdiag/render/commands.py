"""The commands in a text, made ready to be run: what is known takes the place of HUB, DEVICE and the like."""

from __future__ import annotations

import re
import shlex
from typing import NamedTuple

from azext_iotdiag.model.target import Target

_COMMAND = re.compile(r"`az [^`]*`")
_LOGIN = "--login @hub.txt"  # how texts name a hub, as long as nobody knows how it is opened here


class Known(NamedTuple):
    """What of a command is known: names, and the options that open the hub or application again; "" is not known."""

    hub: str = ""
    device: str = ""
    dps: str = ""
    app: str = ""
    login: str = ""

    def command(self, text: str) -> str:
        """A command in which what is known stands in its place."""
        if self.login:
            text = text.replace(_LOGIN, self.login)
        for name, value in (("HUB", self.hub), ("DEVICE", self.device), ("DPS", self.dps), ("APP", self.app)):
            if value:
                text = re.sub(rf"(?<![\w-]){name}(?![\w-])", shlex.quote(value).replace("\\", r"\\"), text)
        return text

    def filled(self, text: str) -> str:
        """A text with such commands; they stand in it between backticks."""
        return _COMMAND.sub(lambda found: self.command(found[0]), text)


def known(target: Target | None, device: str = "", dps: Target | None = None) -> Known:
    """What a command's arguments tell. A hub that az's login found is named; one that a string opened, opens it again.

    `device` is one device's id, or "" where several are meant.
    """
    opened = target or Target()
    hub, app = _name(opened.hub), _name(opened.app)
    login = f"--app-id {app}" if app else f"--hub-name {hub}" if hub and opened.origin else ""
    return Known(hub, device, _name(dps.dps) if dps else "", app, login)


def _name(host: str) -> str:
    """What az calls a service that has this host name."""
    return host.partition(".")[0]
