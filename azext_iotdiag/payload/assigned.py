"""The models of devices by the templates that IoT Central assigned to them, each compiled once."""

from __future__ import annotations

from enum import Enum
from typing import Any, NamedTuple

from azext_iotdiag.knowledge.assignment import DEVICE_NOT_IN_APP, TEMPLATE_NOT_READ
from azext_iotdiag.knowledge.central import UNASSOCIATED
from azext_iotdiag.model.finding import Entry, Finding, Severity
from azext_iotdiag.payload import Model, ModelError, read_model


class Lack(Enum):
    """Why there is no template for a device."""

    NOT_ASSIGNED = "not-assigned"
    NOT_IN_APP = "not-in-app"
    NOT_READ = "not-read"


class Assigned(NamedTuple):
    """The template that was found for a device, or why there is none. `detail` is what the service said."""

    template: dict[str, Any] | None = None
    lack: Lack | None = None
    detail: str = ""


_NOT_JUDGED = "so its values are not judged"
_SAID: dict[Lack, tuple[Entry, Severity, str]] = {
    Lack.NOT_ASSIGNED: (UNASSOCIATED, Severity.WARN, f"the device has no template, {_NOT_JUDGED}"),
    Lack.NOT_IN_APP: (DEVICE_NOT_IN_APP, Severity.WARN, f"the application does not show the device, {_NOT_JUDGED}"),
    Lack.NOT_READ: (TEMPLATE_NOT_READ, Severity.FAIL, "the template of the device could not be read"),
}


class Models:
    """What devices are judged by; `strict` as for `read_model`."""

    def __init__(self, *, strict: bool = False):
        self._strict = strict
        self._compiled: dict[str, Model | list[Finding]] = {}

    def of(self, assigned: Assigned) -> Model | list[Finding]:
        """The model of a template, or what there is to say in its place."""
        if assigned.template is None:
            return self._said(assigned.lack or Lack.NOT_READ, assigned.detail)
        identifier = str(assigned.template.get("@id") or id(assigned.template))
        if identifier not in self._compiled:
            try:
                self._compiled[identifier] = read_model(assigned.template, strict=self._strict)
            except ModelError as wrong:
                self._compiled[identifier] = self._said(Lack.NOT_READ, str(wrong))
        return self._compiled[identifier]

    def _said(self, lack: Lack, detail: str) -> list[Finding]:
        entry, severity, message = _SAID[lack]
        if self._strict and severity is Severity.WARN:
            severity = Severity.FAIL
        return [Finding(entry, severity, f"{message} ({detail})" if detail else message)]
