"""Judges a stream of messages, recorded or live, and keeps the account; large files in several processes."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from typing import Any, NamedTuple

from azext_iotdiag.model.event import Event
from azext_iotdiag.model.finding import Finding, Severity
from azext_iotdiag.model.tally import Found, Key, Tally, key_of
from azext_iotdiag.payload import Model, NotJson, Repository, message, read_json, read_model
from azext_iotdiag.payload.announced import Announced
from azext_iotdiag.payload.infer import ObservedValues
from azext_iotdiag.payload.not_json import UNREAD
from azext_iotdiag.payload.user_schema import UserSchema
from azext_iotdiag.streams import exports, files
from azext_iotdiag.streams.filters import MessageFilters, matcher
from azext_iotdiag.streams.recorded import Recorded, moment

PART_BYTES = 4 << 20  # large enough for a process to be worth asking, small enough to see progress
SILENT = 64  # records after which None is given, though none of them had anything to show
AHEAD = 2  # parts that wait for each process, so that none idles and the results do not pile up

Judge = Callable[[Recorded], list[Finding]]
ModelOf = Callable[[Event], "Model | list[Finding]"]  # the model for an event, or what to say where there is none


class Rules(NamedTuple):
    """What messages are judged by and which of them; data, so that another process can be told.

    `model` is a path, a DTMI or a parsed document, None where there is none; `repository` a folder; `schema` the path
    of a JSON Schema. With a repository alone, each message is judged by the model that its device announced. `device`
    is a pattern. What is less than `min_severity` is not told. `shown` findings of a code and
    field are given one by one and the rest only counted; None stands for all.
    """

    model: Any = None
    repository: str | None = None
    schema: str | None = None
    strict: bool = False
    device: str | None = None
    min_severity: Severity = Severity.NOTE
    shown: int | None = None
    properties: bool = False

    @property
    def nothing(self) -> bool:
        """Whether they say nothing of what is right in a message."""
        return self.model is None and self.schema is None and self.repository is None


class Result(NamedTuple):
    """What judging a part of a file came to. `lines` is how many lines it had."""

    found: list[Found]
    tally: Tally
    lines: int


def judge_of(rules: Rules, model_of: ModelOf | None = None) -> Judge:
    """What judges a record by the rules. Raises ModelError for a model or a schema that cannot be used.

    `model_of` tells the model of each event where the rules have neither model nor schema.
    """
    judges: message.Judge | None = None
    if rules.model is not None:
        resolve = Repository(rules.repository) if rules.repository else None
        model = read_model(rules.model, strict=rules.strict, resolve=resolve)
        if rules.properties:
            return lambda record: message.judge_properties(record.event, model, value=record.value)
        judges = model
    elif rules.schema is not None:
        judges = UserSchema(rules.schema, strict=rules.strict)
    elif model_of is not None or rules.repository:
        return _by_each(model_of or Announced(rules.repository or "", strict=rules.strict), rules)

    def judge(record: Recorded) -> list[Finding]:
        return message.judge(record.event, judges, value=record.value, enveloped=record.enveloped, strict=rules.strict)

    return judge if judges is None else _quickly(judge, judges, strict=rules.strict)


def _quickly(judge: Judge, judges: message.Judge, *, strict: bool) -> Judge:
    """The same judge, but that of a usual message, as nearly all are, it looks at nothing than the body."""
    of_body, usual = judges.telemetry_json, message.usual

    def quick(record: Recorded) -> list[Finding]:
        event, _, value, _, _, _, _ = record
        if value is not UNREAD or not usual(event):
            return judge(record)
        try:
            return of_body(event.body, event.component, event.module)
        except NotJson as wrong:
            return message.not_json(wrong, event, judges, strict=strict)

    return quick


def _by_each(model_of: ModelOf, rules: Rules) -> Judge:
    """What judges each record by a model of its own."""

    def judge(record: Recorded) -> list[Finding]:
        event, model = record.event, model_of(record.event)
        known, lacking = (model, []) if isinstance(model, Model) else (None, model)
        if rules.properties:
            return lacking if known is None else message.judge_properties(event, known, value=record.value)
        found = message.judge(event, known, value=record.value, enveloped=record.enveloped, strict=rules.strict)
        return found + lacking

    return judge


def judged(records: Iterable[Recorded | None], judge: Judge, rules: Rules, tally: Tally) -> Iterator[Found | None]:
    """The findings that are to be shown, as they come, and None now and then; `tally` counts them all.

    None among the records, where nothing came for a moment, goes on as it is.
    """
    matches = matcher(MessageFilters(device=rules.device))
    least, shown = rules.min_severity.rank, rules.shown
    kinds = message.TELEMETRY
    silent = 0
    for record in records:
        silent += 1
        if record is None or silent > SILENT:
            silent = 0
            yield None
        if record is None:
            continue
        event = record.event
        if record.damage:
            findings = [message.damaged(record.damage)]
        elif event.kind not in kinds and not rules.properties:
            tally.skipped += 1
            tally.twins += event.kind == exports.TWIN
            continue
        elif matches is not None and not matches(event):
            tally.hidden += 1
            continue
        else:
            findings = judge(record)
            if event.problems or event.body_type:
                findings = message.odd(event, strict=rules.strict) + findings
        if record.form and not rules.properties:
            tally.unwrapped[record.form] = tally.unwrapped.get(record.form, 0) + 1
        tally.saw(event.device)
        if not findings:
            continue
        tally.faulty += any(each.severity is Severity.FAIL for each in findings)
        for finding in findings:
            if finding.severity.rank < least:
                continue
            time = event.enqueued or moment(record.enqueued)
            found = Found(finding, event.device, event.module, event.component, time, *record.place)
            group = tally.add(found)
            if shown is None or group.count <= shown:
                yield found


def observed(paths: Iterable[str], device: str | None = None) -> ObservedValues:
    """What the recorded telemetry holds, of the devices that the pattern `device` names."""
    matches = matcher(MessageFilters(device=device))
    seen = ObservedValues()
    for path in paths:
        for record in files.read(files.Part(path)):
            event = record.event
            if event.kind not in message.TELEMETRY or (matches is not None and not matches(event)):
                continue
            value = record.value
            if value is UNREAD:
                try:
                    value = read_json(event.body)
                except NotJson as wrong:
                    value = wrong.value
            seen.add(value, event.component)
    return seen


class RecordedRun:
    """Judges recorded messages. Iterate it once: the findings to show, and None now and then, for progress.

    `live` tells whether records come as a program writes them. `tally` is the account so far, `done` and `size` the
    bytes that were read and are to be; the size is 0 where it is not known. `judge` is what the rules make; without it,
    ModelError is raised before the first finding for rules that cannot be used.
    """

    def __init__(self, paths: Iterable[str], rules: Rules, *, judge: Judge | None = None, processes: int = 1):
        self.tally = Tally()
        self.done = self._before = 0
        self._rules = rules
        self._judge = judge
        self._files = list(paths)
        self._parts = [part for path in self._files for part in files.parts(path, PART_BYTES)]
        self.live = files.STDIN in self._files
        self.size = 0 if self.live else sum(part.size for part in self._parts)
        self._processes = min(processes, len(self._parts))
        self._lines: dict[str, int] = {}  # of each file, those of the parts so far
        self._told: dict[Key, int] = {}

    def __iter__(self) -> Iterator[Found | None]:
        judge = self._judge or judge_of(self._rules)
        if self._processes > 1 and self.size > PART_BYTES:
            yield from self._in_processes()
            return
        for part in self._parts:
            before = self.done
            records = self._numbered(files.read(part, self._reached), part.path)
            yield from judged(records, judge, self._rules, self.tally)
            self._before = self.done = before + part.size

    def _reached(self, count: int) -> None:
        """Take note of how far the part that is being read has come."""
        self.done = self._before + count

    def _numbered(self, records: Generator[Recorded, None, int], path: str) -> Iterator[Recorded]:
        """The records with their lines counted from the beginning of the file, not of the part."""
        base = self._lines.get(path, 0)
        try:
            while True:
                record = next(records)
                if base and record.place.unit == "line":
                    record = record._replace(place=record.place._replace(number=record.place.number + base))
                yield record
        except StopIteration as end:
            self._lines[path] = base + (end.value or 0)
        finally:
            records.close()

    def _in_processes(self) -> Iterator[Found | None]:
        # A new interpreter for each, since a fork would copy whatever threads and connections az has open.
        context = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(self._processes, context, initializer=_begin, initargs=(self._rules,))
        waiting: deque[tuple[files.Part, Future[Result]]] = deque()
        left = iter(self._parts)
        try:
            while True:
                while len(waiting) < self._processes * AHEAD and (part := next(left, None)) is not None:
                    waiting.append((part, pool.submit(_work, part)))
                if not waiting:
                    return
                part, future = waiting.popleft()
                result = future.result()
                yield from self._taken(part, result)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def _taken(self, part: files.Part, result: Result) -> Iterator[Found | None]:
        """Add what a process found. What one part shows of a group, an earlier one may have shown enough of."""
        base = self._lines.get(part.path, 0)
        self._lines[part.path] = base + result.lines
        for group in result.tally.groups.values():
            group.sample = _moved(group.sample, base)
        self.tally.merge(result.tally)
        for found in result.found:
            key = key_of(found)
            self._told[key] = self._told.get(key, 0) + 1
            if self._rules.shown is None or self._told[key] <= self._rules.shown:
                yield _moved(found, base)
        self.done += part.size
        yield None


def _moved(found: Found, base: int) -> Found:
    return found._replace(number=found.number + base) if found.unit == "line" else found


_judge: list[tuple[Judge, Rules]] = []  # of a process that judges parts for another one


def _begin(rules: Rules) -> None:
    for name in ("SIGINT", "SIGHUP"):  # a terminal sends them to all; they are for the process that asked
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    _judge.append((judge_of(rules), rules))


def _work(part: files.Part) -> Result:
    judge, rules = _judge[0]
    tally, found, lines = Tally(), [], 0

    def counted() -> Iterator[Recorded]:
        nonlocal lines
        lines = yield from files.read(part)

    for each in judged(counted(), judge, rules, tally):
        if each is not None:
            found.append(each)
    return Result(found, tally, lines)


def processors() -> int:
    """How many processors this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1
