"""What a session tells, while it goes on, as lines for a person."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from azext_iotdiag.model.counts import counted
from azext_iotdiag.render import summary
from azext_iotdiag.render.event import printable
from azext_iotdiag.sessions import events

_BAR = 30  # characters


def lines(event: events.Event) -> Iterator[str]:
    """The lines for an event; none where there is nothing to say."""
    made = _LINES[type(event)](event)
    yield from (made,) if isinstance(made, str) else made


def progress(event: events.Progress) -> str:
    """How far it is, as a line that takes the place of the one before."""
    told = counted(event.messages, "message")
    if event.share is None:
        return told
    return f"[{'#' * int(event.share * _BAR):<{_BAR}}] {event.share:4.0%}  {told}"


def _asking(event: events.Asking) -> str:
    how = " with az's login" if event.by_login else ""
    return f"Asking {event.hub}{how} {event.question} ..."


def _connecting(event: events.Connecting) -> str:
    """Where the connection goes, and why that is not the usual way."""
    if event.proxy:
        return (
            f"Connecting to {event.host} by {event.transport} through the proxy {event.proxy}, which {event.variable} "
            "names; --transport amqp goes past it ..."
        )
    by = "" if event.transport == "amqp" else f" by {event.transport}"
    return f"Connecting to {event.host}{by} ..."


def _watching(event: events.WatchingProperties) -> str:
    """What is watched, and how it stands."""
    parts = []
    for name, side in event.sides.items():
        version = f" in version {side.version}" if side.version is not None else ""
        parts.append(f"{counted(len(side.values), f'{name} property', f'{name} properties')}{version}")
    return printable(f"{event.device} has {' and '.join(parts)}; watching for changes.")


def _unanswered(event: events.Unanswered) -> str:
    failure = event.failure
    said = failure.condition or failure.description or failure.kind.value
    return printable(f"{failure.host} did not show the properties ({said}).")


def _unjudged(event: events.Unjudged) -> str:
    return (
        f"{event.messages:,} messages were not judged: {event.app} did not tell in time which template their devices "
        "have."
    )


_FORM_ONLY = "Without a model or a schema only the form of the messages is judged, not what is in them."
_LINES: dict[type, Callable[[Any], str | Iterable[str]]] = {
    events.Opened: lambda event: event.origin,
    events.Asking: _asking,
    events.Busy: lambda event: summary.pause(event.hub, event.why, event.seconds),
    events.Chosen: lambda event: summary.query_selection(event.query_selection),
    events.Connecting: _connecting,
    events.Receiving: lambda event: summary.opened(event.stream),
    events.Interrupted: lambda event: summary.interrupted(event.failure),
    events.Lost: lambda event: summary.lost(event.partition),
    events.Quiet: lambda event: summary.so_far(event.stream, event.hidden_messages, event.seconds, event.at),
    events.Lapsed: lambda event: summary.lapses(event.lapses, event.interval),
    events.Full: lambda event: summary.full(event.most),
    events.FormOnly: lambda event: _FORM_ONLY,
    events.Unjudged: _unjudged,
    events.WatchingProperties: _watching,
    events.Unanswered: _unanswered,
    events.Ended: lambda event: (),
}
