"""A SAS token that was made; and what one shows, as data and as lines for a person, where it is in neither itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from azext_iotdiag.model.check import Status
from azext_iotdiag.model.facts import Fact
from azext_iotdiag.model.timestamps import length, written
from azext_iotdiag.model.token import NO_KEY, ClockFacts, SasFacts
from azext_iotdiag.model.verdict import Diagnosis
from azext_iotdiag.render import results, text
from azext_iotdiag.render.commands import Known
from azext_iotdiag.render.event import printable

_COMPARED = {
    "clock-in-sync": "the clock",
    "token-is-whole": "the form",
    "token-is-current": "the end",
    "token-fits-resource": "the resource",
    "token-fits-key": "the signature",
}


def title(resource: str, ends: int) -> str:
    """What stands above a token that was made; `ends` is in seconds since 1970."""
    return f"For {resource}, until {written(ends * 1000)}:"


def made(token: str, resource: str, policy: str, ends: int) -> dict[str, Any]:
    """A token that was made, as data: the one place that shows it."""
    return {
        "version": results.VERSION,
        "sas": token,
        "resource": resource,
        "policy": policy or None,
        "expires": written(ends * 1000),
    }


def data(facts: SasFacts, found: Diagnosis, clock: Fact[ClockFacts] | None, now: float, known: Known) -> dict[str, Any]:
    """Everything that was found out. `now` is in seconds since 1970."""
    told: dict[str, Any] = {**results.diagnosis(found, known, _healthy(found)), "foundIn": facts.form}
    if not facts.fault:
        told |= {
            "resource": facts.resource,
            "policy": facts.policy or None,
            "expires": written(facts.expires * 1000),
            "secondsLeft": int(facts.expires - now),
            "wanted": facts.wanted or None,
            "signedWith": facts.signer or None,
        }
    if clock is not None and clock.value is not None:
        told["clockAheadSeconds"] = round(clock.value.ahead, 1)
    return told


def lines(facts: SasFacts, found: Diagnosis, clock: Fact[ClockFacts] | None, now: float, known: Known) -> Iterator[str]:
    """The same for a person; what is `known` stands in the commands."""
    yield from text.answer(found, _healthy(found))
    if not facts.fault:
        left = facts.expires - now
        lasts = f"{length(left)} left" if left >= 1 else "which has passed"
        yield printable(f"Resource  {facts.resource}")
        yield f"Ends      {written(facts.expires * 1000)}, {lasts}"
        if facts.policy:
            yield printable(f"Policy    {facts.policy}")
        if facts.signer and facts.signer != NO_KEY:
            yield f"Signed    with {facts.signer}"
    if clock is not None and (seen := clock.value) is not None:
        which = "ahead of" if seen.ahead > 0 else "behind"
        yield f"Clock     {abs(seen.ahead):.0f} s {which} that of {seen.host}, give or take {seen.uncertain:.0f} s"
    yield from _open(facts)
    yield from text.rest(found, known)


def _healthy(found: Diagnosis) -> str:
    """The answer where nothing is wrong: what it was compared with."""
    compared = [_COMPARED[each.check.name] for each in found.results if each.status is Status.PASS]
    return f"√ No problem found. Compared: {', '.join(compared)}."


def _open(facts: SasFacts) -> Iterator[str]:
    if facts.fault:
        return
    if not facts.wanted:
        yield "- Not compared: the resource. Name it with --hub-name and --device-id, or --connection-string."
    if not facts.keys:
        yield "- Not compared: the signature. Give --hub-name, where it is read, or --key, or a string."
