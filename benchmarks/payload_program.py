"""Judges messages of a template of 24 fields in every way that is compared, and prints what each took, as JSON.

Run by payload.py in a process of its own, with the installed extension on its path and a folder for its files.
"""

from __future__ import annotations

import json
import random
import resource
import sys
import time
from pathlib import Path
from typing import Any

from azext_iotdiag.payload import read_json, read_model
from azext_iotdiag.payload.jsonschema import emit_telemetry
from azext_iotdiag.streams.validation import Rules, Run

MESSAGES = 1000  # different ones
ROUNDS = 9
LINES = 300_000
DEVICES = 1000

WHOLE = {"@type": "Enum", "valueSchema": "integer", "enumValues": [
    {"name": "off", "enumValue": 0}, {"name": "on", "enumValue": 1},
]}  # fmt: skip
WORDS = {"@type": "Enum", "valueSchema": "string", "enumValues": [
    {"name": "idle", "enumValue": "idle"}, {"name": "busy", "enumValue": "busy"},
]}  # fmt: skip
STATUS = {"@type": "Object", "fields": [
    {"name": "level", "schema": "integer"}, {"name": "since", "schema": "dateTime"},
    {"name": "inner", "schema": {"@type": "Object", "fields": [
        {"name": "kind", "schema": WORDS}, {"name": "x", "schema": "double"}]}},
]}  # fmt: skip
SCHEMAS: dict[str, Any] = {
    **{f"temperature{number}": "double" for number in range(6)}, **{f"count{number}": "integer" for number in range(3)},
    "total": "long", "on0": "boolean", "on1": "boolean", "text0": "string", "text1": "string", "mode": WHOLE,
    "state": WORDS, "location": "geopoint", "acceleration": "vector", "day": "date", "clock": "time", "at": "dateTime",
    "length": "duration", "status": STATUS, "share": "float",
}  # fmt: skip
MODEL = {
    "@context": "dtmi:dtdl:context;2", "@id": "dtmi:example:bench;1", "@type": "Interface",
    "contents": [{"@type": "Telemetry", "name": name, "schema": schema} for name, schema in SCHEMAS.items()],
}  # fmt: skip


def message(chance: random.Random) -> bytes:
    """A message of about 700 bytes that fits."""
    numbers = {f"temperature{number}": round(chance.uniform(-20, 40), 3) for number in range(6)}
    counts = {f"count{number}": chance.randrange(10_000) for number in range(3)}
    return json.dumps({
        **numbers, **counts, "total": chance.randrange(2**40), "on0": True, "on1": False,
        "text0": "a note of some thirty characters", "text1": "firmware 1.2.3 of last November",
        "mode": 1, "state": "idle",
        "location": {"lat": round(chance.uniform(-90, 90), 5), "lon": round(chance.uniform(-180, 180), 5), "alt": 12.5},
        "acceleration": {"x": 0.1, "y": 0.2, "z": 9.81}, "day": "2026-11-20", "clock": "10:00:00Z",
        "at": "2026-11-20T10:00:00.123Z", "length": "PT1M30S", "share": chance.random(),
        "status": {"level": 3, "since": "2026-11-20T09:00:00+01:00", "inner": {"kind": "busy", "x": 1.5}},
    }).encode()  # fmt: skip


def speeds(bodies: list[bytes]) -> dict[str, list[float]]:
    """Microseconds of CPU for a message, each way in turns, so that the machine cancels out."""
    import jsonschema

    model = read_model(MODEL)
    texts, values = [body.decode() for body in bodies], [json.loads(body) for body in bodies]
    other = jsonschema.Draft4Validator(emit_telemetry(model.document.root.contents, {}))
    assert not any(map(model.telemetry, values)) and all(map(other.is_valid, values)), "the messages do not fit"
    few = values[: len(values) // 10]  # it takes long
    ways = {
        "loads": (lambda: [json.loads(text) for text in texts], len(texts)),
        "bytes": (lambda: [model.telemetry(read_json(body)) for body in bodies], len(bodies)),
        "rules": (lambda: [model.telemetry(value) for value in values], len(values)),
        "jsonschema": (lambda: [list(other.iter_errors(value)) for value in few], len(few)),
    }
    found: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, (work, count) in ways.items():
            begun = time.process_time()
            work()
            found[name].append((time.process_time() - begun) / count * 1e6)
    return found


def files(folder: Path, bodies: list[bytes]) -> dict[str, Any]:
    """Seconds for a file of many lines in one process and in two, and what memory grew by after its first tenth."""
    path, model = folder / "lines.jsonl", folder / "model.json"
    model.write_text(json.dumps(MODEL), encoding="utf-8")
    with path.open("wb") as file:
        for number in range(LINES):
            head = b'{"version":1,"device":"device-%d","contentType":"application/json","contentEncoding":"utf-8",'
            body = bodies[number % len(bodies)]
            file.write(head % (number % DEVICES) + b'"payloadForm":"json","payload":' + body + b"}\n")
    found: dict[str, Any] = {"lines": LINES, "one": [], "two": []}
    try:
        for _ in range(3):
            for name, processes in (("one", 1), ("two", 2)):
                run, begun, early = Run([str(path)], Rules(str(model)), processes=processes), time.monotonic(), 0
                for number, each in enumerate(run):
                    assert each is None, each
                    early = early or (number >= LINES // 10 and resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
                found[name].append(time.monotonic() - begun)
                assert run.tally.messages == LINES and len(run.tally.devices) == DEVICES
                if "grewKilobytes" not in found:
                    found["grewKilobytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - early
    finally:
        path.unlink()
    return found


def main() -> None:
    chance = random.Random(5)
    bodies = [message(chance) for _ in range(MESSAGES)]
    size = sum(map(len, bodies)) / len(bodies)
    json.dump({"bytes": size, "microseconds": speeds(bodies), "files": files(Path(sys.argv[1]), bodies)}, sys.stdout)


if __name__ == "__main__":
    main()
