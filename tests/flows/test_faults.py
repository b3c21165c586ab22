"""Every fault of the lab, met by `monitor events` with either reader: what is said of it, and what comes out."""

from __future__ import annotations

import re
import time

import pytest

from azext_iotdiag.clients.eventhub import READERS
from azext_iotdiag.knowledge import amqp
from azext_iotdiag.lab.fault_table import FAULTS, Fault

pytestmark = pytest.mark.slow

EXIT_CODES = {amqp.ENTITY_MISSING.code: 3, amqp.TOKEN_REFUSED.code: 4}
COULD_NOT_LOOK = 5
ALL = ("--since", "1h")
CODE = re.compile(r"\[([a-z0-9-]+)\]$", re.MULTILINE)
BROKE = re.compile(r"^The (connection|link) to .*$", re.MULTILINE)
LASTING = [fault for fault in FAULTS.values() if not fault.heals]
HEALING = [fault for fault in FAULTS.values() if fault.heals]
BODIES = [b'{"n":%d}' % number for number in range(10)]


def judged(fault: Fault, run) -> None:
    """It ended with this fault's cause and nothing else, and with the exit code of that."""
    assert CODE.findall(run.err) == [fault.entry.code], run.err
    assert f"{fault.entry.title} [{fault.entry.code}]" in run.err
    assert run.code == EXIT_CODES.get(fault.entry.code, COULD_NOT_LOOK)
    words = " ".join(run.err.split())
    assert all(cause.why in words and step in words for cause in fault.entry.causes for step in cause.mitigation)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("fault", LASTING, ids=lambda fault: fault.name)
def test_a_fault_that_lasts(flow, short_deadlines, fault: Fault, reader: str) -> None:
    flow.lab.break_(fault.name)
    started = time.monotonic()
    run = flow.meeting(fault, "--duration", "30", "--reader", reader)
    assert time.monotonic() - started < 15
    assert run.out == b""
    judged(fault, run)


@pytest.mark.parametrize("reader", READERS)
def test_the_longest_wait_is_short_enough(flow, reader: str) -> None:
    """With the deadlines as they are."""
    flow.lab.break_("cbs-unanswered")
    started = time.monotonic()
    run = flow.monitor("--duration", "30", "--reader", reader)
    assert time.monotonic() - started < 15
    judged(FAULTS["cbs-unanswered"], run)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("fault", HEALING, ids=lambda fault: fault.name)
def test_a_fault_that_heals(flow, short_deadlines, fault: Fault, reader: str) -> None:
    flow.send(*BODIES)
    partition = flow.lab.state.hub.partition_of("device-1").id
    flow.lab.break_(fault.name, **({"partition": int(partition)} if "partition" in fault.parameters else {}))
    run = flow.meeting(fault, "--max-messages", "10", "--timeout", "20", "--reader", reader, *ALL)
    assert "times" not in fault.parameters or not flow.lab.status()["faults"]
    assert [message["payload"] for message in run.messages] == [{"n": number} for number in range(10)]
    assert run.code == 0
    told = CODE.findall(run.err)
    expected = [fault.entry.code] if fault.entry else []
    if reader == "sdk":  # it may connect again by itself before it tells anybody, and never sees the end of a session
        expected = [amqp.PARTITION_STALLED.code] if fault.name == "session-ended" else expected if told else []
    assert told == expected, run.err
    assert len(BROKE.findall(run.err)) == len(told), run.err
