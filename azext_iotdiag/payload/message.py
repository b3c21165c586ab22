"""Judges a message, live or recorded: its properties, whether its body is JSON, and the values in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from azext_iotdiag.knowledge.message import BAD_ENCODING, INVALID_JSON, NOT_AN_OBJECT, NOT_TEXT, UNCERTAIN_JSON
from azext_iotdiag.model.event import Event
from azext_iotdiag.model.finding import Entry, Finding, Severity
from azext_iotdiag.payload import envelope
from azext_iotdiag.payload.faults import Fault, findings
from azext_iotdiag.payload.json_text import UNREAD, NotJson, Reason, read_json

Judge = Callable[[Any, "str | None", "str | None"], list[Finding]]  # of a value, its component and its module

_ENTRIES: dict[Reason, tuple[Entry, Severity]] = {
    Reason.BYTE_ORDER_MARK: (UNCERTAIN_JSON, Severity.WARN),
    Reason.DUPLICATE_KEY: (UNCERTAIN_JSON, Severity.WARN),
    Reason.NOT_UTF8: (BAD_ENCODING, Severity.FAIL),
    Reason.UTF16: (BAD_ENCODING, Severity.FAIL),
    Reason.BINARY: (NOT_TEXT, Severity.FAIL),
    Reason.JSON_IN_A_STRING: (NOT_AN_OBJECT, Severity.FAIL),
}
_CREATION_TIME = "iothub-creation-time-utc"
TELEMETRY = ("", "Telemetry")  # the kinds of events whose bodies devices sent


def judge(
    event: Event, judge_value: Judge | None, *, value: Any = UNREAD, enveloped: bool = True, strict: bool = False
) -> list[Finding]:
    """What is wrong with a message.

    `judge_value` judges the decoded body, as `Model.telemetry` does. `value` is the decoded body where that is known
    already. `enveloped` tells whether the message came with the properties that were sent; bare bodies have none.
    """
    found: list[Finding] = []
    if enveloped:
        system = event.system
        faults = envelope.judge(_text(system, "content-type"), _text(system, "content-encoding"), _creation(event))
        if faults:
            found = findings(faults, strict=strict)
    if value is UNREAD:
        try:
            value = read_json(event.body)
        except NotJson as wrong:
            found = found + findings([unreadable(wrong)], strict=strict)
            value = wrong.value
            if value is UNREAD:
                return found
    if judge_value is not None:
        found = found + judge_value(value, event.component or None, event.module or None)
    return found


def unreadable(wrong: NotJson) -> Fault:
    """The fault of a body that is no strict JSON."""
    entry, severity = _ENTRIES.get(wrong.reason, (INVALID_JSON, Severity.FAIL))
    place = {"reason": wrong.reason.value, "byte": wrong.byte, "line": wrong.line, "column": wrong.column}
    return Fault(entry, severity, str(wrong), (), place)


def _text(properties: Mapping[str, Any], name: str) -> str | None:
    value = properties.get(name)
    return None if value is None else str(value)


def _creation(event: Event) -> str | None:
    for properties in (event.properties, event.annotations, event.system):
        if _CREATION_TIME in properties:
            value = properties[_CREATION_TIME]
            return value if isinstance(value, str) else None  # a time of AMQP is no text, and in UTC
    return None
