"""`monitor properties`: a device's properties, looked at again and again, each change as the bytes that show it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator

from azext_iotdiag.clients.central import Central
from azext_iotdiag.clients.deadlines import Deadlines, usual
from azext_iotdiag.clients.hub import Hub
from azext_iotdiag.model.access import central_opened_by, opened_by
from azext_iotdiag.model.change import PropertyChange, WatchedProperties
from azext_iotdiag.model.ending import End, SessionEnd
from azext_iotdiag.model.facts import Facts, given
from azext_iotdiag.model.target import Target
from azext_iotdiag.sessions.asked import SessionLimits
from azext_iotdiag.sessions.events import Ended, Event, Items, Opened, Subject, Unanswered, WatchingProperties
from azext_iotdiag.streams import properties as streams
from azext_iotdiag.streams.pipeline import Limit

Look = Callable[[], streams.Look]


class Looks:
    """Changes of a device's properties. Take the events of `begin`, iterate once, and end with the facts `left`.

    `seen` holds the first look, with no change, and each look that brought changes. The reader of it takes them out.
    `look` asks the service of the target, unless another is given.
    """

    def __init__(
        self,
        target: Target,
        device: str,
        limits: SessionLimits,
        *,
        deadlines: Deadlines | None = None,
        look: Look | None = None,
    ):
        deadlines = deadlines or usual()
        self.device = device
        self.seen: deque[tuple[streams.Look, list[PropertyChange]]] = deque()
        self._target = target
        self._limits = limits
        self._deadlines = deadlines
        self._limit = Limit(
            count=limits.count, duration=limits.duration, idle=limits.idle, clock=deadlines.session_clock
        )
        self._watch = streams.PropertyWatch(
            device,
            look or _look(target, device, deadlines),
            every=deadlines.app_look if target.app else deadlines.hub_look,
            heard=lambda each, found: self.seen.append((each, found)),
            clock=deadlines.session_clock,
            sleep=deadlines.clock.sleep,
        )

    def begin(self) -> Iterator[Event]:
        """Say how the service is opened."""
        if self._target.origin:
            yield Opened(self._target.origin)

    def __iter__(self) -> Iterator[PropertyChange | None]:
        yield from self._limit(self._watch)

    @property
    def passed(self) -> int:
        """How many changes came."""
        return self._limit.passed

    @property
    def seconds(self) -> float:
        """How long it took."""
        return self._limit.seconds

    def broken(self, told: int) -> list[Unanswered]:
        """The interruptions after the first `told` ones."""
        return [Unanswered(failure) for failure in self._watch.interruptions[told:]]

    def why(self, stopped: End | None) -> End:
        """Why it ended."""
        return stopped or self._limit.end

    def left(self, why: End, *, asked: bool) -> Facts:
        """What it came to. `asked` tells that changes were asked for, and not only judged if there are any."""
        target, watch, count = self._target, self._watch, self._limits.count
        # Who ends it early asks for no more. A duration without a number of changes asks for none.
        waits = asked and not why.early and (why is not End.DURATION or count is not None)
        watched = WatchedProperties(
            target.app or target.hub,
            self.device,
            watch.looked,
            self.passed if waits else count or 1,
            self.seconds,
            count,
            bool(target.app),
            watch.failure,
        )
        access = {"central_access": central_opened_by(target)} if target.app else {"access": opened_by(target)}
        return given(self._deadlines.clock.now(), ended=SessionEnd(why, watch.looked > 0), watched=watched, **access)


class WatchedChanges:
    """A session that shows changes. `show` makes bytes of one."""

    def __init__(self, looks: Looks, show: Callable[[PropertyChange], bytes]):
        self._looks = looks
        self._show = show

    def __iter__(self) -> Items:
        looks, broken = self._looks, 0
        yield from looks.begin()
        for change in looks:
            while looks.seen:
                look, found = looks.seen.popleft()
                if not found:
                    yield WatchingProperties(looks.device, look.sides)
            yield None if change is None else self._show(change)
            for event in looks.broken(broken):
                broken += 1
                yield event

    def end(self, stopped: End | None) -> Items:
        """The facts that the looks leave."""
        looks = self._looks
        why = looks.why(stopped)
        yield Ended(Subject.CHANGES, why, looks.left(why, asked=True), looks.passed, looks.seconds)


def _look(target: Target, device: str, deadlines: Deadlines) -> Look:
    if target.app:
        central = Central(target, deadlines=deadlines)
        return lambda: streams.of_central(central.properties(device))
    hub = Hub(target, deadlines.clock.now, deadlines=deadlines)
    return lambda: streams.of_twin(hub.twin(device))
