"""What messages cost that are wrong in many places, against right ones of their size: no fault may cost much more."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterator
from typing import Any

from azext_iotdiag.payload import Model, NotJson, read_json, read_model

ROUNDS = 5
LONG = 64_000  # numbers in one array
NAMES = 300  # the most that a template of IoT Central has


def measured() -> dict[str, Any]:
    """Milliseconds for the messages that have bars of their own, and the largest ratio, with what it is of."""
    chance = random.Random(7)
    wave, names = _model([("wave", {"@type": "Array", "elementSchema": "integer"})]), _names(chance, 2 * NAMES)
    known = _model([(name, "double") for name in names[:NAMES]])
    wrong = [_milliseconds(wave, _body({"wave": values})) for values in _wrong_numbers(LONG)]
    foreign = _milliseconds(known, _body(dict.fromkeys(names[NAMES:], 1.5)))
    what, ratio = max(_ratios(names), key=lambda each: each[1])
    return {"array": max(wrong), "foreign": foreign, "worst": what, "ratio": ratio}


def _ratios(names: list[str]) -> Iterator[tuple[str, float]]:
    """Each kind of wrong message, and how many times a right one of its size it costs."""
    wave = _model([("wave", {"@type": "Array", "elementSchema": "integer"})])
    right = _milliseconds(wave, _body({"wave": list(range(1000, 3000))}))
    for place, values in enumerate(_wrong_numbers(2000)):
        yield f"an array of wrong numbers ({place})", _milliseconds(wave, _body({"wave": values})) / right
    kinds = ["double", "integer", "string", "boolean", "dateTime", "duration"]
    flat = _model([(name, kinds[place % len(kinds)]) for place, name in enumerate(names[:24])])
    sent = [21.5, 3, "idle", True, "2026-11-20T10:00:00Z", "PT1M30S"]
    values = {name: sent[place % len(sent)] for place, name in enumerate(names[:24])}
    right = _milliseconds(flat, _body(values))
    yield "24 values of a wrong type", _milliseconds(flat, _body({name: [] for name in values})) / right
    yield "24 nulls", _milliseconds(flat, _body(dict.fromkeys(values))) / right
    yield "24 strange names", _milliseconds(flat, _body(dict.fromkeys(names[24:48], 1))) / right
    yield "24 misspelt names", _milliseconds(flat, _body({f"{name}x": 1 for name in values})) / right
    yield "24 days that are none", _milliseconds(flat, _body(dict.fromkeys(values, "2026-13-41T10:00:00Z"))) / right
    yield from _strange_texts(names)
    text = _body(values)
    for what, body in _no_json(text):
        yield what, _milliseconds(flat, body) / right


def _strange_texts(names: list[str]) -> Iterator[tuple[str, float]]:
    """2,000 texts that are no values of an enum, and 2,000 names that no field of an object has."""
    known, strange = names[:100], _names(random.Random(8), 2000)
    values = [{"name": f"e{place}", "enumValue": name} for place, name in enumerate(known)]
    states = _model(
        [
            (
                "states",
                {"@type": "Array", "elementSchema": {"@type": "Enum", "valueSchema": "string", "enumValues": values}},
            )
        ]
    )
    right = _milliseconds(states, _body({"states": known * 20}))
    yield "texts that are no values of an enum", _milliseconds(states, _body({"states": strange})) / right
    state = _model(
        [("state", {"@type": "Object", "fields": [{"name": name, "schema": "double"} for name in known[:30]]})]
    )
    right = _milliseconds(state, _body({"state": dict.fromkeys(known[:30], 1.5)}))
    times = len(strange) / 30
    yield "names of no field", _milliseconds(state, _body({"state": dict.fromkeys(strange, 1.5)})) / right / times


def _no_json(text: bytes) -> Iterator[tuple[str, bytes]]:
    yield "a body that is cut off", text[:-9]
    yield "a body with a zero byte behind it", text + b"\0"
    yield "a body that is not UTF-8", text.replace(b"idle", b"id\xb0e")
    yield "a body with NaN", text.replace(b"21.5", b"NaN", 1)
    yield "a body with a key that comes twice", text.replace(b"{", b'{"twice": 1, "twice": 2, ', 1)
    yield "a body that is too deep", b"[" * len(text)


def _wrong_numbers(count: int) -> list[list[Any]]:
    """Arrays of what is no whole number, or not written as one, or too large."""
    return [
        ["warm"] * count, [str(each) for each in range(count)], [each + 0.5 for each in range(count)],
        [float(each) for each in range(count)], [2**40 + each for each in range(count)], [None] * count, [{}] * count,
    ]  # fmt: skip


def _names(chance: random.Random, count: int) -> list[str]:
    return ["".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=chance.randint(5, 14))) for _ in range(count)]


def _model(fields: list[tuple[str, Any]]) -> Model:
    contents = [{"@type": "Telemetry", "name": name, "schema": schema} for name, schema in fields]
    return read_model(
        {"@context": "dtmi:dtdl:context;2", "@id": "dtmi:a:b;1", "@type": "Interface", "contents": contents}
    )


def _body(value: Any) -> bytes:
    return json.dumps(value).encode()


def _milliseconds(model: Model, body: bytes) -> float:
    """The best of some rounds, each with as many messages as make it long enough to be measured."""

    def judge() -> None:
        try:
            model.telemetry(read_json(body))
        except NotJson as wrong:
            assert wrong.message

    many = max(1, 20_000 // len(body))
    return min(_took(judge, many) for _ in range(ROUNDS)) / many * 1000


def _took(work: Callable[[], None], times: int) -> float:
    begun = time.process_time()
    for _ in range(times):
        work()
    return time.process_time() - begun
