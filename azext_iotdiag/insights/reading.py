"""Reads a device's log in blocks of whole lines, and tells its story. What is held does not grow with the log."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache

from azext_iotdiag.insights import blocks, causes_first, clocks, codes, next_step, story
from azext_iotdiag.insights.blocks import Sieve
from azext_iotdiag.insights.dialects import catalogue
from azext_iotdiag.insights.dialects.table import Dialect, Exactness, Kind
from azext_iotdiag.insights.places import NEAR
from azext_iotdiag.insights.signs import Sign, SignReader
from azext_iotdiag.insights.stages import Stage
from azext_iotdiag.insights.story import SignSeries
from azext_iotdiag.knowledge import lookup
from azext_iotdiag.model.code_hit import CodeHit
from azext_iotdiag.model.finding import Entry
from azext_iotdiag.model.story import Root, Story

LINES = 10  # as many line numbers are kept for each finding
NAMES = 5
_EACH_END = 5_000  # signs that are kept of the beginning and of the end of a log
_HEAD = 65_536  # bytes at the beginning in which a dialect is looked for
_AROUND = 10  # lines before a sign in which it is, too
_RECOGNISED = 1_000  # signs around which it is looked for
# Where a number of six digits, or one behind a word, may be a code. Digits are zeros in a form, and so are a to f.
# Beside each stands a word that is part of all that it finds.
_NUMBERS = (
    (
        rb"(?:0o00|0rr|typ0|st0tus|r00son|r0sult|00il00|00ilur0)\w{0,12}[^\w-]{0,6}(?:is |with |o0 )?000000(?![0-9-])",
        rb"000000",
    ),
    (rb"(?<!\W[0iwv] )(?<!^[0iwv] )\(000000\)", rb"000000"),
    (rb"[\"'\t|]000000[\"'\t|]", rb"000000"),
    (rb"^[\s,;]*(?:000000[\s,;]*)+$", rb"000000"),
    (rb"http", rb"http"),
    (rb"0onn00k", rb"0onn00k"),
    (rb"not 00000pt00", rb"00000pt00"),
    (rb"r0turn[ _]?0o00", rb"r0turn"),
    (rb"r0sult 0o00", rb"r0sult"),
    (rb"r00son ?0o00", rb"r00son"),
    (rb"(?<![a-z])r0 ?[=:]", rb"(?<![a-z])r0(?:[=:]|$)"),
    (rb"st0tus[ _-]?0o00", rb"st0tus"),
    (rb"/r0s/", rb"/r0s/"),
)
# A row of a resource log: each of its numbers may be a code.
_RESOURCE_LOG = ("microsoft.devices", "iothubs", "provisioningservices", "deviceconnect", "devicedisconnect")
_FAILS = (Kind.FAILS, Kind.RESTARTS)
_ALL = (Kind.FAILS, Kind.WORKS, Kind.BEGINS, Kind.RESTARTS)


class LogReading:
    """Takes in blocks of a log, and tells its story at any time."""

    def __init__(self, context: str = "", sdk: str = ""):
        self.lines = 0
        self._dialects = catalogue.chosen(sdk)
        self._reader = SignReader(context, sdk)
        self._named = sdk.replace("_", "-")
        self._sdk = sdk
        self._calm = Sieve(_looked_for(sdk, _FAILS))
        self._alert: Sieve | None = None  # it also looks for what heals a failure
        self._open: dict[str, set[Stage]] = {}  # failures that nothing healed yet: by speaker, their stages
        self._first: list[Sign] = []
        self._last: deque[Sign] = deque(maxlen=_EACH_END)
        self._dropped: Counter[str] = Counter()
        self._found: Counter[str] = Counter()  # dialects, by how often they showed
        self._looked = 0
        self._head = b""
        self._clock = clocks.LogClock()
        self._tail: list[bytes] = []  # the last lines of the block before

    def add(self, block: bytes) -> bool:
        """Take in whole lines in UTF-8; only the last may lack its end. Tells whether one of them says something."""
        if len(self._head) < _HEAD:
            self._head += block[: _HEAD - len(self._head)]
        lines = block.split(b"\n")
        if not lines[-1]:
            lines.pop()
        news = False
        watches = bool(self._open)
        numbers: Iterable[int] = self._sieve().lines(block)
        while True:
            turned = False
            for number in numbers:
                if number < len(lines) and (sign := self._sign(lines, number)):
                    news = True
                    self._keep(sign)
                    self._follow(sign)
                    if self._open and not watches:
                        watches = True
                        numbers, turned = [each for each in self._sieve().lines(block) if each > number], True
                        break
            if not turned:
                break
        self.lines += len(lines)
        self._tail = (self._tail + lines)[-NEAR:]
        return news

    def story(self) -> Story:
        """What happened so far."""
        dialects = self._recognised()
        plot = story.tell((*self._first, *self._last), dialects)
        hub, device = next_step.names(self._head.decode("utf-8", "replace"))
        told = _Telling(plot, self._dropped, self.lines, dialects, (hub, device), self._dialects).story()
        skew = self._clock.skew
        if skew is None or abs(skew) <= clocks.ALLOWED_MS:
            return told
        way = "ahead of" if skew > 0 else "behind"
        note = f"The device's clock is {abs(skew) // 1000} s {way} the service's."
        return replace(told, skew=skew, notes=(*told.notes, note))

    def counted(self) -> Sequence[Sign]:
        """The signs of failures so far, with what they mean in the log's dialects."""
        plot = story.tell((*self._first, *self._last), self._recognised())
        return [sign for sign in plot.signs if sign.exactness > Exactness.ECHO or len(plot.signs) == 1]

    def last_line(self) -> str:
        """The last line so far."""
        return self._tail[-1].decode("utf-8", "replace") if self._tail else ""

    def _sieve(self) -> Sieve:
        """What lets lines through: while a failure lasts, also those of what heals it."""
        if not self._open:
            return self._calm
        if self._alert is None:
            self._alert = Sieve(_looked_for(self._sdk, _ALL))
        return self._alert

    def _follow(self, sign: Sign) -> None:
        """Note which failures last."""
        if sign.kind is Kind.FAILS:
            self._open.setdefault(sign.speaker, set()).add(sign.stage)
        elif sign.kind is Kind.WORKS:
            for speaker in [each for each in self._open if story.same(sign.speaker, each)]:
                self._open[speaker] = {stage for stage in self._open[speaker] if not story.heals(sign.stage, stage)}
                if not self._open[speaker]:
                    del self._open[speaker]

    def _sign(self, lines: Sequence[bytes], number: int) -> Sign | None:
        def before() -> list[str]:
            near = (self._tail + list(lines[max(0, number - NEAR) : number]))[-NEAR:]
            return [each.decode("utf-8", "replace") for each in near]

        line = lines[number].decode("utf-8", "replace").rstrip("\r")
        self._clock.read(line)
        sign = self._reader.read(self.lines + number + 1, line, before)
        if sign is not None and sign.own and self._looked < _RECOGNISED:
            self._looked += 1
            self._look("\n".join((*before()[-_AROUND:], line)))
        return sign

    def _keep(self, sign: Sign) -> None:
        if sign.dialect and not sign.own:
            self._found[sign.dialect] += 1
        if len(self._first) < _EACH_END:
            self._first.append(sign)
            return
        if len(self._last) == _EACH_END:
            self._dropped.update(self._last[0].codes)
        self._last.append(sign)

    def _look(self, text: str) -> None:
        for dialect in self._dialects:
            if _marks(dialect.marks).search(text):
                self._found[dialect.name] += 1

    def _recognised(self) -> tuple[str, ...]:
        """The dialects of the log, the plainest first."""
        found = Counter(self._found)
        head = self._head.decode("utf-8", "replace")
        for dialect in self._dialects:
            shared = dialect.name in catalogue.SHARED
            if not shared and (marks := len(_marks(dialect.marks).findall(head, 0, _HEAD))):
                found[dialect.name] += min(marks, 100)
        names = [name for name, _ in found.most_common() if name not in catalogue.SHARED]
        return tuple(dict.fromkeys(([self._named] if self._named else []) + names))


