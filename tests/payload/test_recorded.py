"""The lint of recorded models says the same as ever, and of which are wrong the same as the reference parser did.

tests/language/record.py recorded them. So this test needs no node, and finds what a change does to each finding.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from azext_iotdiag.payload.language.lint import judge
from tests.language.record import MODELS

BEYOND = {"disallowedLimitContext", "unresolvableContextVersion"}  # tests/conformance/test_dtdl_parser.py says why
STRICTER = {"no-finite-value"}


def test_recorded_models(golden: Callable[[str, str], None]) -> None:
    lines: list[str] = []
    differ: list[int] = []
    for number, line in enumerate(MODELS.read_text("utf-8").splitlines(), 1):
        recorded = json.loads(line)
        findings = judge(recorded["model"]).findings
        lines += [f"{number} {each.path} {each.evidence['rule']}: {each.message}" for each in findings]
        wrong = any(each.evidence["rule"] not in STRICTER for each in findings)
        if wrong != bool(recorded["rules"]) and not BEYOND & set(recorded["rules"]):
            differ.append(number)
    assert not differ
    golden("lint/findings.txt", "\n".join(lines) + "\n")
