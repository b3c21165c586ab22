"""A message can only be seen where its partition is open: every step towards it must succeed."""

from collections.abc import Iterable
from dataclasses import replace

from azext_iotdiag.checks.declare import CouldNotLook, check
from azext_iotdiag.knowledge import amqp, central, device, network, registry, tls
from azext_iotdiag.model.certificate import Certificate
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.finding import Entry, Finding, Severity
from azext_iotdiag.model.stream import Partition

ENTRIES = {
    Kind.NAME_NOT_RESOLVED: network.NAME_NOT_RESOLVED,
    Kind.REFUSED_CONNECTION: network.CONNECTION_REFUSED,
    Kind.NOT_ALLOWED: network.CONNECTION_NOT_ALLOWED,
    Kind.UNREACHABLE: network.SERVER_UNREACHABLE,
    Kind.SILENT: network.SERVER_SILENT,
    Kind.UNANSWERED: amqp.REQUEST_UNANSWERED,
    Kind.STALLED: amqp.PARTITION_STALLED,
    Kind.UNTRUSTED: tls.CERTIFICATE_UNTRUSTED,
    Kind.EXPIRED: tls.CERTIFICATE_EXPIRED,
    Kind.NOT_YET_VALID: tls.CERTIFICATE_NOT_YET_VALID,
    Kind.WRONG_NAME: tls.CERTIFICATE_FOR_ANOTHER_NAME,
    Kind.TLS: tls.HANDSHAKE_FAILED,
    Kind.DROPPED: amqp.CONNECTION_DROPPED,
    Kind.UNAUTHORIZED: amqp.TOKEN_REFUSED,
    Kind.MISSING: amqp.ENTITY_MISSING,
    Kind.DISPLACED: amqp.READER_DISPLACED,
    Kind.TOO_MANY: amqp.TOO_MANY_READERS,
    Kind.BUSY: amqp.SERVICE_BUSY,
    Kind.LIMIT: amqp.LIMIT_REACHED,
    Kind.REFUSED: amqp.LINK_REFUSED,
    Kind.NOT_AMQP: amqp.NOT_AN_EVENT_HUB,
    Kind.NOT_HTTP: registry.NOT_A_HUB,
    Kind.NOT_MQTT: device.NOT_MQTT,
    Kind.WEBSOCKET_REFUSED: network.WEBSOCKET_REFUSED,
    Kind.PROXY_UNREACHABLE: network.PROXY_UNREACHABLE,
    Kind.PROXY_SILENT: network.PROXY_SILENT,
    Kind.PROXY_REFUSED: network.PROXY_REFUSES,
    Kind.PROXY_WANTS_PASSWORD: network.PROXY_WANTS_PASSWORD,
    Kind.PROXY_NO_PROXY: network.PROXY_IS_NONE,
}
_OF_CENTRAL = {  # what an IoT Central application answers; other ways to meet HTTP have kinds of their own
    (Kind.UNAUTHORIZED, "http:401"): central.CENTRAL_UNAUTHORIZED,
    (Kind.UNAUTHORIZED, "http:403"): central.CENTRAL_FORBIDDEN,
    (Kind.MISSING, "http:404"): central.CENTRAL_NOT_FOUND,
    (Kind.BUSY, "http:429"): central.CENTRAL_THROTTLED,
}
ANSWERED = frozenset({Kind.UNAUTHORIZED, Kind.MISSING})  # the service said no, so there is nothing left to find out


@check("Every partition can be read")
def partitions_readable(stream, certificate):
    ended = stream.failure
    failures = _grouped(partition for partition in stream.partitions.values() if partition.failure is not None)
    if ended is not None and ended not in [partition.failure for partition in stream.partitions.values()]:
        failures = [ended]  # the partitions' own say no more
    # Where others can be read, what one of them holds remains unknown, whatever keeps it closed.
    answered = [failure for failure in failures if ended is not None and failure.kind in ANSWERED]
    for failure in answered:
        yield finding_of(failure, entry=of_central(failure))
    if blind := [
        _with(certificate, finding_of(failure, entry=of_central(failure)))
        for failure in failures
        if failure not in answered
    ]:
        raise CouldNotLook(*blind)


def _grouped(partitions: Iterable[Partition]) -> list[Failure]:
    """The failures of partitions; one for all that failed in the same way."""
    alike: dict[tuple[Kind, str], list[Partition]] = {}
    for partition in partitions:
        alike.setdefault((partition.failure.kind, partition.failure.condition), []).append(partition)
    return [
        replace(group[0].failure, step=f"the links to partitions {', '.join(partition.id for partition in group)}")
        if len(group) > 1
        else group[0].failure
        for group in alike.values()
    ]


def of_central(failure: Failure) -> Entry | None:
    """What a failure means as an answer of an IoT Central application; None where it is none."""
    return _OF_CENTRAL.get((failure.kind, failure.condition))


def _with(certificate: Certificate | None, finding: Finding) -> Finding:
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


def finding_of(failure: Failure, severity: Severity = Severity.FAIL, entry: Entry | None = None) -> Finding:
    """The finding that a failed step is; `entry` where it means another one than for a reader of messages."""
    waited = f" after {failure.seconds:.0f} s" if failure.seconds >= 1 else ""
    said = ": ".join(part for part in (failure.condition, failure.description) if part)
    evidence = {
        "step": failure.step,
        "host": failure.host,
        "port": failure.port,
        "address": failure.address,
        "condition": failure.condition,
        "description": failure.description,
    }
    led_to = (
        f", which leads to {failure.address}"
        if failure.address and not failure.address.startswith(f"{failure.host}:")
        else ""
    )
    what = f"from this machine, {failure.step} failed{waited} for {failure.host}:{failure.port}{led_to}"
    return Finding(
        entry or ENTRIES[failure.kind],
        severity,
        f"from this machine, {said}{waited}: {failure.step} to {failure.host}:{failure.port}"
        if failure.kind is Kind.PROXY_SILENT
        else what + (f" ({said})" if said else ""),
        evidence={name: value for name, value in evidence.items() if value != ""},
    )
