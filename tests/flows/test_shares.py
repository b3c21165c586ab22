"""Copies of a command that read one stream in shares: each message comes to one of them."""

from __future__ import annotations

import pytest

from azext_iotdiag.clients.telemetry.contract import READERS

ALL = ("--since", "1h")


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(("share", "partitions"), [("1/3", "03"), ("2/3", "1"), ("3/3", "2"), ("1/1", "0123")])
def test_a_share_brings_what_is_in_its_partitions(flow, reader: str, share: str, partitions: str) -> None:
    flow.send_everywhere(b"1", b"2")
    count = str(2 * len(partitions))
    run = flow.monitor("--share", share, "--max-messages", count, "--reader", reader, *ALL)
    assert run.code == 0
    came = sorted((message["partition"], message["payload"]) for message in run.messages)
    assert came == [(partition, body) for partition in partitions for body in (1, 2)]


@pytest.mark.parametrize("command", [("monitor",), ("monitor", "--reader", "sdk"), ("validate",)])
def test_a_share_without_a_partition_has_nothing_to_do(flow, command: tuple[str, ...]) -> None:
    name, *words = command
    run = getattr(flow, name)("--share", "5/8", *words)
    assert run.code == 0
    assert "Nothing to read: other shares have the stream's 4 partitions." in run.err


def test_a_silent_share_says_nothing_of_the_stream(flow) -> None:
    flow.send(b"1", device="device-1")
    partition = int(flow.monitor("--max-messages", "1", *ALL).messages[0]["partition"])
    run = flow.monitor("--share", f"{(partition + 1) % 4 + 1}/4", "--timeout", "1", *ALL)
    assert run.code == 5
    assert "Other shares read 3 more." in run.err
    assert "[share-silent]" in run.err and "3 others belong to other shares" in run.err
    assert "[nothing-came]" not in run.err
