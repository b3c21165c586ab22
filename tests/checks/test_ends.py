"""What the end of a session decides without any check."""

from __future__ import annotations

import pytest

from azext_iotdiag.checks import ends
from azext_iotdiag.model import exit_codes
from azext_iotdiag.model.check import Link
from azext_iotdiag.model.ending import End, SessionEnd
from azext_iotdiag.model.tally import Judged
from azext_iotdiag.model.verdict import State
from tests.checks.judging import known


@pytest.mark.parametrize(("judged", "state", "link", "code"), [
    (None, State.HEALTHY, None, exit_codes.HEALTHY),
    (Judged(1), State.HEALTHY, None, exit_codes.HEALTHY),
    (Judged(2, errors=1, faulty=1), State.BROKEN, Link.PAYLOAD, exit_codes.PROBLEM),
    (Judged(2, unjudged=1), State.UNDETERMINED, None, exit_codes.UNDETERMINED),
])  # fmt: skip
def test_what_judging_recorded_messages_came_to(
    judged: Judged | None, state: State, link: Link | None, code: int
) -> None:
    found = ends.of_recorded(known(**({"judged": judged} if judged else {})))
    assert (found.results, found.verdict.state, found.verdict.link, found.verdict.exit_code) == ((), state, link, code)


@pytest.mark.parametrize(("why", "enough", "interrupted"), [
    (End.INTERRUPTED, False, True), (End.INTERRUPTED, True, False), (End.SOURCE, False, False),
])  # fmt: skip
def test_an_interrupt_counts_before_enough_was_done(why: End, enough: bool, interrupted: bool) -> None:
    facts = known(ended=SessionEnd(why, enough=enough))
    assert ends.interrupted(facts) is interrupted and not ends.interrupted({})
    assert (ends.of_recorded(facts).verdict.exit_code == exit_codes.INTERRUPTED) is interrupted
