"""`check` for a group of a hub's devices: what they share against the rest of the fleet, and what changed before."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace

from azext_iotdiag.clients.deadlines import Deadlines, usual
from azext_iotdiag.clients.pace import Pace
from azext_iotdiag.insights.shared import HOUR, Trait, Traits
from azext_iotdiag.model import diagnosing
from azext_iotdiag.model.changes import ChangesAsked, Source
from azext_iotdiag.model.ending import End
from azext_iotdiag.model.facts import Facts, given
from azext_iotdiag.model.failure import Failure, StepFailed
from azext_iotdiag.model.fleet import Filters, Row
from azext_iotdiag.model.group import Group
from azext_iotdiag.model.group_log import GroupLogAsked
from azext_iotdiag.model.listing import ListingProgress, ListingRefused
from azext_iotdiag.model.observed import WatchAsked
from azext_iotdiag.model.shares import Share, common_time
from azext_iotdiag.model.target import Target
from azext_iotdiag.probes import fleet as hub_fleet
from azext_iotdiag.probes import gather
from azext_iotdiag.probes.context import Context
from azext_iotdiag.sessions import fleets
from azext_iotdiag.sessions.doctor import ALL, Doctor, Gather, Selection

MOST_COMPARED = 8  # traits: one query for each, so that all of a diagnosis takes fewer than 30 requests
MOST_EXAMPLES = 10
TOGETHER_MS = 3_600_000  # members that were heard of last within this time went at a common time
BEFORE_MS = 24 * 3_600_000  # before their common last sign: what changed in this time may be the reason
CHANGED = (Source.ACTIVITY, Source.SETTINGS, Source.DEPLOYMENTS)
LOGGED_MS = 7 * 24 * 3_600_000  # before the group went quiet: its last connects are looked for in this time
_KEPT_MS = 89 * 24 * 3_600_000  # of an activity log, and of a resource log
_DISABLED = "status = 'disabled'"
_AWAY = "status = 'enabled' AND connectionState = 'Disconnected'"
Event = diagnosing.Event | ListingProgress


@dataclass(frozen=True)
class MembersAsked:
    """Which devices of a hub are meant: those that `query` picks and, with `filters.quiet_since`, are quiet.

    `query_rate` is how many queries a minute the hub allows to all callers.
    """

    filters: Filters
    query: str = ""
    query_rate: int = 20


@dataclass
class _Members:
    """What is counted while the members pass by."""

    asked: MembersAsked
    traits: Traits = field(default_factory=Traits)
    times: list[int] = field(default_factory=list)
    unsure: int = 0
    connected: int = 0
    disabled: int = 0
    never: int = 0
    examples: list[str] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)

    def take(self, row: Row) -> None:
        """Count a member."""
        if not row.sure:
            self.unsure += 1
            return
        seen = row.identity
        self.traits.add(row)
        self.ids.add(seen.device)
        self.connected += seen.connected
        self.disabled += seen.status == "disabled"
        self.never += seen.last_activity is None and not seen.connected
        if seen.last_activity is not None and not seen.connected:
            self.times.append(seen.last_activity)
        if len(self.examples) < MOST_EXAMPLES:
            self.examples.append(seen.device)

    def compared(self) -> list[Trait]:
        """What the rest of the fleet is asked about. What the query itself names differs in any case."""
        named = self.asked.filters.condition.lower()
        usual = [
            trait
            for trait in self.traits.shared()
            if trait.condition and trait.name != HOUR and trait.condition.partition(" = ")[0].lower() not in named
        ]
        return [*self._states(), *usual][:MOST_COMPARED]

    def _states(self) -> Iterator[Trait]:
        """The states of members that a query picked. Quiet devices are not connected in any case."""
        if self.asked.filters.quiet_since is not None:
            return
        devices = self.traits.devices
        away = devices - self.disabled - self.connected
        for value, times, condition in (("disabled", self.disabled, _DISABLED), ("not connected", away, _AWAY)):
            if times:
                yield Trait("state", value, times, devices, condition)

    def uncounted(self) -> Iterator[Share]:
        """What most members share, and no query of the hub counts."""
        return (_share(trait) for trait in self.traits.shared() if not trait.condition)


class GroupDoctor:
    """The diagnosis of a group as events. Iterate it once, and then what `end` gives.

    `target` opens the registry. `hear` gets at once what happens while a request is under way.
    """

    def __init__(
        self,
        context: Context,
        known: Facts,
        asked: MembersAsked,
        hear: fleets.Hear,
        selection: Selection = ALL,
        *,
        deadlines: Deadlines | None = None,
        measure: Gather = gather.gather,
    ):
        deadlines = deadlines or usual()
        self._context, self._known, self._asked, self._hear = context, known, asked, hear
        self._deadlines = deadlines
        self._members = _Members(asked)
        self._made: Callable[[Context, Facts], Doctor] = lambda context, facts: Doctor(
            context, facts, selection, measure=measure
        )
        self._doctor = self._made(context, known)

    def __iter__(self) -> Iterator[Event | None]:
        target = self._context.hub
        assert target is not None, "the validator opens a hub"
        group = yield from self._read(target)
        facts = {**self._known, **given(self._deadlines.clock.now(), group=group)}
        self._doctor = self._made(self._with_log(self._with_changes(group), group), facts)
        yield from self._doctor

    def end(self, stopped: End | None) -> Iterator[diagnosing.Event]:
        """The diagnosis of all that is known by then."""
        yield from self._doctor.end(stopped)

    def _read(self, target: Target) -> Generator[Event, None, Group | Failure]:
        """Read the members, and let the hub count the rest. Returns the Group, or why it could not be read."""
        pace = fleets.pace_of(self._asked.query_rate, self._hear, self._deadlines, of_hub=True)
        self._members = members = _Members(self._asked)
        said, read = self._deadlines.session_clock(), 0
        refused = lambda failure: self._hear(ListingRefused(failure))  # noqa: E731
        try:
            pages = hub_fleet.pages(target, self._asked.filters, self._deadlines.clock.now, pace, refused)
            with closing(pages):
                for rows in pages:
                    read += len(rows)
                    for row in rows:
                        members.take(row)
                    if self._deadlines.session_clock() - said >= self._deadlines.progress:
                        said = self._deadlines.session_clock()
                        yield ListingProgress(read, None, members.traits.devices)
            return self._group(target, members, pace)
        except StepFailed as failed:
            return failed.failure

    def _group(self, target: Target, members: _Members, pace: Pace) -> Group:
        asked, devices = self._asked, members.traits.devices
        compared = members.compared() if devices > 1 else []
        fleet: int | None = None
        counts: list[int | None] = []
        if devices:
            # The rest of a group that a query picks are all other devices; of quiet ones, those that are not quiet.
            among = asked.filters._replace(quiet_since=None) if asked.filters.quiet_since is not None else Filters()
            conditions = [trait.condition for trait in compared]
            fleet, counts = hub_fleet.frequencies(target, among, conditions, self._deadlines.clock.now, pace)
        rest = max((fleet or 0) - devices, 0)
        shares = [_share(trait, count, rest) for trait, count in zip(compared, counts) if count is not None and fleet]
        span = common_time(members.times, TOGETHER_MS, devices)
        first, last, together = span or (None, None, 0)
        return Group(
            target.hub, asked.query, asked.filters.quiet_since, devices, members.unsure, members.connected,
            members.disabled, members.never, fleet, tuple(shares), tuple(members.uncounted()), first, last, together,
            tuple(members.examples), pace.calls,
        )  # fmt: skip

    def _with_changes(self, group: Group | Failure) -> Context:
        """The context that also asks for what changed before the members went, where they went at a common time."""
        if not isinstance(group, Group) or group.first is None:
            return self._context
        oldest = int(self._deadlines.clock.now() * 1000) - _KEPT_MS
        changes = ChangesAsked(max(group.first - BEFORE_MS, oldest), CHANGED)
        return replace(self._context, typed=replace(self._context.typed, changes=changes))

    def _with_log(self, context: Context, group: Group | Failure) -> Context:
        """The context that also asks the resource log for the SDKs and addresses of the group and of all others.

        The log does not tell which devices a query picks, so that it is not asked about the quiet ones of a query.
        """
        if not isinstance(group, Group) or group.devices < 2 or group.of_part:
            return context
        now = int(self._deadlines.clock.now() * 1000)
        began = now if group.quiet_since is None else min(group.quiet_since, now)
        asked = GroupLogAsked(frozenset(self._members.ids), max(began - LOGGED_MS, now - _KEPT_MS))
        return replace(context, typed=replace(context.typed, group_log=asked))


def _share(trait: Trait, count: int | None = None, rest: int = 0) -> Share:
    """A trait with how many of the rest have it. The count is of the whole fleet, and may be older than the list."""
    others = None if count is None else min(max(count - trait.times, 0), rest)
    return Share(trait.name, trait.value, trait.times, trait.of, others, rest)


def begun(
    context: Context | None,
    known: Facts,
    selection: Selection,
    asked: MembersAsked | None,
    watch: WatchAsked | None,
    hear: fleets.Hear,
    deadlines: Deadlines | None = None,
) -> Doctor | GroupDoctor:
    """The diagnosis of a group where one is asked for, and else of one device or service, which `watch` may watch."""
    deadlines = deadlines or usual()
    if asked is None or context is None:
        return Doctor(context, known, selection, watch=watch)
    return GroupDoctor(context, known, asked, hear, selection, deadlines=deadlines)
