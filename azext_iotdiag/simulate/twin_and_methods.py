"""What a device does beside sending: it reports its twin, answers desired changes and methods, and takes messages."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import unquote

from azext_iotdiag.model import json_depth
from azext_iotdiag.model.failure import Failure, Kind, StepFailed
from azext_iotdiag.simulate.device import SUBSCRIPTION, DeviceConnection

TWIN_ANSWERS = "$iothub/twin/res/"
DESIRED = "$iothub/twin/PATCH/properties/desired/"
METHODS = "$iothub/methods/POST/"
TWIN_STEP = "the answer to the request for the twin"
REPORT_STEP = "the answer to the report of properties"
LONGEST_SHOWN = 200  # characters of a payload

_METHOD = re.compile(r"\$iothub/methods/POST/([^/]+)/\?\$rid=(.*)")
_TWIN_ANSWER = re.compile(r"\$iothub/twin/res/([0-9]{1,4})/\?(.*)")
_DONE = 200  # the status of HTTP with which a desired property is acknowledged


class Reply(NamedTuple):
    """What a direct method is answered with; ECHO as the payload stands for that of the call."""

    status: int
    payload: Any


ECHO = object()


class Answers(NamedTuple):
    """What direct methods are answered with: by name, and otherwise."""

    by_name: Mapping[str, Reply] = MappingProxyType({})
    otherwise: Reply = Reply(200, ECHO)

    def to(self, method: str, payload: Any) -> Reply:
        """The answer to a call."""
        found = self.by_name.get(method, self.otherwise)
        return Reply(found.status, payload) if found.payload is ECHO else found


@dataclass
class TwinAndMethods:
    """One device's, over as many connections as it takes. Counts what it answered; `failures` are of its twin.

    `path` is where the device stands below the hub's host. `reported` is what it reports when it connects. `say` hears
    what happens, in words that may hold what others chose.
    """

    path: str
    answers: Answers
    reported: Mapping[str, Any]
    say: Callable[[str], None]
    methods: int = 0
    desired: int = 0
    messages: int = 0
    failures: list[Failure] = field(default_factory=list)
    silent: bool = False  # after the hub did not take it
    _waiting: dict[str, tuple[int, bytes] | None] = field(default_factory=dict)  # answers of the twin, by request
    _connection: DeviceConnection | None = None

    def opening(self, connect: Callable[[float], DeviceConnection]) -> Callable[[float], DeviceConnection]:
        """A function that connects as `connect` does, and begins to talk.

        A hub that closes the connection because of that (one of the basic tier has neither twins nor methods) gets
        telemetry alone.
        """

        def open_(now: float) -> DeviceConnection:
            connection = connect(now)
            self.say("Connected.")
            if self.silent:
                return connection
            try:
                self.begin(connection)
            except StepFailed as failed:
                if failed.failure.kind is not Kind.DROPPED or failed.failure.step != SUBSCRIPTION:
                    connection.close()
                    raise
                self.silent = True
                self.say("The hub closed the connection at the subscription to methods, twin and messages; "
                         "going on with telemetry alone.")  # fmt: skip
                connection = connect(now)
            return connection

        return open_

    def begin(self, connection: DeviceConnection) -> None:
        """Subscribe, read the twin, and report. Raises StepFailed where the subscriptions do not come about.

        What the twin answers with an error is said and kept: telemetry goes on without it.
        """
        self._connection = connection
        connection.on_message = self._take
        bound = f"{self.path}/messages/devicebound/#"
        filters = [f"{METHODS}#", f"{TWIN_ANSWERS}#", f"{DESIRED}#", *([] if "/modules/" in self.path else [bound])]
        refused = [
            name for name, granted in zip(filters, connection.subscribe(filters), strict=True)
            if not granted
        ]  # fmt: skip
        if refused:
            self.say(f"The hub refuses the subscription to {', '.join(refused)}.")
        if any(name.startswith(TWIN_ANSWERS) for name in refused):
            return
        twin = self._ask(connection, "$iothub/twin/GET/?$rid={}", b"", TWIN_STEP)
        if twin is None:
            return
        document = read_object(twin)
        desired, reported = _part(document, "desired"), _part(document, "reported")
        self.say(f"Twin read: desired properties of version {desired.get('$version')}.")
        try:
            body = json.dumps({**acknowledgements(desired, reported), **self.reported}).encode()
        except RecursionError:
            self.say("The desired properties are nested too deeply to be answered.")
            body = json.dumps(self.reported).encode()
        if body != b"{}":
            self._report(connection, body)

    def _report(self, connection: DeviceConnection, body: bytes) -> None:
        if self._ask(connection, "$iothub/twin/PATCH/properties/reported/?$rid={}", body, REPORT_STEP) is not None:
            self.say(f"Reported: {shown(body)}")

    def _ask(self, connection: DeviceConnection, topic: str, body: bytes, step: str) -> bytes | None:
        """The twin's answer; None where it was an error or none."""
        request = uuid.uuid4().hex
        self._waiting[request] = None
        connection.say(topic.format(request), body)
        connection.attend(lambda: self._waiting[request] is not None, connection.step)
        answer = self._waiting.pop(request)
        if answer is not None and answer[0] < 300:
            return answer[1]
        if answer is not None:
            self._fail(connection, Kind.REFUSED, step, shown(answer[1]), f"twin:{answer[0]}")
        elif connection.lost:
            self._fail(connection, Kind.DROPPED, step, "the hub closed the connection")
        else:
            self._fail(connection, Kind.SILENT, step, "nothing came")
        return None

    def _fail(self, connection: DeviceConnection, kind: Kind, step: str, said: str, condition: str = "") -> None:
        failure = connection.failed(kind, step, said, condition).failure
        self.failures.append(failure)
        self.say(f"{step} failed: {', '.join(part for part in (condition, said) if part)}.".capitalize())

    def _take(self, topic: str, payload: bytes) -> None:
        try:
            self._understand(topic, payload)
        except RecursionError:
            self.say("What the hub sent is nested too deeply to be answered.")

    def _understand(self, topic: str, payload: bytes) -> None:
        if found := _TWIN_ANSWER.fullmatch(topic):
            request = _parameter(found[2], "$rid")
            if request in self._waiting:
                self._waiting[request] = (int(found[1]), payload)
        elif found := _METHOD.fullmatch(topic):
            self._answer(unquote(found[1]), found[2], payload)
        elif topic.startswith(DESIRED):
            self._acknowledge(payload)
        else:
            self.messages += 1
            self.say(
                f"Message from the cloud: {shown(payload)} ({len(payload)} bytes); acknowledged, which settles it."
            )

    def _answer(self, method: str, request: str, payload: bytes) -> None:
        try:
            asked = json_depth.loads(payload) if payload else None
        except ValueError:
            asked = None
        reply = self.answers.to(method, asked)
        body = json.dumps(reply.payload).encode()
        assert self._connection is not None
        try:
            self._connection.say(f"$iothub/methods/res/{reply.status}/?$rid={request}", body)
        except ValueError:
            self.say(f"Method {method} called, and not answered: its request id {request!r} can be in no topic.")
            return
        self.methods += 1
        self.say(f"Method {method} called with {shown(payload)}; answered {reply.status} with {shown(body)}.")

    def _acknowledge(self, payload: bytes) -> None:
        desired = read_object(payload)
        self.desired += 1
        patch = acknowledgements(desired, {})
        self.say(f"Desired properties changed to version {desired.get('$version')}: {shown(payload)}.")
        if patch and self._connection is not None:  # no wait here: this is called while another caller waits
            body = json.dumps(patch).encode()
            self._connection.say(f"$iothub/twin/PATCH/properties/reported/?$rid={uuid.uuid4().hex}", body)
            self.say(f"Acknowledged: {shown(body)}")


