"""What the routes of a hub make of one message: the device's newest one, or one that was given.

Azure tries the conditions. What the settings decide alone is not asked: a route that is off, and one without a
condition. https://learn.microsoft.com/rest/api/iothub/iot-hub-resource/test-all-routes
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from azext_iotdiag.clients.arm import Arm
from azext_iotdiag.model.event import Event
from azext_iotdiag.model.facts import Facts
from azext_iotdiag.model.failure import Kind, StepFailed
from azext_iotdiag.model.hub_settings import DEVICE_MESSAGES, HubSettings, Route
from azext_iotdiag.model.routing import (
    ConditionAnswers,
    RouteTrace,
    TracedMessage,
    Tracing,
    TriedMessage,
    to_try,
    traced,
)
from azext_iotdiag.probes import manager, newest_messages
from azext_iotdiag.probes.context import Context
from azext_iotdiag.probes.readings import objects, part, text

MOST_TRIED_ALONE = 30  # routes that do not match: each is a request more, which says why
_STEP = "the trial of the routes"
_LOCKED = "ScopeLocked"  # a read-only lock forbids every POST
_ACTION = re.compile(r"perform action '([^']+)' over scope '([^']+)'")
_SYSTEM = {  # the names of system properties in AMQP, and those of this API
    "content-type": "contentType",
    "content-encoding": "contentEncoding",
    "message-id": "messageId",
    "correlation-id": "correlationId",
    "user-id": "userId",
}
_TEXTS = {"utf-8": "utf-8", "utf-16": "utf-16", "utf-32": "utf-32", "": "utf-8"}


def measure(context: Context, end: float, facts: Facts) -> RouteTrace | None:
    """The trace; None where the hub holds no message of the device. Raises StepFailed."""
    fact = facts["hub_settings"]
    if fact.failure is not None:
        raise StepFailed(fact.failure)
    settings, tracing = fact.value, context.typed.tracing
    assert settings is not None and tracing is not None, "the catalogue asks only for what was named"
    message = tracing.message or _newest(context, end)
    if message is None:
        return None
    return try_routes(context, end, settings, replace(tracing, message=message))


def try_routes(context: Context, end: float, settings: HubSettings, tracing: Tracing) -> RouteTrace:
    """What the routes make of the message of `tracing`."""
    message = tracing.message
    assert message is not None
    about = TracedMessage(
        tracing.origin,
        message.device,
        message.enqueued,
        message.system.get("contentType", ""),
        message.system.get("contentEncoding", ""),
        len((message.text or "").encode("utf-8", "surrogatepass")),
        message.text is not None,
    )
    more: dict[str, Any] = {"wanted": tracing.wanted, "endpoints": settings.endpoints}
    fallback = [settings.fallback] if settings.fallback is not None else []
    undecided = to_try(settings.routes), to_try(fallback)
    if not any(undecided):
        return traced(settings, about, ConditionAnswers(), **more)
    twin, unseen = _twin(context, end, [*undecided[0], *undecided[1]])
    try:
        with manager.asked(context, _STEP) as (arm, id_):
            asking = _Asking(arm, manager.path_of(id_), message, twin)
            answers = asking.answers(*undecided, lambda: context.clock() >= end or context.stop.is_set())
    except StepFailed as failed:
        if failed.failure.kind is not Kind.UNAUTHORIZED and failed.failure.condition != _LOCKED:
            raise
        lacking = _ACTION.search(failed.failure.description)
        right = {"action": lacking[1], "scope": lacking[2]} if lacking else {}
        return traced(settings, about, ConditionAnswers(), refused=failed.failure, **right, **more)
    return traced(settings, about, replace(answers, left_out=unseen), **more)


class _Asking:
    """The requests of one trace."""

    def __init__(self, arm: Arm, path: str, message: TriedMessage, twin: Mapping[str, Any] | None):
        self._arm, self._path = arm, f"{path}/routing/routes"
        given: dict[str, Any] = {"appProperties": message.properties, "systemProperties": message.system}
        if message.text is not None:
            given["body"] = message.text
        self._body = {"message": given, **({"twin": twin} if twin is not None else {})}

    def answers(self, routes: list[Route], fallback: list[Route], late: Any) -> ConditionAnswers:
        """What Azure says of the routes: first of all together, then of each that does not match, why."""
        matched: frozenset[str] | None = None
        if routes:
            matched = self._matched()
        rest = [route for route in routes if matched is None or route.name not in matched]
        results: dict[str, tuple[str, str]] = {}
        for route in [*fallback, *rest[:MOST_TRIED_ALONE]]:
            if late():
                break
            results[route.name] = self._alone(route)
        return ConditionAnswers(matched, results)

    def _matched(self) -> frozenset[str]:
        answer = self._arm.post(
            f"{self._path}/$testall", manager.HUB_VERSION, _STEP, {"routingSource": DEVICE_MESSAGES, **self._body}
        )
        told = self._arm.reader(_STEP).object(answer)
        return frozenset(text(part(each, "properties"), "name") for each in objects(told.get("routes")))

    def _alone(self, route: Route) -> tuple[str, str]:
        """The result of one route, and what is wrong in its condition."""
        asked = {
            "name": route.name,
            "source": route.source,
            "condition": route.condition,
            "endpointNames": list(route.endpoints),
            "isEnabled": True,
        }
        answer = self._arm.post(f"{self._path}/$testnew", manager.HUB_VERSION, _STEP, {"route": asked, **self._body})
        told = self._arm.reader(_STEP).object(answer)
        wrong = [text(each, "message") for each in objects(part(told, "details").get("compilationErrors"))]
        return text(told, "result").lower(), "; ".join(filter(None, wrong))


def of_event(event: Event) -> TriedMessage:
    """A message that was read from a hub."""
    system = {ours: _plain(event.system[name]) for name, ours in _SYSTEM.items() if name in event.system}
    if event.device:
        system["connectionDeviceId"] = event.device
    if event.module:
        system["connectionModuleId"] = event.module
    own = {name: _plain(value) for name, value in event.properties.items()}
    body = _decoded(event.body, system.get("contentEncoding", ""))
    return TriedMessage(body, system, own, event.device, event.enqueued or None)


def _decoded(body: bytes, encoding: str) -> str | None:
    try:
        return body.decode(_TEXTS.get(encoding.lower(), "utf-8"))
    except UnicodeError:
        return None


def _plain(value: Any) -> str:
    return value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else str(value)


def _newest(context: Context, end: float) -> TriedMessage | None:
    """The newest message of the device at the built-in endpoint."""
    _, event = newest_messages.looked_back(context, end, context.typed.device)
    return None if event is None else of_event(event)


def _twin(context: Context, end: float, routes: Iterable[Route]) -> tuple[Mapping[str, Any] | None, dict[str, str]]:
    """The twin of the device where a condition looks into it. Without it: the routes that need it, and the reason."""
    names = [route.name for route in routes if "$twin" in route.condition.lower()]
    if not names:
        return None, {}
    if not context.typed.device or context.hub is None:
        return None, dict.fromkeys(names, "The condition looks into the twin, and no device is named.")
    hub = context.ask_hub(end)
    try:
        told = hub.twin(context.typed.device)
    except StepFailed as failed:
        return None, dict.fromkeys(names, f"The condition looks into the twin: {failed.failure.sentence}")
    finally:
        hub.close()
    inner = part(told, "properties")
    read = {name: part(inner, name) for name in ("desired", "reported")}
    return {"tags": part(told, "tags"), "properties": read}, {}
