"""Frames and messages in our AMQP codec and in two others, in both directions: azure-eventhub's and rhea's.

They are made at random, always the same; each codec runs once for all cases of a test.
"""

from __future__ import annotations

import random
import uuid
from typing import Any

import pytest

from azext_iotdiag.wire.amqp import performatives as p
from azext_iotdiag.wire.amqp.codec import decode
from azext_iotdiag.wire.amqp.frames import Frame, FrameBuffer, frame
from azext_iotdiag.wire.amqp.message import decode_message, encode_message
from azext_iotdiag.wire.amqp.types import Described, Symbol
from tests.conformance.other_codecs import Eventhub, Json, Rhea, ask, tree, untyped, words

CASES = 400


@pytest.fixture(params=["eventhub", "rhea"])
def codec(request: pytest.FixtureRequest) -> Eventhub | Rhea:
    if request.param == "rhea":
        return Rhea(request.getfixturevalue("node_modules"))
    return Eventhub(request.getfixturevalue("clients_python"))


# --- frames -----------------------------------------------------------------------------------------------------------


def performatives(rng: random.Random, codec: Eventhub | Rhea) -> list[Any]:
    """One of each kind, with some of the optional fields."""

    def maybe(content: Any) -> Any:
        return content if rng.random() < 0.6 else None

    def uint() -> int:
        return rng.choice([0, 1, 255, 256, 2**32 - 1])

    def boolean() -> bool:
        return rng.random() < 0.5

    def text() -> str:
        return words(rng, "abß€")

    def symbol() -> Symbol:
        return Symbol(words(rng, "ab:-"))

    # In arrays, rhea writes the length of a symbol in one byte.
    def symbols() -> list[Symbol] | None:
        return maybe([Symbol(symbol()[:255]) for _ in range(rng.choice([1, 2, 5]))])

    def fields() -> dict[Symbol, Any] | None:
        return maybe({Symbol(f"x-{number}"): rng.choice([text(), boolean()]) for number in range(3)})

    error = p.AmqpError(symbol(), maybe(text()), fields())
    states = [p.Received(uint(), uint()), p.Accepted(), p.Released(), p.Rejected(maybe(error))]
    state = maybe(rng.choice([*states, p.Modified(maybe(boolean()), maybe(boolean()), fields())]))
    filters = {Symbol("a:selector"): Described(Symbol("a:selector"), "x-opt-offset > '-1'")}
    where = maybe(text()), maybe(uint()), maybe(symbol()), maybe(uint()), maybe(boolean()), None
    source = p.Source(*where, maybe(symbol()), maybe(filters), state, symbols(), symbols())
    caps = symbols(), symbols(), fields()
    flow = uint(), uint(), uint(), maybe(uint()), maybe(uint()), maybe(uint()), maybe(uint()), maybe(boolean())
    settled = maybe(boolean()), maybe(boolean()), maybe(rng.randrange(2)), state if codec.name == "eventhub" else None
    return [
        p.Open(text(), maybe(text()), maybe(uint()), maybe(8191), maybe(uint()), symbols(), symbols(), *caps),
        p.Begin(maybe(5), uint(), uint(), uint(), maybe(uint()), *caps),
        p.Attach(
            text(), uint(), boolean(), maybe(1), maybe(0), maybe(source), maybe(p.Target(*where, symbols())), None,
            maybe(boolean()), maybe(uint()), maybe(2**53), *caps,
        ),
        p.Flow(maybe(uint()), *flow, maybe(boolean()), fields()),
        p.Transfer(
            uint(), maybe(uint()), maybe(rng.randbytes(3)), maybe(uint()), *settled,
            *(maybe(boolean()) for _ in range(3)),
        ),
        p.Disposition(boolean(), uint(), maybe(uint()), maybe(boolean()), state, maybe(boolean())),
        p.Detach(uint(), maybe(boolean()), maybe(error)), p.End(maybe(error)), p.Close(maybe(error)),
        p.SaslMechanisms(symbols() or [Symbol("PLAIN")]),
        p.SaslInit(symbol(), maybe(rng.randbytes(300)), maybe(text())),
        p.SaslChallenge(b"c"), p.SaslResponse(rng.randbytes(5)), p.SaslOutcome(rng.randrange(5), maybe(b"x")),
    ]  # fmt: skip


