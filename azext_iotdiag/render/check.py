"""A whole diagnosis: the answer first, then why, link by link, and what could not be seen."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from azext_iotdiag.model import exit_codes, facts_json
from azext_iotdiag.model.check import CheckResult, Link, Status
from azext_iotdiag.model.counts import counted
from azext_iotdiag.model.diagnosing import Diagnosed, Event, Judged, WatchingDevice
from azext_iotdiag.model.facts import Vantage
from azext_iotdiag.model.finding import Certainty, Severity, When
from azext_iotdiag.model.goal import Goal
from azext_iotdiag.model.listing import ListingProgress
from azext_iotdiag.model.timestamps import length, time_and_age, written
from azext_iotdiag.model.verdict import BlindSpot, State, Verdict
from azext_iotdiag.render import fleet, group, homes, junit, requests, results, text
from azext_iotdiag.render.annotations import Annotation
from azext_iotdiag.render.commands import Known
from azext_iotdiag.render.event import printable
from azext_iotdiag.version import VERSION

_OF_DEVICE = {Link.MACHINE: "the device's machine", Link.NETWORK: "the device's network"}
_BY_SCRIPT = ("clock", "ways", "resolved")  # facts that a script measures, too
_LINKS = {Link.MACHINE: "this machine", Link.NETWORK: "the network", Link.LOGIN: "your login"}
_PROOFS = {
    Link.CONNECTION: "The hub heard of the device",
    Link.STREAM: "A message of the device was enqueued",
}
# What is missed in a sentence, what it does at a broken link, and what it does while no link is broken.
_WHAT = {
    Goal.TELEMETRY: ("Data", "stops", "arrives"),
    Goal.TWIN: ("The twin", "fails", "works"),
    Goal.METHODS: ("Methods", "fail", "work"),
    Goal.C2D: ("Cloud-to-device messages", "stop", "arrive"),
    Goal.FILE_UPLOAD: ("File upload", "fails", "works"),
    Goal.CONNECTION: ("The connection", "fails", "works"),
}
_WIDTH = 14  # of a link's name


class Step(NamedTuple):
    """A link with its name for people, its worst status, whether data comes so far, and what was found there."""

    link: Link
    name: str
    status: Status
    reached: bool
    said: str


def event_lines(event: Event | ListingProgress) -> Iterator[str]:
    """A line for each link as soon as it is judged, and an empty one at the end."""
    if isinstance(event, Judged) and event.results:
        yield _link_line(event.link, event.results, reached=event.reached)
    if isinstance(event, ListingProgress):
        yield fleet.progress(*event)
    if isinstance(event, WatchingDevice):
        until = ", or until it comes" if event.asked.waits else ""
        yield printable(f"Watching {event.device} for {length(event.asked.seconds)}{until}. Ctrl-C ends that.")
    if isinstance(event, Diagnosed):
        yield "Interrupted." if event.exit_code() == exit_codes.INTERRUPTED else ""


def lines(device: str, ended: Diagnosed, known: Known, *, detail: bool = False) -> Iterator[str]:
    """The diagnosis for a person; with `detail` each check."""
    found = ended.found
    yield answer(device, ended)
    reasons = list(text.reasons(found, known))
    yield from _part(reasons)
    yield from _part(homes.lines(ended.facts))
    yield from _part(group.lines(ended.facts))
    if detail:
        yield from _part(_checks(ended))
    yield from _part(_proofs(ended))
    spots = [f"- {spot.value}" for spot in found.verdict.blind_spots]
    yield from _part(["Not looked at:", *spots] if spots else ())
    yield from _part(requests.lines(ended.facts))
    yield from _part(text.following(found, known, reasons))


def _part(lines_: Iterable[str]) -> Iterator[str]:
    """Lines with an empty one before them, if there are any."""
    for number, line in enumerate(lines_):
        if not number:
            yield ""
        yield line


def answer(device: str, ended: Diagnosed) -> str:
    """The answer in one sentence, with its mark."""
    verdict = ended.found.verdict
    return f"{_mark(verdict)} {printable(_sentence(device, verdict, ended))}"


def data(device: str, ended: Diagnosed, known: Known) -> dict[str, Any]:
    """The diagnosis as JSON, of a schema that only grows."""
    found = ended.found
    verdict = found.verdict
    judged = {
        **results.verdict(found, known),
        "statement": _sentence(device, verdict, ended),
        "when": verdict.when.value,
        "also": [reason.finding.entry.code for reason in verdict.also],
        "proofs": [{"link": each.link.value, "at": written(each.at)} for each in verdict.proofs],
        "blindSpots": [spot.name.lower() for spot in verdict.blind_spots],
        "requests": requests.data(ended.facts),
    }
    return {
        "version": results.VERSION,
        "device": device or None,
        **homes.data(ended.facts),
        **group.data(ended.facts),
        "verdict": judged,
        "links": [
            {"link": link.value, "status": _worst(here).value, "checks": [each.check.name for each in here]}
            for link, here in ended.by_link.items()
        ],
        "checks": results.data(found.results),
    }


def table(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of `-o table` and `-o tsv`: the verdict, each check, and the next command; or the list of checks."""
    return results.table(result) if "verdict" in result else list(result["checks"])


