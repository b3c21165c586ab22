"""The facts of real commands, saved and read back: without any network they give the same results and verdict."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest

from azext_iotdiag.checks import verdict
from azext_iotdiag.model import facts_json
from azext_iotdiag.model.check import Link
from azext_iotdiag.model.facts import Facts
from azext_iotdiag.model.verdict import Diagnosis
from tests.flows.conftest import Flow
from tests.plugins import az

pytestmark = pytest.mark.slow
Judged = list[tuple[tuple[Link, ...], Facts, Diagnosis]]


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> Judged:
    """What each diagnosis of a command was made of, and what it came to."""
    seen: Judged = []
    diagnose = verdict.diagnose

    def noting(links: Iterable[Link], facts: Facts, clock: Any) -> Diagnosis:
        chosen = tuple(links)
        found = diagnose(chosen, facts, lambda: 0.0)
        seen.append((chosen, dict(facts), found))
        return found

    monkeypatch.setattr(verdict, "diagnose", noting)
    return seen


def commands(flow: Flow) -> dict[str, tuple[str, ...]]:
    owner, device = flow.strings["iothubowner"], flow.strings["devices"]["device-1"]
    return {
        "device show": ("--login", owner, "-d", "device-1"),
        "key test": ("--login", owner, "-d", "device-1", "--cs", device.replace("device-1", "device-2")),
        "monitor events": ("--login", owner, "-d", "device-1", "--duration", "3"),
        "sas inspect": ("--cs", device, "--sas-token", "SharedAccessSignature sr=hub&sig=c2ln&se=1700000000"),
    }


@pytest.mark.parametrize("command", ["device show", "key test", "monitor events", "sas inspect"])
def test_a_saved_diagnosis_is_the_same_again(flow: Flow, judged: Judged, command: str) -> None:
    az.az("iot", "diag", *command.split(), *commands(flow)[command], environment=flow.environment)
    assert judged
    for links, facts, found in tuple(judged):
        saved = json.dumps(facts_json.dump(facts, "1.0"))
        assert not [secret for secret in flow.secrets if secret in saved]
        assert verdict.diagnose(links, facts_json.load(json.loads(saved)).facts, lambda: 0.0) == found
        assert found.results
