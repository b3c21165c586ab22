"""Reads what `validate` wrote with `-o json`: the findings of a run, and the summary that ends it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from azext_iotdiag.knowledge import lookup
from azext_iotdiag.model.check import Link
from azext_iotdiag.model.finding import Certainty, Entry, Finding, Severity
from azext_iotdiag.model.tally import OTHERS, Found, Group, Key, Tally, key_of
from azext_iotdiag.model.verdict import Reason, State, Verdict
from azext_iotdiag.streams.recorded import moment

VERSION = 1
LONGEST = 64 << 20  # bytes of a line: a summary of a thousand groups, each with a thousand devices, has about 40 MB
_SEVERITIES = {"error": Severity.FAIL, "warning": Severity.WARN, "info": Severity.NOTE}
_COUNTS = ("messages", "faulty", "skipped", "hidden", "twins", "repeated", "unended")
_SEQUENCE = "sequence"  # the unit of what was found live


class BadResult(Exception):
    """A file that holds no results of `validate`; str() says which and why."""


@dataclass
class ValidateRun:
    """What one run of `validate` found, less what an earlier one found in the same messages.

    `verdict` is None where the run left no summary, because it was killed.
    """

    tally: Tally
    verdict: Verdict | None = None


@dataclass
class _Lines:
    """The findings of a run, up to its summary. `again` counts those that an earlier run has found, too."""

    tally: Tally = field(default_factory=Tally)
    messages: dict[str, bool] = field(default_factory=dict)  # those with findings, and whether one is an error
    again: Counter[Key] = field(default_factory=Counter)
    again_messages: dict[str, bool] = field(default_factory=dict)
    fresh: list[int] = field(default_factory=list)
    count: int = 0


def runs(path: str, seen: set[int]) -> Iterator[ValidateRun]:
    """The runs that a file holds: one, or several behind each other.

    A finding in a live message names the place of that in the stream, so that its line tells whether another run has
    found it, too. `seen` holds the hashes of such lines, and grows. Raises OSError, and BadResult.
    """
    lines, summaries = _Lines(), 0
    with open(path, "rb") as file:
        for number, line in enumerate(iter(lambda: file.readline(LONGEST + 1), b""), 1):
            try:
                data = _object(line)
                if data["type"] == "finding":
                    _take(lines, data, line, seen)
                    continue
                tally = _tally(data)
                if lines.count > sum(group.count for group in tally.groups.values()):
                    raise ValueError("this summary is of another run than the findings before it")
                run = ValidateRun(tally, _verdict(data, tally, path))
            except json.JSONDecodeError as wrong:
                if line.endswith(b"\n"):
                    raise BadResult(f"{path}, line {number}: it is no result that -o json writes ({wrong})") from None
                break  # a run was killed while it wrote this line
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as wrong:
                why = str(wrong) if type(wrong) is ValueError else "it is no result that -o json writes"
                raise BadResult(f"{path}, line {number}: {why}") from None
            yield _without_repeats(run, lines, seen)
            lines, summaries = _Lines(), summaries + 1
    if lines.count or not summaries:
        yield _without_repeats(_unended(lines), lines, seen)


def _object(line: bytes) -> dict[str, Any]:
    if len(line) > LONGEST:
        raise ValueError(f"the line is longer than {LONGEST >> 20} MB")
    data = json.loads(line)
    if not isinstance(data, dict) or data.get("type") not in ("finding", "summary"):
        raise ValueError("it is neither a finding nor a summary of validate -o json")
    if data["version"] != VERSION:
        raise ValueError(f"its version is {data['version']!r}, and this release knows {VERSION}")
    return data


def _take(lines: _Lines, data: dict[str, Any], line: bytes, seen: set[int]) -> None:
    found = _found(data, _entry(data["code"]), _SEVERITIES[data["severity"]])
    faulty = found.finding.severity is Severity.FAIL
    lines.count += 1
    lines.tally.add(found)
    message = f"{found.path} {found.number}" if found.unit else f"line {lines.count}"
    lines.messages[message] = lines.messages.get(message, False) or faulty
    if found.device and message not in lines.again_messages:
        lines.tally.devices[found.device] = None
    if found.unit != _SEQUENCE or not found.enqueued:
        return
    mark = hash(line)
    if mark in seen:
        lines.again[key_of(found)] += 1
        lines.again_messages[message] = lines.again_messages.get(message, False) or faulty
    else:
        lines.fresh.append(mark)


def _unended(lines: _Lines) -> ValidateRun:
    """What is known of a run that left no summary: its findings, and the messages that have some."""
    tally = lines.tally
    tally.messages, tally.faulty, tally.unended = len(lines.messages), sum(lines.messages.values()), 1
    return ValidateRun(tally)


def _without_repeats(run: ValidateRun, lines: _Lines, seen: set[int]) -> ValidateRun:
    """The run, in which what an earlier one has found counts no more."""
    seen.update(lines.fresh)
    tally = run.tally
    for key, count in lines.again.items():
        if key not in tally.groups:
            key = (key[0], OTHERS, "", "", key[4])
        if key in tally.groups:
            tally.groups[key].count -= count
            if tally.groups[key].count <= 0:
                del tally.groups[key]
    tally.messages = max(tally.messages - len(lines.again_messages), 0)
    tally.faulty = max(tally.faulty - sum(lines.again_messages.values()), 0)
    tally.repeated += len(lines.again_messages)
    return run


def _tally(data: dict[str, Any]) -> Tally:
    tally = Tally()
    for name in _COUNTS:
        setattr(tally, name, _count(data.get(name, 0)))
    tally.unwrapped = {str(form): _count(count) for form, count in data.get("unwrapped", {}).items()}
    for each in data["groups"]:
        group = _group(each)
        tally.groups[(group.entry.code, group.place, group.component, group.module, group.severity)] = group
        tally.devices |= group.devices
    tally.more_devices = bool(data["moreDevices"]) or _count(data["devices"]) > len(tally.devices)  # not all are named
    return tally


def _group(data: dict[str, Any]) -> Group:
    sample, entry, severity = data["sample"], _entry(data["code"]), _SEVERITIES[data["severity"]]
    group = Group(
        entry,
        severity,
        _text(data["field"]),
        _text(data.get("component", "")),
        _text(data.get("module", "")),
        _found(sample, entry, severity),
        _count(data["count"]),
        moment(data.get("firstSeen")),
        moment(data.get("lastSeen")),
    )
    group.devices = {_text(each): None for each in data["devices"]}
    group.more_devices = bool(data["moreDevices"])
    return group


def _found(data: dict[str, Any], entry: Entry, severity: Severity) -> Found:
    finding = Finding(entry, severity, _text(data["message"]), _text(data["path"]), data.get("evidence", {}))
    device, module, component = (_text(data.get(name) or "") for name in ("device", "module", "component"))
    found = Found(finding, device, module, component, moment(data.get("enqueued")))
    if "partition" in data:
        return found._replace(path=_text(data["partition"]), unit=_SEQUENCE, number=_whole(data["sequence"]))
    at = data.get("at", {"unit": "", "number": 0})
    return found._replace(path=_text(data.get("file", "")), unit=_text(at["unit"]), number=_whole(at["number"]))


def _verdict(data: dict[str, Any], tally: Tally, path: str) -> Verdict:
    """The verdict of the run. Its reasons are the codes beside those of what is wrong in messages."""
    said = data["verdict"]
    state, link = State(said["state"]), Link(said["link"]) if said["link"] else None
    certainty, code = Certainty(said["certainty"]), _count(said["exitCode"])
    in_messages = {group.entry.code for group in tally.groups.values()}
    reasons = tuple(
        Reason(Finding(_entry(each), Severity.FAIL, f"The run whose results are in {path} says so."), (), certainty)
        for each in said["codes"]
        if each not in in_messages
    )
    blind = state is State.UNDETERMINED
    return Verdict(state, code, certainty, link=link, reasons=() if blind else reasons, blind=reasons if blind else ())


def _entry(code: Any) -> Entry:
    for entry in lookup.find(_text(code)):
        if entry.code == code:
            return entry
    raise ValueError(f"the code {code!r} is not known to this release")


def _text(given: Any) -> str:
    if not isinstance(given, str):
        raise TypeError
    return given


def _whole(given: Any) -> int:
    if type(given) is not int:
        raise TypeError
    return given


def _count(given: Any) -> int:
    if _whole(given) < 0:
        raise TypeError
    return int(given)