def saved(ended: Diagnosed) -> bytes:
    """The facts as a file that `--facts` reads."""
    return json.dumps(facts_json.dump(ended.facts, VERSION), indent=2).encode() + b"\n"


def junit_of(ended: Diagnosed) -> bytes:
    """Each check as a test."""
    cases = [
        junit.Case(result.check.title, link.value, _failure(result), result.reason)
        for link, judged in ended.by_link.items()
        for result in judged
        if result.skip is None
    ]
    return junit.document("az iot diag check", cases, sum(fact.seconds for fact in ended.facts.values()))


def annotated(device: str, ended: Diagnosed) -> Iterator[Annotation]:
    """The answer, where it is not "healthy", and what the checks found, for the page of a pipeline's run."""
    verdict = ended.found.verdict
    if verdict.state is not State.HEALTHY:
        severity = Severity.FAIL if verdict.state is State.BROKEN else Severity.WARN
        yield Annotation(severity, "verdict", _sentence(device, verdict, ended))
    for result in ended.found.results:
        for each in result.findings:
            yield Annotation(each.severity, each.entry.code, f"{each.entry.code}: {each.message}")


def _failure(result: CheckResult) -> str:
    return "; ".join(each.message for each in result.findings) if result.status is Status.FAIL else ""


def standing(verdict: Verdict) -> Status:
    """How a verdict is marked: as a check that ended so."""
    if verdict.state is State.HEALTHY:
        return Status.PASS
    if verdict.state is State.UNDETERMINED:
        return Status.ERROR
    return Status.WARN if verdict.when is When.COMING else Status.FAIL


def _mark(verdict: Verdict) -> str:
    return text.MARKS[standing(verdict)]


def _sentence(device: str, verdict: Verdict, ended: Diagnosed) -> str:
    subject, stops, works = _WHAT[_goal(ended)]
    whose = f"{subject} of {device}" if device else group.whose(subject, ended.facts)
    if verdict.state is State.HEALTHY:
        shown = ", in what your access shows" if verdict.blind else ""
        devices = " No device was looked at." if BlindSpot.ANY_DEVICE in verdict.blind_spots else ""
        more = f"{devices}{_silence(ended)}{group.well(ended.facts)}{_beside(verdict)}"
        return f"No fault was seen at {_now(ended)}{shown}.{more}"
    if verdict.state is State.UNDETERMINED:
        if verdict.exit_code == exit_codes.INTERRUPTED:
            return "Interrupted: not everything was looked at."
        first = next(iter((*verdict.blind, *verdict.also)), None)
        return f"It is not decided: {first.finding.entry.title}." if first else "It is not decided."
    if verdict.when is When.COMING:
        coming = next((each for each in verdict.also if each.finding.weight.when is When.COMING), None)
        return f"{whose} {works} for now: {coming.finding.entry.title}." if coming else f"{whose} {works} for now."
    if not verdict.reasons:
        return f"{whose} {stops} at {_where(verdict.link, ended)}."
    sure = {Certainty.SURE: "", Certainty.LIKELY: " This is likely, not sure.", Certainty.OPEN: " The cause is open."}
    why = verdict.reasons[0].finding.entry.title
    return f"{whose} {stops} at {_where(verdict.link, ended)}: {why}.{sure[verdict.certainty]}"


