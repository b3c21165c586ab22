"""What a finding takes as evidence."""

from __future__ import annotations

import json
import math
from datetime import datetime, timezone

import pytest

from azext_iotdiag.model.finding import (
    Area,
    Cause,
    Certainty,
    Entry,
    Finding,
    Fixer,
    Place,
    Retry,
    Severity,
    Weight,
    When,
    fail,
    note,
    warn,
    weighed,
)
from azext_iotdiag.model.target import Secret

ENTRY = Entry("a-code", "A title")


@pytest.mark.parametrize("value", ["text", "", 1, 0, -1.5, True, None, 10**400])
def test_evidence_is_json(value) -> None:
    finding = fail(ENTRY, "what was seen", seen=value)
    assert json.loads(json.dumps(dict(finding.evidence), allow_nan=False)) == {"seen": value}


@pytest.mark.parametrize("value", [
    Secret("key"), b"bytes", [], {}, (), datetime.now(timezone.utc), object(), math.nan, math.inf, -math.inf,
])  # fmt: skip
def test_evidence_is_nothing_else(value) -> None:
    with pytest.raises(TypeError, match=r"evidence 'seen' of a-code is") as refused:
        Finding(ENTRY, Severity.NOTE, "what was seen", evidence={"fine": 1, "seen": value})
    assert "key" not in str(refused.value)


@pytest.mark.parametrize(("make", "severity"), [(note, Severity.NOTE), (warn, Severity.WARN), (fail, Severity.FAIL)])
def test_severities(make, severity: Severity) -> None:
    finding = make(ENTRY, "what was seen", host="h")
    assert (finding.entry, finding.severity, finding.message, finding.path) == (ENTRY, severity, "what was seen", "")
    assert finding.evidence == {"host": "h"}
    assert make(ENTRY, "what was seen").evidence == {}


def test_no_evidence_cannot_be_filled() -> None:
    with pytest.raises(TypeError):
        Finding(ENTRY, Severity.NOTE, "one").evidence["seen"] = 1


def test_severities_are_ranked_in_one_place() -> None:
    assert sorted(Severity, key=lambda each: each.rank) == [Severity.NOTE, Severity.WARN, Severity.FAIL]


def test_certainties_are_ranked_from_open_to_sure() -> None:
    assert [each.rank for each in (Certainty.OPEN, Certainty.LIKELY, Certainty.SURE)] == [0, 1, 2]


def test_a_weight_is_changed_in_part() -> None:
    finding = fail(ENTRY, "what was seen", host="h")
    first = weighed(finding, certainty=Certainty.LIKELY, since=5)
    assert first.weight == Weight(Certainty.LIKELY, When.NOW, 5)
    second = weighed(first, when=When.COMING)
    assert second.weight == Weight(Certainty.LIKELY, When.COMING, 5)
    assert (second.entry, second.message, second.evidence) == (ENTRY, "what was seen", {"host": "h"})
    assert finding.weight == Weight(), "the first one stays as it was"


def test_an_entry_has_the_parts_of_its_area_unless_it_says_its_own() -> None:
    area = Area(("https://area",), (Fixer.OWNER,), (Place.HTTP,))
    causes = (Cause("Because.", ("Do.",)),)
    shared = area.entry("a-code", "A title", causes, meaning="It means.", retry=Retry.LATER)
    assert shared == Entry(
        "a-code", "A title", causes, links=("https://area",), meaning="It means.", retry=Retry.LATER,
        fixers=(Fixer.OWNER,), places=(Place.HTTP,),
    )  # fmt: skip
    own = area.entry("b-code", "B title", causes, links=("https://own",), places=(Place.MQTT,))
    assert (own.links, own.fixers, own.places) == (("https://own",), (Fixer.OWNER,), (Place.MQTT,))
