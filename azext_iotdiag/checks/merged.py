"""The verdict on several runs of `validate`, from what each of them said."""

from __future__ import annotations

from collections.abc import Iterable

from azext_iotdiag.checks import ends
from azext_iotdiag.knowledge.stream import SHARE_SILENT
from azext_iotdiag.model import exit_codes
from azext_iotdiag.model.check import Link
from azext_iotdiag.model.facts import Facts
from azext_iotdiag.model.finding import Certainty
from azext_iotdiag.model.verdict import Diagnosis, Reason, State, Verdict

_STATES = (State.HEALTHY, State.UNDETERMINED, State.BROKEN)


def of_runs(facts: Facts, verdicts: Iterable[Verdict]) -> Diagnosis:
    """The worst that a run said, together with what is wrong in all messages.

    A share of a stream that was silent says nothing where another one had messages. Nor does a run without anything to
    judge.
    """
    judged = facts["judged"].value
    of_messages = ends.state_of(facts)
    messages = judged is not None and judged.messages > 0
    said = [each for each in verdicts if _counts(each, messages)]
    state = max((of_messages, *(each.state for each in said)), key=_STATES.index)
    broken = [each for each in said if each.state is State.BROKEN]
    links = [each.link for each in broken if each.link is not None]
    if of_messages is State.BROKEN:
        links.append(Link.PAYLOAD)
    link = min(links, key=lambda each: each.place, default=None)
    why = _each([reason for each in broken if each.link is link for reason in each.reasons])
    also = _each([reason for each in broken if each.link is not link for reason in each.reasons])
    return Diagnosis(
        (),
        Verdict(
            state,
            exit_codes.worst(ends.exit_code(state, facts), *(each.exit_code for each in said)),
            why[0].certainty if why else Certainty.OPEN,
            link=link,
            reasons=why,
            also=also,
            blind=_each([reason for each in said for reason in each.blind]),
        ),
    )


def _counts(said: Verdict, messages: bool) -> bool:
    """Whether the verdict of a run says more than what its messages say, which are counted with all others."""
    codes = {each.finding.entry.code for each in (*said.reasons, *said.blind)}
    if codes == {SHARE_SILENT.code} and messages:
        return False
    return bool(codes) or said.state is State.UNDETERMINED or said.exit_code == exit_codes.INTERRUPTED


def _each(reasons: list[Reason]) -> tuple[Reason, ...]:
    """The reasons, each code once, where it was said first."""
    first: dict[str, Reason] = {}
    for reason in reasons:
        first.setdefault(reason.finding.entry.code, reason)
    return tuple(first.values())
