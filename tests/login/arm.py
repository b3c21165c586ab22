"""An account whose resource manager is a few dictionaries: no lab, no az, no connection."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from azext_iotdiag.login.account import Account, User
from azext_iotdiag.login.errors import NotSignedIn
from azext_iotdiag.model.target import Secret
from tests.plugins.http_in_memory import to

ENDPOINT = "https://management.example/"
SUBSCRIPTION = "/subscriptions/s1"
HUB = f"{SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.Devices/IotHubs/north"
KEY, OTHER_KEY = "a2V5LW9uZS1vZi1hLXBvbGljeQ==", "a2V5LXR3by1vZi1hLXBvbGljeQ=="
ALL = {"iothubowner": "RegistryRead, RegistryWrite, ServiceConnect, DeviceConnect", "service": "ServiceConnect"}


def hub(name: str = "north", group: str = "g", subscription: str = "s1", **properties: Any) -> dict[str, Any]:
    """A hub as the resource manager shows it."""
    path = f"/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Devices/IotHubs/{name}"
    return {"id": path, "name": name, "properties": {"hostName": f"{name}.azure-devices.net", **properties}}


def dps(name: str = "front", **properties: Any) -> dict[str, Any]:
    """The same of a provisioning service."""
    path = f"{SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.Devices/provisioningServices/{name}"
    host = f"{name}.azure-devices-provisioning.net"
    return {
        "id": path,
        "name": name,
        "properties": {"serviceOperationsHostName": host, "idScope": "0ne1", **properties},
    }


def policies(**rights: str) -> list[dict[str, str]]:
    """Policies with their keys, by their names and rights."""
    keys = {"primaryKey": KEY, "secondaryKey": OTHER_KEY}
    return [{"keyName": name, "rights": told, **keys} for name, told in rights.items()]


def denied(action: str = "Microsoft.Devices/IotHubs/listkeys/action", scope: str = HUB) -> tuple[int, Any]:
    """The answer to somebody who lacks a right."""
    message = f"The client 'c' with object id 'o' does not have authorization to perform action '{action}' over scope "
    return 403, {"error": {"code": "AuthorizationFailed", "message": f"{message}'{scope}' or the scope is invalid."}}


class Arm:
    """What the resource manager answers: by the path, a list of rows, or a status with its body."""

    def __init__(self, **answers: Any):
        self.hubs: Any = [hub()]
        self.answers: dict[str, Any] = {}
        self.asked: list[str] = []
        self.tokens: dict[str, Any] = {}
        self.__dict__.update(answers)

    def serve(self, method: str, host: str, target: str, _body: bytes) -> tuple[int, Any]:
        """The answer to a request."""
        path = urlsplit(target).path
        found = self.answers.get(path, self.answers.get(path.rpartition("/")[2]))
        if found is None and path.endswith("/Microsoft.Devices/IotHubs"):
            found = self._hubs_in(path)
        if found is None:
            found = []
        return found if isinstance(found, tuple) else (200, {"value": found})

    def _hubs_in(self, path: str) -> Any:
        if not isinstance(self.hubs, list):
            return self.hubs
        within = path.partition("/providers/")[0].lower()
        return [each for each in self.hubs if each["id"].lower().startswith(f"{within}/")]

    def account(self, user: User = User(), **others: str) -> Account:  # noqa: B008
        """An account that is signed in; `others` are the names of other subscriptions by id."""
        return Account(
            ENDPOINT, lambda: "token", "s1", "First", others, self._bearer, user, http=to(self.serve, self.asked)
        )

    def _bearer(self, resource: str) -> Callable[[], Secret]:
        def header() -> Secret:
            if isinstance(error := self.tokens.get(resource), Exception):
                raise error
            return Secret(f"Bearer for {resource}")

        return header


def not_signed_in() -> NotSignedIn:
    """What an account raises that has no token."""
    return NotSignedIn("Please run 'az login'.")
