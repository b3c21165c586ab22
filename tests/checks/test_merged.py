"""The verdict on several runs of `validate`: the worst of them, the first broken link, and each code once, in order."""

from __future__ import annotations

import pytest

from azext_iotdiag.checks.merged import of_runs
from azext_iotdiag.knowledge.lookup import find
from azext_iotdiag.model import exit_codes
from azext_iotdiag.model.check import Link
from azext_iotdiag.model.facts import given
from azext_iotdiag.model.finding import Certainty, fail
from azext_iotdiag.model.tally import Judged
from azext_iotdiag.model.verdict import Reason, State, Verdict

NOW = 1_800_000_000.0


def reason(code: str, certainty: Certainty = Certainty.OPEN) -> Reason:
    return Reason(fail(find(code)[0], code), certainty=certainty)


def broken(link: Link, *codes: str, certainty: Certainty = Certainty.LIKELY) -> Verdict:
    reasons = tuple(reason(code, certainty) for code in codes)
    return Verdict(State.BROKEN, exit_codes.PROBLEM, link=link, reasons=reasons)


def blind(*codes: str) -> Verdict:
    return Verdict(State.UNDETERMINED, exit_codes.UNDETERMINED, blind=tuple(map(reason, codes)))


HEALTHY = Verdict(State.HEALTHY, exit_codes.HEALTHY)
RIGHT, WRONG, NOTHING = Judged(5), Judged(5, errors=2, faulty=1), Judged(0)


def codes(reasons: tuple[Reason, ...]) -> list[str]:
    return [each.finding.entry.code for each in reasons]


@pytest.mark.parametrize(("judged", "said", "state", "link", "why", "also", "unseen"), [
    (RIGHT, [HEALTHY, HEALTHY], State.HEALTHY, None, [], [], []),
    (WRONG, [HEALTHY], State.BROKEN, Link.PAYLOAD, [], [], []),
    (RIGHT, [broken(Link.STREAM, "token-refused", "hub-throttles")], State.BROKEN, Link.STREAM,
     ["token-refused", "hub-throttles"], [], []),
    # Each code once, where it was said first.
    (RIGHT, [broken(Link.STREAM, "token-refused"), broken(Link.STREAM, "hub-throttles", "token-refused")],
     State.BROKEN, Link.STREAM, ["token-refused", "hub-throttles"], [], []),
    # The first link of the data's way is the one that is broken; what is wrong behind it stands beside it.
    (WRONG, [broken(Link.STREAM, "token-refused"), broken(Link.NETWORK, "connection-refused")],
     State.BROKEN, Link.NETWORK, ["connection-refused"], ["token-refused"], []),
    (RIGHT, [HEALTHY, blind("token-refused")], State.UNDETERMINED, None, [], [], ["token-refused"]),
    # A share that was silent says nothing where another one had messages.
    (RIGHT, [HEALTHY, blind("share-silent")], State.HEALTHY, None, [], [], []),
    (NOTHING, [blind("share-silent")], State.UNDETERMINED, None, [], [], ["share-silent"]),
])  # fmt: skip
def test_of_runs(
    judged: Judged, said: list[Verdict], state: State, link: Link | None, why: list[str], also: list[str],
    unseen: list[str],
) -> None:  # fmt: skip
    found = of_runs(given(NOW, judged=judged), said).verdict
    assert (found.state, found.link) == (state, link)
    assert (codes(found.reasons), codes(found.also), codes(found.blind)) == (why, also, unseen)


def test_it_is_as_sure_as_its_first_reason() -> None:
    said = [broken(Link.STREAM, "token-refused", certainty=Certainty.LIKELY)]
    assert of_runs(given(NOW, judged=RIGHT), said).verdict.certainty is Certainty.LIKELY
    assert of_runs(given(NOW, judged=RIGHT), [HEALTHY]).verdict.certainty is Certainty.OPEN


def test_an_interrupted_run_counts() -> None:
    said = [Verdict(State.HEALTHY, exit_codes.INTERRUPTED), HEALTHY]
    assert of_runs(given(NOW, judged=RIGHT), said).verdict.exit_code == exit_codes.INTERRUPTED
