"""A report for a support ticket as JSON: a facts file, which `check --facts` judges again, with the report beside.

`report_html` makes the page of this document and of nothing else, so that both say the same and hide the same.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import Any, NamedTuple

from azext_iotdiag.model import facts_json
from azext_iotdiag.model.check import Link, Status
from azext_iotdiag.model.diagnosing import Diagnosed
from azext_iotdiag.model.facts import FACTS
from azext_iotdiag.model.ticket import TicketField, TicketTyped
from azext_iotdiag.model.timestamps import written
from azext_iotdiag.model.verdict import Reason
from azext_iotdiag.render import check, group, homes, requests
from azext_iotdiag.render.commands import Known
from azext_iotdiag.render.event import printable
from azext_iotdiag.render.redaction import redacted
from azext_iotdiag.version import VERSION as TOOL

VERSION = 1
HOLDS = "ids, host names, addresses and states of devices and services"
LACKS = "keys, tokens, connection strings or bodies of messages"
_NAMING = ("devices", "services", "resources")  # fields of the ticket whose values are names


class ReportFiles(NamedTuple):
    """The paths of a report's files. Only their names stand in them: a path tells of the user's machine."""

    page: str
    data: str

    @property
    def names(self) -> ReportFiles:
        """The names without their folders."""
        return ReportFiles(PurePath(self.page).name, PurePath(self.data).name)


def document(
    device: str,
    ended: Diagnosed,
    known: Known,
    ticket: Sequence[TicketField],
    files: ReportFiles,
    made: int,
    typed: TicketTyped | None = None,
) -> dict[str, Any]:
    """The report, without secrets. `made` is when, in milliseconds since 1970.

    What the user `typed` is kept, so that a report made of this one has it, too.
    """
    now: Any = ended.facts["now"].value
    names = files.names
    report = {
        "version": VERSION,
        "made": written(made),
        "measured": written(int(now * 1000)),
        "page": names.page,
        "data": names.data,
        "device": device or None,
        "ticket": [_field(each) for each in ticket],
        "typed": facts_json.encode(typed or TicketTyped(), TicketTyped),
        "standing": check.standing(ended.found.verdict).value,
        **{name: value for name, value in check.data(device, ended, known).items() if name in ("verdict", "checks")},
        "chain": list(_chain(ended)),
        "found": [*homes.lines(ended.facts), *group.lines(ended.facts)],
        "evidence": list(_evidence(ended, known)),
        "proofs": [{"said": check.proof(each.link), "at": written(each.at)} for each in ended.found.verdict.proofs],
        "notLookedAt": {
            "blindSpots": [each.value for each in ended.found.verdict.blind_spots],
            "facts": list(_failed(ended)),
            "requests": requests.data(ended.facts),
        },
        "replay": _replay(names.data),
    }
    saved = facts_json.dump(ended.facts, TOOL)
    head = {name: saved[name] for name in ("kind", "version", "tool")}
    whole = {**head, "holds": f"{HOLDS}; no {LACKS}", "report": report, "facts": saved["facts"]}
    known_names = [value for each in ticket if each.name in _NAMING for value in each.values]
    return dict(redacted(whole, [*names, *known_names]))


def written_document(made: dict[str, Any]) -> bytes:
    """The document as the file to attach."""
    return json.dumps(made, indent=2).encode("ascii") + b"\n"


def data(made: dict[str, Any], files: ReportFiles) -> dict[str, Any]:
    """What the command hands back: the files, and the verdict in short."""
    report = made["report"]
    verdict = report["verdict"]
    return {
        "version": VERSION,
        "device": report["device"],
        "page": files.page,
        "data": files.data,
        "missing": [each["name"] for each in report["ticket"] if not each["values"]],
        "verdict": {name: verdict[name] for name in ("state", "statement", "link", "codes", "exitCode", "next")},
    }


def lines(made: dict[str, Any], files: ReportFiles) -> Iterator[str]:
    """The same for a person."""
    report = made["report"]
    missing = [each for each in report["ticket"] if not each["values"]]
    yield f"√ The report is written: {printable(files.page)}"
    yield f"  The same as data, to attach and to judge again: {printable(files.data)}"
    yield ""
    yield printable(report["verdict"]["statement"])
    if missing:
        yield ""
        yield "Support asks for these, too. The report says who knows each:"
        yield from (f"- {each['title']}" for each in missing)
    yield ""
    yield f"Read both files before you send them. They hold {HOLDS}. They hold no {LACKS}."
    yield f"Next: {printable(_replay(files.data))}"


def table(result: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of `-o table` and `-o tsv`: the verdict and the files."""
    verdict = result["verdict"]
    return [
        {"About": "verdict", "Status": verdict["state"], "Value": verdict["statement"]},
        {"About": "page", "Status": "written", "Value": result["page"]},
        {"About": "data", "Status": "written", "Value": result["data"]},
    ]


def _replay(path: str) -> str:
    return f"az iot diag check --facts {shlex.quote(path)}"


def _field(each: TicketField) -> dict[str, Any]:
    return {
        "name": each.name,
        "title": each.title,
        "values": list(each.values),
        "source": each.source if each.values else "",
        "ask": "" if each.values else each.ask,
    }


def _chain(ended: Diagnosed) -> Iterator[dict[str, Any]]:
    """All links of both chains. A link of which nothing was asked was not looked at."""
    judged = {step.link: step for step in check.chain(ended)}
    for link in Link:
        step = judged.get(link) or check.Step(link, check.name_of(link), Status.SKIP, True, "not looked at")
        yield {
            "link": link.value,
            "name": step.name,
            "observer": link.of_observer,
            "status": step.status.value,
            "reached": step.reached,
            "said": step.said,
        }


def _evidence(ended: Diagnosed, known: Known) -> Iterator[dict[str, Any]]:
    """What is wrong, and what could not be looked at, each with the causes that the facts leave."""
    verdict = ended.found.verdict
    for kind, reasons in (("reason", verdict.reasons), ("also", verdict.also), ("notSeen", verdict.blind)):
        for each in reasons:
            yield {"kind": kind, **_reason(each, known)}


def _reason(each: Reason, known: Known) -> dict[str, Any]:
    finding = each.finding
    return {
        "code": finding.entry.code,
        "title": finding.entry.title,
        "severity": finding.severity.value,
        "certainty": each.certainty.value,
        "message": finding.message,
        "path": finding.path or None,
        "evidence": dict(finding.evidence),
        "causes": [
            {
                "why": cause.why,
                "standing": standing.value,
                "mitigation": [known.filled(step) for step in cause.mitigation],
                "confirm": known.filled(cause.confirm),
            }
            for cause, standing in each.causes
        ],
    }


def _failed(ended: Diagnosed) -> Iterator[dict[str, Any]]:
    """The facts that could not be measured, and why."""
    for name, fact in sorted(ended.facts.items()):
        if fact.failure is not None:
            yield {"fact": name, "title": FACTS[name].title, "why": fact.failure.sentence}
