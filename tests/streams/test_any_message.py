"""Whatever a message is: it becomes an event, and every step from the reader to the output takes that."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator

from azext_iotdiag.clients.telemetry.event import event_of
from azext_iotdiag.model.event import PROPERTIES, Event, model_id
from azext_iotdiag.model.stream import Partition, PartitionState, Stream
from azext_iotdiag.model.tally import Tally
from azext_iotdiag.render.forms import form
from azext_iotdiag.streams import recorded, validation
from azext_iotdiag.streams.decode import decode
from azext_iotdiag.streams.filters import MessageFilters, by_option, matcher
from azext_iotdiag.streams.heartbeat import Heartbeats
from azext_iotdiag.streams.hidden_messages import HiddenCounter
from azext_iotdiag.wire.amqp.codec import DecodeError
from azext_iotdiag.wire.amqp.message import decode_message, encode_message
from azext_iotdiag.wire.amqp.salvage import salvage
from azext_iotdiag.wire.amqp.types import Symbol, Timestamp
from tests.plugins.effort import cases
from tests.wire.amqp.test_salvage import damaged

CASES = cases(300, 4_000)
FORMS = ("text", "json", "yaml", "table", "tsv")
FILTERS = MessageFilters("pump*", "*", "?*", "dtmi:*", frozenset({"pump"}), frozenset({("a", "b")}))
NAMES = (
    "iothub-message-source", "iothub-connection-device-id", "iothub-connection-module-id", "dt-subject",
    "dt-dataschema", "x-opt-sequence-number", "x-opt-offset", "x-opt-enqueued-time", "iothub-creation-time-utc",
)  # fmt: skip
VALUES = (
    None, True, 0, -1, 7, 2**63 - 1, Timestamp(2**62), Timestamp(-1), 1.5, float("nan"), "", "pump", "7", "\u2028\x1b",
    b"pump", b"\xff", Symbol("pump"), {"a": [b"\xff"]}, [1], [],
)  # fmt: skip


def events(rng: random.Random, count: int) -> Iterator[Event]:
    for _ in range(count):
        data = damaged(rng) if rng.random() < 0.6 else odd_annotations(rng)
        try:
            message = decode_message(data)
        except DecodeError as wrong:
            message = salvage(data, str(wrong))
        yield event_of(message, "0")


def odd_annotations(rng: random.Random) -> bytes:
    names = rng.sample(NAMES, rng.randint(0, len(NAMES)))
    marks = {Symbol(name): rng.choice(VALUES) for name in names}
    properties = {"content-type": "application/json", "content-encoding": "utf-8"} if rng.random() < 0.5 else {}
    return encode_message(b'{"a":1}', annotations=marks, properties=properties)


def test_every_step_takes_it_and_every_form_shows_it() -> None:
    made = list(events(random.Random(7), CASES))
    tests, whole = by_option(FILTERS), matcher(FILTERS)
    assert whole is not None
    hidden_messages = HiddenCounter(tests, asked="pump")
    stream = Stream("h", partitions={"0": Partition("0", PartitionState.IDLE, opened=True)})
    beats = Heartbeats(60, stream, clock=lambda: 7.0, now=lambda: 1_763_633_000.0, test=whole)
    shows = [form(name, shown=shown, colour=None) for name in FORMS for shown in (None, PROPERTIES)]
    for event in beats(iter(made)):
        assert event is not None
        assert [type(part) for part in event[:8]] == [str] * 5 + [int, str, int]
        assert type(event.body) is bytes and type(model_id(event)) is str
        if not whole(event):
            hidden_messages(event)
        payload = decode(event.body)
        shown = [each(event, payload) for each in shows]
        assert all(shown)
        said = json.loads(shown[2])
        assert said.get("messageProblems", []) == list(event.problems)
    assert hidden_messages.hidden_messages().hidden > CASES / 3


def test_validation_judges_each() -> None:
    rules, tally = validation.Rules(), Tally()
    made = list(events(random.Random(8), 400))
    found = [
        each
        for each in validation.judged(map(recorded.live, made), validation.judge_of(rules), rules, tally)
        if each is not None
    ]
    assert tally.messages == sum(event.kind in ("", "Telemetry") for event in made)
    told = sum(each.finding.entry.code == "malformed-message" for each in found)
    assert told == sum(len(event.problems) for event in made if event.kind in ("", "Telemetry")) > 100
