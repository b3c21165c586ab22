"""A failed step is a verdict where the service said no, and blindness everywhere else."""

from __future__ import annotations

import pytest

from azext_iotdiag.checks.failures import Service, finding_of
from azext_iotdiag.checks.reader.partitions_readable import partitions_readable
from azext_iotdiag.checks.runner import run
from azext_iotdiag.model.certificate import Certificate
from azext_iotdiag.model.failure import Failure, Kind
from tests.checks.judging import HOST, finding, known, stream, verdict

CODES = {
    Kind.NAME_NOT_RESOLVED: ("error", "name-not-resolved"),
    Kind.REFUSED_CONNECTION: ("error", "connection-refused"),
    Kind.NOT_ALLOWED: ("error", "connection-not-allowed"),
    Kind.UNREACHABLE: ("error", "server-unreachable"),
    Kind.SILENT: ("error", "server-silent"),
    Kind.UNANSWERED: ("error", "request-unanswered"),
    Kind.STALLED: ("error", "partition-stalled"),
    Kind.UNTRUSTED: ("error", "certificate-untrusted"),
    Kind.EXPIRED: ("error", "certificate-expired"),
    Kind.NOT_YET_VALID: ("error", "certificate-not-yet-valid"),
    Kind.WRONG_NAME: ("error", "certificate-for-another-name"),
    Kind.TLS: ("error", "tls-handshake-failed"),
    Kind.DROPPED: ("error", "connection-dropped"),
    Kind.UNAUTHORIZED: ("fail", "token-refused"),
    Kind.MISSING: ("fail", "entity-missing"),
    Kind.DISPLACED: ("error", "reader-displaced"),
    Kind.TOO_MANY: ("error", "too-many-readers"),
    Kind.BUSY: ("error", "service-busy"),
    Kind.LIMIT: ("error", "service-limit-reached"),
    Kind.REFUSED: ("error", "link-refused"),
    Kind.NOT_AMQP: ("error", "not-an-event-hub"),
    Kind.NOT_HTTP: ("error", "not-a-hub"),
    Kind.NOT_MQTT: ("error", "not-mqtt"),
    Kind.WEBSOCKET_REFUSED: ("error", "websocket-refused"),
    Kind.PROXY_UNREACHABLE: ("error", "proxy-unreachable"),
    Kind.PROXY_SILENT: ("error", "proxy-silent"),
    Kind.PROXY_REFUSED: ("error", "proxy-refuses"),
    Kind.PROXY_WANTS_PASSWORD: ("error", "proxy-wants-password"),
    Kind.PROXY_NO_PROXY: ("error", "proxy-is-none"),
    Kind.CRASHED: ("error", "tool-failed"),
}


def failed(kind: Kind, step: str = "a step", **more) -> Failure:
    return Failure(kind, step, HOST, 5671, **more)


def judged(seen):
    return verdict(partitions_readable, stream=seen, server_certificate=None)


def test_every_kind_is_in_the_table() -> None:
    assert set(CODES) == set(Kind)


def test_a_proxy_that_swallows_is_the_subject() -> None:
    silent = failed(Kind.PROXY_SILENT, "the way", description="the proxy p:3128 does not answer", seconds=10.0)
    message = finding_of(Service.MESSAGES, silent).message
    assert message == f"from this machine, the proxy p:3128 does not answer after 10 s: the way to {HOST}:5671"


@pytest.mark.parametrize("kind", Kind)
def test_what_ended_the_reading(kind: Kind) -> None:
    status, code = CODES[kind]
    assert judged(stream(opened=0, failure=failed(kind))) == (status, [(code, "fail" if status == "fail" else "warn")])
    # What a partition says as well adds nothing.
    more = stream(opened=1, failed=(failed(Kind.MISSING),), failure=failed(kind))
    assert judged(more) == (status, [(code, "fail" if status == "fail" else "warn")])


@pytest.mark.parametrize("kind", Kind)
def test_what_keeps_one_partition_closed_while_others_are_read(kind: Kind) -> None:
    """Nobody knows what it holds, whatever the reason."""
    _, code = CODES[kind]
    assert judged(stream(opened=1, failed=(failed(kind),))) == ("error", [(code, "warn")])


