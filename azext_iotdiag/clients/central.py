"""The HTTP interface of an IoT Central application, as far as it is asked here: devices, templates, properties, and
tokens for the event streams of the hubs behind it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from azext_iotdiag.clients import answers
from azext_iotdiag.clients.connections import Connections
from azext_iotdiag.clients.deadlines import Deadlines, usual
from azext_iotdiag.clients.http import Http, HttpAnswer
from azext_iotdiag.clients.paging import Pages
from azext_iotdiag.clients.paths import segment
from azext_iotdiag.credential import sas
from azext_iotdiag.model import json_depth
from azext_iotdiag.model.failure import Kind
from azext_iotdiag.model.target import Secret, Target

# https://learn.microsoft.com/rest/api/iotcentral/versions
API_VERSION = "2022-07-31"
PAGE = 100  # rows, the most that the service gives
PACE_SECONDS = 0.1  # from one request to the next: half of the 20 a second that an application grants to all callers
# What azure-iot asks, and no page documents.
# https://github.com/Azure/azure-iot-cli-extension/blob/dev/azext_iot/common/_azure.py
EVENT_TOKENS = "/system/iothubs/generateEventSasTokens"
DEFAULT_TOKEN_SECONDS = 60  # where a token does not tell its end

_KINDS = {400: Kind.REFUSED, 401: Kind.UNAUTHORIZED, 403: Kind.UNAUTHORIZED, 404: Kind.MISSING}


class Backing(NamedTuple):
    """The stream of a hub behind an application, and what opens it until `expires` (seconds since 1970)."""

    hub: str
    host: str
    entity: str
    token: Secret
    expires: float


class Central:
    """An application. Everything may raise StepFailed. For one thread.

    `said` hears of pauses, and `patience` is how many seconds an application that is busy is given, as for Http.
    `deadlines` are those of each request, `connections` what other clients left.
    """

    def __init__(
        self,
        target: Target,
        said: Callable[[str, float], None] = lambda why, seconds: None,
        patience: float | None = None,
        deadlines: Deadlines | None = None,
        connections: Connections | None = None,
    ):
        assert target.authorization is not None
        self._authorization = target.authorization
        deadlines = deadlines or usual()
        self._http = Http(target.app, said=said, deadlines=deadlines, connections=connections)
        self._patience = patience
        self._clock = deadlines.clock
        self._next = 0.0

    def devices(self) -> Iterator[dict[str, Any]]:
        """All devices that the caller may see, page by page."""
        path = f"/api/devices?api-version={API_VERSION}&maxpagesize={PAGE}"
        step = "the list of devices"
        pages, reader = Pages(self._http, step), answers.AnswerReader(self._http, step)
        while path:
            page = self._object("GET", path, step)
            rows = reader.rows(page.get("value"))
            yield from rows
            path = pages.link(page.get("nextLink"), path, len(rows))

    def device(self, device: str) -> dict[str, Any]:
        """A device: its name, its template, whether it is provisioned and enabled."""
        return self._object("GET", _api("devices", device), "the device")

    def credentials(self, device: str) -> dict[str, Any]:
        """What a device signs in with. Its keys are in it: not to be shown."""
        return self._object("GET", _api("devices", device, "credentials"), "the device's credentials", secret=True)

    def attestation(self, device: str) -> dict[str, Any]:
        """How a device's own enrollment has it prove who it is, keys included. MISSING where it comes by a group."""
        return self._object("GET", _api("devices", device, "attestation"), "the device's attestation", secret=True)

    def change_device(self, device: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Change these fields of a device, such as `enabled` or `template`, and return it.

        https://learn.microsoft.com/rest/api/iotcentral/2022-07-31dataplane/devices/update
        """
        step = "the change of the device"
        reader = answers.AnswerReader(self._http, step)
        told = reader.object(self._ask("PATCH", _api("devices", device), step, dict(fields)))
        if told.get("id") != device or any(told.get(name) != value for name, value in fields.items()):
            raise reader.wrong("the answer does not show the change")
        return told

    def template(self, template: str) -> dict[str, Any]:
        """A device template."""
        return self._object("GET", _api("deviceTemplates", template), "the device template")

    def properties(self, device: str) -> dict[str, Any]:
        """A device's properties, as it reported them and as they are to be."""
        return self._object("GET", _api("devices", device, "properties"), "the device's properties")

    def event_tokens(self, now: float) -> list[Backing]:
        """What opens the event stream of each hub behind the application. `now` is in seconds since 1970."""
        step = "the tokens of the event streams"
        data = self._object("POST", EVENT_TOKENS, step, secret=True)
        try:
            found = [_backing(hub, each, now) for hub, each in data.items()]
        except (KeyError, TypeError, AttributeError, sas.MalformedToken):  # its text may hold a piece of a token
            raise self._http.failed(Kind.NOT_HTTP, step, "the answer is not what it is known to be") from None
        if not found:
            raise self._http.failed(Kind.MISSING, step, "the application names no hub")
        return found

    def close(self) -> None:
        """Let go of the connection."""
        self._http.close()

    def _object(self, method: str, path: str, step: str, *, secret: bool = False) -> dict[str, Any]:
        return answers.AnswerReader(self._http, step, secret=secret).object(self._ask(method, path, step))

    def _ask(self, method: str, path: str, step: str, data: Any = None) -> HttpAnswer:
        if (wait := self._next - self._clock.monotonic()) > 0:
            self._clock.sleep(wait)
        self._next = self._clock.monotonic() + PACE_SECONDS
        headers = {"Authorization": self._authorization().reveal()}
        headers |= {} if data is None else {"Content-Type": "application/json"}
        body = b"" if data is None else json.dumps(data).encode()
        answer = self._http.request(method, path, step, headers=headers, body=body, patience=self._patience)
        answers.AnswerReader(self._http, step).refuse_redirect(answer)
        if answer.status >= 300:
            code, message = read_error(answer)
            busy = Kind.BUSY if answer.status in (408, 429) or answer.status >= 500 else Kind.REFUSED
            condition = f"http:{answer.status}"
            said = f"{code}: {message}" if code and code != str(answer.status) else message
            raise self._http.failed(_KINDS.get(answer.status, busy), step, said, condition)
        return answer


def read_error(answer: HttpAnswer) -> tuple[str, str]:
    """The code and the words of a refusal, in either of the forms that applications are known to use."""
    data: Any = None
    with suppress(ValueError):
        data = json_depth.loads(answer.body)
    if not isinstance(data, dict):
        return "", answer.words or f"HTTP {answer.status}"
    error = data.get("error")
    told = error if isinstance(error, dict) else data
    number = f" (request {told['requestId']})" if told.get("requestId") else ""
    return str(told.get("code") or ""), " ".join(str(told.get("message") or answer.words).split()) + number


def _backing(hub: str, given: dict[str, Any], now: float) -> Backing:
    told = given["eventhubSasToken"]
    host, token = str(told["hostname"]), str(told["sasToken"])
    host = (urlsplit(host).hostname or "") if "://" in host else host.partition("/")[0].partition(":")[0]
    if not host:
        raise KeyError("hostname")
    expires = sas.read(token).expires
    return Backing(hub, host, str(told["entityPath"]), Secret(token), expires or now + DEFAULT_TOKEN_SECONDS)


def _api(*parts: str) -> str:
    return f"/api/{'/'.join(segment(part) for part in parts)}?api-version={API_VERSION}"
