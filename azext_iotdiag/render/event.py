"""A message as a line of JSON for programs, or as lines for a person."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from json.encoder import encode_basestring as _quoted
from typing import Any

from azext_iotdiag.model.event import Event, Payload

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


_TEXTS: set[type] = {str, type(None)}  # and the kinds of str that came


def _once(function: Callable[..., str]) -> Callable[..., str]:
    """The function, with what it makes of texts and None remembered: most messages share all but body and number.

    Other values are not looked up, because those that are equal (1, 1.0 and True) are not written alike.
    """
    remembered = lru_cache(maxsize=1024)(function)

    def call(*values: Any) -> str:
        if not _TEXTS.issuperset(map(type, values)):
            if not all(value is None or isinstance(value, str) for value in values):
                return function(*values)
            _TEXTS.update(map(type, values))
        return remembered(*values)

    return call


def json_line(event: Event, payload: Payload) -> bytes:
    """One JSON object and a line end. A JSON payload stands in it as sent, but for line ends between its tokens."""
    kind, device, module, component, partition, sequence, _, enqueued, system, properties, _, _ = event
    form, text, looks_like = payload
    if looks_like:
        looks_like = f',"payloadLooksLike":{_json(looks_like)}'
    shared = _shared_json(
        kind, system.get("content-type"), system.get("content-encoding"), *properties, *properties.values()
    )
    shown = _one_line(text) if form == "json" else _json(text)
    line = (
        f'{_sender_json(device, module, component, partition)}{_json(sequence)},"enqueued":"{time_text(enqueued)}"'
        f'{shared},"payloadForm":"{form}"{looks_like},"payload":{shown}}}\n'
    )
    # A lone surrogate can only come from escapes in what we quote ourselves; as an escape it stays what it was.
    return line.encode("utf-8", "backslashreplace")


@_once
def _sender_json(device: Any, module: Any, component: Any, partition: Any) -> str:
    """The beginning of a line, up to its sequence number."""
    module = f',"module":{_json(module)}' if module else ""
    component = f',"component":{_json(component)}' if component else ""
    return (
        f'{{"version":{VERSION},"device":{_json(device)}{module}{component},"partition":{_json(partition)},"sequence":'
    )


@_once
def _shared_json(kind: Any, content_type: Any, encoding: Any, *names_and_values: Any) -> str:
    """What stands between the time and the payload."""
    half = len(names_and_values) // 2
    properties = dict(zip(names_and_values[:half], names_and_values[half:], strict=True))
    return (
        (f',"source":{_json(kind)}' if kind and kind != "Telemetry" else "")
        + ("" if content_type is None else f',"contentType":{_json(content_type)}')
        + ("" if encoding is None else f',"contentEncoding":{_json(encoding)}')
        + (f',"properties":{_json(properties)}' if properties else "")
    )


def lines(event: Event, payload: Payload) -> Iterator[str]:
    """The human form: time, device and payload, and what else the sender said below it."""
    who = "/".join(filter(None, (event.device or "(no device)", event.module)))
    if payload.form == "base64":
        size = len(event.body)
        shown = f"{payload.looks_like}, {size} bytes, as base64: {payload.text}"
    else:
        text = _one_line(payload.text) if payload.form == "json" else payload.text
        shown = printable(text) if text else "(empty)"
    component = f"[{printable(event.component)}] " if event.component else ""
    yield f"{time_text(event.enqueued)}  {printable(who)}  {component}{shown}"
    if event.kind and event.kind != "Telemetry":
        yield f"{'':{_TIME_WIDTH}}    source: {printable(event.kind)}"
    if event.properties:
        yield f"{'':{_TIME_WIDTH}}    properties: {_pairs(event.properties)}"


def printable(text: str) -> str:
    """The text with control characters shown as escapes, so that a message cannot steer the terminal."""
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def _one_line(json_text: str) -> str:
    """JSON text without its line ends, which can only stand between tokens."""
    return json_text.replace("\r", " ").replace("\n", " ")


def _pairs(mapping: Mapping[str, Any]) -> str:
    return ", ".join(
        printable(f"{name}={_plain(value) if isinstance(value, bytes) else value}") for name, value in mapping.items()
    )


def _json(value: Any) -> str:
    if isinstance(value, str):
        return _quoted(value)
    if type(value) is int:
        return str(value)
    try:
        return _ENCODER.encode(value)
    except (TypeError, ValueError):  # a map with keys that are no text, or a number that JSON does not have
        return _ENCODER.encode(_with_plain_parts(value))


def _with_plain_parts(value: Any) -> Any:
    """The value with text for keys, and for the numbers that JSON does not have."""
    if isinstance(value, Mapping):
        named = ((name if isinstance(name, str) else str(_plain(name)), part) for name, part in value.items())
        return {name: _with_plain_parts(part) for name, part in named}
    if isinstance(value, (list, tuple)):
        return [_with_plain_parts(part) for part in value]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def _plain(value: Any) -> Any:
    if isinstance(value, (bytes, bytearray)):
        return value.decode("utf-8", "backslashreplace")
    return str(value)


_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, default=_plain, separators=(",", ":"))