def acknowledgements(desired: Mapping[str, Any], reported: Mapping[str, Any]) -> dict[str, Any]:
    """What a plug and play device reports of the desired properties that it has not yet acknowledged.

    https://learn.microsoft.com/azure/iot/concepts-convention#writable-properties
    """
    return _acknowledged(desired, reported, desired.get("$version"))


def _acknowledged(desired: Mapping[str, Any], reported: Mapping[str, Any], version: Any) -> dict[str, Any]:
    patch: dict[str, Any] = {}
    for name, value in desired.items():
        before = reported.get(name)
        before = before if isinstance(before, dict) else {}
        if name.startswith("$") or name == "__t" or value is None:
            continue
        if isinstance(value, dict) and value.get("__t") == "c":
            inner = _acknowledged(value, before, version)
            if inner:
                patch[name] = {"__t": "c", **inner}
        elif "ac" not in before or before.get("value") != value:
            patch[name] = {"value": value, "ac": _DONE, "av": version}
    return patch


def read_object(payload: bytes) -> dict[str, Any]:
    """A JSON object that the hub sent; an empty one where it sent something else."""
    try:
        data = json_depth.loads(payload)
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}


def shown(payload: bytes) -> str:
    """The beginning of a payload, for people."""
    text = payload[: 4 * LONGEST_SHOWN].decode("utf-8", "replace")
    if not text:
        return "nothing"
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"


def _part(document: Mapping[str, Any], name: str) -> dict[str, Any]:
    part = document.get(name)
    return part if isinstance(part, dict) else {}


def _parameter(query: str, name: str) -> str:
    pairs = (pair.partition("=") for pair in query.split("&"))
    return next((value for key, _, value in pairs if key == name), "")