class _Telling:
    """Makes a story of a plot."""

    def __init__(self, plot: story.Plot, dropped: Counter[str], lines: int, dialects: Sequence[str],
                 names: tuple[str, str], tables: Iterable[Dialect]):  # fmt: skip
        self._plot, self._dropped, self._lines, self._names = plot, dropped, lines, names
        self._dialects, self._tables = dialects, tables
        self._sure = {
            sign.codes[0] for sign in plot.signs if len(sign.codes) == 1 and sign.exactness >= Exactness.STATUS
        }  # fmt: skip

    def story(self) -> Story:
        verdict = self._plot.verdict
        if verdict is None:
            return Story(dialects=tuple(self._dialects), lines=self._lines)
        root = self._root(verdict)
        before = tuple(self._root(each) for each in self._plot.before)
        mentions, roles = self._mentions(root, before)
        of_root = {sign.line for attempt in verdict.attempts for sign in attempt.fails if _shares(sign, root)}
        others = sum(sign.line not in of_root for attempt in verdict.attempts for sign in attempt.fails)
        code = root.entries[0].code
        hub, device = self._names
        return Story(
            root, before, others, mentions, roles, tuple(self._dialects), self._on_device(code), tuple(self._notes()),
            next_step.after(code, hub, device or root.speaker if re.fullmatch(r"[\w.-]+", root.speaker) else device),
            self._lines,
        )  # fmt: skip

    def _root(self, series: SignSeries) -> Root:
        sign = series.root
        codes_of = story.narrowed(series.codes, self._sure)
        names = dict.fromkeys(name for attempt in series.attempts[:LINES] for name in attempt.root.names)
        entries = tuple(causes_first.ordered(entry_of(code), (*names, sign.words)) for code in codes_of)
        return Root(
            entries, sign.line, sign.clock, sign.words, tuple(names)[:NAMES],
            len(series.attempts), series.last, series.healed, sign.speaker,
        )  # fmt: skip

    def _mentions(self, root: Root, before: Sequence[Root]) -> tuple[tuple[CodeHit, ...], dict[str, str]]:
        alone = {
            id(sign) for series in (self._plot.verdict, *self._plot.before) if series is not None
            for attempt in series.attempts if attempt.root.exactness == Exactness.ECHO for sign in attempt.fails
        }  # fmt: skip
        found: dict[str, CodeHit] = {}
        for sign in self._plot.signs:
            if sign.exactness == Exactness.ECHO and id(sign) not in alone:
                continue
            for code in story.narrowed(sign.codes, self._sure):
                found[code] = _again(found.get(code), code, sign)
        dropped = self._dropped
        mentions = [each._replace(times=each.times + dropped[code]) for code, each in found.items()]
        roles = _roles(found, root, before)
        order = {"root": 0, "before": 1, "recovered": 1, "consequence": 2}
        meant = {entry.code: entry for entry in root.entries}
        mentions = [each._replace(entry=meant.get(each.entry.code, each.entry)) for each in mentions]
        mentions.sort(key=lambda each: (order[roles[each.entry.code]], -each.times, each.lines))
        return tuple(mentions), roles

    def _on_device(self, code: str) -> str:
        steps = {dialect.name: dialect.steps for dialect in self._tables}
        return next((steps[name][code] for name in self._dialects if code in steps.get(name, {})), "")

    def _notes(self) -> Iterator[str]:
        if self._plot.flaps:
            again = "The device signs in and is cut off again and again."
            yield f"{again} Look for a second program with the same identity (400027 in the hub's log)."
        if self._plot.restarts:
            yield f"The device restarted {self._plot.restarts} times in this log."


