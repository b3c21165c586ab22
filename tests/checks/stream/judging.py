"""Streams to judge, and the judgement in short."""

from __future__ import annotations

from azext_iotdiag.checks.runner import run
from azext_iotdiag.model.failure import Failure
from azext_iotdiag.model.stream import Partition, Request, Stream

HOST = "ns.example.net"


def stream(
    *, opened=2, closed=0, failed: tuple[Failure, ...] = (), received=0, failure=None, interruptions=()
) -> Stream:
    """A stream with so many open and closed partitions, and one that failed for each of `failed`."""
    made = [Partition("", opened=True, received=received) for _ in range(opened)]
    made += [Partition("") for _ in range(closed)] + [Partition("", failure=each) for each in failed]
    for number, partition in enumerate(made):
        partition.id = str(number)
    partitions = {partition.id: partition for partition in made}
    return Stream(HOST, "entity", "$Default", partitions, failure, list(interruptions))


def request(shown=0, count=None, seconds=3.04) -> Request:
    return Request(shown, seconds, count)


def verdict(check, **facts):
    """Status, and for each finding its code and severity."""
    (result,) = run([check], facts, lambda: 0.0)
    assert not result.reason or result.findings, result.reason
    return result.status.value, [(finding.entry.code, finding.severity.value) for finding in result.findings]


def finding(check, **facts):
    """The one finding."""
    (result,) = run([check], facts, lambda: 0.0)
    (found,) = result.findings
    return found
