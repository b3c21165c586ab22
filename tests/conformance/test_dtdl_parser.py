"""The lint of models and the reference parser of DTDL agree about random models, damaged in all ways.

The seed is fixed. IOTDIAG_MODEL_SEED gives another, IOTDIAG_MODELS asks for more models than the 5,000 of every run.
"""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from azext_iotdiag.model.finding import Severity
from azext_iotdiag.payload import ModelError, read_json
from azext_iotdiag.payload.language.lint import judge
from azext_iotdiag.payload.lint import lint
from tests.conformance.conftest import absent
from tests.language import graphs, reference, tables
from tests.language.models import Maker
from tests.language.mutations import MUTATIONS, damaged
from tests.language.same_rules import SAME_RULES

MODELS = int(os.environ.get("IOTDIAG_MODELS", "5000"))
SEED = int(os.environ.get("IOTDIAG_MODEL_SEED", "18"))
DAMAGED = 6  # of each model
PLACED = MODELS // 2  # models that are odd in one place of a table
GRAPHS = MODELS // 4  # models of several documents
STRICTER = {"no-finite-value"}  # what the reference does not look at: a required field that holds its own object
BEYOND = {
    "disallowedLimitContext",  # the reference does not take the limits of ONVIF, and the documents do
    "unresolvableContextVersion",  # it does not know mqtt;3
}
Case = tuple[str, Any]


def cases() -> list[Case]:
    """Models, each followed by some with one change; the name says what was changed."""
    dice = random.Random(SEED)
    made: list[Case] = []
    while len(made) < MODELS:
        model = Maker(dice).model()
        made.append(("as made", model))
        made += [damaged(model, dice) for _ in range(DAMAGED)]
    return made


@pytest.fixture(scope="module")
def dtdl_parser(node_modules: str) -> str:
    """The folder with the npm packages, where the reference parser is in it."""
    if not Path(node_modules, "@digicatapult", "dtdl-parser").is_dir():
        absent(f"no npm @digicatapult/dtdl-parser: {node_modules}")
    return node_modules


def test_lint_and_the_reference_agree(dtdl_parser: str) -> None:
    made = cases()
    told = reference.broken_rules([model for _, model in made], dtdl_parser)
    assert len(told) == len(made)
    counts: Counter[tuple[str, bool]] = Counter()
    differ: list[str] = []
    for (name, model), rules in zip(made, told, strict=True):
        if reference.CRASH in rules:
            continue
        found = [each for each in judge(model).findings if each.evidence["rule"] not in STRICTER]
        same = bool(found) == bool(rules)
        counts[name, same] += 1
        if not same:
            ours = [f"{each.path}: {each.message}" for each in found]
            differ.append(f"{name}: the reference {rules}, we {ours}, of {json.dumps(model)[:2000]}")
    names = {"as made", *(each.__name__.strip("_") for each in MUTATIONS)}
    assert {name for name, _ in counts} == names
    right = sum(count for (_, same), count in counts.items() if same)
    told_wrong = sum(bool(rules) for rules in told)
    assert 0.3 < told_wrong / len(told) < 0.7  # both kinds of models are there
    assert right / sum(counts.values()) >= 0.998, "\n".join(differ)
    for name in names:
        assert counts[name, False] <= max(1, 0.03 * counts[name, True]), "\n".join(differ)
    assert not counts["as made", False], "\n".join(differ)


def test_every_element_and_the_reference_agree(dtdl_parser: str) -> None:
    """Keys of all elements with all forms of values, types of all extensions, contexts, and parts that come twice."""
    made = tables.cases(PLACED, random.Random(SEED))
    told = reference.broken_rules([model for _, model in made], dtdl_parser)
    assert len(told) == len(made)
    differ: list[str] = []
    for (name, model), rules in zip(made, told, strict=True):
        if reference.CRASH in rules or "disallowedLimitContext" in rules:  # the documents allow limits of ONVIF
            continue
        found = [f"{each.path}: {each.message}" for each in judge(model).findings]
        if bool(found) != bool(rules):
            differ.append(f"{name}: the reference {rules}, we {found}, of {json.dumps(model)[:2000]}")
    assert {name for name, _ in made} == {"a key", "a type", "a context", "a part twice", "a unit"}
    assert 0.05 < sum(not rules for rules in told) / len(told) < 0.6  # both kinds of models are there
    assert len(differ) <= 0.002 * len(made), "\n".join(differ)


def test_both_name_the_same_rule(dtdl_parser: str) -> None:
    """Where the reference names one rule, ours is that rule, in other words."""
    dice = random.Random(SEED + 1)
    models = [damaged(Maker(dice).model(), dice)[1] for _ in range(MODELS // 4)]
    models += [model for _, model in tables.cases(MODELS // 8, dice)]
    models += [json.loads(text) for _, text in graphs.cases(MODELS // 8, dice)]
    counts: Counter[tuple[str, bool]] = Counter()
    differ: list[str] = []
    for model, rules in zip(models, reference.broken_rules(models, dtdl_parser), strict=True):
        if len(set(rules)) != 1 or rules[0] not in SAME_RULES:
            continue
        found = {str(each.evidence["rule"]) for each in judge(model).findings}
        same = bool(found & SAME_RULES[rules[0]])
        counts[rules[0], same] += 1
        if not same:
            differ.append(f"the reference {rules[0]}, we {sorted(found)}, of {json.dumps(model)[:1000]}")
    assert len({rule for rule, _ in counts}) > 0.6 * len(SAME_RULES)
    assert len(differ) <= 0.01 * sum(counts.values()), "\n".join(differ)


def test_documents_and_the_reference_agree(dtdl_parser: str) -> None:
    """Whole texts as `template lint --strict` takes them, most with several documents that refer to each other."""
    made = graphs.cases(GRAPHS, random.Random(SEED))
    told = reference.broken_rules([json.loads(text) for _, text in made], dtdl_parser)
    differ: list[str] = []
    for (name, text), rules in zip(made, told, strict=True):
        if reference.CRASH in rules or BEYOND & set(rules):
            continue
        found = strictly_wrong(text)
        if bool(found) != bool(rules):
            differ.append(f"{name}: the reference {rules}, we {found}, of {text[:2000]}")
    assert {name for name, _ in made} == {each.__name__.strip("_") for each in graphs.KINDS}
    assert 0.1 < sum(not rules for rules in told) / len(told) < 0.5  # both kinds of models are there
    assert len(differ) <= 0.001 * len(made), "\n".join(differ)


def strictly_wrong(text: str) -> list[str]:
    """What the lint says against the text of a model, where it is strict."""
    try:
        found = lint(read_json(text.encode()), strict=True).findings
    except ModelError as wrong:
        return [str(wrong)]
    errors = [each for each in found if each.severity is Severity.FAIL and each.evidence.get("rule") not in STRICTER]
    return [f"{each.path}: {each.message}" for each in errors]
