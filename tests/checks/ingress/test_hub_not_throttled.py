"""A hub that accepts no message because it throttles is the answer. Else it is said beside the answer."""

from __future__ import annotations

from tests.checks.test_doctor import stream
from tests.checks.test_hub_metrics import codes, counted, judged


def test_where_no_message_was_accepted_throttling_is_the_answer() -> None:
    found = judged(counted(accepted=0, built_in=0, throttled=100), newest_messages=stream(None))
    assert found.link is not None and (found.link.value, codes(found.reasons)) == ("ingress", ["hub-429001"])
    assert "and accepted no message" in found.reasons[0].finding.message


def test_some_throttling_breaks_nothing() -> None:
    assert judged(counted(throttled=3)).link is None
