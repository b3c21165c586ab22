"""Every fault of the lab, met by `monitor events` with either reader: what is said of it, and what comes out."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import datetime, timezone

import pytest

from azext_iotdiag.checks.conditions import causes_left
from azext_iotdiag.checks.failures import TABLE
from azext_iotdiag.clients.deadlines import Deadlines, applying
from azext_iotdiag.clients.telemetry.contract import READERS
from azext_iotdiag.knowledge import amqp
from azext_iotdiag.lab.faults.table import FAULTS, Fault
from azext_iotdiag.model.access import ReaderAccess
from azext_iotdiag.model.certificate import Certificate
from azext_iotdiag.model.facts import typed
from azext_iotdiag.model.finding import Cause
from azext_iotdiag.model.stream import StreamEnd
from azext_iotdiag.model.target import Target
from azext_iotdiag.render.commands import known

pytestmark = pytest.mark.slow

HUB = "lab-hub.azure-devices.net"
EXIT_CODES = {amqp.ENTITY_MISSING.code: 3, amqp.TOKEN_REFUSED.code: 4}
COULD_NOT_LOOK = 5
ALL = ("--since", "1h")
CODE = re.compile(r"\[([a-z0-9-]+)\]$", re.MULTILINE)
BROKE = re.compile(r"^The (connection|link) to .*$", re.MULTILINE)
OF_STREAMS = [fault for fault in FAULTS.values() if fault.through not in ("device", "http", "logs")]
LASTING = [fault for fault in OF_STREAMS if not fault.heals]
HEALING = [fault for fault in OF_STREAMS if fault.heals]
BODIES = [b'{"n":%d}' % number for number in range(10)]


# What the server's certificate shows where it is what is wrong.
CERTIFICATES = {
    "unknown-ca": Certificate("", "CN=an untrusted authority", (HUB,), "", ""),
    "certificate-wrong-name": Certificate("", "CN=iot-diag lab", ("other.example.net",), "", ""),
}


def left(fault: Fault, reader: str) -> list[Cause]:
    """The causes that the facts of such a run leave: a string was given, and no consumer group was named."""
    seen = {"reading": ReaderAccess(reader), "stream": StreamEnd(HUB, consumer_group="$Default")}
    if fault.name in CERTIFICATES:
        seen["server_certificate"] = CERTIFICATES[fault.name]
    now = datetime.now(timezone.utc)
    facts = {name: typed(value, now) for name, value in seen.items()}
    return [cause for cause, _ in causes_left(fault.entry, facts, {})]


def judged(fault: Fault, run, reader: str = "wire") -> None:
    """It ended with this fault's causes, as far as the facts leave them, and with the exit code of that."""
    assert CODE.findall(run.err) == [fault.entry.code], run.err
    assert f"{fault.entry.title} [{fault.entry.code}]" in run.err
    assert run.code == EXIT_CODES.get(fault.entry.code, COULD_NOT_LOOK)
    words = " ".join(run.err.split())
    named, wanted = known(Target(hub=HUB)), left(fault, reader)
    assert wanted
    for cause in wanted:
        assert cause.why in words
        assert all(named.filled(step) in words for step in cause.mitigation)
    for cause in fault.entry.causes:
        assert cause in wanted or cause.why not in words


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("fault", LASTING, ids=lambda fault: fault.name)
def test_a_fault_that_lasts(flow, short_deadlines, fault: Fault, reader: str) -> None:
    flow.lab.break_(fault.name)
    started = time.monotonic()
    run = flow.meeting(fault, "--duration", "30", "--reader", reader)
    assert time.monotonic() - started < 15
    assert run.out == b""
    judged(fault, run, reader)


@pytest.mark.parametrize("reader", READERS)
def test_the_longest_wait_is_short_enough(flow, reader: str) -> None:
    """With the deadlines as they are."""
    flow.lab.break_("cbs-unanswered")
    started = time.monotonic()
    run = flow.monitor("--duration", "30", "--reader", reader)
    assert time.monotonic() - started < 15
    judged(FAULTS["cbs-unanswered"], run, reader)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("fault", HEALING, ids=lambda fault: fault.name)
def test_a_fault_that_heals(flow, short_deadlines, fault: Fault, reader: str) -> None:
    flow.send(*BODIES)
    partition = flow.lab.state.hub.partition_of("device-1").id
    flow.lab.break_(fault.name, **({"partition": int(partition)} if "partition" in fault.parameters else {}))
    with applying(replace(short_deadlines, sdk_answer=12.0)):  # the SDK takes seconds to ask again
        run = flow.meeting(fault, "--max-messages", "10", "--timeout", "20", "--reader", reader, *ALL)
    assert "times" not in fault.parameters or not flow.lab.status()["faults"]
    assert [message["payload"] for message in run.messages] == [{"n": number} for number in range(10)], run.err
    assert run.code == 0
    expected = [fault.entry.code] if fault.entry else []
    if (reader, fault.name) == ("sdk", "session-ended"):  # which the SDK never sees, only that nothing comes
        expected = [amqp.PARTITION_STALLED.code]
    if (reader, fault.name) in (("sdk", "cbs-busy"), ("sdk", "cbs-error")):  # its first question is asked again
        expected = []
    assert CODE.findall(run.err) == expected, run.err
    assert len(BROKE.findall(run.err)) == len(expected), run.err


