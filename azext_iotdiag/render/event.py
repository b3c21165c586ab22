"""A message as a line of JSON for programs, or as lines for a person."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from azext_iotdiag.model.event import ANNOTATIONS, APPLICATION, SYSTEM, Event, Payload
from azext_iotdiag.model.values import json_of as _json
from azext_iotdiag.model.values import text_of

VERSION = 1
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
# A message may hold the control sequences of a terminal. C1 controls count: some terminals obey them in UTF-8, too.
# So do the marks that turn the direction of writing.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_TIME_WIDTH = len("2026-01-01T00:00:00.000Z")


def time_text(milliseconds: int) -> str:
    """A time in milliseconds since 1970 as ISO 8601 in UTC."""
    seconds, rest = divmod(milliseconds, 1000)
    try:
        return f"{_second_text(seconds)}.{rest:03d}Z"
    except OverflowError:  # not between the years 1 and 9999
        return f"{milliseconds} ms after 1970"


@lru_cache(maxsize=64)  # messages come many a second
def _second_text(seconds: int) -> str:
    return (_EPOCH + timedelta(seconds=seconds)).isoformat(timespec="seconds").removesuffix("+00:00")


# What lines share: the mappings of the event, which are kept so that no others have their ids, and two parts of a line.
_Shared = tuple[Mapping[str, Any], Mapping[str, Any], str, str]
_shared: dict[tuple[Any, ...], _Shared] = {}
_MOST_SHARED = 1024


def json_line(event: Event, payload: Payload, shown: Collection[str] = ()) -> bytes:
    """One JSON object and a line end. A JSON payload stands in it as sent, without line ends between its tokens.

    `shown` names the PROPERTIES that stand in it even where there are none; the sender's do wherever there are any.
    """
    kind, device, module, component, partition, sequence, _, enqueued, system, properties, _, _, body_type, problems = (
        event
    )
    form, text, looks_like, problem = payload
    if looks_like:
        looks_like = f',"payloadLooksLike":{_json(looks_like)}'
    if problem:
        looks_like += f',"payloadProblem":{_json(problem)}'
    if body_type:
        looks_like += f',"bodyType":{_json(body_type)}'
    if problems:
        looks_like += f',"messageProblems":{_json(list(problems))}'
    # The messages of a stream share most of what stands around their bodies.
    known = _shared.get((device, module, component, partition, kind, id(system), id(properties)))
    if known is None:
        known = _shared_json(event)
    _, _, sender, shared = known
    if shown:
        shared += _shown_json(event, shown)
    body = one_line(text) if form == "json" else _json(text)
    line = (
        f'{sender}{_json(sequence)},"enqueued":"{time_text(enqueued)}"{shared},"payloadForm":"{form}"{looks_like}'
        f',"payload":{body}}}\n'
    )
    # A lone surrogate can only come from escapes in what we quote ourselves; as an escape it stays what it was.
    return line.encode("utf-8", "backslashreplace")


def _shared_json(event: Event) -> _Shared:
    """The parts of a line up to the sequence number, and between the time and the payload.

    They are remembered for mappings that messages share and nothing changes. The other fields must be text: other
    values that are equal (1, 1.0 and True) are not written alike.
    """
    system, properties = event.system, event.properties
    senders = event.device, event.module, event.component, event.partition
    made = system, properties, _sender_json(*senders), _middle_json(event.kind, system, properties)
    texts = all(type(field) is str for field in (*senders, event.kind))
    if texts and type(system) is type(properties) is MappingProxyType:
        if len(_shared) >= _MOST_SHARED:
            _shared.clear()
        key = (*senders, event.kind, id(system), id(properties))
        _shared[key] = made
    return made


def _sender_json(device: Any, module: Any, component: Any, partition: Any) -> str:
    """The beginning of a line, up to its sequence number."""
    module = f',"module":{_json(module)}' if module else ""
    component = f',"component":{_json(component)}' if component else ""
    return (
        f'{{"version":{VERSION},"device":{_json(device)}{module}{component},"partition":{_json(partition)},"sequence":'
    )


def _middle_json(kind: Any, system: Mapping[str, Any], properties: Mapping[str, Any]) -> str:
    """What stands between the time and the payload."""
    content_type, encoding = system.get("content-type"), system.get("content-encoding")
    return (
        (f',"source":{_json(kind)}' if kind and kind != "Telemetry" else "")
        + ("" if content_type is None else f',"contentType":{_json(content_type)}')
        + ("" if encoding is None else f',"contentEncoding":{_json(encoding)}')
        + (f',"properties":{_json(properties)}' if properties else "")
    )


def _shown_json(event: Event, shown: Collection[str]) -> str:
    """What the sender's properties are followed by, or replaced by where there are none."""
    more = ',"properties":{}' if APPLICATION in shown and not event.properties else ""
    if SYSTEM in shown:
        more += f',"system":{_json(event.system)}'
    if ANNOTATIONS in shown:
        more += f',"annotations":{_json(event.annotations)}'
    return more


def lines(event: Event, payload: Payload, shown: Collection[str] | None = None) -> Iterator[str]:
    """The human form: time, device and payload, and what else is known of the message below it.

    `shown` names the PROPERTIES to show; None stands for the sender's own.
    """
    who = "/".join(filter(None, (event.device or "(no device)", event.module)))
    if payload.form == "base64":
        size = len(event.body)
        body = f"{payload.looks_like}, {size} bytes, as base64: {payload.text}"
    else:
        text = one_line(payload.text) if payload.form == "json" else payload.text
        body = printable(text) if text else "(empty)"
    component = f"[{printable(event.component)}] " if event.component else ""
    yield f"{time_text(event.enqueued)}  {printable(who)}  {component}{body}"
    if event.kind and event.kind != "Telemetry":
        yield f"{'':{_TIME_WIDTH}}    source: {printable(event.kind)}"
    if event.body_type:
        yield f"{'':{_TIME_WIDTH}}    body: {event.body_type}"
    for problem in problems_of(event, payload):
        yield f"{'':{_TIME_WIDTH}}    problem: {printable(problem)}"
    for name, kind, mapping in (
        (SYSTEM, "system", event.system),
        (APPLICATION, "properties", event.properties),
        (ANNOTATIONS, "annotations", event.annotations),
    ):
        if mapping and name in (shown if shown is not None else (APPLICATION,)):
            yield f"{'':{_TIME_WIDTH}}    {kind}: {_pairs(mapping)}"


def problems_of(event: Event, payload: Payload) -> tuple[str, ...]:
    """What is wrong with a message, and with its body as that is shown."""
    return (*event.problems, payload.problem) if payload.problem else event.problems


def printable(text: str) -> str:
    """The text with control characters shown as escapes, so that a message cannot steer the terminal."""
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def one_line(json_text: str) -> str:
    """JSON text without its line ends, which can only stand between tokens."""
    return json_text.replace("\r", " ").replace("\n", " ")


def _pairs(mapping: Mapping[str, Any]) -> str:
    return ", ".join(printable(f"{name}={text_of(value)}") for name, value in mapping.items())
