"""Each silence in its own words: a stream that shows nothing says why, as far as it can be known."""

from __future__ import annotations

import re
import time

import pytest

from azext_iotdiag.clients.telemetry.contract import READERS

CODE = re.compile(r"\[([a-z0-9-]+)\]$", re.MULTILINE)
ALL = ("--since", "1h")
LONG = ("--timeout", "60")
ENOUGH_SECONDS = 1.0  # for what is there to come, once every partition is read


@pytest.fixture(autouse=True)
def soon(flow) -> None:
    """A stream's clock jumps when all partitions were read for a moment, however long connecting took."""
    read: list[float] = []

    def clock() -> float:
        now = time.monotonic()
        if not read and flow.readers() == len(flow.lab.state.hub.stream.partitions):
            read.append(now)
        return now + (1000 if read and now - read[0] > ENOUGH_SECONDS else 0)

    flow.timing = {"session_clock": clock}


def silent(flow, *arguments: str, **environment: str):
    """A run that shows nothing, its words without line ends, and the codes in it."""
    run = flow.monitor(*arguments, *LONG, **environment)
    assert (run.code, run.out) == (4, b""), run.err
    return " ".join(run.err.split()), CODE.findall(run.err)


def test_a_stream_that_never_held_a_message(flow) -> None:
    words, codes = silent(flow)
    assert codes == ["stream-empty"]
    assert "the service says of all 4 partitions that no message was ever in them" in words
    assert "0 messages in" in words and "no message for the time of --timeout" in words


@pytest.mark.parametrize("reader", READERS)
def test_nothing_new(flow, reader: str) -> None:
    flow.send(b"1", enqueued=time.time() - 185)
    words, codes = silent(flow, "--reader", reader)
    assert codes == ["nothing-came"]
    assert re.search(
        r"no message came in \d+ s from 4 partitions; the newest one, on partition \d, is of .*, 3 min ago", words
    )
    assert "--since 1h" in words and "filter" not in words


def test_nothing_since(flow) -> None:
    flow.send(b"1", enqueued=time.time() - 2 * 3600 - 60)
    words, codes = silent(flow, *ALL)
    assert codes == ["nothing-since"]
    assert "2 h ago" in words and "--since 1h" not in words


def test_a_device_that_sends_nothing(flow) -> None:
    flow.send(b"1", b"2", device="device-2")
    flow.send(b"3", device="device-3")
    words, codes = silent(flow, "--device-id", "device-1", *ALL)
    assert codes == ["device-never-seen", "device-silent"]
    assert "3 messages of 2 other devices came" in words and "none of 'device-1'" in words
    assert "0 messages (3 more hidden by the filter)" in words
    assert "shows 'device-1' as not connected and has never heard of it" in words
    assert "This hub does not know it" not in words and "It is disabled" not in words  # both were looked up


def test_a_device_of_another_hub(flow) -> None:
    flow.send(b"1", device="device-2")
    words, codes = silent(flow, "--device-id", "pump-7", *ALL)
    assert codes == ["device-unknown", "device-silent"]
    assert "answers that there is no device 'pump-7'" in words
    assert "It has not sent anything in this time" not in words  # its silence follows from that


def test_a_device_that_is_disabled(flow) -> None:
    device = flow.lab.state.hub.devices["device-1"]
    device.status, device.status_reason = "disabled", "was stolen"
    words, codes = silent(flow, "--device-id", "device-1")
    assert codes == ["device-disabled", "stream-empty"]
    assert "as disabled: was stolen" in words


@pytest.mark.parametrize(("connected", "code"), [(True, "device-connected-and-silent"), (False, "device-disconnected")])
def test_what_the_hub_has_seen_of_it(flow, connected: bool, code: str) -> None:
    device = flow.lab.state.hub.devices["device-1"]
    device.connected, device.last_activity = connected, time.time() - 7300
    flow.send(b"1", device="device-2")
    words, codes = silent(flow, "--device-id", "device-1", *ALL)
    assert codes == ["device-silent", code]
    assert "heard of it last at" in words and "2 h ago" in words


def test_an_id_in_another_case(flow) -> None:
    flow.send(b"1")
    words, codes = silent(flow, "--device-id", "DEVICE-1", *ALL)
    assert codes == ["device-unknown", "device-id-differs"]
    assert "messages came from 'device-1': only its case differs" in words
    assert "1. The id is mistyped" in words and "device-identity create" not in words


