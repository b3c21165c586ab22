"""The sending of a cloud-to-device message: what happens as lines for people, and what came of it as data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from azext_iotdiag.model.cloud_message import SUCCESS, CloudMessage
from azext_iotdiag.model.counts import counted
from azext_iotdiag.model.message_sending import Event, GaveBack, MessageSent, Sending, Waiting
from azext_iotdiag.render import results, text
from azext_iotdiag.render.commands import Known
from azext_iotdiag.render.event import printable


def event_lines(event: Event) -> Iterator[str]:
    """What is said of an event."""
    if isinstance(event, Sending):
        message = event.message
        size = counted(message.size, "byte")
        yield printable(f"Sending the message {message.id} ({size}) to {message.device} through {message.hub} ...")
    elif isinstance(event, Waiting):
        yield f"The hub has the message. Waiting for its feedback, for {event.seconds:g} s at most ..."
    elif isinstance(event, GaveBack):
        yield f"Gave a batch of {counted(event.records, 'record')} back: it holds feedback of other senders."
    elif isinstance(event, MessageSent) and event.message.stopped:
        message = event.message
        if message.accepted:
            yield printable(f"Interrupted. The message {message.id} still waits for {message.device}.")
        else:
            yield "Interrupted. It is not known whether the hub has the message."


def lines(ended: MessageSent, known: Known) -> Iterator[str]:
    """The result for a person. Of an interrupt `event_lines` says all."""
    if ended.message.stopped:
        return
    yield from text.answer(ended.found, _healthy(ended.message))
    if ended.message.accepted and ended.message.waited is None:
        yield "  It is not known whether the device takes the message. With --wait, the command waits for its feedback."
    yield from text.rest(ended.found, known)


def data(ended: MessageSent, known: Known) -> dict[str, Any]:
    """The result as data, of a schema that only grows."""
    message = ended.message
    return {
        **results.diagnosis(ended.found, known, _healthy(message)),
        "hub": message.hub,
        "device": message.device,
        "messageId": message.id,
        "bytes": message.size,
        "accepted": message.accepted,
        "waitedSeconds": message.waited,
        "feedback": message.fate or None,
        "recordsOfOthers": message.others,
    }


def _healthy(message: CloudMessage) -> str:
    """The answer where nothing is wrong."""
    if message.stopped:
        return "- Interrupted."
    if message.fate == SUCCESS:
        took = f" after {message.waited:.1f} s" if message.waited else ""
        return printable(f"√ {message.device} completed the message {message.id}{took}.")
    return printable(f"√ The message {message.id} is in the queue of {message.device}.")
