"""What devices are judged by where IoT Central assigned their templates, and what is said where there is none."""

from __future__ import annotations

from typing import Any

import pytest

from azext_iotdiag.model.finding import Severity
from azext_iotdiag.payload import Model
from azext_iotdiag.payload.assigned import Assigned, Lack, Models
from tests.payload.test_documents import interface, telemetry

NO_MODEL = {"@id": "dtmi:example:a;1", "@type": "Nothing"}


@pytest.mark.parametrize(("assigned", "code", "severity", "words"), [
    (Assigned(lack=Lack.NOT_ASSIGNED), "central-unassociated", Severity.WARN,
     "the device has no template, so its values are not judged"),
    (Assigned(lack=Lack.NOT_IN_APP), "device-not-in-app", Severity.WARN,
     "the application does not show the device, so its values are not judged"),
    (Assigned(lack=Lack.NOT_READ, detail="404"), "template-not-read", Severity.FAIL,
     "the template of the device could not be read (404)"),
    (Assigned(), "template-not-read", Severity.FAIL, "the template of the device could not be read"),
])  # fmt: skip
def test_what_is_said_without_a_template(assigned: Assigned, code: str, severity: Severity, words: str) -> None:
    (found,) = said(Models().of(assigned))
    assert (found.entry.code, found.severity, found.message) == (code, severity, words)
    (strictly,) = said(Models(strict=True).of(assigned))
    assert (strictly.entry.code, strictly.severity) == (code, Severity.FAIL)


def said(found: Any) -> list[Any]:
    assert isinstance(found, list)
    return found


def test_a_template_is_compiled_once() -> None:
    models = Models()
    first = models.of(Assigned(interface("a", telemetry("t"))))
    assert isinstance(first, Model) and [each.path for each in first.telemetry({"t": "x"})] == ["$.t"]
    assert models.of(Assigned(interface("a", telemetry("t")))) is first
    assert models.of(Assigned(interface("b", telemetry("t")))) is not first


def test_a_template_without_an_id_is_one_of_its_own() -> None:
    models = Models()
    one, other = ({"@type": "Interface", "contents": [telemetry(name)]} for name in ("t", "u"))
    assert models.of(Assigned(one)) is models.of(Assigned(one))
    assert models.of(Assigned(one)) is not models.of(Assigned(other))


def test_a_template_that_is_no_model_is_said_each_time() -> None:
    models = Models()
    for _ in range(2):
        (found,) = said(models.of(Assigned(NO_MODEL)))
        assert found.entry.code == "template-not-read" and found.message.startswith("the template of the device")


@pytest.mark.parametrize(("strict", "severity"), [(False, Severity.WARN), (True, Severity.FAIL)])
def test_strictly_a_warning_of_a_template_is_an_error(strict: bool, severity: Severity) -> None:
    model = (Models(strict=True) if strict else Models()).of(Assigned(interface("a", telemetry("t"))))
    assert isinstance(model, Model)
    assert [each.severity for each in model.telemetry({"t": 1, "unknown": 1})] == [severity]
