"""What judging a model carries along: the findings so far, what was not judged, and hints for misspelt words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from azext_iotdiag.model.finding import Finding, Severity
from azext_iotdiag.payload.language.rules import LanguageRule
from azext_iotdiag.payload.suggest import nearest
from azext_iotdiag.payload.violations import json_path

Path = tuple[str | int, ...]
MOST_OF_A_RULE = 100  # findings of one rule that are kept; more are counted
_HINTS = 100  # words for which a similar one is looked for


class ModelJudging:
    """The findings about one model."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.unjudged: dict[str, None] = {}  # sentences, each once
        self._counts: Counter[LanguageRule] = Counter()
        self._hints: dict[tuple[str, int], str] = {}
        self._known: dict[int, Sequence[str]] = {}

    def say(self, rule: LanguageRule, path: Path, message: str, **evidence: str | int) -> None:
        """Note that a rule is broken at a place."""
        self._counts[rule] += 1
        if self._counts[rule] > MOST_OF_A_RULE:
            return
        severity = Severity.WARN if rule.accepted else Severity.FAIL
        text = f"{message}. {rule.accepted}" if rule.accepted else message
        self.findings.append(Finding(rule.entry, severity, text, where(path), {"rule": rule.name, **evidence}))

    def not_judged(self, sentence: str) -> None:
        """Note what was left out."""
        self.unjudged.setdefault(sentence)

    def left_out(self) -> Iterable[str]:
        """How many findings were counted only, by entry."""
        more: Counter[str] = Counter()
        for rule, count in self._counts.items():
            if count > MOST_OF_A_RULE:
                more[rule.entry.code] += count - MOST_OF_A_RULE
        for code, count in more.items():
            yield f"{count} more findings {code} are not listed"

    def meant(self, word: str, known: Sequence[str]) -> str:
        """A question that names the word that is probably meant, "" where none is near. `known` lives long."""
        place = (word, id(known))
        if place not in self._hints:
            if len(self._hints) >= _HINTS:
                return ""
            self._known[id(known)] = known
            near = nearest(word, known)
            self._hints[place] = f"; is {near} meant?" if near else ""
        return self._hints[place]


def where(path: Path) -> str:
    """The place as JSONPath. A first step that is an identifier names the document: that of another model."""
    if path and isinstance(path[0], str) and path[0].startswith("dtmi:"):
        return f"{path[0]} {json_path(path[1:])}"
    return json_path(path)
