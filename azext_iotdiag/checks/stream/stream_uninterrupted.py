"""A connection that breaks and heals loses nothing, but it is worth knowing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from azext_iotdiag.checks.declare import check
from azext_iotdiag.checks.failures import Service, finding_of
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.finding import Finding, Severity, When, weighed
from azext_iotdiag.model.stream import StreamEnd


@check("The connection was not interrupted")
def stream_uninterrupted(stream: StreamEnd) -> Iterator[Finding]:
    alike: dict[tuple[Kind, str], list[Failure]] = {}
    for failure in stream.interruptions:
        alike.setdefault((failure.kind, failure.condition), []).append(failure)
    for failures in alike.values():
        finding = finding_of(Service.MESSAGES, failures[0], Severity.WARN)
        if len(failures) > 1:
            finding = replace(
                finding,
                message=f"{finding.message}; {len(failures)} times in all",
                evidence={**finding.evidence, "times": len(failures)},
            )
        yield weighed(finding, when=When.WINDOW)
