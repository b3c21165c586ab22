"""`check`: measures what the access allows, and judges link after link, as soon as all that a link needs is known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from azext_iotdiag.checks import catalogue, verdict, way_states
from azext_iotdiag.checks.runner import run
from azext_iotdiag.model.check import Check, CheckResult, Link, Status
from azext_iotdiag.model.diagnosing import Diagnosed, Event, Judged, WatchingDevice
from azext_iotdiag.model.ending import End, SessionEnd
from azext_iotdiag.model.facts import Fact, Facts, given
from azext_iotdiag.model.finding import Severity, When
from azext_iotdiag.model.observed import WatchAsked
from azext_iotdiag.probes import gather
from azext_iotdiag.probes.context import Context
from azext_iotdiag.sessions.watching import DeviceWatch

WHOLE_SECONDS = 14.0  # every command answers within 15 s where a service stays silent
# What a diagnosis measures, by the data's way. What the access does not open is left out by `gather`.
MEASURED = (
    "clock",
    "resolved",
    "invented_names",
    "ways",
    "tls_versions",
    "ways_here",
    "gateway",
    "dps_settings",
    "registration",
    "enrollment",
    "dps_authorities",
    "hub_settings",
    "identity",
    "edge_runtime",
    "key_comparison",
    "central_device",
    "central_proof",
    "central_reached",
    "admission",
    "quota",
    "hub_metrics",
    "hub_health",
    "endpoint_health",
    "authorities",
    "perimeters",
    "consumer_groups",
    "newest_messages",
    "device_log",
    "group_log",
    "generation",
    "method_answer",  # where the user agreed to a call
    "changes",
)


@dataclass(frozen=True)
class Selection:
    """Which checks are asked for, by the names of checks and links. Where `only` is empty, all are."""

    only: frozenset[str] = frozenset()
    skip: frozenset[str] = frozenset()

    def takes(self, check: Check, link: Link) -> bool:
        """Whether this check is asked for."""
        names = {check.name, link.value}
        return (not self.only or bool(names & self.only)) and not names & self.skip


ALL = Selection()


Gather = Callable[..., Iterator[tuple[str, Fact[Any]]]]


class Doctor:
    """A diagnosis as events. Iterate it once, and then what `end` gives.

    `known` are facts that need no measuring, and `selection` says which checks are asked for. Where `context` is None,
    nothing is measured: the facts are those of a file. With `watch` the device is watched after that.
    """

    def __init__(
        self,
        context: Context | None,
        known: Facts,
        selection: Selection = ALL,
        *,
        seconds: float = WHOLE_SECONDS,
        watch: WatchAsked | None = None,
        measure: Gather = gather.gather,
    ):
        self._context = context
        self._facts: dict[str, Fact[Any]] = dict(known)
        self._checks = {
            link: tuple(check for check in checks if selection.takes(check, link))
            for link, checks in catalogue.CHECKS.items()
        }
        self._seconds = seconds
        self._watch = watch
        self._measure = measure

    def __iter__(self) -> Iterator[Event | None]:
        wanted = self._wanted()
        coming = gather.planned(wanted, self._context, self._facts) if self._context is not None else ()
        waiting = [link for link, checks in self._checks.items() if checks]
        yield from self._judged(waiting, coming)
        if self._context is not None:
            for name, fact in self._measure(wanted, self._context, known=self._facts, seconds=self._seconds):
                self._facts[name] = fact
                if name == "ways":
                    self._facts = dict(way_states.with_certificate(self._facts))
                coming = gather.left(coming, self._context, self._facts)
                yield from self._judged(waiting, coming)
        yield from self._judged(waiting, ())
        if self._watch is not None and self._context is not None:
            yield from self._watched(self._watch, self._context)

    def _watched(self, asked: WatchAsked, context: Context) -> Iterator[Event | None]:
        """Watch the device. The last look at each fact counts, and a look that showed messages before one that did not.

        What was seen until an interrupt counts, too.
        """
        watch = DeviceWatch(context, self._facts, asked, self._measure)
        yield WatchingDevice(watch.observed.device, asked)
        for looked in watch:
            for name, fact in looked.items():
                came = name != "newest_messages" or (fact.value is not None and fact.value.came is not None)
                if fact.failure is None and came:
                    self._facts[name] = fact
            self._facts |= given(context.now(), observed=watch.observed)
            yield None

    def end(self, stopped: End | None) -> Iterator[Event]:
        """The diagnosis of all that is known by then. An interrupt leaves it unfinished."""
        if stopped is not None:
            now: Any = self._facts["now"].value
            self._facts |= given(now, ended=SessionEnd(stopped, enough=False))
        checks = [check for checks in self._checks.values() for check in checks]
        found = verdict.judge(checks, self._facts, _no_clock)
        by_link: dict[Link, tuple[CheckResult, ...]] = {}
        for result in found.results:
            link = catalogue.link_of(result.check.name)
            by_link[link] = (*by_link.get(link, ()), result)
        yield Diagnosed(found, self._facts, by_link)

    def _wanted(self) -> tuple[str, ...]:
        """The facts that the checks ask for, in the order in which they are measured.

        A check that also needs what was not given, such as a device's key, asks for nothing.
        """
        there = {*MEASURED, *self._facts}
        able = [
            check
            for checks in self._checks.values()
            for check in checks
            if all(need.optional or need.name in there for need in check.needs)
        ]
        asked = {need.name for check in able for need in check.needs}
        return tuple(name for name in MEASURED if name in asked)

    def _judged(self, waiting: list[Link], coming: Iterable[str]) -> Iterator[Judged]:
        """The links, in order, of which nothing more is to come; they are taken out of those that wait."""
        while waiting and not self._facts_of(waiting[0]) & set(coming):
            link = waiting.pop(0)
            before = [check for each, checks in self._checks.items() if each.place <= link.place for check in checks]
            results = [each for each in run(before, self._facts, _no_clock) if each.was_asked]
            here = tuple(each for each in results if catalogue.link_of(each.check.name) is link)
            yield Judged(link, here, reached=link.of_observer or not _stopped(results, link))

    def _facts_of(self, link: Link) -> set[str]:
        return {need.name for check in self._checks[link] for need in check.needs}


def _stopped(results: Iterable[CheckResult], link: Link) -> bool:
    """Whether a check failed on the data's way before a link."""
    links = [catalogue.link_of(each.check.name) for each in results if _stops_now(each)]
    return any(each.place < link.place and not each.of_observer for each in links)


def _stops_now(result: CheckResult) -> bool:
    failed = [each for each in result.findings if each.severity is Severity.FAIL]
    return result.status is Status.FAIL and any(each.weight.when is not When.COMING for each in failed)


def _no_clock() -> float:
    """Checks are pure; how long one takes is of no interest here."""
    return 0.0
