"""Live messages, as every session reads them: which are picked, the reader, the news of the stream, the facts left."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Generator, Iterator
from contextlib import closing
from typing import TYPE_CHECKING

from azext_iotdiag.clients.deadlines import Deadlines, usual
from azext_iotdiag.clients.telemetry.contract import Options, Reader, StartPosition, proxy_for
from azext_iotdiag.clients.telemetry.open import open_reader
from azext_iotdiag.model.ending import End, SessionEnd
from azext_iotdiag.model.event import Event as Message
from azext_iotdiag.model.stream import Stream, StreamRequest, frozen
from azext_iotdiag.model.target import Target
from azext_iotdiag.sessions.asked import MessagesAsked
from azext_iotdiag.sessions.events import (
    Chosen,
    Connecting,
    Event,
    Full,
    Hear,
    Interrupted,
    Lapsed,
    Lost,
    Opened,
    Quiet,
    Receiving,
    unheard,
)
from azext_iotdiag.streams import quiet
from azext_iotdiag.streams.filters import MessageFilters, by_option, matcher
from azext_iotdiag.streams.hidden_messages import HiddenCounter
from azext_iotdiag.streams.telemetry import TelemetryWatch

if TYPE_CHECKING:  # the first message must not wait for what is needed at the end
    from azext_iotdiag.model.facts import Facts
    from azext_iotdiag.position_file import PositionFile
    from azext_iotdiag.sessions.registry import Measure
    from azext_iotdiag.streams.heartbeat import Heartbeats

Read = Callable[[Target, Options, str], Reader]  # as `clients.telemetry.open.open_reader`


class Messages:
    """The messages that are asked for. Take the events of `begin`, iterate once, and end with the facts `left`.

    `hear` gets at once what happens while a hub is asked. `read` makes the reader, and `measure` measures facts,
    as `probes.gather` does.
    """

    def __init__(
        self,
        target: Target,
        asked: MessagesAsked,
        *,
        deadlines: Deadlines | None = None,
        hear: Hear = unheard,
        read: Read = open_reader,
        measure: Measure | None = None,
    ):
        deadlines = deadlines or usual()
        self.news: deque[Event] = deque()  # what is to be told before the next message; `told` takes it out
        self._target = target
        self._asked = asked
        self._deadlines = deadlines
        self._hear = hear
        self._read = read
        self._measure = measure
        self._filters = asked.filters
        self._selected: Facts = {}
        self._looked: Facts = {}  # what the service tells of a device that stays silent
        self._unknown = False
        self._hidden = HiddenCounter({})
        self._beats: Heartbeats | None = None
        self._watch: TelemetryWatch | None = None
        self._keep = _keeper(asked.save_position, deadlines)
        self._started = deadlines.session_clock()

    def begin(self) -> Iterator[Event]:
        """Pick the devices and make the reader. Where no device is picked, nothing is read."""
        if self._target.origin:
            yield Opened(self._target.origin)
        if self._asked.device_query is not None and not (yield from self._pick(self._asked.device_query)):
            return
        self._watch = self._opened()
        self._started = self._deadlines.session_clock()
        yield _way(self._watch.stream.host, self._asked.transport)

    def _pick(self, query: str) -> Generator[Event, None, bool]:
        """Add the devices that a query picks to the filters. False where it picks none."""
        from azext_iotdiag.sessions import registry

        self._selected = yield from registry.query_selection(
            self._target, query, self._deadlines, self._hear, self._measure
        )
        selection = self._selected["query_selection"].value
        if selection is None or not selection.usable:
            return False
        yield Chosen(selection)
        self._filters = self._filters._replace(devices=selection.devices, modules=selection.modules)
        return True

    def __iter__(self) -> Iterator[Message | None]:
        """The messages, and None where nothing is left for the moment. What is new of the stream goes into `news`."""
        if self._watch is None:
            return
        stream, news = self._watch.stream, _News(self._watch, self._hidden, self._beats, self._deadlines, self.news)
        announced = False
        with closing(iter(self._watch)) as coming:
            for message in coming:
                if not announced and stream.opened and stream.settled:
                    announced = True
                    self.news.append(Receiving(stream.at_end()))
                yield message
                if message is None:  # what came is shown by now
                    silent = news.look()
                    if self._keep is not None:
                        self._keep(stream)
                    if self.news:
                        yield None
                    if silent and self._is_unknown():
                        break
        news.look_at_beats()

    def _is_unknown(self) -> bool:
        """Ask the service once about the one device that is waited for: whether it does not know that device.

        Where older messages are read, the device may be deleted, and its messages may be yet to come.
        """
        asked, device = self._asked, self._filters.exact_device
        if not device or self._looked or asked.since is not None or asked.position is not None:
            return False
        if not (self._target.hub or self._target.app):
            return False
        from azext_iotdiag.probes.context import Typed
        from azext_iotdiag.sessions import registry

        typed = Typed(device=device, transport=asked.transport)
        asking = registry.device(typed, self._target, self._deadlines, self._measure)
        while not self._looked:
            try:
                self._hear(next(asking))
            except StopIteration as answered:
                self._looked = answered.value
        self._unknown = registry.is_unknown(self._looked)
        return self._unknown

    def news_so_far(self) -> Iterator[Event]:
        """The news, each once."""
        while self.news:
            yield self.news.popleft()

    @property
    def begun(self) -> bool:
        """Whether there was a reader."""
        return self._watch is not None

    @property
    def app(self) -> str:
        """The host name of the IoT Central application, empty for a hub."""
        return self._target.app

    @property
    def shown(self) -> int:
        """How many messages passed the filters."""
        return self._watch.shown if self._watch is not None else 0

    @property
    def hidden(self) -> int:
        """How many messages did not."""
        return self._hidden.hidden_messages().hidden

    @property
    def seconds(self) -> float:
        """How long it has taken since the reader was made."""
        return self._deadlines.session_clock() - self._started

    def why(self, stopped: End | None) -> End:
        """Why it ended."""
        if self._unknown and stopped is None:
            return End.UNKNOWN
        return stopped or (self._watch.end if self._watch is not None else End.SOURCE)

    def left(self, why: End) -> Generator[Event, None, Facts]:
        """What the stream leaves at its end, and what its hub says of a device that stayed silent."""
        from azext_iotdiag.model.access import central_opened_by, reading_of
        from azext_iotdiag.model.facts import given
        from azext_iotdiag.probes.context import Typed
        from azext_iotdiag.sessions import registry

        deadlines, watch = self._deadlines, self._watch
        if watch is None:
            return {**self._selected, **given(deadlines.clock.now(), ended=SessionEnd(why, False))}
        stream, request = watch.stream, self._request()
        if self._keep is not None and not why.early:
            self._keep(stream, last=True)  # what a signal cuts off was read, and may not have been shown
        idle = bool(stream.elsewhere) and not stream.partitions  # other copies read all: nothing is missed here
        facts = given(
            deadlines.clock.now(),
            ended=SessionEnd(why, stream.opened),
            stream=stream.at_end(),
            hidden_messages=self._hidden.hidden_messages(),
            beats=self._beats.beats if self._beats else None,
            reading=reading_of(self._target, self._asked.reader, self._asked.transport),
            central_access=central_opened_by(self._target) if self._target.app else None,
            request=None if why.early or idle else request,
        )
        silent = not why.early and not request.shown and stream.opened
        typed = Typed(device=request.exact_device, transport=self._asked.transport)
        asked = silent and request.exact_device and (self._target.hub or self._target.app) and not self._unknown
        managed = self._target.managed if silent else None
        facts |= self._looked if self._unknown else {}  # else what was told may be old by now
        target = self._target if asked else None
        return (yield from registry.looked_up(facts, typed, target, deadlines, self._measure, managed))

    def _request(self) -> StreamRequest:
        asked = self._asked
        ended = int(self._deadlines.clock.now() * 1000)
        return StreamRequest(
            self.shown, self.seconds, asked.limits.count, asked.filters.device or "", asked.since, ended
        )

    def _opened(self) -> TelemetryWatch:
        asked, filters, limits = self._asked, self._filters, self._asked.limits
        options = Options(
            asked.consumer_group,
            StartPosition(asked.since),
            asked.transport,
            share=asked.share,
            saved=asked.position,
            deadlines=self._deadlines,
        )
        reader = self._read(self._target, options, asked.reader)
        self._hidden = HiddenCounter(by_option(filters), asked=filters.exact_device)
        self._beats = self._heartbeats(reader.stream)
        return TelemetryWatch(
            reader,
            test=matcher(filters),
            hidden=self._hidden,
            tap=self._beats,
            count=limits.count,
            duration=limits.duration,
            idle=limits.idle,
            clock=self._deadlines.session_clock,
        )

    def _heartbeats(self, stream: Stream) -> Heartbeats | None:
        """What watches the beat of the devices, None where no heartbeat is expected."""
        if self._asked.expect_every is None:
            return None
        from azext_iotdiag.streams.heartbeat import Heartbeats

        return Heartbeats(
            self._asked.expect_every,
            stream,
            clock=self._deadlines.session_clock,
            now=self._deadlines.clock.now,
            test=matcher(self._filters),
            devices=_known(self._filters),
            since=self._asked.since,
        )


class _News:
    """What a person should hear of a stream while it goes on, each once."""

    def __init__(
        self,
        watch: TelemetryWatch,
        hidden: HiddenCounter,
        beats: Heartbeats | None,
        deadlines: Deadlines,
        news: deque[Event],
    ):
        self._watch = watch
        self._hidden = hidden
        self._beats = beats
        self._deadlines = deadlines
        self._news = news
        self._started = deadlines.session_clock()
        self._quiet = quiet.QuietTimes(self._started, deadlines.silences)
        self._broken = 0
        self._lost = watch.stream.lost()

    def look(self) -> bool:
        """Note what is new. Returns whether nothing was shown for so long that this is told now."""
        stream = self._watch.stream
        self._news.extend(Interrupted(failure) for failure in stream.interruptions[self._broken :])
        self._broken = len(stream.interruptions)
        lost = stream.lost()
        self._news.extend(Lost(frozen(stream.partitions[each])) for each in sorted(lost - self._lost))
        self._lost = lost
        now = self._deadlines.session_clock()
        silent = stream.opened and self._quiet.due(now, self._watch.shown)
        if silent:
            at = int(self._deadlines.clock.now() * 1000)
            self._news.append(Quiet(stream.at_end(), self._hidden.hidden_messages(), now - self._started, at))
        self.look_at_beats()
        return silent

    def look_at_beats(self) -> None:
        """Note which devices have missed a beat, or are back."""
        beats = self._beats
        if beats is None:
            return
        if lapses := beats.take_news():
            self._news.append(Lapsed(tuple(lapses), beats.interval))
        if beats.has_become_full():
            self._news.append(Full(beats.most))


def _keeper(path: str | None, deadlines: Deadlines) -> PositionFile | None:
    """What keeps how far the stream was read, None where nothing asks for it."""
    if path is None:
        return None
    from azext_iotdiag.position_file import PositionFile

    return PositionFile(path, deadlines.session_clock)


def _known(filters: MessageFilters) -> Collection[str]:
    """The ids of the devices that are asked for, where they are known before any has sent."""
    if filters.device is None:
        return filters.devices or ()
    return (filters.exact_device,) if filters.exact_device else ()


def _way(host: str, transport: str) -> Connecting:
    """Where the connection goes. Raises proxy.BadProxy."""
    through = proxy_for(host, transport)
    if through is None:
        return Connecting(host, transport)
    return Connecting(host, transport, str(through), through.variable)
