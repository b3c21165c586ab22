"""With which code the hub refuses a device, as the log says it."""

from __future__ import annotations

import pytest

from azext_iotdiag.model.verdict import State
from tests.checks.logged import codes, connects, judged, log
from tests.checks.test_doctor import HOUR


@pytest.mark.parametrize("code", ["401002", "403006", "429001"])
def test_a_code_that_the_hub_gives_the_device_is_the_answer(code: str) -> None:
    found = judged(log(connects(9 * HOUR), connects(700, code), connects(650, code)))
    assert found.link is not None and found.link.value == "admission"
    assert codes(found.reasons) == [f"hub-{code}"]
    assert "2 refusals of 'pump' in Connections, the last with " + code in found.reasons[0].finding.message


def test_what_the_hub_let_in_again_is_over() -> None:
    found = judged(log(connects(900, "401003"), connects(600)), heard=30, came=20)
    assert (found.state, found.also) == (State.HEALTHY, ())


def test_a_device_that_was_let_in_before_has_a_pattern_of_its_own() -> None:
    rows = [connects(20 * HOUR), *(connects(HOUR - number * 60, "401003") for number in range(8))]
    found = judged(log(*rows))
    assert found.link is not None and (found.link.value, codes(found.reasons)) == ("admission", ["key-refused-since"])


def test_a_code_that_is_not_known_is_told_as_it_is() -> None:
    found = judged(log(connects(700, "499999")))
    assert (found.state, codes(found.blind)) == (State.UNDETERMINED, ["hub-answer-unknown"])
    assert "499999" in found.blind[0].finding.message
