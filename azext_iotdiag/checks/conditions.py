"""What facts say about causes: each condition is true, false, or None where the facts do not decide.

An entry's cause names the condition without which it cannot be the cause, and the one that proves it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from azext_iotdiag.model.facts import Facts
from azext_iotdiag.model.finding import Cause, Entry
from azext_iotdiag.model.verdict import Standing

T = TypeVar("T")

Condition = Callable[[Facts], bool | None]


def _of(name: str, test: Callable[[Any], bool | None]) -> Condition:
    """A condition on the value of one fact; None where that was not measured."""

    def decide(facts: Facts) -> bool | None:
        fact = facts.get(name)
        return None if fact is None or fact.failure is not None or fact.value is None else test(fact.value)

    return decide


CONDITIONS: Mapping[str, Condition] = {
    "asked-with-login": _of("access", lambda access: access.by_login),
    "asked-with-key": _of("access", lambda access: not access.by_login),
    "device-was-filtered": _of("request", lambda request: bool(request.device)),
    "time-was-filtered": _of("request", lambda request: request.since is not None),
    "device-is-known": _of("identity", lambda identity: identity.known),
    "device-is-connected": _of("identity", lambda identity: identity.known and identity.connected),
    "device-has-parent": _of("identity", lambda identity: identity.known and identity.parents),
    "through-proxy": _of("access", lambda access: access.through_proxy),
}


def causes_left(entry: Entry, facts: Facts, decided: frozenset[str]) -> tuple[tuple[Cause, Standing], ...]:
    """The causes of an entry that the facts leave, proven ones first.

    A cause that one of the checks in `decided` judges is left out: that check has said what it found.
    """
    proven: list[tuple[Cause, Standing]] = []
    left: list[tuple[Cause, Standing]] = []
    for cause in entry.causes:
        if cause.check in decided:
            continue
        if cause.only_if and CONDITIONS[cause.only_if](facts) is False:
            continue
        if cause.proven_by and CONDITIONS[cause.proven_by](facts):
            proven.append((cause, Standing.PROVEN))
        else:
            left.append((cause, Standing.OPEN))
    return (*proven, *left)
