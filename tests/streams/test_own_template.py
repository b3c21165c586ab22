"""The messages of a device of IoT Central are judged by its own template."""

from __future__ import annotations

from typing import Any

import pytest

from azext_iotdiag.lab.central.samples import MODEL_ID, TEMPLATE
from azext_iotdiag.model.event import Event
from azext_iotdiag.model.failure import Failure, Kind, StepFailed
from azext_iotdiag.streams import own_template

JSON = {"content-type": "application/json", "content-encoding": "utf-8"}


class Central:
    """An application whose device has this template; `template` may be a Failure."""

    def __init__(self, name: str, template: Any):
        self._name, self._template = name, template

    def device(self, _device: str) -> dict[str, str]:
        return {"template": self._name}

    def template(self, _name: str) -> dict[str, Any]:
        if isinstance(self._template, Failure):
            raise StepFailed(self._template)
        return self._template


def codes(judging: own_template.Judging, body: bytes) -> list[str]:
    event = Event("Telemetry", "d", "", "", "0", 1, "1", 1, JSON, {}, {}, body)
    return [each.entry.code for each in judging.judge(event)]


def test_by_the_template() -> None:
    found = own_template.of_device(Central(str(TEMPLATE["@id"]), TEMPLATE), "d")  # type: ignore[arg-type]
    assert (found.model, found.lacking) == (MODEL_ID, "")
    assert codes(found, b'{"temperature": 21.5}') == []
    assert codes(found, b'{"temperature": "21.5"}') == ["wrong-type"]


@pytest.mark.parametrize(("name", "template", "code"), [
    ("", {}, "central-unassociated"),
    ("dtmi:x;1", Failure(Kind.BUSY, "the template", "app", 443), "template-not-read"),
    ("dtmi:x;1", {}, "template-not-read"),
])  # fmt: skip
def test_without_a_template_the_form_is_judged(name: str, template: Any, code: str) -> None:
    found = own_template.of_device(Central(name, template), "d")  # type: ignore[arg-type]
    assert (found.model, found.lacking) == ("", code)
    assert codes(found, b'{"temperature": "21.5"}') == []
    assert codes(found, b'{"temperature": 21,5}') == ["invalid-json"]
