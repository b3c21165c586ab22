"""The options of `monitor events`, from az's command line to what is shown: the wiring, not every case."""

from __future__ import annotations

import json
import re
import threading
import time

import pytest
import yaml

ALL = ("--since", "1h")


def test_yaml(flow) -> None:
    flow.send(b'{"t": 21.50, "on": "no"}', b"it is warm")
    run = flow.monitor("-o", "yaml", "--max-messages", "2", *ALL)
    assert run.code == 0 and b"\n  t: 21.50\n" in run.out
    assert [shown["payload"] for shown in yaml.safe_load_all(run.out)] == [{"t": 21.5, "on": "no"}, "it is warm"]


def test_tsv(flow) -> None:
    flow.send(b'{"t": 21.50}', b"a\tb\nc", room="attic")
    run = flow.monitor("-o", "tsv", "--max-messages", "2", "--properties", "app", *ALL)
    rows = [line.split("\t") for line in run.out.decode().splitlines()]
    assert (run.code, [row[1] for row in rows]) == (0, ["device-1", "device-1"])
    assert [row[7:] for row in rows] == [
        ["json", '{"t": 21.50}', '{"room":"attic"}'], ["text", "a\\tb\\nc", '{"room":"attic"}']
    ]  # fmt: skip


def test_table(flow) -> None:
    flow.send(b"1", b"2")
    run = flow.monitor("-o", "table", "--max-messages", "2", *ALL)
    lines = run.out.decode().splitlines()
    assert (run.code, len(lines)) == (0, 4)
    assert lines[0].split() == ["Enqueued", "Device", "Component", "Partition", "Sequence", "Payload"]
    assert [line[-1] for line in lines[2:]] == ["1", "2"]


@pytest.mark.parametrize(("query", "form", "shown"), [
    ("payload.t", "tsv", b"21.50\n"),
    ("[device, payload.t, payload.nothing]", "tsv", b"device-1\t21.50\t\ndevice-1\t\t\n"),
    ("{d:device,t:payload.t}", "json", b'{"d":"device-1","t":21.50}\n{"d":"device-1","t":null}\n'),
    ("payload.t", "yaml", b"---\n21.50\n"),
    ("payload.t", "table", b"Result\n------\n21.50\n"),
    ("length(payload)", "jsonc", b"1\n4\n"),
    ("payload.t", "none", b""),
])  # fmt: skip
def test_query(flow, query: str, form: str, shown: bytes) -> None:
    flow.send(b'{"t": 21.50}', b"text")
    run = flow.monitor("--query", query, "-o", form, "--max-messages", "2", *ALL)
    assert (run.code, run.out) == (0, shown)
    assert ("--query left nothing of 1 of 2 messages." in run.err) is (query == "payload.t" and form != "none")


def test_a_query_that_fails_for_some(flow) -> None:
    flow.send(b"1", b'"four"')
    run = flow.monitor("--query", "length(payload)", "--max-messages", "2", *ALL)
    assert (run.code, run.out) == (0, b"4\n")
    assert "--query left nothing of 1 of 2 messages." in run.err and "length" in run.err


@pytest.mark.parametrize(("query", "code", "words"), [
    ("payload.[", 2, "invalid jmespath_type value"), ("nonsense(payload)", 1, "Unknown function: nonsense()"),
    ("length()", 1, "length()"),
])  # fmt: skip
def test_a_query_that_cannot_work(flow, query: str, code: int, words: str) -> None:
    run = flow.monitor("--query", query, *ALL)
    assert (run.code, run.out) == (code, b"") and words in run.err
    assert flow.lab.state.audit.recent(1) == []  # nothing was connected


def test_properties(flow) -> None:
    flow.send(b"1", room="attic")
    run = flow.monitor("-p", "sys", "anno", "--max-messages", "1", *ALL)
    (shown,) = run.messages
    assert run.code == 0
    assert shown["annotations"]["iothub-connection-device-id"] == "device-1"
    assert shown["properties"] == {"room": "attic"} and "system" in shown
    (shown,) = flow.monitor("--properties", "all", "--max-messages", "1", *ALL).messages
    assert {"annotations", "properties", "system"} <= set(shown)
    assert flow.monitor("-p", "everything", *ALL).code == 2


def test_content_type(flow) -> None:
    flow.send(b"21,5", b"21.5")
    run = flow.monitor("--ct", "application/json", "--mc", "2", *ALL)
    first, second = run.messages
    assert (first["payloadForm"], first["payload"]) == ("text", "21,5")
    assert first["payloadProblem"] == "not JSON: extra data at line 1, column 3"
    assert (second["payloadForm"], second["payload"]) == ("json", 21.5) and "payloadProblem" not in second