def as_json(value: Any) -> Json:
    """A field, a section or a composite for a request."""
    if isinstance(value, bytes):
        return {"hex": value.hex()}
    if isinstance(value, uuid.UUID):
        return {"uuid": value.hex}
    if isinstance(value, dict):
        return {"map": [[key, as_json(element)] for key, element in value.items()]}
    if isinstance(value, Described):
        return {"described": list(value)}
    if isinstance(value, tuple):
        code = decode(p.encode_performative(value))[0].descriptor
        return {"code": code, "names": type(value)._fields, "fields": [as_json(field) for field in value]}
    return value


def as_read_by_eventhub(value: Any) -> Json:
    """Composites are lists to it, and outcomes maps of one entry."""
    if isinstance(value, Described):
        return as_read_by_eventhub(value.value)
    if isinstance(value, (tuple, list)):
        fields = ["list", [as_read_by_eventhub(field) for field in value]]
        name = type(value).__name__.lower()
        outcome = name in ("received", "accepted", "rejected", "released", "modified")
        return ["map", [["bytes", name.encode().hex()], fields]] if outcome else fields
    if isinstance(value, dict):
        return ["map", [as_read_by_eventhub(part) for pair in value.items() for part in pair]]
    return untyped(tree(value))


def shortened(node: Json) -> Json:
    """Without trailing nulls, which rhea leaves out, and with symbols for keys, where it writes strings in errors."""
    if node[0] == "described":
        return ["described", shortened(node[1]), shortened(node[2])]
    if node[0] not in ("list", "map"):
        return node
    parts = [shortened(part) for part in node[1]]
    if node[0] == "map":
        return ["map", [["symbol", *part[1:]] if at % 2 == 0 else part for at, part in enumerate(parts)]]
    while parts and parts[-1] == ["null"]:
        parts.pop()
    return ["list", parts]


