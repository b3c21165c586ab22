"""Azure's resource manager: which services there are, the keys of their policies, and any other resource by its id."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

from azext_iotdiag.clients import answers
from azext_iotdiag.clients.answers import part
from azext_iotdiag.clients.deadlines import Deadlines
from azext_iotdiag.clients.http import Http, HttpAnswer
from azext_iotdiag.clients.paging import Pages
from azext_iotdiag.clients.paths import segment, whole
from azext_iotdiag.model import json_depth
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
_CALLER = re.compile(r"with object id '([0-9a-fA-F-]{36})'")


def is_of(id_: str, type_: str) -> bool:
    """Whether this is the id of a resource of this type."""
    return f"/{type_.lower()}/" in id_.lower()


class ArmError(Exception):
    """What the resource manager says of a request that it refuses: `code` such as AuthorizationFailed.

    `action` and `scope` are what the caller may not do, where it says that, and `caller` is the caller's object id.
    """

    def __init__(self, status: int, code: str, message: str):
        super().__init__(f"{code}: {message}" if code else message)
        self.status = status
        self.code = code
        self.message = message
        denied = _DENIED.search(message)
        self.action, self.scope = (denied[1], denied[2]) if denied else ("", "")
        caller = _CALLER.search(message)
        self.caller = caller[1].lower() if caller else ""


@dataclass(frozen=True)
class Service:
    """A hub, or a provisioning service, as the resource manager knows it; `properties` are all that it shows.

    What is asked of them has a property of its own here, of a type that can be relied on.
    """

    id: str
    name: str
    group: str
    host: str
    properties: Mapping[str, Any]

    @property
    def is_dps(self) -> bool:
        """Whether it is a provisioning service."""
        return is_of(self.id, DPS_TYPE)

    @property
    def local_auth(self) -> bool:
        """Whether shared access policies open it."""
        return self.properties.get("disableLocalAuth") is not True

    @property
    def is_private(self) -> bool:
        """Whether only private endpoints let clients in."""
        return self.properties.get("publicNetworkAccess") == "Disabled"

    @property
    def lets_in(self) -> int | None:
        """How many address ranges the network rules of a hub let in; None where they do not keep others out."""
        rules = part(self.properties, "networkRuleSets")
        return len(_list(rules.get("ipRules"))) if rules.get("defaultAction") == "Deny" else None

    @property
    def rules_cover_messages(self) -> bool:
        """Whether the network rules of a hub hold for its built-in endpoint, too."""
        return part(self.properties, "networkRuleSets").get("applyToBuiltInEventHubEndpoint") is True

    @property
    def has_ip_filter(self) -> bool:
        """Whether a provisioning service has rules for addresses."""
        return bool(_list(self.properties.get("ipFilterRules")))


class Application(NamedTuple):
    """An IoT Central application: its id in the resource manager, its subdomain, and all its names in lower case."""

    id: str
    subdomain: str
    names: frozenset[str]

    @property
    def group(self) -> str:
        """Its resource group."""
        parts = self.id.split("/")
        return parts[4] if len(parts) > 4 else ""


@dataclass(frozen=True)
class Policy:
    """A shared access policy with its primary key, and with its secondary one where the answer held that."""

    name: str
    rights: frozenset[str]
    key: Secret
    secondary: Secret | None = None


class Arm:
    """The resource manager at an endpoint (a URL). Its methods raise ArmError and StepFailed.

    `token` gives an access token for it, and is asked before each request. `deadlines` are those of each request.
    `http` makes the client of its host.
    """

    def __init__(
        self,
        endpoint: str,
        token: Callable[[], str],
        deadlines: Deadlines | None = None,
        http: Callable[..., Http] = Http,
    ):
        self._token = token
        self.host = urlsplit(endpoint).hostname or ""
        self._http = http(self.host, deadlines=deadlines)

    def hubs(self, subscription: str, group: str = "") -> list[Service]:
        """The hubs of a subscription, or of a resource group in it."""
        within = f"/resourceGroups/{segment(group)}" if group else ""
        path = f"/subscriptions/{subscription}{within}/providers/{HUB_TYPE}"
        return self._services(path, HUB_VERSION, "the list of IoT hubs")

    def provisioning_services(self, subscription: str, group: str = "") -> list[Service]:
        """The Device Provisioning Services of a subscription, or of a resource group in it."""
        within = f"/resourceGroups/{segment(group)}" if group else ""
        path = f"/subscriptions/{subscription}{within}/providers/{DPS_TYPE}"
        return self._services(path, DPS_VERSION, "the list of provisioning services")

    def central_apps(self, subscription: str) -> list[Application]:
        """The IoT Central applications of a subscription."""
        path = f"/subscriptions/{subscription}/providers/{CENTRAL_TYPE}"
        rows = self._rows(path, CENTRAL_VERSION, "the list of IoT Central applications")
        called = []
        for row in rows:
            inner = part(row, "properties")
            names = (row.get("name"), inner.get("applicationId"), inner.get("subdomain"))
            subdomain = str(inner.get("subdomain") or row.get("name") or "")
            called.append(
                Application(str(row.get("id") or ""), subdomain, frozenset(str(name).lower() for name in names if name))
            )
        return called

    def policies(self, service: Service) -> list[Policy]:
        """The policies of a service, with their keys."""
        return self.keys(service.id, DPS_VERSION if service.is_dps else HUB_VERSION, f"the keys of {service.name}")

    def keys(self, id_: str, version: str, step: str) -> list[Policy]:
        """The same of a service of which only the id is known."""
        reader = answers.AnswerReader(self._http, step, secret=True)
        rows = self._rows(f"{whole(id_)}/listkeys", version, step, method="POST", secret=True)
        return [
            Policy(
                reader.text(row, "keyName"),
                frozenset(right.strip() for right in reader.text(row, "rights").split(",")),
                reader.key(row, "primaryKey"),
                reader.key(row, "secondaryKey") if row.get("secondaryKey") else None,
            )
            for row in rows
        ]

    def consumer_groups(self, hub: Service) -> list[str]:
        """The names of the consumer groups of a hub's built-in endpoint."""
        path = f"{whole(hub.id)}/eventHubEndpoints/events/ConsumerGroups"
        step = f"the consumer groups of {hub.name}"
        reader = answers.AnswerReader(self._http, step)
        return [reader.text(row, "name") for row in self._rows(path, HUB_VERSION, step)]

    def lacking(self, service: Service, actions: Iterable[str]) -> list[str]:
        """Which of these data actions, such as Microsoft.Devices/IotHubs/devices/read, no role of the caller allows."""
        path = f"{whole(service.id)}/providers/Microsoft.Authorization/permissions"
        rows = [*self._rows(path, PERMISSIONS_VERSION, f"your rights at {service.name}")]
        return [action for action in actions if not any(_allows(row, action) for row in rows)]

    def resource(self, id_: str, version: str, query: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Any resource by its id, or what belongs to one, as the api-version `version` shows it."""
        step = f"the resource {id_.rpartition('/')[2]}"
        more = "".join(f"&{name}={quote(value, safe='')}" for name, value in (query or {}).items())
        answer = self._ask("GET", f"{whole(id_)}?api-version={version}{more}", step)
        return answers.AnswerReader(self._http, step).object(answer)

    def rows(self, path: str, version: str, step: str, filter_: str = "") -> Iterator[dict[str, Any]]:
        """The rows of any list, page by page; `filter_` is its $filter. `step` says what is waited for."""
        return self._rows(path, version, step, query=f"&$filter={quote(filter_)}" if filter_ else "")

    def post(self, path: str, version: str, step: str, body: dict[str, Any]) -> HttpAnswer:
        """The answer to a question that is asked by POST, and that changes nothing."""
        return self._ask("POST", f"{path}?api-version={version}", step, json.dumps(body).encode())

    def change(self, method: str, id_: str, version: str, body: Mapping[str, Any] | None = None) -> None:
        """Make, replace or delete what belongs to a resource, by PUT or DELETE."""
        step = f"the change of {id_.rpartition('/')[2]}"
        sent = json.dumps(body).encode() if body is not None else b""
        self._ask(method, f"{whole(id_)}?api-version={version}", step, sent)

    def reader(self, step: str) -> answers.AnswerReader:
        """What reads an answer of `post`."""
        return answers.AnswerReader(self._http, step)

    def close(self) -> None:
        """Let go of the connection."""
        self._http.close()

    def _services(self, path: str, version: str, step: str) -> list[Service]:
        reader = answers.AnswerReader(self._http, step)
        return [_service(row, reader) for row in self._rows(path, version, step)]

    def _rows(
        self, path: str, version: str, step: str, method: str = "GET", *, secret: bool = False, query: str = ""
    ) -> Iterator[dict[str, Any]]:
        target = f"{path}?api-version={version}{query}"
        pages, reader = Pages(self._http, step, most=_PAGES), answers.AnswerReader(self._http, step, secret=secret)
        while target:
            page = reader.object(self._ask(method, target, step))
            rows = reader.rows(page.get("value"))
            yield from rows
            target = pages.link(page.get("nextLink"), target, len(rows))  # the token is for this host alone

    def _ask(self, method: str, target: str, step: str, body: bytes = b"") -> HttpAnswer:
        headers = {"Authorization": f"Bearer {self._token()}", "Content-Type": "application/json"}
        answer = self._http.request(method, target, step, headers=headers, body=body)
        answers.AnswerReader(self._http, step).refuse_redirect(answer)
        if answer.status >= 400:
            raise _error(answer)
        return answer


def _service(row: dict[str, Any], reader: answers.AnswerReader) -> Service:
    properties = part(row, "properties")
    id_ = reader.text(row, "id")
    parts = id_.split("/")
    hosts = (properties.get(name) for name in ("hostName", "serviceOperationsHostName"))
    host = next((each for each in hosts if isinstance(each, str)), "")
    return Service(id_, reader.text(row, "name"), parts[4] if len(parts) > 4 else "", host.lower(), properties)


def _allows(permission: Mapping[str, Any], action: str) -> bool:
    def among(name: str) -> bool:
        return any(fnmatchcase(action.lower(), str(each).lower()) for each in _list(permission.get(name)))

    return among("dataActions") and not among("notDataActions")


def _error(answer: HttpAnswer) -> ArmError:
    """The error in an answer, in whichever shape it came."""
    told: Any = None
    with suppress(ValueError):
        told = json_depth.loads(answer.body)
    if not isinstance(told, dict):
        return ArmError(answer.status, "", f"HTTP {answer.status}: {answer.words}")
    error = part(told, "error")
    code, message = (each if isinstance(each := error.get(name), str) else "" for name in ("code", "message"))
    return ArmError(answer.status, code, message or answer.words)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
