"""Twin operations that the hub refused, as the log says it."""

from __future__ import annotations

from azext_iotdiag.checks.commands.twin_writes_taken import TWIN
from azext_iotdiag.model.goal import Goal
from azext_iotdiag.model.verdict import State
from tests.checks.logged import codes, judged, log, row


def twin(seconds_ago: float, code: str = ""):
    return row(seconds_ago, "update", code, category=TWIN)


def test_a_refused_write_is_the_answer_where_the_twin_is_missed() -> None:
    found = judged(log(twin(900), twin(800, "400103"), twin(700, "400103")), heard=30, came=20, goal=Goal.TWIN)
    assert found.link is not None and found.link.value == "commands"
    assert "2 refusals of 'pump' in D2CTwinOperations, the last with 400103" in found.reasons[0].finding.message


def test_telemetry_is_not_in_its_way() -> None:
    found = judged(log(twin(700, "400103")), heard=30, came=20, goal=Goal.TELEMETRY)
    assert found.state is State.HEALTHY and len(codes(found.also)) == 1


def test_a_write_that_was_taken_later_shows_that_it_is_over() -> None:
    found = judged(log(twin(800, "400103"), twin(700)), heard=30, came=20, goal=Goal.TWIN)
    assert codes(found.reasons) == [] and codes(found.also) == []