def test_frames(codec: Eventhub | Rhea) -> None:
    rng = random.Random(2)
    frames, requests = [], []
    for performative in [one for _ in range(CASES // 14) for one in performatives(rng, codec)]:
        sasl = type(performative).__name__.startswith("Sasl")
        payload = rng.randbytes(rng.choice([0, 5, 300])) if type(performative) is p.Transfer else b""
        made = Frame(0 if sasl else rng.choice([0, 1, 65535]), sasl, performative, payload)
        data = frame(performative, payload, made.channel, sasl)
        name = type(performative).__name__.lower().replace("sasl", "sasl_")
        rest = {"name": name, "sasl": sasl, "channel": made.channel, "payload": payload.hex()}
        requests.append({"do": "frame", "hex": data.hex(), **as_json(performative), **rest})
        frames.append(made)
    buffer = FrameBuffer(65536)
    for made, reply in zip(frames, ask(codec, requests), strict=True):
        buffer.feed(bytes.fromhex(reply["hex"]))
        assert buffer.next() == made, "we read what they wrote"
        if codec.name == "eventhub":
            payload = [made.payload] if type(made.performative) is p.Transfer else []
            assert reply["tree"] == ["list", [as_read_by_eventhub(part) for part in [*made.performative, *payload]]]
        else:
            fields = shortened(["list", reply["tree"].pop("fields")])
            assert fields == shortened(["list", reply["own"].pop("fields")]), "they read the same types in both"
            assert reply["tree"] == reply["own"]


# --- messages ---------------------------------------------------------------------------------------------------------

HEADER = ("durable", "priority", "ttl", "first-acquirer", "delivery-count")
PROPERTIES = (
    "message-id", "user-id", "to", "subject", "reply-to", "correlation-id", "content-type", "content-encoding",
    "absolute-expiry-time", "creation-time", "group-id", "group-sequence", "reply-to-group-id",
)  # fmt: skip
SECTIONS = {"annotations": "message_annotations", "application": "application_properties"}


def message(rng: random.Random) -> dict[str, Any]:
    """Arguments for `encode_message`, with values that both of the others write without being told their types."""

    def some(contents: dict[Any, Any]) -> dict[Any, Any]:
        return {key: content for key, content in contents.items() if rng.random() < 0.5}

    def entries(prefix: str) -> dict[str, Any]:
        contents = [True, False, words(rng, "aß€"), rng.randint(-(2**31) + 2, 2**31 - 1), rng.randrange(99) + 0.5]
        return some({f"{prefix}{number}": content for number, content in enumerate(contents)})

    an_id = rng.choice(["id", 7, 2**40, uuid.UUID(bytes=rng.randbytes(16))])
    properties = {
        "user-id": b"u\0", "to": "ß", "subject": "s", "reply-to": "", "correlation-id": an_id,
        "group-sequence": 2**32 - 1,
        "content-type": "application/json", "content-encoding": "utf-8", "absolute-expiry-time": 1700000000000,
        "creation-time": -1, "group-id": "g" * 300, "reply-to-group-id": "r",
    }  # fmt: skip
    header = {"durable": True, "priority": 255, "ttl": 0, "first-acquirer": False, "delivery-count": 300}
    body = rng.choice([{"body": b""}, {"body": rng.randbytes(900)}, {"value": "text"}, {"value": {"a": ["b", True]}}])
    maps = {name: entries("x-opt-") for name in ("annotations", "delivery_annotations")}
    return {**body, **maps, "application": entries("ß"), "properties": {"message-id": an_id, **some(properties)},
            "header": some(header)}  # fmt: skip


def loose(node: Json) -> Json:
    """`shortened`, with one kind of integer, and one of text."""
    kind, *content = node
    if kind == "described":
        return ["described", *map(loose, content)]
    if kind in ("list", "map"):
        return shortened([kind, [loose(part) for part in content[0]]])
    return node if kind in ("boolean", "timestamp") else untyped(node)


def test_messages(codec: Eventhub | Rhea) -> None:
    rng = random.Random(3)
    messages = [message(rng) for _ in range(CASES)]
    requests = []
    for made in messages:
        named = {**made["properties"], **made["header"]}
        fields = {key.replace("-", "_"): as_json(part) for key, part in named.items()}
        for name in ("annotations", "delivery_annotations", "application"):
            fields[SECTIONS.get(name, name)] = as_json(made[name]) if made[name] else None
        content = {name: as_json(made.get(name)) for name in ("body", "value")}
        requests.append({"do": "message", "hex": encode_message(**made).hex(), "fields": fields, **content})
    for made, reply in zip(messages, ask(codec, requests), strict=True):
        body_type = "amqp-value" if "value" in made else ""
        expected = {"body": b"", "value": None, "body_type": body_type, "problems": (), **made}
        assert decode_message(bytes.fromhex(reply["hex"]))._asdict() == expected, "we read what they wrote"
        if codec.name == "rhea":
            assert list(map(loose, reply["tree"])) == list(map(loose, reply["own"])), "they read the same in both"
            continue
        header = [made["header"].get(name) for name in HEADER]
        properties = [made["properties"].get(name) for name in PROPERTIES]
        data = None if "value" in made else [made["body"]]
        maps = [made[name] or None for name in ("delivery_annotations", "annotations", "application")]
        sections = [header, *maps[:2], properties, maps[2], data, None, made.get("value"), None]
        assert reply["tree"] == as_read_by_eventhub(sections), "they read what we wrote"
