"""Judges messages of a template of 24 fields in every way that is compared, and prints what each took, as JSON.

Run by payload.py in a process of its own, with the installed extension on its path and a folder for its files.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

import cliffs
from template import MODEL, messages

from azext_iotdiag.payload import read_json, read_model
from azext_iotdiag.payload.jsonschema import emit_telemetry
from azext_iotdiag.streams.validation import RecordedRun, Rules

ROUNDS = 9
LINES = 1_000_000
TIMES = 2  # each way
DEVICES = 1000


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
        "familiar": (lambda: [model.telemetry_json(body) for body in bodies], len(bodies)),
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
    """Seconds for a file of many lines in one process and in two, and what memory grew by after its first tenth.

    The CPU time of two is what this process took and half of what both others took: on the clock it cannot be less.
    """
    path, model = folder / "lines.jsonl", folder / "model.json"
    model.write_text(json.dumps(MODEL), encoding="utf-8")
    with path.open("wb") as file:
        for number in range(LINES):
            head = b'{"version":1,"device":"device-%d","contentType":"application/json","contentEncoding":"utf-8",'
            body = bodies[number % len(bodies)]
            file.write(head % (number % DEVICES) + b'"payloadForm":"json","payload":' + body + b"}\n")
    found: dict[str, Any] = {"lines": LINES, "one": [], "two": [], "cpuOfOne": [], "cpuOfTwo": []}
    try:
        for _ in range(TIMES):
            for name, processes in (("One", 1), ("Two", 2)):
                run, begun, early = (
                    RecordedRun([str(path)], Rules(str(model)), processes=processes),
                    time.monotonic(),
                    0,
                )
                before = _cpu()
                for each in run:
                    assert each is None, each
                    early = early or (
                        run.tally.messages >= LINES // 10 and resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
                    )
                found[name.lower()].append(time.monotonic() - begun)
                found[f"cpuOf{name}"].append(_cpu() - before)
                assert run.tally.messages == LINES and len(run.tally.devices) == DEVICES
                if "grewKilobytes" not in found:
                    found["grewKilobytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - early
    finally:
        path.unlink()
    return found


def _cpu() -> float:
    """Seconds of CPU of this process, and half of those of the ones that it started and that have ended."""
    of_others = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + (of_others.ru_utime + of_others.ru_stime) / 2


def main() -> None:
    bodies = messages()
    size = sum(map(len, bodies)) / len(bodies)
    # The files come first: the most memory that a process has held is to be what they took, not what jsonschema did.
    judged = files(Path(sys.argv[1]), bodies)
    found = {"bytes": size, "microseconds": speeds(bodies), "files": judged, "cliffs": cliffs.measured()}
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
