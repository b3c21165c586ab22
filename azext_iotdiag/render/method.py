"""The call of a device's method: what happens as lines for people, and what came of it as data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from azext_iotdiag.model import json_depth
from azext_iotdiag.model.check import Status
from azext_iotdiag.model.method import NOT_IMPLEMENTED, MethodAnswer
from azext_iotdiag.model.pinging import Calling, Event, Narrowing, Pinged
from azext_iotdiag.render import results, text
from azext_iotdiag.render.commands import Known
from azext_iotdiag.render.event import printable

_LONGEST = 1000  # characters of a payload on a terminal; JSON has all
_INTERRUPTED = "Interrupted before an answer came. The device may have carried out the method."


def event_lines(event: Event) -> Iterator[str]:
    """What is said of an event."""
    if isinstance(event, Calling):
        yield printable(f"Calling the method {event.call.name} of {event.whose} through {event.hub} ...")
    elif isinstance(event, Narrowing):
        yield printable(f"Looking at the registry and the newest messages, to see whether {event.whose} is there ...")
    elif isinstance(event, Pinged) and _is_interrupted(event):
        yield _INTERRUPTED


def lines(ended: Pinged, known: Known) -> Iterator[str]:
    """The result for a person. Of an interrupted call `event_lines` says all."""
    if _is_interrupted(ended):
        return
    answer = _answer(ended)
    yield from text.answer(ended.found, _healthy(answer))
    if answer is not None:
        yield f"  HTTP {answer.http} after {answer.answering:.3f} s; connected to the hub in {answer.connecting:.3f} s."
        if answer.call.connect_seconds:
            seconds = answer.call.connect_seconds
            yield f"  The hub's time includes the wait for the device to connect, {seconds} s at most."
    if answer is not None and answer.status is not None:
        yield printable(f"  Payload: {_shortened(answer.payload)}")
    yield from text.rest(ended.found, known)


def data(ended: Pinged, known: Known) -> dict[str, Any]:
    """The result as data, of a schema that only grows."""
    answer = _answer(ended)
    judged = results.diagnosis(ended.found, known, _healthy(answer))
    if answer is None:
        return judged
    return {
        **judged,
        "hub": answer.hub,
        "device": answer.device,
        "module": answer.module or None,
        "method": answer.call.name,
        "httpStatus": answer.http,
        "status": answer.status,
        "payload": json_depth.loads(answer.payload) if answer.payload else None,
        "code": answer.code or None,
        "message": answer.said or None,
        "trackingId": answer.tracking or None,
        "seconds": {"connect": answer.connecting, "answer": answer.answering},
    }


def _is_interrupted(ended: Pinged) -> bool:
    return "method_answer" not in ended.facts


def _answer(ended: Pinged) -> MethodAnswer | None:
    fact = ended.facts.get("method_answer")
    value: MethodAnswer | None = fact.value if fact is not None else None
    return value


def _healthy(answer: MethodAnswer | None) -> str:
    """The answer where nothing is wrong."""
    if answer is None:
        return _INTERRUPTED
    after = f"{text.MARKS[Status.PASS]} {answer.whose} answered {answer.call.name} with status {answer.status}."
    if answer.status == NOT_IMPLEMENTED and not answer.call.named:
        after += " It has no such method, and it can be called."
    return printable(after)


def _shortened(payload: str) -> str:
    return text.shortened(payload, _LONGEST)
