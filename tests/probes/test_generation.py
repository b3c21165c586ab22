"""The registry is asked for a generation where it can tell something, and no request is made else."""

from __future__ import annotations

from typing import Any

import pytest

from azext_iotdiag.model.identity import Identity
from azext_iotdiag.model.newest_messages import NewestMessages
from azext_iotdiag.model.target import Secret, Target
from azext_iotdiag.probes import context as context_module
from azext_iotdiag.probes import generation as probe
from azext_iotdiag.probes.catalogue import PROBES
from azext_iotdiag.probes.context import Context, Typed
from tests.checks.judging import known
from tests.plugins import clocks

CONTEXT = Context(
    Typed(device="d"),
    hub=Target(hub="h", policy="p", credential=Secret("x")),
    deadlines=clocks.deadlines(seconds=lambda: 0.0),
)


def test_the_generation_of_the_identity(monkeypatch: pytest.MonkeyPatch) -> None:
    class Hub:
        def __init__(self, *_given: Any) -> None:
            self.open = True

        def device(self, device: str) -> dict[str, str]:
            assert self.open and device == "d"
            return {"generationId": "638"}

        def close(self) -> None:
            self.open = False

    monkeypatch.setattr(context_module, "Hub", Hub)
    assert probe.measure(CONTEXT, 15.0, {}) == "638"


@pytest.mark.parametrize(("heard", "came", "wanted"), [
    (None, 1, True), (None, None, False), (1, 1, False),
])  # fmt: skip
def test_it_is_asked_where_a_message_came_of_a_device_that_was_never_heard_of(heard, came, wanted) -> None:
    facts = known(identity=Identity("h", "d", last_activity=heard), newest_messages=NewestMessages("d", came))
    assert PROBES["generation"].worth(facts) is wanted
