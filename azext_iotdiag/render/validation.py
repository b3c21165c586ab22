"""What judging messages found: a line for each finding, and the summary, for people and as data."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from azext_iotdiag.model.counts import counted
from azext_iotdiag.model.finding import Certainty, Severity
from azext_iotdiag.model.tally import Found, Group, Tally
from azext_iotdiag.model.verdict import Verdict
from azext_iotdiag.render import junit, rows
from azext_iotdiag.render.annotations import Annotation
from azext_iotdiag.render.event import printable, time_text
from azext_iotdiag.render.junit import Case
from azext_iotdiag.render.rows import Paint, Query, View
from azext_iotdiag.sessions.events import Ended

VERSION = 1
MARKS = {Severity.FAIL: "×", Severity.WARN: "!", Severity.NOTE: "·"}
NAMES = {Severity.FAIL: "error", Severity.WARN: "warning", Severity.NOTE: "info"}
_DEVICES_SHOWN = 5
_MOST_FOR_PERSON = 10
_SEQUENCE = "sequence"  # the unit of what was found live, whose path is a partition


class Summed(NamedTuple):
    """The verdict on what was judged, as the last row of a table: what `verdict` gives of a tally."""

    state: str
    codes: str
    statement: str


def line(found: Found) -> str:
    """A finding as a line for a person."""
    finding = found.finding
    path = "" if finding.path in ("", "$") else f"{finding.path}: "
    parts = [
        MARKS[finding.severity],
        _time(found),
        _sender(found),
        f"{path}{finding.message} [{finding.entry.code}]",
        _place(found),
    ]
    return printable("  ".join(part for part in parts if part))


def same(group: Group, more: int) -> str:
    """That findings of a group go on, as a line for a person."""
    place = "" if group.place in ("", "$") else f"{group.place}: "
    return printable(f"{MARKS[group.severity]}  {place}the same {more:,} more times [{group.entry.code}]{_last(group)}")


def _last(group: Group) -> str:
    return f", until {time_text(group.last)}" if group.last else ""


def json_line(found: Found) -> bytes:
    """A finding as a JSON object and a line end."""
    finding = found.finding
    data: dict[str, Any] = {"version": VERSION, "type": "finding", "severity": NAMES[finding.severity]}
    data |= {
        "code": finding.entry.code,
        "path": finding.path,
        "message": finding.message,
        "evidence": dict(finding.evidence),
    }
    return _json(data | _origin(found))


def row(found: Found | Summed) -> dict[str, str]:
    """A finding, or the verdict, as a row of a table."""
    if isinstance(found, Summed):
        said = {"Severity": "verdict", "Enqueued": "", "Device": "", "Code": found.codes, "Path": found.state}
        return {**said, "Message": found.statement}
    finding = found.finding
    return {
        "Severity": NAMES[finding.severity],
        "Enqueued": _time(found),
        "Device": _sender(found),
        "Code": finding.entry.code,
        "Path": finding.path,
        "Message": finding.message,
    }


def columns(found: Found | Summed) -> tuple[str | int | None, ...]:
    """A finding as the values of a row: severity, code, path, message, enqueued, device, module, component, and where
    it was found, which is a partition and a sequence number, or a file and a number in it. The verdict has the word
    verdict for a severity and its state for a path, and leaves the last six empty.
    """
    if isinstance(found, Summed):
        return ("verdict", found.codes, found.state, found.statement, *[""] * 6)
    finding = found.finding
    said = (NAMES[finding.severity], finding.entry.code, finding.path, finding.message)
    place = (found.path, found.number) if found.unit else (found.path, None)
    return *said, _time(found), found.device, found.module, found.component, *place


_WIDTHS = {"Severity": 8, "Enqueued": 24, "Device": 16, "Code": 16, "Path": 16}
VIEW = View(json_line, row, columns, line, _WIDTHS)


@dataclass(frozen=True)
class FindingForm:
    """How findings, and the account of them, are shown on stdout, in the form of this name.

    `lay` makes of a line for a person what stdout shows.
    """

    name: str
    finding: Callable[[Found | Summed], bytes]
    account: Callable[[bytes], bytes]
    query: Query | None = None
    lay: Callable[[str], str] = str

    @property
    def shown(self) -> int | None:
        """How many findings of one code and field are shown; the others are counted. None for all."""
        return _MOST_FOR_PERSON if self.name == "text" else None

    def same(self, group: Group, more: int) -> bytes:
        """That there were `more` findings of a group like those that were shown; only a person is told so."""
        return f"{self.lay(same(group, more))}\n".encode("utf-8", "backslashreplace") if self.name == "text" else b""

    def summary(self, tally: Tally, end: str, judged: Verdict) -> bytes:
        """The account, where this form has it, and else the verdict. `end` is empty where everything was read."""
        if self.name == "text":
            lines = (f"{self.lay(line)}\n" for line in ("", *summary(tally, end)))
            return "".join(lines).encode("utf-8", "backslashreplace")
        if self.name in ("json", "yaml"):
            return self.account(summary_line(tally, end, judged))
        return self.finding(verdict(tally, end, judged)) if self.query is None else b""

    def samples(self, tally: Tally) -> bytes:
        """A finding of each group, the worst first, where the account of this form does not hold them."""
        if self.name in ("text", "json", "yaml"):
            return b""
        return b"".join(self.finding(group.sample) for group in tally.ranked())


def form(
    name: str, *, query: Query | None = None, colour: Paint | None = None, lay: Callable[[str], str] = str
) -> FindingForm:
    """The form of this name, as in `rows.form`; `lay` makes of a line for a person what stdout shows."""
    finding = rows.form(name, VIEW._replace(text=lambda found: lay(line(found))), query=query, colour=colour)
    return FindingForm(name, finding, rows.of_json(name, query=query, colour=colour), query, lay)


def aside(ended: Ended, form: FindingForm) -> Iterator[str]:
    """The account for a person, where stdout shows it in another form."""
    if ended.tally is not None and form.name != "text":
        yield from summary(ended.tally, ended.why.value)


def closing(ended: Ended, form: FindingForm) -> Iterator[str]:
    """What a query left of the findings."""
    if ended.tally is not None:
        yield from rows.left(form.query, "line")


def wrong(ended: Ended) -> bool:
    """Whether something is wrong with what was judged."""
    return ended.tally is not None and ended.tally.judged().wrong


def document(name: str, ended: Ended) -> bytes:
    """The account as a JUnit document; `name` is that of the command."""
    results = cases(ended.tally or Tally(), ended.why.value, whole=ended.whole)
    return junit.document(name, results, ended.seconds)


def verdict(tally: Tally, end: str, judged: Verdict) -> Summed:
    """The verdict on all that was judged, as a row says it; `judged` is that of the whole session."""
    why = [f"{each.finding.entry.title}." for each in judged.reasons[:1]]
    return Summed(judged.state.value, " ".join(_why(tally, judged)), " ".join([*why, counts(tally, end)]))


def summary_line(tally: Tally, end: str, judged: Verdict) -> bytes:
    """The account as a JSON object and a line end; `judged` is the verdict on the whole session."""
    data: dict[str, Any] = {"version": VERSION, "type": "summary", "messages": tally.messages, "faulty": tally.faulty}
    data |= {
        "errors": tally.count(Severity.FAIL),
        "warnings": tally.count(Severity.WARN),
        "infos": tally.count(Severity.NOTE),
    }
    data |= {
        "skipped": tally.skipped,
        "hidden": tally.hidden,
        "devices": len(tally.devices),
        "moreDevices": tally.more_devices,
    }
    codes = _why(tally, judged)
    data["verdict"] = {
        "state": judged.state.value,
        "statement": verdict(tally, end, judged).statement,
        "link": judged.link.value if judged.link else None,
        "certainty": (judged.certainty if judged.reasons else Certainty.SURE).value,
        "exitCode": judged.exit_code,
        "codes": codes,
        "next": f"az iot diag explain {codes[0]}" if codes else None,
    }
    data |= {name: count for name in ("twins", "repeated", "unended") if (count := getattr(tally, name))}
    if tally.unwrapped:
        data["unwrapped"] = dict(tally.unwrapped)
    if end:
        data["ended"] = end
    return _json(data | {"groups": [_group(each) for each in tally.ranked()]})


def counts(tally: Tally, end: str = "") -> str:
    """The account in one sentence; `end` is why it ended, empty where everything was read."""
    devices = len(tally.devices)
    senders = f" of {'more than ' if tally.more_devices else ''}{counted(devices, 'device')}" if devices else ""
    told = ", ".join(
        counted(count, name)
        for severity, name in ((Severity.FAIL, "error"), (Severity.WARN, "warning"), (Severity.NOTE, "note"))
        if (count := tally.count(severity))
    )  # fmt: skip
    left = [f"{counted(tally.hidden, 'message')} of other devices" if tally.hidden else ""]
    left.append(
        f"{counted(tally.skipped, 'message')} that {'is' if tally.skipped == 1 else 'are'} no telemetry"
        if tally.skipped
        else ""
    )
    rest = " and ".join(filter(None, left))
    faulty = f", {tally.faulty:,} with errors" if tally.faulty else ""
    clean = "nothing is wrong" if tally.messages else "nothing was judged"
    if end == "interrupted":
        clean = "no error so far"
    return f"{counted(tally.messages, 'message')}{senders}{faulty}: {told or clean}." + (
        f" Left out: {rest}." if rest else ""
    )


def answer(tally: Tally, end: str = "") -> str:
    """The first line of the account: whether something is wrong, and how much of it."""
    mark = next((MARKS[each] for each in (Severity.FAIL, Severity.WARN) if tally.count(each)), "√")
    if not tally.messages:
        mark = "?"
    codes = ", ".join(_codes(tally))
    return f"{mark} {counts(tally, end)}{f' [{codes}]' if codes else ''}"


def _codes(tally: Tally) -> list[str]:
    """The codes of what is wrong, each once, the worst first."""
    return list(dict.fromkeys(each.entry.code for each in tally.ranked() if each.severity is not Severity.NOTE))


def _why(tally: Tally, judged: Verdict) -> list[str]:
    """The codes of the verdict, and those of what is wrong in messages, each once."""
    said = (*judged.reasons, *judged.blind)
    return list(dict.fromkeys([*(each.finding.entry.code for each in said), *_codes(tally)]))


def summary(tally: Tally, end: str = "") -> Iterator[str]:
    """The account for a person: the groups, the worst first, then what the codes mean and what to do."""
    yield answer(tally, end)
    if tally.twins:
        what = "is a twin" if tally.twins == 1 else "are twins"
        yield f"· {counted(tally.twins, 'record')} {what}: `az iot diag validate properties` judges those."
    if tally.unended:
        what = (
            "run has no summary: how many messages it" if tally.unended == 1 else "runs have no summary: how many they"
        )
        yield f"? {tally.unended:,} {what} judged is not known."
    if tally.repeated:
        yield f"· {counted(tally.repeated, 'message')} with findings came in two runs, and count once."
    for form, count in tally.unwrapped.items():
        what = "the message in it was" if count == 1 else "the messages in them were"
        yield printable(f"· {counted(count, 'record')} in the form of {form}: {what} judged.")
    groups = tally.ranked()
    for group in groups:
        field = "" if group.place in ("", "$") else f"  {group.place}"
        who = ", ".join(
            filter(
                None, (group.component and f"component {group.component}", group.module and f"module {group.module}")
            )
        )
        yield printable(
            f"{MARKS[group.severity]} {group.entry.code}{field}{f'  ({who})' if who else ''}  "
            f"{counted(group.count, 'time')}{_when(group)}"
        )
        yield printable(
            f"    {_devices(group)}such as{' ' + place if (place := _place(group.sample)) else ''}: "
            f"{group.sample.finding.message}"
        )
    codes = {group.entry.code: group.entry for group in groups if group.severity is not Severity.NOTE}
    for code, entry in codes.items():
        yield ""
        yield f"{entry.title} [{code}]"
        for cause in entry.causes:
            yield f"  {cause.why}"
            yield from (f"    → {step}" for step in cause.mitigation)


def annotated(tally: Tally) -> Iterator[Annotation]:
    """The groups as they appear on the page of a pipeline's run."""
    for group in tally.ranked():
        words = f"{group.entry.code} {group.place}: {group.sample.finding.message} ({counted(group.count, 'time')})"
        yield Annotation(group.severity, group.entry.code, words)


