"""The verdict: from results of checks and facts to the first broken link, why, and the exit code. For every command."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, NamedTuple

from azext_iotdiag.checks import catalogue, ends, goals, next_steps
from azext_iotdiag.checks.conditions import causes_left
from azext_iotdiag.checks.runner import run
from azext_iotdiag.knowledge import access, registry, statuses
from azext_iotdiag.knowledge.hub.forbidden import OPERATION_NOT_AVAILABLE_IN_CURRENT_TIER
from azext_iotdiag.model.check import Check, CheckResult, Link, Status
from azext_iotdiag.model.facts import Facts, Vantage
from azext_iotdiag.model.finding import Cause, Certainty, Finding, Severity, When
from azext_iotdiag.model.verdict import BlindSpot, Diagnosis, Reason, Standing, State, Success, Verdict

_DECIDED = (Status.PASS, Status.WARN, Status.FAIL)
_LATE_MS = 300_000  # a hub may show a device's last activity that much late
_SUCCESSES = ("identity", "request", "newest_messages")  # the facts that show what a device did successfully
# Facts of a credential that is tried here: this machine and its network are then what is looked at.
_TRIED_HERE = ("token", "admission", "simulated")
_TRIALS = ("admission", "simulated")
# What these say is about the rights of the person who asks, and not about the device. A hub of the basic tier has no
# twins to show, which a string without the right RegistryRead would read in place of identities.
_OF_ACCESS = (
    OPERATION_NOT_AVAILABLE_IN_CURRENT_TIER,
    access.MANAGER_REFUSES,
    access.MESSAGES_NOT_READABLE,
    access.NOT_SIGNED_IN,
    registry.REGISTRY_REFUSED,
    statuses.DPS_CALLER_REFUSED,
)
# What one of these facts lets see.
_SEEN_BY = {
    BlindSpot.DEVICE: ("admission", "simulated", "device_says"),
    BlindSpot.PROVISIONING: ("registration", "enrollment", "central_device"),
    BlindSpot.REGISTRY: ("identity", "key_comparison", "central_device", "group"),
    BlindSpot.SETTINGS: ("hub_settings",),
    BlindSpot.MESSAGES: ("newest_messages", "stream"),
    BlindSpot.COMMANDS: ("method_answer", "twin_test"),
    BlindSpot.LOGS: ("device_log",),
}
# A service that was looked at without any device, and the facts of which none is there then.
_OF_SERVICES = ("hub_settings", "dps_settings", "central_reached")
_OF_DEVICES = (
    *_SUCCESSES, *_TRIED_HERE, "device_named", "device_says", "registration", "enrollment", "central_device",
    "key_comparison", "group", "stream", "method_answer", "twin_test", "device_log", "given", "asked", "homes",
)  # fmt: skip
_OF_HUBS = (BlindSpot.SETTINGS, BlindSpot.LOGS)  # no right shows those of hubs behind IoT Central


class _Seen(NamedTuple):
    """A finding, and the result that it is from."""

    result: CheckResult
    finding: Finding

    @property
    def link(self) -> Link:
        return _link(self.result)

    @property
    def failed(self) -> bool:
        return self.finding.severity is Severity.FAIL


def diagnose(links: Iterable[Link], facts: Facts, clock: Callable[[], float]) -> Diagnosis:
    """Judge the facts with all checks of these links. Checks whose facts were not measured are left out."""
    return judge(catalogue.of(*links), facts, clock)


def judge(checks: Iterable[Check], facts: Facts, clock: Callable[[], float]) -> Diagnosis:
    """The same with these checks."""
    judged = [result for result in run(checks, facts, clock) if result.was_asked]
    ordered = tuple(sorted(judged, key=_place))
    return Diagnosis(ordered, decide(ordered, facts))


def decide(results: tuple[CheckResult, ...], facts: Facts) -> Verdict:
    """The verdict on results, which stand in the order of the data's way."""
    decided = {result.check.name: result.check for result in results if result.status in _DECIDED}
    blind = [result for result in results if result.status is Status.ERROR]
    seen = [
        _Seen(result, finding)
        for result in results
        for finding in result.findings
        if finding.severity is not Severity.NOTE
    ]
    unseen = [each for each in seen if each.result in blind]
    found = [each for each in seen if each.result not in blind]
    stops = _stops(found, facts)
    of_payload = ends.state_of(facts)
    broken = stops[0].link if stops else Link.PAYLOAD if of_payload is State.BROKEN else None
    why = [each for each in stops if each.link is broken]
    goal = _value(facts, "goal")
    wanted = [each for each in blind if goals.counts(each.check.name, _link(each), goal)]
    in_the_way = [] if _only_access_lacks(unseen, wanted, facts) else wanted
    state, when = _state(found, stops, in_the_way, of_payload, interrupted=ends.interrupted(facts))

    def reason(each: _Seen, *, whole: bool) -> Reason:
        """A finding with its causes, if it is told as a `whole`."""
        check = each.result.check
        causes = causes_left(each.finding.entry, facts, decided, [need.name for need in check.needs])
        return Reason(each.finding, causes if whole else (), _certainty(check, each.finding, causes, facts))

    reasons = tuple(reason(each, whole=True) for each in why)
    if reasons and reasons[0].certainty is Certainty.SURE:  # it explains what the device was told at the same link
        reasons = tuple(replace(each, causes=()) if each.certainty is not Certainty.SURE else each for each in reasons)
    return Verdict(
        state,
        ends.exit_code(state, facts),
        reasons[0].certainty if reasons else Certainty.OPEN,
        when,
        broken,
        _proven(results, broken),
        reasons,
        tuple(reason(each, whole=each.failed and not _follows(each, broken)) for each in found if each not in why),
        tuple(reason(each, whole=state is State.UNDETERMINED) for each in unseen),
        next_steps.after(results, facts),
        tuple(sorted(_latest(successes(facts)), key=lambda each: each.link.place)),
        _blind_spots(facts),
    )


