"""`monitor events` from az's command line to the lab's hub and back: what it shows, says and ends with."""

from __future__ import annotations

import time

import pytest

from azext_iotdiag.clients.telemetry.contract import READERS

ALL = ("--since", "1h")
JSON_LINE = b'{"version":1,"device":"device-1",'


@pytest.mark.parametrize("reader", READERS)
def test_what_was_sent_is_shown(flow, reader: str) -> None:
    numbers = b'{"big": 123456789012345678901234567890.10, "big": 1e999}'
    flow.send(numbers, b"it is warm", b"\x1f\x8b\0\xff", kind="a\nb")
    run = flow.monitor("--max-messages", "3", "--reader", reader, *ALL)
    assert run.code == 0
    lines = run.out.splitlines(keepends=True)
    assert [line.startswith(JSON_LINE) and line.endswith(b"}\n") for line in lines] == [True] * 3
    assert lines[0].endswith(b'"payload":' + numbers + b"}\n")
    (_, text, binary) = run.messages
    assert (text["payloadForm"], text["payload"], text["properties"]) == ("text", "it is warm", {"kind": "a\nb"})
    assert (binary["payloadForm"], binary["payload"], binary["payloadLooksLike"]) == ("base64", "H4sA/w==", "gzip")
    assert "3 messages in" in run.err and "as many messages as were asked for" in run.err


def test_an_event_hub_string_works_as_well(flow) -> None:
    flow.send(b"1")
    run = flow.monitor("--max-messages", "1", *ALL, AZURE_IOTDIAG_LOGIN=flow.strings["eventHub"])
    assert (run.code, [message["payload"] for message in run.messages]) == (0, [1])


def test_fewer_than_asked(flow) -> None:
    flow.send(b"1", b"2")
    run = flow.monitor("--max-messages", "3", "--timeout", "1", *ALL)
    assert (run.code, len(run.messages)) == (4, 2)
    assert "[fewer-than-asked]" in run.err and "2 of 3 messages came" in run.err


@pytest.mark.parametrize(("pattern", "shown"), [
    ("device-1", {"device-1"}), ("device-?", {"device-1", "device-2", "device-3"}), ("*-2", {"device-2"}),
])  # fmt: skip
def test_device_filter(flow, pattern: str, shown: set[str]) -> None:
    for device in ("device-1", "device-2", "device-3"):
        flow.send(b"{}", device=device)
    run = flow.monitor("--device-id", pattern, "--max-messages", str(len(shown)), *ALL)
    assert (run.code, {message["device"] for message in run.messages}) == (0, shown)


@pytest.mark.parametrize("reader", READERS)
def test_since(flow, reader: str) -> None:
    flow.send(b'"old"', enqueued=time.time() - 3600)
    flow.send(b'"new"')
    run = flow.monitor("--since", "10m", "--max-messages", "1", "--timeout", "20", "--reader", reader)
    assert (run.code, [message["payload"] for message in run.messages]) == (0, ["new"])


def test_without_since_only_what_comes_from_now_on(flow) -> None:
    flow.send(b'"before"')
    run = flow.monitor("--duration", "1")
    assert (run.code, run.out) == (4, b"")


def test_duration_ends_a_busy_stream(flow) -> None:
    flow.send(*[b"{}"] * 50)
    started = time.monotonic()
    run = flow.monitor("--duration", "1", *ALL)
    assert 1 <= time.monotonic() - started < 6
    assert (run.code, len(run.messages)) == (0, 50)


@pytest.mark.parametrize("reader", READERS)
def test_a_consumer_group_that_is_missing(flow, reader: str) -> None:
    run = flow.monitor("--consumer-group", "nobody", "--duration", "8", "--reader", reader)
    assert (run.code, run.out) == (3, b"")
    assert "[entity-missing]" in run.err and "could not be found" in run.err
    assert run.err.count("It may be one of these:") == 1


@pytest.mark.parametrize("form", ["service", "eventHub"])
@pytest.mark.parametrize("reader", READERS)
def test_the_wrong_key(flow, form: str, reader: str) -> None:
    key = flow.lab.state.hub.policies["service"].primary.reveal()
    wrong = flow.strings[form].replace(key, flow.lab.state.hub.policies["device"].primary.reveal())
    run = flow.monitor("--duration", "20", "--reader", reader, AZURE_IOTDIAG_LOGIN=wrong)
    assert (run.code, run.out) == (4, b"")
    assert "[token-refused]" in run.err


@pytest.mark.parametrize(("variable", "value", "words"), [
    ("AZURE_IOTDIAG_CONNECT_TO", "nonsense", "'nonsense' has no '='"),
    ("REQUESTS_CA_BUNDLE", "/no/such/file.pem", "certificates to trust cannot be read"),
    ("REQUESTS_CA_BUNDLE", __file__, "certificates to trust cannot be read"),
    ("https_proxy", "ftp://proxy.example:1", "https_proxy begins with ftp://"),
])  # fmt: skip
def test_an_environment_that_cannot_work(flow, variable: str, value: str, words: str) -> None:
    run = flow.monitor("--duration", "5", no_proxy="", NO_PROXY="", **{variable: value})
    assert (run.code, run.out) == (1, b"")
    assert run.err.startswith("ERROR: ") and words in run.err
    assert flow.lab.state.audit.recent(1) == []


def test_no_output_but_the_verdict(flow) -> None:
    flow.send(b"1")
    run = flow.monitor("-o", "none", "--max-messages", "1", *ALL)
    assert (run.code, run.out) == (0, b"")
    assert "1 message in" in run.err


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("fault", ["", "token-refused"])
def test_debug_output_holds_no_key(flow, reader: str, fault: str) -> None:
    flow.send(b"1")
    if fault:
        flow.lab.break_(fault)
    run = flow.monitor("--debug", "--max-messages", "1", "--timeout", "15", "--reader", reader, *ALL)
    assert run.code == (4 if fault else 0)
    assert "DEBUG: cli" in run.err


def test_a_login_in_a_file(flow, tmp_path) -> None:
    flow.send(b"1")
    (tmp_path / "login").write_text(flow.strings["service"] + "\n", encoding="utf-8")
    login = ("--login", f"@{tmp_path / 'login'}")
    run = flow.monitor(*login, "--debug", "--max-messages", "1", *ALL, AZURE_IOTDIAG_LOGIN="")
    assert (run.code, len(run.messages)) == (0, 1)
