"""What the end of a session decides without any check: the state and the exit code. It loads no check."""

from __future__ import annotations

from typing import Any

from azext_iotdiag.model import exit_codes
from azext_iotdiag.model.check import Link
from azext_iotdiag.model.ending import End, SessionEnd
from azext_iotdiag.model.facts import Facts
from azext_iotdiag.model.failure import Kind
from azext_iotdiag.model.stream import StreamEnd
from azext_iotdiag.model.tally import Judged
from azext_iotdiag.model.verdict import Diagnosis, State, Verdict


def state_of(facts: Facts) -> State:
    """What judging messages or properties came to. What is wrong in them is wrong at the link PAYLOAD."""
    judged: Judged | None = _value(facts, "judged")
    if judged is None or not (judged.wrong or judged.unjudged):
        return State.HEALTHY
    return State.BROKEN if judged.wrong else State.UNDETERMINED


def exit_code(state: State, facts: Facts) -> int:
    """The exit code of a state. An interrupt counts where the session had not done enough before it."""
    stream: StreamEnd | None = _value(facts, "stream")
    if stream is not None and stream.failure is not None and stream.failure.kind is Kind.MISSING:
        return exit_codes.MISSING
    code = {
        State.HEALTHY: exit_codes.HEALTHY,
        State.BROKEN: exit_codes.PROBLEM,
        State.UNDETERMINED: exit_codes.UNDETERMINED,
    }[state]
    return exit_codes.worst(code, exit_codes.INTERRUPTED) if interrupted(facts) else code


def interrupted(facts: Facts) -> bool:
    """Whether the session was interrupted before it had done enough."""
    ended: SessionEnd | None = _value(facts, "ended")
    return ended is not None and ended.why is End.INTERRUPTED and not ended.enough


def of_recorded(facts: Facts) -> Diagnosis:
    """The diagnosis of recorded messages: there is no service that a check could judge."""
    state = state_of(facts)
    link = Link.PAYLOAD if state is State.BROKEN else None
    return Diagnosis((), Verdict(state, exit_code(state, facts), link=link))


def _value(facts: Facts, name: str) -> Any:
    return facts[name].value if name in facts else None
