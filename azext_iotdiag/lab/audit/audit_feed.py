"""What is new in a lab since the last look: records of the audit, and the messages of devices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from azext_iotdiag.lab.audit.log import LIMIT, iso, plain
from azext_iotdiag.lab.hub.event_log import StoredEvent
from azext_iotdiag.lab.hub.runtime import Runtime
from azext_iotdiag.wire.amqp.message import decode_message

MOST = 500  # records, and messages, of one answer
LONGEST_BODY = 120  # characters that are shown

# The number of the last record seen, how many were no routine, and for each partition the next sequence number.
Position = dict[str, int]


def read(given: Any) -> Position | None:
    """A position that came over the wire; raises ValueError for anything else. None: from now on."""
    if given is None:
        return None
    if not isinstance(given, dict) or not all(
        isinstance(value, int) and not isinstance(value, bool) for value in given.values()
    ):
        raise ValueError("the position is no object of numbers")
    return {str(name): value for name, value in given.items()}


def news(runtime: Runtime, since: Position | None, *, routine: bool = True) -> dict[str, Any]:
    """What came after a position, in the order of time, and the position now; routine records where they are wanted.

    `missed` says how many records and messages are not told, because they were too many.
    """
    partitions, audit = runtime.hub.stream.partitions, runtime.audit
    now: Position = {"audit": audit.number(), "notable": audit.number(routine=False)}
    now |= {f"partition-{name}": partition.next_sequence for name, partition in partitions.items()}
    if since is None:
        return {"position": now, "news": [], "missed": 0}
    counted = "audit" if routine else "notable"
    wanted = max(now[counted] - since.get(counted, 0), 0)
    records = audit.recent(min(wanted, LIMIT), routine=routine)
    events: list[StoredEvent] = []
    sent = 0
    for name, partition in partitions.items():
        first = since.get(f"partition-{name}", partition.next_sequence)
        first = first if first <= partition.next_sequence else 0  # the numbers have begun anew, after a failover
        sent += max(partition.next_sequence - first, 0)
        events += partition.events[max(partition.index(first), len(partition.events) - MOST) :]
    events.sort(key=lambda event: event.enqueued)
    found: list[dict[str, Any]] = [{"kind": "record", **record.data()} for record in records[-MOST:]]
    found += [_message(event) for event in events[-MOST:]]
    found.sort(key=lambda each: each["time"])
    return {"position": now, "news": found, "missed": wanted + sent - len(found)}


def _message(event: StoredEvent) -> dict[str, Any]:
    message = decode_message(event.message)
    marks: Mapping[Any, Any] = message.annotations
    module = str(marks.get("iothub-connection-module-id", ""))
    device = str(marks.get("iothub-connection-device-id", ""))
    named = {name: message.properties.get(f"content-{name}") for name in ("type", "encoding")}
    body = message.body if isinstance(message.body, bytes) else b""
    try:
        text = body[: 4 * LONGEST_BODY].decode("utf-8")
        shown = plain(text if len(text) <= LONGEST_BODY else text[: LONGEST_BODY - 1] + "…")
    except UnicodeDecodeError:
        shown = ""
    return {
        "kind": "message",
        "time": iso(event.enqueued / 1000),
        "who": f"{device}/{module}" if module else device,
        "bytes": len(body),
        "contentType": str(named["type"] or ""),
        "contentEncoding": str(named["encoding"] or ""),
        "body": shown,
    }
