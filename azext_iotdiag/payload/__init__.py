"""Judges what devices send against their model: a library of its own, which needs neither az nor a network.

    model = read_model("thermostat.json")
    for finding in model.telemetry_json(body):
        print(finding.path, finding.entry.code, finding.message)

`read_model` takes DTDL interfaces and IoT Central templates in all their forms, and raises `ModelError` for what is no
model. `telemetry_json`, and `read_json` for callers that want the value, raise `NotJson`, which says where the body
is no JSON, and why.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from azext_iotdiag.payload.json_text import read_json
from azext_iotdiag.payload.model import Model
from azext_iotdiag.payload.not_json import NotJson, Reason
from azext_iotdiag.payload.repository import Repository
from azext_iotdiag.payload.schema import ModelError

__all__ = ["Model", "ModelError", "NotJson", "Reason", "Repository", "read_json", "read_model"]


def read_model(document: Any, *, strict: bool = False, resolve: Callable[[str], Any] | None = None) -> Model:
    """The model in `document`, compiled: a parsed document, a list of them, a path, or a DTMI that `resolve` knows.

    `strict` makes errors of what only the strict specification forbids. `resolve` finds the document of a DTMI that is
    not in `document`, or gives None; a `Repository` is one. Raises ModelError for what is no model, or is cyclic, too
    deep, or refers to what is not at hand.
    """
    from azext_iotdiag.payload import documents

    try:
        return Model(documents.read(document, resolve, strict=strict), strict=strict)
    except RecursionError:
        raise ModelError("the document is nested too deep to be a model") from None