def cases(tally: Tally, end: str = "", *, whole: bool = True) -> Iterator[Case]:
    """The account as test results: one for the messages as a whole, and one for each code and field.

    The first fails where it was not `whole`: an end came before everything was read.
    """
    told = counts(tally, end)
    failure = "" if whole else f"Interrupted: not everything was read. {told}"
    yield Case("every message is judged", "messages", failure=failure, output=told if whole else "")
    for group in tally.ranked():
        seen = f"{counted(group.count, 'time')}{_when(group)}; {_devices(group)}{_place(group.sample)}"
        text = f"{group.sample.finding.message}\n{seen}"
        failed = group.severity is Severity.FAIL
        field = group.place or "$"
        where = f"{group.component}.{field}" if group.component else field
        yield Case(where, group.entry.code, failure=text if failed else "", output="" if failed else text)


def _sender(found: Found) -> str:
    who = "/".join(filter(None, (found.device, found.module)))
    return f"{who} [{found.component}]" if found.component else who


def _time(found: Found) -> str:
    return time_text(found.enqueued) if found.enqueued else ""


def _place(found: Found) -> str:
    if not found.path:
        return ""
    if found.unit == _SEQUENCE:
        return f"(partition {found.path}, message {found.number})"
    name = "standard input" if found.path == "-" else found.path
    return f"({name}, {found.unit} {found.number})" if found.unit else f"({name})"