def successes(facts: Facts) -> tuple[Success, ...]:
    """What the device did successfully, as far as services tell it."""
    identity, request, newest = (_value(facts, name) for name in _SUCCESSES)
    done = []
    if identity is not None and identity.known:
        done += [Success(Link.CONNECTION, at) for at in (identity.last_activity, identity.reported) if at is not None]
    if request is not None and request.shown and request.exact_device:
        begun = request.since if request.since is not None else request.ended - int(request.seconds * 1000)
        done.append(Success(Link.STREAM, begun))
    if newest is not None and newest.came is not None:
        done.append(Success(Link.STREAM, newest.came))
    return tuple(done)


def _latest(done: Iterable[Success]) -> Iterable[Success]:
    """The latest success at each link."""
    by_link: dict[Link, Success] = {}
    for each in done:
        if each.link not in by_link or each.at > by_link[each.link].at:
            by_link[each.link] = each
    return by_link.values()


def _blind_spots(facts: Facts) -> tuple[BlindSpot, ...]:
    """What no fact tells anything of. Where no device was named, nothing was looked at that is about one."""
    if any(name in facts for name in _OF_SERVICES) and not any(name in facts for name in _OF_DEVICES):
        return (BlindSpot.ANY_DEVICE, *((BlindSpot.LOGS_OF_ALL,) if "hub_settings" in facts else ()))
    spots = [spot for spot, names in _SEEN_BY.items() if all(_value(facts, name) is None for name in names)]
    asks_device = _value(facts, "goal") in goals.ANSWERED_BY_DEVICE
    none = () if asks_device else (BlindSpot.COMMANDS,)
    return tuple(spot for spot in spots if spot not in none + (_OF_HUBS if "central_device" in facts else ()))


def _stops(found: Iterable[_Seen], facts: Facts) -> list[_Seen]:
    """What is in the way of what is missed: on the data's way, or on this machine where a credential is tried from it.

    A state is no reason where the device came through a later link after it changed.
    """
    done, goal = successes(facts), _value(facts, "goal")
    now = [
        each
        for each in found
        if each.failed
        and each.finding.weight.when is not When.COMING
        and goals.counts(each.result.check.name, each.link, goal)
        and not _is_cleared(each, done)
    ]
    on_the_way = [each for each in now if not each.link.of_observer or _is_of_device(each, facts)]
    if any(each.link is Link.MACHINE and each not in on_the_way for each in now):
        on_the_way = [each for each in on_the_way if not _rests_on_trial(each)]  # a wrong clock makes a wrong token
    return on_the_way or (now if _is_observer_looked_at(facts) else [])


def _is_of_device(each: _Seen, facts: Facts) -> bool:
    """Whether a finding of a machine or a network is of the device's: then it is the first link of the data's way."""
    needs = [need.name for need in each.result.check.needs]
    return any(name in facts and facts[name].place is Vantage.DEVICE for name in needs)


