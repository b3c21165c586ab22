"""The query of a model finds in random messages what judging each of them finds, on an engine that is not ours.

IOTDIAG_SIEGE=1 takes 200 models and 50,000 messages.
"""

from __future__ import annotations

import random
import sys

import pytest

from tests.payload.kql import playing
from tests.plugins.effort import siege

if sys.version_info < (3, 11):
    pytest.skip("duckdb-kql needs Python 3.11 or later", allow_module_level=True)
pytestmark = pytest.mark.slow
pytest.importorskip("duckdb_kql", reason="the engine for KQL, duckdb-kql, is not installed")
MODELS = 200 if siege() else 12
MESSAGES = 250


@pytest.mark.parametrize("seed", range(MODELS))
def test_a_query_finds_what_judging_finds(seed: int) -> None:
    chance = random.Random(seed)
    given = playing.models(chance)
    document, model = playing.judging(given)
    sent = [each for each in playing.messages(given, chance, 4 * MESSAGES) if playing.judgeable(each.body)]
    sent = sent[:MESSAGES]
    assert len(sent) == MESSAGES
    expected, found = playing.told(model, sent), playing.run(playing.text(document), sent)
    beside = playing.missing_beside(model, sent)
    extra = {
        each for each in found - expected if not (each.code == "missing-field" and (each.field, each.device) in beside)
    }
    bodies = {each.device: each for each in sent}
    assert not extra, [(each, bodies[each.device]) for each in sorted(extra)[:5]]
    lacking = expected - found
    assert not lacking, [(each, bodies[each.device]) for each in sorted(lacking)[:5]]
