"""The REST API of an IoT hub, as far as it is asked here: queries, twins and identities."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any, NamedTuple

from azext_iotdiag.clients import answers
from azext_iotdiag.clients.connections import Connections
from azext_iotdiag.clients.deadlines import Deadlines, usual
from azext_iotdiag.clients.http import Http, HttpAnswer
from azext_iotdiag.clients.paging import Pages
from azext_iotdiag.clients.paths import segment
from azext_iotdiag.credential import sas
from azext_iotdiag.model import json_depth
from azext_iotdiag.model.failure import Kind, StepFailed
from azext_iotdiag.model.method import MethodCall
from azext_iotdiag.model.target import Secret, Target

# https://learn.microsoft.com/rest/api/iothub/service/devices
API_VERSION = "2021-04-12"
TOKEN_SECONDS = 3600
PAGE = 1000  # rows; the service has the last word
MOST_CONFIGURATIONS = 100  # that a hub can have
CHANGE = "the change of the desired properties"
PRECONDITION_FAILED = ("PreconditionFailed", "412001", "http:412")
NOT_IN_TIER = ("OperationNotAvailableInCurrentTier", "403010")
NO_SUCH_DEVICE = ("DeviceNotFound", "404001")
_EXISTS = ("DeviceAlreadyExists", "409001", "http:409")

_QUERY = "the answer to the query"
_KINDS = {400: Kind.REFUSED, 401: Kind.UNAUTHORIZED, 403: Kind.UNAUTHORIZED, 404: Kind.MISSING}
_PASSED_ON = re.compile(rb'\s*\{\s*"status"\s*:\s*(-?\d{1,9})\s*,\s*"payload"\s*:\s*(.*)\}\s*', re.DOTALL)
_NAMED = re.compile(r"ErrorCode:\s*([A-Za-z0-9]+)\s*;?(.*)", re.DOTALL)


class HubError(NamedTuple):
    """What the hub says of a request that it refuses. `code` is its name or six digits, empty where it gave none."""

    code: str
    message: str
    tracking: str = ""

    def __str__(self) -> str:
        return " ".join(self.message.split()) + (f" ({self.tracking})" if self.tracking else "")


class Called(NamedTuple):
    """What a hub answers to the call of a method: `told` where the device answered, and `refused` where it did not.

    `connecting` and `answering` are seconds: until TLS was up, and from then on until the answer. `text` is the
    device's payload where it is no JSON, and `told` then holds its status alone.
    """

    http: int
    told: dict[str, Any]
    refused: HubError | None
    connecting: float
    answering: float
    text: str | None = None


class Hub:
    """A hub's REST API, with the key of one of its policies or with az's login. Everything may raise StepFailed.

    Where the hub refuses the target, `target.instead` is asked once for another, and the request goes out again.
    `now` gives seconds since 1970, for the tokens. `said` hears of pauses, and `patience` is how many seconds a hub
    that is busy is given, as for Http. `deadlines` are those of each request, `connections` what other clients left.
    """

    def __init__(
        self,
        target: Target,
        now: Callable[[], float],
        said: Callable[[str, float], None] = lambda why, seconds: None,
        patience: float | None = None,
        deadlines: Deadlines | None = None,
        connections: Connections | None = None,
    ):
        self._target = target
        self._patience = patience
        self._deadlines = deadlines or usual()
        self._now = now
        self._http = Http(target.hub, said=said, deadlines=deadlines, connections=connections)
        self._token, self._renew_at = "", 0.0

    def query(self, text: str) -> Iterator[list[dict[str, Any]]]:
        """The rows of a query, page by page."""
        token, pages = "", self.pages()
        while True:
            rows, token = self.page(text, pages, token)
            yield rows
            if not token:
                return

    def pages(self) -> Pages:
        """What looks after the pages of one query, for `page`."""
        return Pages(self._http, _QUERY)

    def page(self, text: str, pages: Pages, token: str = "") -> tuple[list[dict[str, Any]], str]:
        """One page of a query's rows, and the token of the next; empty at the end."""
        headers = {"x-ms-max-item-count": str(PAGE), **({"x-ms-continuation": token} if token else {})}
        answer = self._ask("POST", "/devices/query", _QUERY, {"query": text}, headers)
        reader = answers.AnswerReader(self._http, _QUERY)
        rows = reader.rows(reader.value(answer))
        return rows, pages.continuation(answer.headers.get("x-ms-continuation", ""), len(rows))

    def statistics(self) -> dict[str, Any]:
        """How many devices the hub has, enabled and disabled. Needs the right RegistryRead."""
        return self._object("GET", "/statistics/devices", "the statistics of devices")

    def configurations(self) -> list[dict[str, Any]]:
        """The automatic configurations and deployments, up to 100. Needs the right RegistryRead."""
        step = "the automatic configurations"
        answer = self._ask("GET", f"/configurations?top={MOST_CONFIGURATIONS}", step)
        reader = answers.AnswerReader(self._http, step)
        return reader.rows(reader.value(answer))

    def twin(self, device: str, module: str = "") -> dict[str, Any]:
        """A device's twin, or a module's, which needs the right ServiceConnect."""
        return self._object("GET", _twin_path(device, module), "the device's twin")

    def change_desired(self, device: str, module: str, patch: dict[str, Any], etag: str) -> dict[str, Any]:
        """Change desired properties, if the twin's etag is still this one, and return the twin. Needs ServiceConnect.

        In the patch null removes a property, and objects merge.
        """
        data = {"properties": {"desired": patch}}
        answer = self._ask(
            "PATCH", _twin_path(device, module), CHANGE, data, {"If-Match": f'"{etag}"' if etag else "*"}
        )
        return answers.AnswerReader(self._http, CHANGE).object(answer)

    def device(self, device: str) -> dict[str, Any]:
        """A device's identity, which needs the right RegistryRead. Its keys are in it, and must not be shown."""
        return self._identity(f"/devices/{segment(device)}", "the device's identity")

    def identities(self) -> list[dict[str, Any]]:
        """Up to 1,000 identities; as for `device`. The hub picks them, and gives no next page."""
        step = "the identities of the hub"
        reader = answers.AnswerReader(self._http, step, secret=True)
        return reader.rows(reader.value(self._ask("GET", f"/devices?top={PAGE}", step)))

    def module(self, device: str, module: str) -> dict[str, Any]:
        """A module's identity; as for `device`."""
        path = f"/devices/{segment(device)}/modules/{segment(module)}"
        return self._identity(path, "the module's identity")

    def create_device(self, device: str, key: Secret, why: str = "", secondary: Secret | None = None) -> None:
        """Make an identity with a key of ours, which needs the right RegistryWrite; `why` stands in its statusReason.

        Without a `secondary` key both are the same. A hub that answered too late is asked again, so that it may find
        the identity made: by us, for it has our key.
        """
        key_text = {"primaryKey": key.reveal(), "secondaryKey": (secondary or key).reveal()}
        data = {
            "deviceId": device,
            "status": "enabled",
            **({"statusReason": why} if why else {}),
            "authentication": {"type": "sas", "symmetricKey": key_text},
        }
        path, step = f"/devices/{segment(device)}", "the making of an identity"
        reader = answers.AnswerReader(self._http, step, secret=True)
        try:
            if reader.object(self._ask("PUT", path, step, data)).get("deviceId") != device:
                raise reader.wrong("the answer names another device")
        except StepFailed as failed:
            told = self.device(device) if failed.failure.condition in _EXISTS else {}
            if answers.part(told, "authentication", "symmetricKey").get("primaryKey") != key.reveal():
                raise

    def delete_device(self, device: str, etag: str = "") -> bool:
        """Delete an identity, which needs the right RegistryWrite; False where there is none (any more).

        With an `etag` only where the identity still has this one.
        """
        path, match = f"/devices/{segment(device)}", f'"{etag}"' if etag else "*"
        try:
            self._ask("DELETE", path, "the deletion of an identity", headers={"If-Match": match})
        except StepFailed as failed:
            if failed.failure.kind is Kind.MISSING and failed.failure.condition in NO_SUCH_DEVICE:
                return False
            raise
        return True

    def replace_identity(self, device: str, module: str, identity: dict[str, Any], etag: str) -> None:
        """Write a device's or a module's identity, if its etag is still this one. Needs RegistryWrite."""
        path = f"/devices/{segment(device)}" + (f"/modules/{segment(module)}" if module else "")
        self._ask("PUT", path, "the answer to the change", identity, {"If-Match": f'"{etag}"'})

    def call_method(self, device: str, module: str, call: MethodCall) -> Called:
        """Call a direct method, which needs the right ServiceConnect. A refusal of the hub is no failure here.

        The request is sent once, on a connection of its own. A device may have run a method whose answer was lost, so a
        second request could run it twice. Only after a 401 or 403 the request goes out again, with another credential.
        """
        called = self._call_once(device, module, call)
        if called.http in (401, 403) and (other := self._instead()) is not None:
            self._target = other
            called = self._call_once(device, module, call)
        return called

    def _call_once(self, device: str, module: str, call: MethodCall) -> Called:
        step, clock = "the answer to the call of the method", self._deadlines.clock
        path = _twin_path(device, module) + "/methods"
        data = {
            "methodName": call.name,
            "payload": call.payload,
            "responseTimeoutInSeconds": call.response_seconds,
            "connectTimeoutInSeconds": call.connect_seconds,
        }
        headers, body = self._written(data)
        seconds = call.seconds + self._deadlines.request  # what the hub waits for the device comes on top
        http = Http(self._target.hub, deadlines=self._deadlines.for_one_try(seconds))
        begun = clock.monotonic()
        try:
            answer = http.request("POST", _versioned(path), step, headers=headers, body=body, patience=0.0)
            took = clock.monotonic() - begun
            reader = answers.AnswerReader(http, step)
            reader.refuse_redirect(answer)
            refused = read_error(answer) if answer.status >= 300 else None
            told, text = ({}, None) if refused else _answered(reader, answer)
            waited = max(took - http.connecting, 0.0)
            return Called(answer.status, told, refused, http.connecting, waited, text)
        finally:
            http.close()

    def close(self) -> None:
        """Let go of the connection."""
        self._http.close()

    def _object(self, method: str, path: str, step: str) -> dict[str, Any]:
        return answers.AnswerReader(self._http, step).object(self._ask(method, path, step))

    def _identity(self, path: str, step: str) -> dict[str, Any]:
        reader = answers.AnswerReader(self._http, step, secret=True)
        told = reader.object(self._ask("GET", path, step))
        reader.judge_keys(answers.part(told, "authentication", "symmetricKey"))
        return told

    def _ask(
        self, method: str, path: str, step: str, data: Any = None, headers: dict[str, str] | None = None
    ) -> HttpAnswer:
        answer = self._send(method, path, step, data, headers or {})
        if answer.status in (401, 403) and (other := self._instead()) is not None:
            self._target = other
            answer = self._send(method, path, step, data, headers or {})
        answers.AnswerReader(self._http, step).refuse_redirect(answer)
        if answer.status >= 300:
            refused = read_error(answer)
            busy = Kind.BUSY if answer.status in (408, 429) or answer.status >= 500 else Kind.REFUSED
            raise self._http.failed(
                _KINDS.get(answer.status, busy), step, str(refused), refused.code or f"http:{answer.status}"
            )
        return answer

    def _instead(self) -> Target | None:
        """What opens the hub where it refuses the target, asked for once; None where nothing does."""
        ask = self._target.instead
        self._target = replace(self._target, instead=None)
        return ask() if ask is not None else None

    def _send(self, method: str, path: str, step: str, data: Any, headers: dict[str, str]) -> HttpAnswer:
        own, body = self._written(data)
        return self._http.request(
            method, _versioned(path), step, headers={**own, **headers}, body=body, patience=self._patience
        )

    def _written(self, data: Any) -> tuple[dict[str, str], bytes]:
        """The headers of each request, and its body."""
        headers = {"Authorization": self._authorization(), "Content-Type": "application/json; charset=utf-8"}
        return headers, b"" if data is None else json.dumps(data).encode()

    def _authorization(self) -> str:
        now, target = self._now(), self._target
        if target.authorization is not None:
            return target.authorization().reveal()
        if now >= self._renew_at:
            assert target.credential is not None
            key = sas.iothub_key(target.credential.reveal())
            self._token = sas.sign(target.hub, key, int(now) + TOKEN_SECONDS, target.policy)
            self._renew_at = now + TOKEN_SECONDS / 2
        return self._token


