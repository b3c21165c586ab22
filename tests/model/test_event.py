"""Which model a message says that it follows."""

from __future__ import annotations

from typing import Any

import pytest

from azext_iotdiag.model.event import Event, model_id


@pytest.mark.parametrize(("marks", "model"), [
    ({}, ""), ({"dt-dataschema": "dtmi:a;1"}, "dtmi:a;1"), ({"iothub-interface-name": "old"}, "old"),
    ({"dt-dataschema": "dtmi:a;1", "iothub-interface-name": "old"}, "dtmi:a;1"),
    ({"dt-dataschema": "", "iothub-interface-name": "old"}, "old"), ({"dt-dataschema": 5}, "5"),
])  # fmt: skip
def test_the_model_of_a_message(marks: dict[str, Any], model: str) -> None:
    assert model_id(Event("", "d", "", "", "0", 0, "", 0, {}, {}, marks, b"")) == model
