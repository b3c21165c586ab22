"""Results of checks as data that az formats: what each found, what it means, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from azext_iotdiag.model.check import CheckResult
from azext_iotdiag.model.finding import Finding

VERSION = 1


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
    """One finding, with the causes of its entry."""
    return {
        "code": each.entry.code,
        "severity": each.severity.value,
        "title": each.entry.title,
        "message": each.message,
        "evidence": dict(each.evidence),
        "causes": [
            {"why": cause.why, "mitigation": list(cause.mitigation), "check": cause.check, "confirm": cause.confirm}
            for cause in each.entry.causes
        ],
    }
