"""Judging what arrives: the source, filters and ends of `monitor events`, and the judge of `validate`."""

from __future__ import annotations

from typing import Any, NamedTuple


class Source(NamedTuple):
    """Where messages are read: the target, the consumer group, the time to begin with, the reader, the transport."""

    target: Any
    consumer_group: str
    since: int | None
    reader: str
    transport: str


class Done(NamedTuple):
    """What it came to: the account, why it ended, how long it took, and what says so of the stream."""

    tally: Any
    end: str
    seconds: float
    conclude: Any


def templates_of(target, rules):
    """What knows the templates of an application's devices; None where something else says what is right."""
    from azext_iotdiag.clients.central import Central
    from azext_iotdiag.payload.assigned import Models
    from azext_iotdiag.streams import templates

    if not target.app or rules.model is not None or rules.schema is not None or rules.repository is not None:
        return None
    central = Central(target)
    return templates.Templates(templates.ask(central), Models(strict=rules.strict), done=central.close)


def live(source, filters, device_query, limits, rules, judge, chunks, templates=None):
    """Judge messages as they arrive, and write what `chunks` makes of the findings."""
    import time

    from azext_iotdiag import output
    from azext_iotdiag.custom import monitor
    from azext_iotdiag.model.stream import Request

    if source.target.origin:
        output.say(source.target.origin)
    devices, modules = monitor.picked(source.target, device_query)
    watch, census = _watch(source, filters._replace(devices=devices, modules=modules), limits)
    started = time.monotonic()
    output.say(monitor.way(watch.stream.host, source.transport))
    run = _Run(watch, census, rules, judge, templates)
    end = output.stream(chunks(run)) or watch.end.value
    run.tally.hidden = census.census().hidden
    seconds = time.monotonic() - started

    if templates is not None and templates.unjudged:
        output.say(
            f"{templates.unjudged:,} messages were not judged: {source.target.app} did not tell in time which template "
            "their devices have."
        )

    def conclude():
        device, now = filters.device or "", int(time.time() * 1000)
        request = Request(watch.shown, seconds, limits["count"], device, source.since, now)
        code = monitor.conclude(watch.stream, request, end, source.transport, source.target, census.census())
        return output.worst(code, output.UNDETERMINED if templates is not None and templates.unjudged else code)

    return Done(run.tally, end, seconds, conclude)


def _watch(source, filters, limits):
    """The messages that are asked for, and the account of those that are not."""
    from azext_iotdiag.clients.telemetry.contract import Options, Position
    from azext_iotdiag.clients.telemetry.open import open_reader
    from azext_iotdiag.streams.census import Counting
    from azext_iotdiag.streams.filters import by_option, matcher
    from azext_iotdiag.streams.telemetry import Watch

    options = Options(source.consumer_group, Position(source.since), source.transport)
    reader = open_reader(source.target, options, source.reader)
    census = Counting(by_option(filters), asked=filters.exact_device)
    return Watch(reader, test=matcher(filters), hidden=census, **limits), census


class _Run:
    """Messages that are judged as they come. Iterate it once: the findings to show, and None wherever one can pause."""

    live = True  # a finding is shown at once
    size = 0  # how much there is to come is not known

    def __init__(self, watch, census, rules, judge, templates):
        from azext_iotdiag.model.tally import Tally

        self.tally = Tally()
        self._watch = watch
        self._census = census
        self._rules = rules
        self._judge = judge
        self._templates = templates

    def __iter__(self):
        from azext_iotdiag.custom import monitor
        from azext_iotdiag.streams import recorded, validation

        records = map(recorded.live, monitor.told(self._watch, self._census))
        if self._templates is not None:
            records = self._templates.held(records)
        return validation.judged(records, self._judge, self._rules, self.tally)


def model_of_device(target, device, rules):
    """What gives the template of an application's device; None where something else says what is right."""
    from azext_iotdiag.clients.central import Central
    from azext_iotdiag.payload.assigned import Models
    from azext_iotdiag.streams import templates

    if not target.app or rules.model is not None or rules.repository is not None:
        return None
    asked, models = templates.ask(Central(target)), Models(strict=rules.strict)
    found = []

    def model_of(_event):
        if not found:
            found.append(models.of(asked(device)))
        return found[0]

    return model_of


def properties(target, device, limits, rules, judge, chunks, *, goes_on):
    """Judge a device's properties as they are and, where it `goes_on`, each change of them."""
    from azext_iotdiag import output
    from azext_iotdiag.custom import properties as watches

    run = _Looks(target, device, limits, rules, judge, goes_on)
    end = output.stream(chunks(run))

    def conclude():
        return watches.finish(target, device, run.watch, run.limit, end, limits, asked=False, goes_on=goes_on)

    return Done(run.tally, end or run.limit.end.value, run.limit.seconds, conclude)


class _Looks:
    """Properties that are judged as they change. Iterate it once, as `_Run`."""

    live = True
    size = 0

    def __init__(self, target, device, limits, rules, judge, goes_on):
        from azext_iotdiag.custom import properties as watches
        from azext_iotdiag.model.tally import Tally

        self.tally = Tally()
        self._device = device
        self._rules = rules
        self._judge = judge
        self._goes_on = goes_on
        self._pending = []
        self.watch, self.limit = watches.watching(target, device, self._hear, limits)

    def __iter__(self):
        from azext_iotdiag.streams import validation

        return validation.judged(self._records(), self._judge, self._rules, self.tally)

    def _records(self):
        for _ in self.limit(self.watch):
            while self._pending:
                yield self._pending.pop(0)
            if not self._goes_on:
                return
            yield None

    def _hear(self, look, found):
        from azext_iotdiag.model.event import Event
        from azext_iotdiag.streams import properties as streams
        from azext_iotdiag.streams import recorded

        value = streams.patch(found, look) if found else streams.whole(look)
        if value:
            marks = {"dt-dataschema": look.model} if look.model else {}
            event = Event("twinChangeEvents", self._device, "", "", "", 0, "", 0, {}, {}, marks, b"")
            self._pending.append(recorded.Recorded(event, recorded.Place("", "", 0), value))
