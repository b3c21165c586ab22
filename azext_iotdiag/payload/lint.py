"""All that can be said against a model: by the language's own rules, and by what reading it for judging brings up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from azext_iotdiag.knowledge.payload import RESERVED_NAME
from azext_iotdiag.model.finding import Finding, Severity
from azext_iotdiag.payload import documents
from azext_iotdiag.payload.language import lint as language
from azext_iotdiag.payload.reading import ModelReading
from azext_iotdiag.payload.schema import ModelError


@dataclass(frozen=True)
class Lint:
    """What is wrong or odd in a model, and sentences about what was not checked."""

    findings: tuple[Finding, ...]
    unchecked: tuple[str, ...] = ()


def lint(document: Any, *, resolve: Callable[[str], Any] | None = None, strict: bool = False) -> Lint:
    """Judge a model as `read_model` takes it. `strict` makes an error of all that the language forbids.

    Raises ModelError for what is no model, or refers to an interface that is not at hand while nothing else is wrong.
    """
    reading = ModelReading(resolve)
    try:
        where, parsed = documents.load(reading, document, resolve)
        of_file = tuple(reading.issues)
        judgement = language.judge(parsed, resolve, characters=reading.characters)
        wrong = _reading_fails(reading, parsed, where)
    except RecursionError:
        raise ModelError("the document is nested too deep to be a model") from None
    found = judgement.findings
    if wrong is not None and (not judgement.interfaces or not any(map(_says_more, found))):
        raise wrong
    if judgement.preview:
        found = tuple(reading.issues)
    else:
        kept = [each for each in reading.issues if each.entry is RESERVED_NAME]
        found = (*of_file, *found, *kept)
    return Lint(tuple(_strictly(each) for each in found) if strict else found, judgement.unjudged)


def _reading_fails(reading: ModelReading, parsed: Any, where: str) -> ModelError | None:
    """Why the model cannot be read for judging, None where it can."""
    try:
        documents.understood(reading, parsed, where)
    except ModelError as wrong:
        return wrong
    return None


def _says_more(found: Finding) -> bool:
    """Whether it is an error that says more than that an interface is not at hand."""
    return found.severity is Severity.FAIL and ("missing" not in found.evidence or "meant?" in found.message)


def _strictly(found: Finding) -> Finding:
    return replace(found, severity=Severity.FAIL) if found.severity is Severity.WARN else found