def test_partitions_that_fail_in_different_ways() -> None:
    failures = (failed(Kind.DISPLACED), failed(Kind.UNAUTHORIZED), failed(Kind.TOO_MANY))
    codes = ["reader-displaced", "token-refused", "too-many-readers"]
    assert judged(stream(failed=failures)) == ("error", [(code, "warn") for code in codes])
    assert judged(stream(opened=0, failed=failures, failure=failures[0])) == (
        "fail",
        [("token-refused", "fail"), ("reader-displaced", "warn"), ("too-many-readers", "warn")],
    )


def test_partitions_that_fail_alike_are_one_finding() -> None:
    failures = (
        failed(Kind.UNAUTHORIZED, "the link to partition 1", condition="amqp:unauthorized-access"),
        failed(Kind.UNAUTHORIZED, "the link to partition 2", condition="amqp:unauthorized-access"),
    )
    found = finding(partitions_readable, stream=stream(opened=1, failed=failures), server_certificate=None)
    assert "this step failed: the links to partitions 1, 2 (" in found.message


@pytest.mark.parametrize("seen", [stream(), stream(closed=1), stream(opened=0)])
def test_healthy(seen) -> None:
    assert judged(seen) == ("pass", [])


def test_the_certificate_is_shown() -> None:
    certificate = Certificate("CN=proxy", "CN=Corp CA", ("a.example", "b.example"), "2026-01-01", "2027-01-01")
    seen = stream(opened=0, failure=failed(Kind.UNTRUSTED))
    found = finding(partitions_readable, stream=seen, server_certificate=certificate)
    assert (
        "the certificate is for CN=proxy, issued by CN=Corp CA, valid from 2026-01-01 until 2027-01-01" in found.message
    )
    assert (found.evidence["issuer"], found.evidence["names"]) == ("CN=Corp CA", "a.example, b.example")


def test_a_certificate_without_names_is_said_to_have_none() -> None:
    seen = stream(opened=0, failure=failed(Kind.WRONG_NAME))
    named = Certificate("CN=ns.example.net", "CN=CA", ("a.example",), "2026-01-01", "2027-01-01")
    nameless = Certificate("CN=ns.example.net", "CN=CA", (), "2026-01-01", "2027-01-01")
    words = "has no DNS name as subject alternative name"
    assert words in finding(partitions_readable, stream=seen, server_certificate=nameless).message
    assert words not in finding(partitions_readable, stream=seen, server_certificate=named).message


@pytest.mark.parametrize(("kind", "condition", "code"), [
    (Kind.UNAUTHORIZED, "http:403", "central-403"), (Kind.MISSING, "http:404", "central-404"),
    (Kind.WEBSOCKET_REFUSED, "http:403", "websocket-refused"), (Kind.UNAUTHORIZED, "cbs:401", "token-refused"),
])  # fmt: skip
def test_an_application_of_iot_central_is_told_from_others_that_answer_over_http(
    kind, condition: str, code: str
) -> None:
    _, found = judged(stream(opened=0, failure=failed(kind, condition=condition)))
    assert [each[0] for each in found] == [code]


@pytest.mark.parametrize(("failures", "messages"), [
    ((failed(Kind.UNAUTHORIZED, "the link to partition 2"),), ["the link to partition 2"]),
    ((failed(Kind.UNAUTHORIZED), failed(Kind.UNAUTHORIZED)), ["the links to partitions 2, 3"]),
    ((failed(Kind.UNAUTHORIZED), failed(Kind.MISSING), failed(Kind.UNAUTHORIZED)),
     ["the links to partitions 2, 4", "a step"]),
    ((failed(Kind.UNAUTHORIZED, condition="a"), failed(Kind.UNAUTHORIZED, condition="b")), ["a step", "a step"]),
])  # fmt: skip
def test_partitions_that_failed_alike_are_one_finding(failures: tuple[Failure, ...], messages: list[str]) -> None:
    (result,) = run(
        [partitions_readable], known(stream=stream(opened=2, failed=failures), server_certificate=None), lambda: 0.0
    )
    assert [found.evidence["step"] for found in result.findings] == messages