def _beside(verdict: Verdict) -> str:
    """What fails although what is missed works. A setting that a success has cleared is none of it."""
    also = [each.finding for each in verdict.also if each.finding.weight.since is None]
    failed = [each for each in also if each.severity is Severity.FAIL and each.weight.when is not When.COMING]
    return f" Something else is wrong: {failed[0].entry.title}." if failed else ""


def _goal(ended: Diagnosed) -> Goal:
    """What is missed; facts of a file may not tell."""
    fact = ended.facts.get("goal")
    return Goal.TELEMETRY if fact is None or fact.value is None else fact.value


def _silence(ended: Diagnosed) -> str:
    """What is noted where nothing is wrong: of the stream, whose silence is no fault as long as no rhythm is known, and
    of the device's own string.
    """
    noted = (
        next((each.message for result in ended.by_link.get(link, ()) for each in result.findings if _notes(result)), "")
        for link in (Link.STREAM, Link.DEVICE)
    )
    return "".join(f" {note}." for note in noted if note)


def _notes(result: CheckResult) -> bool:
    """Whether a check says something of the device, and not what kept it from looking, or what is wrong beside."""
    return result.status is Status.PASS


def _now(ended: Diagnosed) -> str:
    now: Any = ended.facts["now"].value
    return written(int(now * 1000))


def _where(link: Link | None, ended: Diagnosed) -> str:
    """A broken link in a sentence. What a script measured on the device is of the device's machine and network."""
    on_device = any(fact.place is Vantage.DEVICE for name, fact in ended.facts.items() if name in _BY_SCRIPT)
    return _OF_DEVICE[link] if on_device and link in _OF_DEVICE else name_of(link)


def name_of(link: Link | None) -> str:
    return "an unknown link" if link is None else _LINKS.get(link, link.value)


def _worst(judged: tuple[CheckResult, ...]) -> Status:
    return max((each.status for each in judged), key=lambda status: status.rank)


def _checks(ended: Diagnosed) -> Iterator[str]:
    """Each link with its checks."""
    for step in chain(ended):
        judged = ended.by_link[step.link]
        yield _link_line(step.link, judged, reached=step.reached)
        yield from (_check_line(result) for result in judged)


def chain(ended: Diagnosed) -> Iterator[Step]:
    """Each link that was judged, in the order of the way, as a page shows it."""
    broken = ended.found.verdict.link
    for link, judged in ended.by_link.items():
        yield _step(link, judged, reached=broken is None or link.of_observer or link.place <= broken.place)


def _step(link: Link, judged: tuple[CheckResult, ...], *, reached: bool) -> Step:
    """What was found at a link. A link behind a broken one is never shown as well."""
    worst = _worst(judged)
    odd = worst not in (Status.PASS, Status.SKIP)
    wanted = [each for each in judged if each.status not in (Status.PASS, Status.SKIP)] if odd else judged
    titles = dict.fromkeys(finding.entry.title for each in wanted for finding in each.findings)
    shown = reached or odd
    return Step(link, name_of(link), worst if shown else Status.SKIP, shown, "; ".join(titles) or _counted(judged))


def _link_line(link: Link, judged: tuple[CheckResult, ...], *, reached: bool) -> str:
    """A link with its mark, and what was found there."""
    step = _step(link, judged, reached=reached)
    behind = "" if step.reached else "not reached; "
    return printable(f"{text.MARKS[step.status]} {step.name:<{_WIDTH}}{behind}{step.said}")


def _counted(judged: tuple[CheckResult, ...]) -> str:
    passed = sum(each.status is Status.PASS for each in judged)
    return f"{counted(passed, 'check')} passed" if passed else "not tested"


def _check_line(result: CheckResult) -> str:
    reason = f" ({result.reason})" if result.reason and result.skip is not None else ""
    return printable(f"    {text.MARKS[result.status]} {result.check.title} [{result.check.name}]{reason}")


def _proofs(ended: Diagnosed) -> Iterator[str]:
    now: Any = ended.facts["now"].value
    for link, at in ended.found.verdict.proofs:
        yield f"{proof(link)} at {time_and_age(at, int(now * 1000))}."


def proof(link: Link) -> str:
    """What a success of the device at a link means, as the beginning of a sentence."""
    return _PROOFS[link]