def test_what_another_filter_hides(flow) -> None:
    flow.send(b"1", b"2")
    words, codes = silent(flow, "--device-id", "device-1", "--component", "pump", *ALL)
    assert codes[0] == "hidden-by-filter"
    assert "2 messages of 'device-1' came, and none was shown: 2 by --component" in words


def test_with_a_string_that_opens_the_messages_alone(flow) -> None:
    flow.send(b"1", device="device-2")
    words, codes = silent(flow, "--device-id", "device-1", *ALL, AZURE_IOTDIAG_LOGIN=flow.strings["eventHub"])
    assert codes == ["device-silent"]  # nobody was asked, so nothing is claimed, and what decides it is said
    assert "This hub does not know it" in words and "az iot diag device show" in words


def test_a_hub_that_does_not_say(flow) -> None:
    flow.send(b"1", device="device-2")
    # The stream goes another way, so that the REST API alone leads nowhere.
    mapping = ",".join(
        pair.rpartition("=")[0] + "=127.0.0.1:1" if ":443=" in pair and flow.lab.state.hub.host in pair else pair
        for pair in flow.environment["AZURE_IOTDIAG_CONNECT_TO"].split(",")
    )
    words, codes = silent(flow, "--device-id", "device-1", *ALL, AZURE_IOTDIAG_CONNECT_TO=mapping)
    assert codes == ["device-silent", "connection-refused"]
    assert "This hub does not know it" in words and "no device 'device-1'" not in words


def test_a_silent_stream_is_spoken_of_while_it_lasts(flow) -> None:
    flow.timing = {**flow.timing, "silences": (0.3,)}
    flow.send(b"1", device="device-2")
    words, _ = silent(flow, "--device-id", "device-1", *ALL)
    assert words.count("Nothing to show in") == 1
    assert "4 of 4 partitions open; 1 message of 1 other device hidden, the newest just now." in words


# --device-query

OWNER = "iothubowner"


def picking(flow, query: str, *arguments: str, policy: str = OWNER):
    return flow.monitor("--device-query", query, *ALL, *arguments, AZURE_IOTDIAG_LOGIN=flow.strings[policy])


def test_a_query_picks_the_devices(flow) -> None:
    flow.lab.state.hub.devices["device-2"].twin.tags["site"] = "north"
    for device in ("device-1", "device-2", "device-3"):
        flow.send(b"{}", device=device)
    run = picking(flow, "SELECT * FROM devices WHERE tags.site = 'north'", "--max-messages", "1")
    assert (run.code, [message["device"] for message in run.messages]) == (0, ["device-2"])
    assert "The query picks 1 device; it is not asked again." in run.err


def test_a_query_that_picks_nobody_shows_nobody(flow) -> None:
    flow.send(b"1")
    run = picking(flow, "SELECT * FROM devices WHERE tags.site = 'south'", "--max-messages", "1")
    assert (run.code, run.out, CODE.findall(run.err)) == (4, b"", ["query-picks-nobody"])
    assert "Receiving" not in run.err


@pytest.mark.parametrize(("query", "policy", "code"), [
    ("SELECT * FROM c", OWNER, "query-refused"),
    ("SELECT COUNT() AS n FROM devices", OWNER, "query-without-ids"),
    ("SELECT * FROM devices", "service", "registry-refused"),
])  # fmt: skip
def test_a_query_that_cannot_be_used(flow, query: str, policy: str, code: str) -> None:
    run = picking(flow, query, policy=policy)
    assert (run.code, run.out, CODE.findall(run.err)) == (4, b"", [code])


def test_messages_of_devices_that_a_query_did_not_pick(flow) -> None:
    flow.send(b"1", b"2")
    words, codes = silent(
        flow, "--device-query", "SELECT * FROM devices WHERE deviceId = 'device-2'", *ALL,
        AZURE_IOTDIAG_LOGIN=flow.strings[OWNER],
    )  # fmt: skip
    assert codes == ["hidden-by-filter"]
    assert "2 messages came, and none was shown: 2 by --device-query" in words


def test_a_query_needs_a_hub(flow) -> None:
    run = picking(flow, "SELECT * FROM devices", policy="eventHub")
    assert (run.code, run.out) == (1, b"")
    assert "opens the messages alone" in run.err
    assert flow.lab.state.audit.recent(1) == []
