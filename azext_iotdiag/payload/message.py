"""Judges a message, live or recorded: its properties, whether its body is JSON, and the values in it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from azext_iotdiag.knowledge.message import (
    AMQP_BODY,
    BAD_ENCODING,
    INVALID_JSON,
    MALFORMED_MESSAGE,
    NOT_AN_OBJECT,
    NOT_TEXT,
    UNCERTAIN_JSON,
    UNREADABLE_RECORD,
)
from azext_iotdiag.model.event import Event
from azext_iotdiag.model.finding import Entry, Finding, Severity
from azext_iotdiag.payload import envelope
from azext_iotdiag.payload.json_text import read_json
from azext_iotdiag.payload.model import Model
from azext_iotdiag.payload.not_json import UNREAD, NotJson, Reason
from azext_iotdiag.payload.violations import Violation, findings


class Judge(Protocol):
    """What judges bodies: a `Model`, or a `UserSchema`. A component or module that is "" is none."""

    def telemetry(self, value: Any, component: str | None = None, module: str | None = None) -> list[Finding]:
        """What is wrong with a decoded body."""

    def telemetry_json(self, body: bytes, component: str | None = None, module: str | None = None) -> list[Finding]:
        """What is wrong with a body as it was sent. Raises NotJson."""


_ENTRIES: dict[Reason, tuple[Entry, Severity]] = {
    Reason.BYTE_ORDER_MARK: (UNCERTAIN_JSON, Severity.WARN),
    Reason.DUPLICATE_KEY: (UNCERTAIN_JSON, Severity.WARN),
    Reason.NOT_UTF8: (BAD_ENCODING, Severity.FAIL),
    Reason.UTF16: (BAD_ENCODING, Severity.FAIL),
    Reason.UTF32: (BAD_ENCODING, Severity.FAIL),
    Reason.BINARY: (NOT_TEXT, Severity.FAIL),
    Reason.JSON_IN_A_STRING: (NOT_AN_OBJECT, Severity.FAIL),
}
_CREATION_TIME = "iothub-creation-time-utc"
TELEMETRY = ("", "Telemetry")  # the kinds of events whose bodies devices sent


def judge(
    event: Event, model: Judge | None, *, value: Any = UNREAD, enveloped: bool = True, strict: bool = False
) -> list[Finding]:
    """What is wrong with a message; without a model, with its form.

    `value` is the decoded body where that is known already. `enveloped` tells whether the message came with the
    properties that were sent; bare bodies have none.
    """
    found: list[Finding] = []
    if enveloped and not usual(event):
        violations = envelope.judge(
            _text(event.system, "content-type"),
            _text(event.system, "content-encoding"),
            _creation(event),
            envelope.misplaced(event.properties),
        )
        if violations:
            found = findings(violations, strict=strict)
    if value is UNREAD:
        try:
            if model is not None:
                more = model.telemetry_json(event.body, event.component, event.module)
                return found + more if found else more
            read_json(event.body)
            return found
        except NotJson as wrong:
            return found + not_json(wrong, event, model, strict=strict)
    return found if model is None else found + model.telemetry(value, event.component, event.module)


def not_json(wrong: NotJson, event: Event, model: Judge | None, *, strict: bool = False) -> list[Finding]:
    """What is wrong with a message whose body is no strict JSON: that, and what is in it where it could be read."""
    found = findings([unreadable(wrong)], strict=strict)
    if model is None or wrong.value is UNREAD:
        return found
    return found + model.telemetry(wrong.value, event.component, event.module)


def judge_properties(event: Event, model: Model, *, value: Any = UNREAD) -> list[Finding]:
    """What is wrong with the properties in a record: a twin, a notice of its changes, or reported ones alone."""
    found: list[Finding] = []
    if value is UNREAD:
        try:
            value = read_json(event.body)
        except NotJson as wrong:
            found = findings([unreadable(wrong)], strict=model.strict)
            value = wrong.value
            if value is UNREAD:
                return found
    twin = value.get("properties", value) if isinstance(value, dict) else value
    parts = [name for name in ("desired", "reported") if isinstance(twin, dict) and isinstance(twin.get(name), dict)]
    if not parts:
        return found + model.reported(value, event.module or None)
    judges: dict[str, Callable[[Any], list[Finding]]] = {
        "desired": model.desired,
        "reported": lambda patch: model.reported(patch, event.module or None),
    }
    for name in parts:
        lead = "$.properties." if twin is not value else "$."
        found += [
            dataclasses.replace(each, path=f"{lead}{name}{each.path.removeprefix('$')}")
            for each in judges[name](twin[name])
        ]
    return found


def unreadable(wrong: NotJson) -> Violation:
    """The violation of a body that is no strict JSON."""
    entry, severity = _ENTRIES.get(wrong.reason, (INVALID_JSON, Severity.FAIL))
    place = {"reason": wrong.reason.value, "byte": wrong.byte, "line": wrong.line, "column": wrong.column}
    return Violation(entry, severity, str(wrong), (), place)


def damaged(why: str) -> Finding:
    """What is said of a record from which no message could be read."""
    return Finding(UNREADABLE_RECORD, Severity.FAIL, why)


def odd(event: Event, *, strict: bool = False) -> list[Finding]:
    """What is odd in the message around its body: parts that break a rule of AMQP, and a body that is no bytes."""
    violations = [Violation(MALFORMED_MESSAGE, Severity.FAIL, problem) for problem in event.problems]
    if event.body_type:
        violations.append(Violation(AMQP_BODY, Severity.WARN, f"the body is an {event.body_type} section, not data"))
    return findings(violations, strict=strict)


class _Usual:
    """The properties that most messages have, in which there is nothing to look at.

    Messages of a stream share what is the same in them; so it mostly suffices to see that these are the same objects.
    """

    def __init__(self) -> None:
        self._system: Mapping[str, Any] | None = None
        self._properties: Mapping[str, Any] | None = None

    def has(self, event: Event) -> bool:
        """Whether a message has no others."""
        system, properties = event.system, event.properties
        if system is not self._system or properties is not self._properties:
            if (
                system.get("content-type") != "application/json"
                or system.get("content-encoding") != "utf-8"
                or _CREATION_TIME in properties
                or _CREATION_TIME in system
            ):
                return False
            self._system, self._properties = system, properties
        return _CREATION_TIME not in event.annotations


usual = _Usual().has


def _text(properties: Mapping[str, Any], name: str) -> str | None:
    value = properties.get(name)
    return None if value is None else str(value)


def _creation(event: Event) -> str | None:
    for properties in (event.properties, event.annotations, event.system):
        if _CREATION_TIME in properties:
            value = properties[_CREATION_TIME]
            return value if isinstance(value, str) else None  # a time of AMQP is no text, and in UTC
    return None
