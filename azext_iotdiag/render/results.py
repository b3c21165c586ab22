"""Results of checks as data that az formats, and as rows of a table: the verdict, and what each check found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from azext_iotdiag.model.check import CheckResult, Link
from azext_iotdiag.model.finding import Cause, Finding
from azext_iotdiag.model.verdict import Diagnosis, Reason
from azext_iotdiag.render import text
from azext_iotdiag.render.commands import Known

VERSION = 1
_UNJUDGED: Mapping[str, Any] = {"state": "undetermined", "codes": (), "statement": "Interrupted.", "next": None}
HEALTHY = "√ No problem found."


def diagnosis(found: Diagnosis, known: Known, healthy: str = HEALTHY) -> dict[str, Any]:
    """What `-o json` of every command that diagnoses shares. `healthy` is the answer where nothing is wrong."""
    return {"version": VERSION, "verdict": verdict(found, known, healthy), "checks": data(found.results)}


def verdict(found: Diagnosis, known: Known, healthy: str = HEALTHY) -> dict[str, Any]:
    """The judgement: at which link the data stops, how sure that is, the codes that say why, and the next command."""
    judged = found.verdict
    return {
        "state": judged.state.value,
        "statement": text.statement(found, healthy),
        "link": _link(judged.link),
        "lastGoodLink": _link(judged.proven),
        "certainty": judged.certainty.value,
        "exitCode": judged.exit_code,
        "codes": list(dict.fromkeys(each.finding.entry.code for each in (*judged.reasons, *judged.blind))),
        "reasons": [_reason(each) for each in judged.reasons],
        "also": [_reason(each) for each in judged.also],
        "notSeen": [_reason(each) for each in judged.blind],
        "next": known.next_command(judged.next_command) or None,
    }


def _reason(each: Reason) -> dict[str, Any]:
    """A finding with the causes that the facts leave, those first that they prove."""
    return {
        "code": each.finding.entry.code,
        "message": each.finding.message,
        "certainty": each.certainty.value,
        "causes": [{**_cause(cause), "standing": standing.value} for cause, standing in each.causes],
    }


def _cause(cause: Cause) -> dict[str, Any]:
    return {"why": cause.why, "mitigation": list(cause.mitigation), "check": cause.check, "confirm": cause.confirm}


def data(results: Iterable[CheckResult]) -> list[dict[str, Any]]:
    """Each check with its status and findings."""
    return [
        {
            "check": result.check.name,
            "title": result.check.title,
            "status": result.status.value,
            "reason": result.reason,
            "findings": [finding(each) for each in result.findings],
        }
        for result in results
    ]


def finding(each: Finding) -> dict[str, Any]:
    """One finding, with all causes of its entry, whether the facts leave them or not."""
    return {
        "code": each.entry.code,
        "severity": each.severity.value,
        "title": each.entry.title,
        "message": each.message,
        "evidence": dict(each.evidence),
        "causes": [_cause(cause) for cause in each.entry.causes],
    }


def table(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of `-o table` and `-o tsv`: the verdict, each check, and the next command.

    `result` is a diagnosis as data. A command without checks in it, such as `simulate`, has findings.
    """
    judged = result.get("verdict") or _UNJUDGED
    rows = [_row("verdict", judged["state"], " ".join(judged["codes"]), judged["statement"])]
    rows += [row for check in result.get("checks", ()) for row in _rows_of(check)]
    rows += [_row("finding", "", each["code"], each["message"]) for each in result.get("findings", ())]
    if judged["next"]:
        rows.append(_row("next", "", "", judged["next"]))
    device = result.get("device")
    return [{"Device": device, **row} for row in rows] if device else rows


def _rows_of(check: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = [_row(check["check"], check["status"], each["code"], each["message"]) for each in check["findings"]]
    return found or [_row(check["check"], check["status"], "", check["reason"] or check["title"])]


def _row(about: str, status: str, code: str, statement: str) -> dict[str, Any]:
    return {"About": about, "Status": status, "Code": code, "Statement": statement}


def _link(link: Link | None) -> str | None:
    return None if link is None else link.value