def test_filters_together(flow) -> None:
    flow.send(b"1")
    run = flow.monitor("-d", "device-*", "-m", "camera", "--component", "c*", "-i", "dtmi:*", "-t", "1", *ALL)
    assert (run.code, run.out) == (4, b"") and "1 more hidden by the filter" in run.err


def test_azure_iots_options(flow) -> None:
    flow.send(b"1")
    at = str(int((time.time() - 3600) * 1000))
    run = flow.monitor("--et", at, "--mc", "1", "-t", "9", "--cg", "$Default", "-y", "-r", "-d", "device-1")
    assert (run.code, run.out.count(b"\n")) == (0, 1)
    assert run.err.count("--yes has no effect") == run.err.count("--repair has no effect") == 1


@pytest.mark.parametrize("digits", [10, 13])
def test_epoch(flow, digits: int) -> None:
    now = time.time()
    flow.send(b'"old"', enqueued=now - 3600)
    flow.send(b'"new"')
    run = flow.monitor("--et", str(int((now - 60) * 10 ** (digits - 10))), "--mc", "1", "--timeout", "9")
    assert (run.code, [message["payload"] for message in run.messages]) == (0, ["new"])


def test_timeout_is_time_without_a_message_and_not_time_in_all(flow) -> None:
    def send_in_time() -> None:
        flow.wait_for(lambda: flow.readers() == 4, "four readers")
        for number in range(5):
            flow.send(b"%d" % number)
            time.sleep(0.7)  # the pace of the device: each message comes within --timeout, all of them do not

    sender = threading.Thread(target=send_in_time)
    sender.start()
    started = time.monotonic()
    run = flow.monitor("--timeout", "2")
    sender.join()
    assert (run.code, [message["payload"] for message in run.messages]) == (0, [0, 1, 2, 3, 4])
    assert time.monotonic() - started > 4 * 0.7 + 2
    assert "no message for the time of --timeout" in run.err


@pytest.mark.parametrize("form", ["json", "yaml", "tsv", "table"])
def test_a_message_as_large_as_they_come(flow, form: str) -> None:
    flow.send(b'"' + b"x" * 262_000 + b'"', odd=b"\xff\x00")
    run = flow.monitor("-o", form, "--max-messages", "1", "-p", "all", *ALL)
    assert run.code == 0 and b"x" * 262_000 in run.out and b"/wA=" in run.out


def test_an_event_hub_that_is_no_iot_hubs(flow) -> None:
    partition = flow.lab.state.hub.stream.partitions["0"]
    flow.lab.call(
        lambda: partition.append(
            body=b"1", device="", system={}, properties={}, annotations={}, now_ms=int(time.time() * 1000)
        )
    )
    login = {"AZURE_IOTDIAG_LOGIN": flow.strings["eventHub"]}
    run = flow.monitor("-o", "table", "--max-messages", "1", *ALL, **login)
    assert (run.code, run.out.split()[-3:]) == (0, [b"0", b"0", b"1"])
    run = flow.monitor("--device-id", "pump-*", "--timeout", "1", *ALL, **login)
    assert (run.code, run.out) == (4, b"")
    assert "[no-device-named]" in run.err and "--device-id 'pump-*' can match nothing" in " ".join(run.err.split())
    assert "[nothing-came]" not in run.err


def test_a_beat_that_is_missed(flow) -> None:
    now = time.time()
    for device, ages in (("device-1", (600, 590)), ("device-2", (600, 300)), ("device-3", (600, 500, 400, 300, 200))):
        for age in ages:
            flow.send(json.dumps(age).encode(), device=device, enqueued=now - age)
    run = flow.monitor("--expect-every", "2m", "--duration", "8", *ALL)
    assert run.code == 4
    assert "device-1 missed its beat of 120 s" in run.err
    assert re.search("device-2 is back with a message of .*, 300 s after the one before", run.err)
    told = " ".join(run.err.split())
    assert "2 of 3 devices sent nothing for more than 120 s" in told and "[heartbeat-missed]" in run.err


def test_a_beat_that_never_came(flow) -> None:
    flow.send(b"1", device="device-2")
    run = flow.monitor("--expect-every", "1s", "--device-id", "device-1", "--duration", "8", "--since", "30s")
    assert run.code == 4
    assert "device-1 missed its beat of 1 s: no message came from it." in run.err
    assert "still silent: device-1" in " ".join(run.err.split())
