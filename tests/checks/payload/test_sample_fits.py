"""The check `sample-fits`."""

from __future__ import annotations

from azext_iotdiag.checks.payload.sample_fits import sample_fits
from azext_iotdiag.model.finding import Severity
from azext_iotdiag.model.newest_messages import NewestMessages
from azext_iotdiag.model.sample import Sample, SampleViolation
from tests.checks.judging import finding, verdict


def newest(*faults: SampleViolation, model: str = "pump.json") -> NewestMessages:
    return NewestMessages("pump", 1, sample=Sample(20, 20, 9, model, faults))


def fault(severity: Severity, code: str = "out-of-range") -> SampleViolation:
    return SampleViolation(code, "$.level", severity, 3)


def test_messages_that_fit() -> None:
    assert verdict(sample_fits, newest_messages=newest()) == ("pass", [])
    assert verdict(sample_fits, newest_messages=NewestMessages("pump")) == ("pass", [])
    assert verdict(sample_fits, newest_messages=newest(fault(Severity.NOTE))) == ("pass", [])


def test_what_does_not_fit_a_model() -> None:
    found = finding(sample_fits, newest_messages=newest(fault(Severity.FAIL)))
    assert (found.entry.code, found.severity) == ("out-of-range", Severity.FAIL)
    assert found.message == "3 of the last 20 messages of 'pump' at $.level, judged by pump.json"


def test_without_a_model_an_odd_form_is_a_warning() -> None:
    odd = newest(fault(Severity.FAIL, "invalid-json"), model="")
    assert verdict(sample_fits, newest_messages=odd) == ("warn", [("invalid-json", "warn")])


def test_without_a_model_a_missing_content_type_is_usual() -> None:
    odd = newest(fault(Severity.WARN, "content-type"), model="")
    assert verdict(sample_fits, newest_messages=odd) == ("pass", [])


def test_a_template_that_was_not_read_leaves_the_messages_open() -> None:
    unread = NewestMessages("pump", 1, sample=Sample(20, 20, 9, lacking="template-not-read"))
    assert verdict(sample_fits, newest_messages=unread) == ("error", [("template-not-read", "warn")])
    without = NewestMessages("pump", 1, sample=Sample(20, 20, 9, lacking="central-unassociated"))
    assert verdict(sample_fits, newest_messages=without) == ("pass", [])