def _rests_on_trial(each: _Seen) -> bool:
    """Whether it says what a service answered to a credential that was tried from this machine."""
    return any(need.name in _TRIALS for need in each.result.check.needs if not need.optional)


def _is_observer_looked_at(facts: Facts) -> bool:
    """Whether a fault of the observer, or of its network, is the answer, and does not only limit what could be seen.

    So it is where a credential is tried from here, where a network alone is tested, and where the ways to the host were
    tried on the device. Beside what services tell of a device, the network of this machine says nothing of it.
    """
    if any(name in facts for name in _TRIED_HERE):
        return True
    ways = facts.get("ways")
    if ways is None:
        return False
    return ways.place is Vantage.DEVICE or all(fact.place is not Vantage.SERVICE for fact in facts.values())


def _is_cleared(each: _Seen, done: Iterable[Success]) -> bool:
    since = each.finding.weight.since
    return since is not None and any(one.link.place > each.link.place and one.at > since + _LATE_MS for one in done)


def _state(
    found: Iterable[_Seen], stops: list[_Seen], blind: list[CheckResult], of_payload: State, *, interrupted: bool
) -> tuple[State, When]:
    if stops:
        return State.BROKEN, stops[0].finding.weight.when
    if of_payload is State.BROKEN:
        return State.BROKEN, When.NOW
    if any(each.failed and each.finding.weight.when is When.COMING for each in found):
        return State.BROKEN, When.COMING
    if (
        interrupted
        or blind
        or of_payload is State.UNDETERMINED
        or any(each.failed and each.link.of_observer for each in found)
    ):
        return State.UNDETERMINED, When.NOW
    return State.HEALTHY, When.NOW


def _only_access_lacks(unseen: Iterable[_Seen], blind: list[CheckResult], facts: Facts) -> bool:
    """Whether nothing but missing rights kept checks from looking, while the device is known to come through.

    Then no fault was seen, as far as the access shows. Without any success of the device, nothing is decided.
    """
    lacking = {each.result.check.name for each in unseen if each.finding.entry in _OF_ACCESS}
    return bool(successes(facts)) and {result.check.name for result in blind} <= lacking


def _follows(each: _Seen, broken: Link | None) -> bool:
    """Whether it says only that nothing came, behind the link at which data stops: then it has no cause of its own."""
    return broken is not None and each.link.place > broken.place and each.result.check.at_most is Certainty.LIKELY


def _link(result: CheckResult) -> Link:
    return catalogue.link_of(result.check.name)


def _place(result: CheckResult) -> int:
    return _link(result).place


def _proven(results: Iterable[CheckResult], broken: Link | None) -> Link | None:
    """The last link before the broken one at which a check passed."""
    passed = [_link(result) for result in results if result.status in (Status.PASS, Status.WARN)]
    before = [link for link in passed if not link.of_observer and (broken is None or link.place < broken.place)]
    return max(before, key=lambda link: link.place, default=None)


def _certainty(check: Check, finding: Finding, causes: tuple[tuple[Cause, Standing], ...], facts: Facts) -> Certainty:
    """How sure a finding and its cause are together: as sure as the weakest part.

    One cause that is left of several is likely; one that is proven, or the only one there is, is sure. A state that a
    later success would clear is open where nothing was looked at that could show a success.
    """
    proven = any(standing is Standing.PROVEN for _, standing in causes)
    of_causes = Certainty.OPEN
    if proven or len(finding.entry.causes) == 1:
        of_causes = Certainty.SURE
    elif len(causes) == 1:
        of_causes = Certainty.LIKELY
    unproven = finding.weight.since is not None and all(_value(facts, name) is None for name in _SUCCESSES)
    if not finding.weight.dated and not _messages_were_looked_at(facts):
        of_causes = min(of_causes, Certainty.LIKELY, key=lambda each: each.rank)
    parts = (check.at_most, finding.weight.certainty, of_causes, Certainty.OPEN if unproven else Certainty.SURE)
    return min(parts, key=lambda each: each.rank)


def _messages_were_looked_at(facts: Facts) -> bool:
    """Whether a message of the device would have been seen, which clears a setting. Over HTTPS nothing else shows."""
    newest = facts.get("newest_messages")
    if newest is None or newest.value is None:
        return _value(facts, "request") is not None
    return newest.value.came is not None or newest.window is None or newest.window.complete


def _value(facts: Facts, name: str) -> Any:
    fact = facts.get(name)
    return None if fact is None else fact.value
