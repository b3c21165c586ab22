"""The last messages of a device, judged: codes, paths and counts, and nothing of what they hold."""

from __future__ import annotations

import json

import pytest

from azext_iotdiag.knowledge.payload import OUT_OF_RANGE
from azext_iotdiag.model import facts_json
from azext_iotdiag.model.event import Event
from azext_iotdiag.model.finding import Finding, Severity, fail
from azext_iotdiag.model.sample import Sample, SampleViolation
from azext_iotdiag.probes.sampling import MOST, is_marked, sample


def event(body: bytes = b"{}", **system: object) -> Event:
    named = {name.replace("_", "-"): value for name, value in system.items()}
    return Event("Telemetry", "d", "", "", "0", 1, "", 1, named, {}, {}, body)


MARKED = event(content_type="application/json", content_encoding="utf-8")


@pytest.mark.parametrize(
    ("message", "marked"),
    [
        (MARKED, True),
        (event(content_type=b"application/json; charset=utf-8", content_encoding=b"UTF-8"), True),
        (event(content_type="Application/JSON", content_encoding="utf-16"), True),
        (event(content_type="application/json"), False),
        (event(content_encoding="utf-8"), False),
        (event(content_type="text/plain", content_encoding="utf-8"), False),
        (event(content_type="application/json", content_encoding="gzip"), False),
    ],
)
def test_what_a_route_can_look_into(message: Event, marked: bool) -> None:
    assert is_marked(message) is marked


def test_counts_and_sizes() -> None:
    assert sample([]) == Sample(0)
    assert sample([MARKED, event(b"x" * 300)]) == Sample(2, 1, 300)


def test_faults_are_counted_by_message_code_and_path() -> None:
    def judge(message: Event) -> list[Finding]:
        bad = fail(OUT_OF_RANGE, f"the value is {message.body!r}")
        return [Finding(bad.entry, bad.severity, bad.message, "$.a")] * 2 if message.body != b"{}" else []

    found = sample([event(b"secret"), event(b"secret"), event()], judge, "pump.json")
    assert found.faults == (SampleViolation("out-of-range", "$.a", Severity.FAIL, 2),)
    assert "secret" not in json.dumps(facts_json.encode(found, Sample))


def test_few_faults_are_named() -> None:
    def judge(_: Event) -> list[Finding]:
        return [Finding(OUT_OF_RANGE, Severity.FAIL, "m", f"$.p{number}") for number in range(MOST + 5)]

    assert len(sample([event()], judge).faults) == MOST
