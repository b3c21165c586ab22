"""The model that each message's device announced, looked up in a folder of models and compiled once."""

from __future__ import annotations

from azext_iotdiag.knowledge.assignment import MODEL_NOT_ANNOUNCED, MODEL_NOT_FOUND
from azext_iotdiag.model.event import Event, model_id
from azext_iotdiag.model.finding import Finding, Severity
from azext_iotdiag.payload import Model, ModelError, Repository, read_model, terms

MOST = 1000  # models that are kept; devices can announce anything


class Announced:
    """The models of a repository's folder by the ids that messages name.

    A folder that cannot be read is found out with the first message, and said with every one.
    """

    def __init__(self, folder: str, *, strict: bool = False):
        self._resolve = Repository(folder)
        self._strict = strict
        self._known: dict[str, Model | list[Finding]] = {}

    def __call__(self, event: Event) -> Model | list[Finding]:
        """The model for an event, or what there is to say in its place."""
        identifier = model_id(event)
        known = self._known.get(identifier)
        if known is None:
            known = self._read(identifier)
            if len(self._known) < MOST:
                self._known[identifier] = known
        return known

    def _read(self, identifier: str) -> Model | list[Finding]:
        if not identifier:
            severity = Severity.FAIL if self._strict else Severity.WARN
            return [Finding(MODEL_NOT_ANNOUNCED, severity, "the message names no model, so its values are not judged")]
        if not terms.DTMI.fullmatch(identifier):  # read_model would take it for the path of a file
            message = f"the device announces {identifier[:200]!r}, which is no identifier of a model"
            return [Finding(MODEL_NOT_FOUND, Severity.FAIL, message, evidence={"model": identifier[:200]})]
        try:
            return read_model(identifier, strict=self._strict, resolve=self._resolve)
        except ModelError as wrong:
            message = f"the device announces {identifier:.200}: {wrong}"
            return [Finding(MODEL_NOT_FOUND, Severity.FAIL, message, evidence={"model": identifier[:200]})]
