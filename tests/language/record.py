"""Records models that are odd in different ways, with the rules that the reference parser finds broken in them.

`python -m tests.language.record` in the checkout writes tests/golden/lint/models.jsonl anew; it needs node and the npm
packages of tests/conformance/node. `pytest --update tests/payload/test_recorded.py` then writes what the lint finds.
"""

from __future__ import annotations

import json
import random
import re
from pathlib import Path
from typing import Any

from azext_iotdiag.payload.language.lint import judge
from tests.language import graphs, reference, tables
from tests.language.models import Maker
from tests.language.mutations import damaged

MODELS = Path(__file__).parents[1] / "golden" / "lint" / "models.jsonl"
NODE_MODULES = Path(__file__).parents[1] / "conformance" / "node" / "node_modules"
SEED = 13
EACH = 4000  # models of each generator that are looked at
MOST_CHARACTERS = 1500
OF_RULE, RIGHT = 32, 120  # models that are kept: of one rule, and without a finding
_VARIABLE = re.compile(r'"[^"]*"|\d+|dtmi:\S+')


def candidates(dice: random.Random) -> list[Any]:
    """Models of all generators, the shortest first."""
    maker = Maker(dice)
    made: list[Any] = [damaged(maker.model(), dice)[1] for _ in range(EACH)]
    made += [model for _, model in tables.cases(EACH, dice)]
    made += [json.loads(text) for _, text in graphs.cases(EACH, dice)]
    made = [each for each in made if len(json.dumps(each)) <= MOST_CHARACTERS]
    return sorted(made, key=lambda each: len(json.dumps(each)))


def chosen(models: list[Any]) -> list[Any]:
    """Those that show something new: a rule in other words, or a right model of other types."""
    kept: list[Any] = []
    seen: dict[str, set[str]] = {}
    for model in models:
        findings = judge(model).findings
        if findings:
            shown = {(each.evidence["rule"], _VARIABLE.sub("#", each.message)) for each in findings}
        else:
            shown = {("", " ".join(sorted(set(re.findall(r'"@type": ("[^"]*"|\[[^]]*\])', json.dumps(model))))))}
        new = [
            (rule, words) for rule, words in shown
            if words not in seen.setdefault(rule, set()) and len(seen[rule]) < (OF_RULE if rule else RIGHT)
        ]  # fmt: skip
        if new:
            kept.append(model)
        for rule, words in new:
            seen[rule].add(words)
    return kept


def main() -> None:
    """Choose models, ask the reference about them, and write both."""
    models = chosen(candidates(random.Random(SEED)))
    told = reference.broken_rules(models, str(NODE_MODULES))
    MODELS.parent.mkdir(exist_ok=True)
    with MODELS.open("w", encoding="utf-8") as out:
        for model, rules in zip(models, told, strict=True):
            out.write(json.dumps({"rules": sorted(set(rules)), "model": model}) + "\n")
    print(f"{len(models)} models")


if __name__ == "__main__":
    main()
