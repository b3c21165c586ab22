"""Streams to judge, and the judgement in short."""

from __future__ import annotations

from datetime import datetime, timezone

from azext_iotdiag.checks.runner import run
from azext_iotdiag.model.facts import Fact, typed
from azext_iotdiag.model.failure import Failure
from azext_iotdiag.model.hidden_messages import HiddenMessages, Seen
from azext_iotdiag.model.stream import Newest, Partition, Stream, StreamRequest

HOST = "ns.example.net"
NOW = 1_700_000_000_000  # 2023-11-14T22:13:20Z
MEASURED = datetime(2026, 11, 30, tzinfo=timezone.utc)


def stream(
    *, opened=2, closed=0, failed: tuple[Failure, ...] = (), received=0, failure=None, interruptions=(),
    group="$Default",
) -> Stream:  # fmt: skip
    """A stream with so many open and closed partitions, and one that failed for each of `failed`."""
    made = [Partition("", opened=True, received=received) for _ in range(opened)]
    made += [Partition("") for _ in range(closed)] + [Partition("", failure=each) for each in failed]
    for number, partition in enumerate(made):
        partition.id = str(number)
    partitions = {partition.id: partition for partition in made}
    return Stream(HOST, "entity", group, partitions, failure, list(interruptions))


def newest(*seconds_ago: float | None) -> Stream:
    """An open stream whose partitions hold messages of so many seconds before NOW; None: never any."""
    seen = stream(opened=len(seconds_ago))
    for partition, ago in zip(seen.partitions.values(), seconds_ago, strict=True):
        partition.newest = Newest(-1, 0) if ago is None else Newest(7, int(NOW - ago * 1000))
    return seen


def request(shown=0, count=None, seconds=3.04, **more) -> StreamRequest:
    return StreamRequest(shown, seconds, count, ended=NOW, **more)


def hidden(*devices: str, complete=True, count=2, **by_filter: int) -> HiddenMessages:
    """So many messages of each device, hidden by --device-id, and those hidden by other options, with _ for -."""
    seen = {device: Seen(count, NOW - 2000) for device in devices}
    by = {f"--{name.replace('_', '-')}": hidden for name, hidden in by_filter.items()}
    return HiddenMessages({"--device-id": count * len(devices), **by} if devices else by, seen, complete, NOW - 2000)


def known(**values):
    """Facts with these values; a Fact or a Failure stands for itself."""

    def fact(value):
        if isinstance(value, Fact):
            return value
        return Fact(None, MEASURED, "test", failure=value) if isinstance(value, Failure) else typed(value, MEASURED)

    return {name: fact(value) for name, value in values.items()}


def verdict(check, **values):
    """Status, and for each finding its code and severity."""
    (result,) = run([check], known(**values), lambda: 0.0)
    assert result.skip or not result.reason or result.findings, result.reason
    return result.status.value, [(finding.entry.code, finding.severity.value) for finding in result.findings]


def findings(check, **values):
    """All findings of a check that judged."""
    (result,) = run([check], known(**values), lambda: 0.0)
    assert not result.reason, result.reason
    return list(result.findings)


def finding(check, **values):
    """The one finding."""
    (result,) = run([check], known(**values), lambda: 0.0)
    (found,) = result.findings
    return found
