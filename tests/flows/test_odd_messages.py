"""Messages that break a rule of AMQP or have another body than data, between others, in both readers."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from azext_iotdiag.clients.telemetry.contract import READERS
from azext_iotdiag.wire.amqp.codec import encode
from azext_iotdiag.wire.amqp.message import encode_message
from azext_iotdiag.wire.amqp.types import Described, Symbol, Timestamp, ULong

ALL = ("--since", "1h")
EMPTY = encode_message(b"")  # a data section
NULL = bytes.fromhex("00537540")  # a data section with null, as @azure/event-hubs writes it
CBOR = b"\xa1\x00\xff"


def section(code: int, content: Any) -> bytes:
    return encode(Described(ULong(code), content))


ODD = {
    "null": NULL,
    "text": section(0x75, "hello"),
    "bad UTF-8": b"\x00\x53\x74\xc1\x09\x02\xa1\x01n\xa1\x03a\xffb" + encode_message(b"1"),
    "unknown section": section(0x79, 1) + encode_message(b"2"),
    "broken map": b"\x00\x53\x74\xc1\x06\x02\xa1\x01n\x57\x00" + encode_message(b"3"),
    "cut off": encode_message(b"4567")[:-2],
}
BODIES = {
    '{"temperature":21.5,"on":true}': encode_message(value={"temperature": 21.5, "on": True}),
    '"text"': encode_message(value="text"),
    "null": encode_message(value=None),
    '[1,"two"]': section(0x76, [1]) + section(0x76, ["two"]),
    "oQD/": encode_message(value=CBOR),
}


def put(flow, *rests: bytes, **marks: Any) -> None:
    """Put messages that end so into one partition, between two usual ones."""

    def act() -> None:
        partition = next(iter(flow.lab.state.hub.stream.partitions.values()))

        def usual(body: bytes) -> None:
            partition.append(
                body=body, device="device-1", system={}, properties={}, annotations={}, now_ms=int(time.time() * 1000)
            )

        usual(b'"first"')
        for rest in rests:
            usual(b"")
            stored = partition._kept[-1]
            given = {
                "iothub-connection-device-id": "device-1", "x-opt-sequence-number": stored.sequence,
                "x-opt-offset": stored.offset, "x-opt-enqueued-time": Timestamp(stored.enqueued), **marks,
            }  # fmt: skip
            head = encode_message(b"", annotations={Symbol(name): value for name, value in given.items()})
            partition._kept[-1] = stored._replace(message=head[: -len(EMPTY)] + rest)
        usual(b'"last"')

    flow.lab.call(act)


@pytest.mark.parametrize("reader", READERS)
def test_an_odd_message_is_shown_and_the_others_go_on(flow, reader: str) -> None:
    put(flow, *ODD.values())
    run = flow.monitor("--max-messages", str(len(ODD) + 2), "--timeout", "20", "--reader", reader, *ALL)
    assert (run.code, [each["payload"] for each in run.messages]) == (0, ["first", "", "hello", 1, 2, 3, 45, "last"])
    problems = [each.get("messageProblems", []) for each in run.messages]
    assert [len(each) for each in problems] == [0, 1, 1, 1, 1, 1, 1, 0]
    words = ("null, not binary", "text, not binary", "'n' in the", "unknown descriptor 121", "'n' in the", "is cut off")
    assert all(word in each[0] for word, each in zip(words, problems[1:]))
    assert [each["device"] for each in run.messages] == ["device-1"] * 8
    assert [each["sequence"] for each in run.messages] == list(range(8))
    assert "lost" not in run.err and "NOT_AMQP" not in run.err


@pytest.mark.parametrize("reader", READERS)
def test_bodies_that_are_values_and_sequences(flow, reader: str) -> None:
    put(flow, *BODIES.values())
    run = flow.monitor("--max-messages", str(len(BODIES) + 2), "--timeout", "20", "--reader", reader, *ALL)
    value, text, null, sequence, binary = run.messages[1:-1]
    assert run.code == 0 and "messageProblems" not in run.out.decode()
    assert [each.get("bodyType") for each in run.messages] == [
        None, "amqp-value", "amqp-value", "amqp-value", "amqp-sequence", "amqp-value", None
    ]  # fmt: skip
    assert (value["payload"], text["payload"], null["payload"]) == ({"temperature": 21.5, "on": True}, "text", None)
    assert (sequence["payload"], sequence["payloadForm"]) == ([1, "two"], "json")
    assert (binary["payload"], binary["payloadForm"]) == ("oQD/", "base64")


@pytest.mark.parametrize("reader", READERS)
def test_annotations_of_another_type(flow, reader: str) -> None:
    put(
        flow,
        encode_message(b"1"),
        **{"iothub-connection-device-id": 7, "x-opt-enqueued-time": None, "dt-subject": True},
    )
    run = flow.monitor(
        "--max-messages", "3", "--timeout", "20", "--reader", reader, "--expect-every", "1m", "--device-id", "?*", *ALL
    )
    (_, odd, last) = run.messages
    assert (odd["device"], odd["component"], last["payload"]) == ("7", "true", "last")
    assert [problem.split()[2] for problem in odd["messageProblems"]] == [
        "iothub-connection-device-id", "dt-subject", "x-opt-enqueued-time"
    ]  # fmt: skip
    assert "missed" not in run.err


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("name", ["yaml", "table", "tsv"])
def test_each_form_shows_it(flow, name: str, reader: str) -> None:
    put(flow, NULL, BODIES['"text"'])
    run = flow.monitor("--max-messages", "4", "--timeout", "20", "--reader", reader, "-o", name, *ALL)
    out = run.out.decode()
    assert run.code == 0 and "a data section holds null, not binary" in out and "amqp-value" in out and "last" in out


@pytest.mark.parametrize("reader", READERS)
def test_validate_finds_it(flow, reader: str) -> None:
    put(flow, NULL, ODD["bad UTF-8"], BODIES["null"])
    run = flow.validate("--max-messages", "5", "--timeout", "20", "--reader", reader, "-o", "json", *ALL)
    found = [json.loads(line) for line in run.out.splitlines()]
    codes = [each["code"] for each in found[:-1] if each["code"] in ("malformed-message", "amqp-body")]
    assert codes == ["malformed-message", "malformed-message", "amqp-body"] and found[-1]["messages"] == 5
