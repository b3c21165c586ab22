"""What readers rarely meet, and must endure: offsets that are no numbers, and messages in odd forms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from azext_iotdiag.clients.telemetry.contract import READERS
from tests.flows.conftest import Flow
from tests.plugins.lab_fixture import open_lab

pytestmark = pytest.mark.slow

ALL = ("--since", "1h")
BODIES = [b'{"n":%d}' % number for number in range(10)]
NUMBERS = [{"n": number} for number in range(10)]


@pytest.fixture
def replicated(tmp_path: Path) -> Iterator[Flow]:
    with open_lab(tmp_path, scenario="geo-replicated") as lab:
        yield Flow(lab)


@pytest.mark.parametrize("reader", READERS)
def test_a_geo_replicated_namespace(replicated: Flow, short_deadlines, reader: str) -> None:
    """A link breaks, and the next one begins at the offset of the last message."""
    replicated.send(*BODIES, device="spare-1")
    partition = int(replicated.lab.state.hub.partition_of("spare-1").id)
    replicated.lab.break_("link-detached", partition=partition, after=6)
    run = replicated.monitor(
        "-d", "spare-1", "--max-messages", "10", "--timeout", "20", "--reader", reader, *ALL, "--properties", "all"
    )
    assert [message["payload"] for message in run.messages] == NUMBERS, run.err
    assert run.code == 0
    asked = [
        record.details for record in replicated.lab.state.audit.recent(10_000, routine=True)
        if record.action == "attach" and record.details.get("partition") == str(partition)
    ]  # fmt: skip
    assert len(asked) >= 2, "the link was attached again"


@pytest.mark.parametrize(("form", "problem"), [(1, "footer"), (2, "null"), (3, "data")])
def test_an_odd_message_is_shown_and_reading_goes_on(flow: Flow, short_deadlines, form: int, problem: str) -> None:
    flow.send(*BODIES)
    flow.lab.break_("odd-message", form=form, after=4)
    run = flow.monitor("--max-messages", "10", "--timeout", "20", *ALL)
    print(run.out.decode(), run.err)
    shown = run.messages
    assert len(shown) == 10 and run.code == 0, run.err
    odd = shown.pop(4)
    assert re.search(problem, " ".join(odd["messageProblems"])), odd
    assert [message["payload"] for message in shown] == NUMBERS[:4] + NUMBERS[5:]
    assert not any("messageProblems" in message for message in shown)
    assert not flow.lab.status()["faults"]
