"""Messages that the hub refused, as the log says it."""

from __future__ import annotations

from azext_iotdiag.checks.ingress.messages_taken import TELEMETRY
from azext_iotdiag.model.verdict import State
from tests.checks.logged import codes, judged, log, row
from tests.checks.test_doctor import HOUR


def refused(seconds_ago: float, code: str):
    return row(seconds_ago, "ingress", code, category=TELEMETRY)


def test_a_refused_message_is_the_answer() -> None:
    found = judged(log(refused(900, "413001"), refused(600, "413001")), heard=590)
    assert found.link is not None and (found.link.value, codes(found.reasons)) == ("ingress", ["hub-413001"])
    assert "2 refusals of 'pump' in DeviceTelemetry, the last with 413001" in found.reasons[0].finding.message


def test_a_message_that_came_later_shows_that_it_is_over() -> None:
    found = judged(log(refused(2 * HOUR, "429001")), heard=30, came=20)
    assert (found.state, codes(found.also)) == (State.HEALTHY, ["hub-429001"])


def test_a_code_that_is_not_known_leaves_it_open() -> None:
    found = judged(log(refused(600, "499123")), heard=590)
    assert (found.state, codes(found.blind)) == (State.UNDETERMINED, ["hub-answer-unknown"])
