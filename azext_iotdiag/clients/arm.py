"""Azure's resource manager, as far as it is asked here: which hubs there are, and the keys of their policies."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import quote, urlsplit

from azext_iotdiag.clients.http import Answer, Http
from azext_iotdiag.model.failure import Kind
from azext_iotdiag.model.target import Secret

# https://learn.microsoft.com/rest/api/iothub/iot-hub-resource
HUB_TYPE, HUB_VERSION = "Microsoft.Devices/IotHubs", "2023-06-30"
# https://learn.microsoft.com/rest/api/iot-dps/iot-dps-resource
DPS_TYPE, DPS_VERSION = "Microsoft.Devices/provisioningServices", "2022-02-05"
# https://learn.microsoft.com/rest/api/iotcentral/controlplane/apps
CENTRAL_TYPE, CENTRAL_VERSION = "Microsoft.IoTCentral/iotApps", "2021-06-01"
# https://learn.microsoft.com/rest/api/authorization/permissions/list-for-resource
PERMISSIONS_VERSION = "2022-04-01"
_PAGES = 1000  # of a list, after which something is wrong with its links
_DENIED = re.compile(r"perform action '([^']+)' over scope '([^']+)'")


class ArmError(Exception):
    """What the resource manager says of a request that it refuses: `code` such as AuthorizationFailed.

    `action` and `scope` are what the caller may not do, where it says that.
    """

    def __init__(self, status: int, code: str, message: str):
        super().__init__(f"{code}: {message}" if code else message)
        self.status = status
        self.code = code
        self.message = message
        denied = _DENIED.search(message)
        self.action, self.scope = (denied[1], denied[2]) if denied else ("", "")


@dataclass(frozen=True)
class Service:
    """A hub, or a provisioning service, as the resource manager knows it; `properties` are all that it shows."""

    id: str
    name: str
    group: str
    host: str
    properties: Mapping[str, Any]

    @property
    def is_dps(self) -> bool:
        """Whether it is a provisioning service."""
        return f"/{DPS_TYPE.lower()}/" in self.id.lower()

    @property
    def local_auth(self) -> bool:
        """Whether shared access policies open it."""
        return self.properties.get("disableLocalAuth") is not True


@dataclass(frozen=True)
class Policy:
    """A shared access policy with its primary key, and with its secondary one where the answer held that."""

    name: str
    rights: frozenset[str]
    key: Secret
    secondary: Secret | None = None


class Arm:
    """The resource manager at an endpoint (a URL). Its methods raise ArmError and StepFailed.

    `token` gives an access token for it, and is asked before each request.
    """

    def __init__(self, endpoint: str, token: Callable[[], str]):
        self._host = urlsplit(endpoint).hostname or ""
        self._token = token
        self._http = Http(self._host)

    def hubs(self, subscription: str, group: str = "") -> list[Service]:
        """The hubs of a subscription, or of a resource group in it."""
        within = f"/resourceGroups/{quote(group, safe='')}" if group else ""
        path = f"/subscriptions/{subscription}{within}/providers/{HUB_TYPE}"
        return [_service(row) for row in self._rows(path, HUB_VERSION, "the list of IoT hubs")]

    def provisioning_services(self, subscription: str, group: str = "") -> list[Service]:
        """The Device Provisioning Services of a subscription, or of a resource group in it."""
        within = f"/resourceGroups/{quote(group, safe='')}" if group else ""
        path = f"/subscriptions/{subscription}{within}/providers/{DPS_TYPE}"
        return [_service(row) for row in self._rows(path, DPS_VERSION, "the list of provisioning services")]

    def central_apps(self, subscription: str) -> list[tuple[str, set[str]]]:
        """The IoT Central applications of a subscription: the subdomain, and all names of each, in lower case."""
        path = f"/subscriptions/{subscription}/providers/{CENTRAL_TYPE}"
        rows = self._rows(path, CENTRAL_VERSION, "the list of IoT Central applications")
        called = []
        for row in rows:
            inner = row.get("properties") or {}
            names = (row.get("name"), inner.get("applicationId"), inner.get("subdomain"))
            subdomain = str(inner.get("subdomain") or row.get("name") or "")
            called.append((subdomain, {str(name).lower() for name in names if name}))
        return called

    def policies(self, service: Service) -> list[Policy]:
        """The policies of a service, with their keys."""
        path, version = f"{quote(service.id, safe='/')}/listkeys", DPS_VERSION if service.is_dps else HUB_VERSION
        rows = self._rows(path, version, f"the keys of {service.name}", method="POST")
        return [
            Policy(
                row["keyName"],
                frozenset(right.strip() for right in row["rights"].split(",")),
                Secret(row["primaryKey"]),
                Secret(row["secondaryKey"]) if row.get("secondaryKey") else None,
            )
            for row in rows
        ]

    def consumer_groups(self, hub: Service) -> list[str]:
        """The names of the consumer groups of a hub's built-in endpoint."""
        path = f"{quote(hub.id, safe='/')}/eventHubEndpoints/events/ConsumerGroups"
        rows = self._rows(path, HUB_VERSION, f"the consumer groups of {hub.name}")
        return [str(row["name"]) for row in rows]

    def lacking(self, service: Service, actions: Iterable[str]) -> list[str]:
        """Which of these data actions, such as Microsoft.Devices/IotHubs/devices/read, no role of the caller allows."""
        path = f"{quote(service.id, safe='/')}/providers/Microsoft.Authorization/permissions"
        rows = [*self._rows(path, PERMISSIONS_VERSION, f"your rights at {service.name}")]
        return [action for action in actions if not any(_allows(row, action) for row in rows)]

    def close(self) -> None:
        """Let go of the connection."""
        self._http.close()

    def _rows(self, path: str, version: str, step: str, method: str = "GET") -> Iterator[dict[str, Any]]:
        target = f"{path}?api-version={version}"
        for _ in range(_PAGES):
            page = self._ask(method, target, step)
            rows = page.get("value")
            if not isinstance(rows, list):
                raise self._http.failed(Kind.NOT_HTTP, step, "the answer is no list")
            yield from rows
            following = urlsplit(str(page.get("nextLink") or ""))
            if not following.path:
                return
            if following.hostname != self._host:  # the token is for this host alone
                raise self._http.failed(Kind.REFUSED, step, f"the list goes on at another host, {following.hostname}")
            target = f"{following.path}?{following.query}"
        raise self._http.failed(Kind.REFUSED, step, f"the list has more than {_PAGES} pages")

    def _ask(self, method: str, target: str, step: str) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._token()}", "Content-Type": "application/json"}
        answer = self._http.request(method, target, step, headers=headers)
        if answer.status >= 400:
            raise _error(answer)
        try:
            data = json.loads(answer.body)
        except (ValueError, RecursionError):
            data = None
        if not isinstance(data, dict):
            raise self._http.failed(Kind.NOT_HTTP, step, f"HTTP {answer.status} with what is no JSON: {answer.words}")
        return data


def _service(row: dict[str, Any]) -> Service:
    properties = row.get("properties") or {}
    parts = str(row["id"]).split("/")
    group = parts[4] if len(parts) > 4 else ""
    return Service(
        str(row["id"]),
        str(row["name"]),
        group,
        str(properties.get("hostName") or properties.get("serviceOperationsHostName") or "").lower(),
        properties,
    )


def _allows(permission: Mapping[str, Any], action: str) -> bool:
    def among(name: str) -> bool:
        return any(fnmatchcase(action.lower(), str(each).lower()) for each in permission.get(name) or ())

    return among("dataActions") and not among("notDataActions")


def _error(answer: Answer) -> ArmError:
    """The error in an answer, in whichever shape it came."""
    try:
        error = json.loads(answer.body).get("error") or {}
        return ArmError(answer.status, str(error.get("code") or ""), str(error.get("message") or answer.words))
    except (ValueError, AttributeError, RecursionError):
        return ArmError(answer.status, "", f"HTTP {answer.status}: {answer.words}")