def _answered(reader: answers.AnswerReader, answer: HttpAnswer) -> tuple[dict[str, Any], str | None]:
    """What a device answered to a method, and its text where that is no JSON.

    A hub puts the device's bytes into its own JSON and does not read them: Azure/azure-iot-sdk-c#1641.
    """
    with suppress(StepFailed):
        return reader.object(answer), None
    passed_on = _PASSED_ON.fullmatch(answer.body)
    if passed_on is None:
        return reader.object(answer), None
    return {"status": int(passed_on[1])}, passed_on[2].decode("utf-8", "backslashreplace")


def _twin_path(device: str, module: str = "") -> str:
    """Where the twin of a device or a module is."""
    return f"/twins/{segment(device)}" + (f"/modules/{segment(module)}" if module else "")


def _versioned(path: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}api-version={API_VERSION}"


def read_error(answer: HttpAnswer) -> HubError:
    """What the hub says in the body of a refusal, in whichever of the forms that hubs are known to use."""
    code = answer.headers.get("iothub-errorcode", "")
    try:
        data = json_depth.loads(answer.body)
    except ValueError:
        data = None
    if not isinstance(data, dict):
        return HubError(code, answer.words or f"HTTP {answer.status}")
    message, exception = data.get("Message"), data.get("ExceptionMessage")
    tracking = exception.strip() if isinstance(exception, str) else ""
    if isinstance(message, str) and message.lstrip().startswith("{"):
        with suppress(ValueError):  # a text that only begins with a brace is shown as it stands
            message = json_depth.loads(message)
    told = message if isinstance(message, dict) else data
    if "errorCode" in told:
        number = f"Tracking ID:{told['trackingId']}" if told.get("trackingId") else tracking
        return HubError(code or str(told["errorCode"]), str(told.get("message") or ""), number)
    if isinstance(data.get("error"), dict):  # as the management plane words it
        return HubError(code or str(data["error"].get("code") or ""), str(data["error"].get("message") or ""))
    text = message if isinstance(message, str) else answer.words
    named = _NAMED.match(text)
    return HubError(code or named[1], named[2].strip(), tracking) if named else HubError(code, text, tracking)