def _when(group: Group) -> str:
    if not group.first:
        return ""
    first, last = time_text(group.first), time_text(group.last)
    return f", at {first}" if first == last else f", from {first} to {last}"


def _devices(group: Group) -> str:
    names = list(group.devices)
    if not names:
        return ""
    more = len(names) - _DEVICES_SHOWN
    rest = f" and {'more than ' if group.more_devices else ''}{more:,} more" if more > 0 else ""
    return f"{', '.join(names[:_DEVICES_SHOWN])}{rest}; "


def _origin(found: Found) -> dict[str, Any]:
    data: dict[str, Any] = {"device": found.device or None}
    data |= {name: value for name, value in (("module", found.module), ("component", found.component)) if value}
    if found.enqueued:
        data["enqueued"] = time_text(found.enqueued)
    if found.unit == _SEQUENCE:
        return data | {"partition": found.path, "sequence": found.number}
    if found.path:
        data["file"] = found.path
        if found.unit:
            data["at"] = {"unit": found.unit, "number": found.number}
    return data


def _group(group: Group) -> dict[str, Any]:
    data: dict[str, Any] = {"code": group.entry.code, "severity": NAMES[group.severity], "title": group.entry.title}
    data |= {"field": group.place, "count": group.count}
    data |= {name: value for name, value in (("component", group.component), ("module", group.module)) if value}
    if group.first:
        data |= {"firstSeen": time_text(group.first), "lastSeen": time_text(group.last)}
    data |= {"devices": list(group.devices), "moreDevices": group.more_devices}
    return data | {
        "sample": {"message": group.sample.finding.message, "path": group.sample.finding.path} | _origin(group.sample)
    }


def _json(data: dict[str, Any]) -> bytes:
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return f"{text}\n".encode("utf-8", "backslashreplace")
