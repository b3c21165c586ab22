"""Judges the last messages of a device. Of what they hold, only codes and paths are kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection

from azext_iotdiag.model.event import Event
from azext_iotdiag.model.finding import Finding
from azext_iotdiag.model.sample import Sample, SampleViolation

MOST = 20  # messages that are judged, and faults that are named
_JSON = "application/json"
_UNICODE = ("utf-8", "utf-16", "utf-32")  # what routing reads

Judge = Callable[[Event], list[Finding]]


def sample(events: Collection[Event], judge: Judge | None = None, model: str = "", lacking: str = "") -> Sample:
    """The messages as one sample.

    `judge` says what is wrong in one, and `model` by what it judges. `lacking` is the code of why there is no model.
    """
    found: Counter[SampleViolation] = Counter()
    for event in events:
        faults = {(each.entry.code, each.path, each.severity) for each in (judge(event) if judge is not None else ())}
        found.update(SampleViolation(code, path, severity, 0) for code, path, severity in faults)
    return Sample(
        len(events),
        sum(is_marked(event) for event in events),
        max((len(event.body) for event in events), default=0),
        model,
        tuple(SampleViolation(each.code, each.path, each.severity, times) for each, times in found.most_common(MOST)),
        lacking,
    )


def is_marked(event: Event) -> bool:
    """Whether a message says that it is JSON, and in which encoding, so that routes may look into its body.

    https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-routing-query-syntax#query-based-on-message-body
    """
    kind = _text(event, "content-type").partition(";")[0].strip().lower()
    return kind == _JSON and _text(event, "content-encoding").lower() in _UNICODE


def _text(event: Event, name: str) -> str:
    value = event.system.get(name)
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value or "")
