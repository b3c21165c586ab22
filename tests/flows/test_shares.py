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


@pytest.mark.parametrize("reader", READERS)
def test_a_run_goes_on_where_the_one_before_ended(flow, tmp_path, reader: str) -> None:
    saved = str(tmp_path / "position.json")
    flow.send_everywhere(b"1")
    first = flow.monitor("--max-messages", "4", "--save-position", saved, "--reader", reader, *ALL)
    assert (first.code, [message["payload"] for message in first.messages]) == (0, [1] * 4)
    flow.send_everywhere(b"2", b"3")
    words = ("--position", saved, "--save-position", saved, "--reader", reader)
    second = flow.monitor("--max-messages", "8", *words)
    assert (second.code, sorted(message["payload"] for message in second.messages)) == (0, [2] * 4 + [3] * 4)
    third = flow.monitor("--timeout", "1", *words)
    assert third.messages == []


@pytest.mark.parametrize(("words", "why"), [
    (("--consumer-group", "other"), "it is of the consumer group $Default, and other is read"),
    (("--share", "1/2"), ""),
    (("--since", "1h"), "--position and --since both say where to begin"),
])  # fmt: skip
def test_a_position_fits_one_stream(flow, tmp_path, words: tuple[str, ...], why: str) -> None:
    saved = str(tmp_path / "position.json")
    flow.lab.state.hub.stream.consumer_groups.add("other")
    flow.send_everywhere(b"1")
    assert flow.monitor("--max-messages", "4", "--save-position", saved, *ALL).code == 0
    flow.send_everywhere(b"2")
    run = flow.monitor("--position", saved, "--max-messages", "2", *words)
    assert (run.code, len(run.messages)) == ((1, 0) if why else (0, 2))
    assert why in run.err


def test_a_position_of_another_share_is_refused(flow, tmp_path) -> None:
    saved = str(tmp_path / "position.json")
    flow.send_everywhere(b"1")
    assert flow.monitor("--share", "1/2", "--max-messages", "2", "--save-position", saved, *ALL).code == 0
    run = flow.monitor("--share", "2/2", "--position", saved, "--max-messages", "2")
    assert (run.code, run.messages) == (1, [])
    assert "--position: it names no place in partition 1, 3: another share saved it." in run.err
