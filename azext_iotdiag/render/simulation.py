"""A simulated device: what happens to it as lines for people, and what it came to as data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from azext_iotdiag.model.counts import counted
from azext_iotdiag.model.simulated import (
    AskingForKey,
    Deleted,
    DeviceConnecting,
    Event,
    LeftoverDeleted,
    Made,
    Misbehaving,
    NotDeleted,
    Played,
    Proxied,
    SimulationEnded,
    SimulationInterrupted,
    Told,
)
from azext_iotdiag.model.verdict import Diagnosis
from azext_iotdiag.render import results
from azext_iotdiag.render.commands import Known
from azext_iotdiag.render.event import printable


def event_lines(event: Event) -> Iterator[str]:
    """What is said of an event."""
    if isinstance(event, Played):
        yield printable(_played(event))
    elif isinstance(event, Told):
        yield printable(event.text)
    elif isinstance(event, SimulationInterrupted):
        left = " If a temporary device is left, the next --new-device deletes it." if event.temporary else ""
        yield f"Interrupted.{left}"
    elif not isinstance(event, SimulationEnded):
        yield printable(_WORDS[type(event)].format(event, websocket=_websocket(event)))


_WORDS = {
    Proxied: "The way leads through the proxy {0.proxy}, which {0.variable} names.",
    AskingForKey: "Asking {0.hub} for the key of {0.device} ...",
    LeftoverDeleted: "Deleted {0.device}, which a run that was killed had left.",
    Made: "Made the temporary device {0.device}.",
    Deleted: "Deleted the temporary device {0.device}.",
    NotDeleted: "The temporary device {0.device} could not be deleted; the next --new-device does it.",
    DeviceConnecting: "Connecting to {0.host} as {0.name}{websocket} ...",
    Misbehaving: "Misbehaving: {0.device} {0.title}.",
}


def _websocket(event: Event) -> str:
    return " over WebSocket" if isinstance(event, DeviceConnecting) and event.websocket else ""


def _played(event: Played) -> str:
    """One line: what was sent, what was answered, and what the hub made of it."""
    answer = f"{event.answer[:1].upper()}{event.answer[1:]}."
    if event.answer and not event.sent:
        return answer
    line = f"{event.sent} sent, {event.acknowledged} acknowledged in {event.seconds:.1f} s"
    answered = (
        (event.methods, "method", ""),
        (event.desired, "desired change", ""),
        (event.messages, "message from the cloud", "messages from the cloud"),
    )
    also = [counted(*each) for each in answered if each[0]]
    line += f"; answered {', '.join(also)}" if also else ""
    line = f"Interrupted: {line}." if event.ended == "interrupted" else f"{line}."
    return f"{line} {answer}" if event.answer else line


def data(end: SimulationEnded, found: Diagnosis, known: Known) -> dict[str, Any]:
    """The summary, with the verdict and the codes of what was found; what is `known` stands in the next command.

    A simulation that was stopped before it began found nothing.
    """
    told_: dict[str, Any] = {"version": 1, "device": end.device}
    if end.played is None and end.stopped:
        return {**told_, "ended": "interrupted"}
    told_["verdict"] = results.verdict(found, known)
    if end.played is not None:
        told_ |= {
            "sent": end.played.sent,
            "acknowledged": end.played.acknowledged,
            "seconds": end.played.seconds,
            "ended": end.played.ended,
        }
    if end.misbehaviour:
        told_["misbehaviour"] = {"name": end.misbehaviour, "answer": end.played.answer if end.played else ""}
    findings = [finding for result in found.results for finding in result.findings]
    return {**told_, "findings": [{"code": each.entry.code, "message": each.message} for each in findings]}