def _roles(found: Collection[str], root: Root, before: Sequence[Root]) -> dict[str, str]:
    roles = dict.fromkeys(found, "consequence")
    for each in before:
        role = "recovered" if each.healed else "before"
        roles.update({entry.code: role for entry in each.entries if entry.code in roles})
    roles.update({entry.code: "root" for entry in root.entries if entry.code in roles})
    return roles


def _shares(sign: Sign, root: Root) -> bool:
    return any(entry.code in sign.codes for entry in root.entries)


def _again(so_far: CodeHit | None, code: str, sign: Sign) -> CodeHit:
    if so_far is None:
        return CodeHit(entry_of(code), sign.names[:NAMES], 1, (sign.line,))
    names = tuple(dict.fromkeys((*so_far.names, *sign.names)))[:NAMES]
    lines = (*so_far.lines, sign.line) if len(so_far.lines) < LINES else so_far.lines
    return CodeHit(so_far.entry, names, so_far.times + 1, lines)


@cache
def entry_of(code: str) -> Entry:
    """The entry of a code of ours."""
    return next(entry for entry in lookup.find(code) if entry.code == code)


@cache
def _marks(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.I | re.M)


@cache
def _looked_for(sdk: str, kinds: tuple[Kind, ...]) -> blocks.Keys:
    rows = (row.key for dialect in catalogue.chosen(sdk) for row in dialect.rows if row.kind in kinds)
    return blocks.keys((*rows, *codes.literals(), *clocks.MARKS, *_RESOURCE_LOG), _NUMBERS)


def read_text(text: str, context: str = "", sdk: str = "") -> Story:
    """The story of a text that is there as a whole."""
    reading = LogReading(context, sdk)
    reading.add(text.encode("utf-8", "replace"))
    return reading.story()
