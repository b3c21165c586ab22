"""Findings on the page of a pipeline's run, as logging commands of Azure DevOps and workflow commands of GitHub.

https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands
https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from azext_iotdiag.model.finding import Severity
from azext_iotdiag.render.event import printable

_NAMES = {Severity.FAIL: "error", Severity.WARN: "warning"}


class Annotation(NamedTuple):
    """What is wrong: how much, its code, and the words. A note is not shown."""

    severity: Severity
    code: str
    words: str


def commands(found: Iterable[Annotation], environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """How a command begins, and its text, for each of what is wrong; nothing outside a pipeline."""
    azure = bool(environment.get("TF_BUILD"))
    if not azure and not environment.get("GITHUB_ACTIONS"):
        return
    for severity, code, words in found:
        if name := _NAMES.get(severity):
            safe = printable(words).replace("%", "%AZP25" if azure else "%25").replace("\r", "%0D").replace("\n", "%0A")
            yield (f"##vso[task.logissue type={name};code={code}]" if azure else f"::{name} title={code}::"), safe