@pytest.mark.parametrize("reader", READERS)
def test_partitions_that_stall_for_good(flow, short_deadlines, reader: str) -> None:
    flow.send_everywhere(b"1")
    flow.lab.break_("link-stalled", after=0, times=0)
    started = time.monotonic()
    run = flow.monitor("--duration", "30", "--reader", reader, *ALL)
    assert time.monotonic() - started < 15
    assert CODE.findall(run.err) == ["partition-stalled"] * 2, run.err  # the verdict, and that it was tried again
    assert (run.code, run.out) == (COULD_NOT_LOOK, b"")


@pytest.mark.parametrize("reader", READERS)
def test_what_a_link_brings_too_early_is_dropped_and_counted(flow, short_deadlines, reader: str) -> None:
    """The first link begins before --since; the one after a break, before what was read."""
    flow.send(b"-1", b"-2", b"-3", enqueued=time.time() - 2 * 3600)
    flow.send(*BODIES)
    flow.lab.break_("start-inexact", messages=2)
    flow.lab.break_("link-detached", partition=int(flow.lab.state.hub.partition_of("device-1").id), after=6)
    run = flow.monitor("--max-messages", "10", "--timeout", "20", "--reader", reader, *ALL)
    assert [message["payload"] for message in run.messages] == [{"n": number} for number in range(10)], run.err
    assert run.code == 0
    assert "Dropped 4 messages: the service sent them twice, or they are older than --since." in run.err


@pytest.mark.parametrize("fault", [fault for fault in LASTING if "partition" in fault.parameters],
                         ids=lambda fault: fault.name)  # fmt: skip
def test_trouble_with_one_partition_is_no_matter_for_the_others(flow, short_deadlines, fault: Fault) -> None:
    flow.send_everywhere(b"1")
    flow.lab.break_(fault.name, partition=2)
    run = flow.monitor("--duration", "2", *ALL)
    shown = sorted(message["partition"] for message in run.messages if message["partition"] != "2")
    assert shown == ["0", "1", "3"]
    assert CODE.findall(run.err) == [fault.entry.code], run.err
    assert run.code == COULD_NOT_LOOK
    words = " ".join(run.err.split())
    assert run.err.count("Partition 2 cannot be read (") == 1
    assert re.search(r"this step failed(?: after \d+ s)?: the link to partition 2", words), words
    assert "receiving 0, 1, 3" in words


@pytest.mark.parametrize(("status", "code", "exit_code"), [
    (500, "hub-500001", COULD_NOT_LOOK), (429, "hub-throttles", COULD_NOT_LOOK), (401, "registry-refused", 4),
])  # fmt: skip
def test_queries_that_the_hub_answers_with_a_status(flow, status, code, exit_code) -> None:
    usual = Deadlines()
    flow.lab.break_("http-queries", status=status)
    with applying(replace(usual, requests=replace(usual.requests, tries=1))):
        run = flow.meeting(FAULTS["throttled"], "--duration", "30")
    assert (CODE.findall(run.err), run.code, run.out) == ([code], exit_code, b""), run.err


OTHER_WAYS = {
    "name-not-resolved": {"AZURE_IOTDIAG_CONNECT_TO": "lab-hub.azure-devices.net:5671=no-such-host.invalid:5671"},
    "proxy-unreachable": {"HTTPS_PROXY": "http://127.0.0.1:1"},
}
SEEN_ELSEWHERE = {
    "tool-failed": "probes/test_gather.py, because it takes a fault of this tool",
    "server-unreachable": "clients/test_transport.py, because it takes a network that swallows what is sent",
    "not-a-hub": "checks/reader/test_partitions_readable.py; what answers is asked over HTTPS",
    "proxy-silent": "flows/test_silent_proxy.py",
    "not-mqtt": "simulate/test_fuzz_mqtt.py, because a stream of messages speaks AMQP",
    "connection-not-allowed": "clients/test_transport.py, because it takes a rule of this machine",
    "certificate-not-yet-valid": "clients/test_transport.py, because a lab's certificates are valid from its start",
}


@pytest.mark.parametrize("code", OTHER_WAYS)
def test_what_no_fault_of_the_lab_causes(flow, short_deadlines, code: str) -> None:
    run = flow.monitor("--duration", "20", **OTHER_WAYS[code])
    assert (run.code, run.out) == (COULD_NOT_LOOK, b"")
    assert CODE.findall(run.err) == [code], run.err


def test_every_code_that_a_stream_can_show_is_met_here() -> None:
    met = {fault.entry.code for fault in OF_STREAMS if fault.entry}
    general = {row.entry.code for row in TABLE if row.services is None}
    assert general <= met | set(OTHER_WAYS) | set(SEEN_ELSEWHERE)
