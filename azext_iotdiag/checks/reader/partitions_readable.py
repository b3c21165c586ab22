"""A message can only be seen where its partition is open: every step towards it must succeed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from azext_iotdiag.checks.declare import CouldNotLook, check
from azext_iotdiag.checks.failures import Service, answered, finding_of, obstacle
from azext_iotdiag.model.certificate import Certificate
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.finding import Finding
from azext_iotdiag.model.stream import Partition, PartitionEnd, StreamEnd


@check("Every partition can be read")
def partitions_readable(stream: StreamEnd, server_certificate: Certificate | None = None) -> Iterator[Finding]:
    ended = stream.failure
    failures = _grouped(stream.partitions.values())
    if ended is not None and ended not in [partition.failure for partition in stream.partitions.values()]:
        failures = [ended]  # the partitions' own say no more
    # Where others can be read, what one of them holds remains unknown, whatever keeps it closed.
    refused = [failure for failure in failures if ended is not None and answered(Service.MESSAGES, failure)]
    for failure in refused:
        yield finding_of(_service(failure), failure)
    unseen = [obstacle(_service(failure), failure) for failure in failures if failure not in refused]
    if blind := [_with(server_certificate, finding) for finding in unseen]:
        raise CouldNotLook(*blind)


def _service(failure: Failure) -> Service:
    """Event Hubs answers over AMQP. What answered over HTTP is the application that knows the hubs."""
    return Service.CENTRAL if failure.condition.startswith("http:") else Service.MESSAGES


def _grouped(partitions: Iterable[Partition | PartitionEnd]) -> list[Failure]:
    """The failures of partitions; one for all that failed in the same way."""
    alike: dict[tuple[Kind, str], dict[str, Failure]] = {}
    for each in partitions:
        if each.failure is not None:
            alike.setdefault((each.failure.kind, each.failure.condition), {})[each.id] = each.failure
    return [
        replace(first, step=f"the links to partitions {', '.join(group)}") if len(group) > 1 else first
        for group in alike.values()
        for first in [next(iter(group.values()))]
    ]


def _with(certificate: Certificate | None, finding: Finding) -> Finding:
    """The finding, with the certificate that the server showed."""
    if certificate is not None:
        whose = f"for {certificate.subject}, issued by {certificate.issuer}"
        shown = f"; the certificate is {whose}, valid from {certificate.not_before} until {certificate.not_after}"
        if not certificate.names:
            shown += ", and has no DNS name as subject alternative name, which every client needs"
        seen = {
            "subject": certificate.subject,
            "issuer": certificate.issuer,
            "names": ", ".join(certificate.names),
            "validFrom": certificate.not_before,
            "validUntil": certificate.not_after,
        }
        finding = replace(finding, message=finding.message + shown, evidence={**finding.evidence, **seen})
    return finding
