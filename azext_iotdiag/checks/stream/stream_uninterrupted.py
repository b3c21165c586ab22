"""A connection that breaks and heals loses nothing, but it is worth knowing."""

from dataclasses import replace

from azext_iotdiag.checks.declare import check
from azext_iotdiag.checks.reader.partitions_readable import finding_of
from azext_iotdiag.model.finding import Severity


@check("The connection held")
def stream_uninterrupted(stream):
    alike = {}
    for failure in stream.interruptions:
        alike.setdefault((failure.kind, failure.condition), []).append(failure)
    for failures in alike.values():
        finding = finding_of(failures[0], Severity.WARN)
        if len(failures) > 1:
            finding = replace(
                finding,
                message=f"{finding.message}; {len(failures)} times in all",
                evidence={**finding.evidence, "times": len(failures)},
            )
        yield finding
