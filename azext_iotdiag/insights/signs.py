"""What one line of a device's log says: a failure, a success, the beginning of an attempt, or nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from azext_iotdiag.insights import codes, places, prefixes, shown, stages
from azext_iotdiag.insights.dialects import catalogue
from azext_iotdiag.insights.dialects.table import Exactness, Kind, Row
from azext_iotdiag.insights.stages import Stage
from azext_iotdiag.knowledge import lookup

PIECE = 8_192  # characters of a line that are looked at in one go
_OVERLAP = 256
_KEPT = 4_096  # lines of which it is remembered what they say
_ENUM = 4  # names on one line that make it a listing

# Names of clients that stand for many failures, whatever their entry says.
_VAGUE_NAMES = frozenset({
    "unauthorizedexception", "amqpunauthorizedaccessexception", "devicenotfoundexception", "devicenotfounderror",
    "serviceunavailableerror", "internalservererror", "argumenterror", "unauthorizederror", "sslhandshakeexception",
    "eproto", "amqp:unauthorized-access", "com.microsoft:timeout", "servererrorexception", "unauthorized",
    "throttlingerror",
    "iothubthrottledexception", "serverbusyexception", "certificate_verify_failed", "remotecertificatechainerrors",
})  # fmt: skip
_TROUBLE = re.compile(
    r"fail|refus|error|exception|reject|denied|unauthor|connack|time(?:d )?out|expired|disconnect|lost|invalid|"
    r"cannot|unable|"
    r"not |abort|reset|closed|return_code|\brc\b|result code|status\D{0,10}[45]\d\d",
    re.I,
)
# The body of a message or of a twin is data of the user.
_BODY = re.compile(
    r"\b(?:send(?:ing)?|sent|publish(?:ing|ed)?|telemetry|payload|message body|reported(?: propert\w+)?|desired|body)\b"
    r"[^{\n]{0,120}(\{.*\})",
    re.I | re.S,
)
_SENDS = re.compile(r"\b(?:sen[dt]|publish|telemetry|payload|message body|reported|desired|body)", re.I)
_ANSWER = re.compile(r"trackingid|exceptionmessage", re.I)  # an answer of a service, whatever word stands before it
_RECEIVED = re.compile(r"errorcode|error_?message", re.I)
_OWN_DATA = re.compile(r"\b(?:send(?:ing)?|sent|publish(?:ing|ed)?|telemetry|reported|desired)\b", re.I)
_SPEAKER = re.compile(
    r"\bdevices/([\w.:%-]{1,128})/(?:messages|modules)|\.azure-devices\.[a-z]+/([\w.:-]{1,128})/|"
    r"\bdevice ?_?id[\"']?\s?[:=]\s?[\"']?([\w.:-]{1,128})|\bfor client ([\w.:/-]{1,128})",
    re.I,
)


_LINKED = "dps-linked-hub-refuses"
# A clock that was never set, and what goes wrong with such a clock.
_UNSET = re.compile(r"\b(?:1970|1980)\b")
_BY_CLOCK = frozenset({
    "device-refused", "dps-401", "hub-401000", "hub-401002", "hub-401003", "sas-expired", "sdk-token-expired",
    "token-refused", "certificate-expired", "certificate-not-yet-valid", "certificate-untrusted", "sdk-bad-credential",
})  # fmt: skip
_DIGITS = str.maketrans("123456789", "0" * 9)
# Where one of its numbers may be a code.
_NUMBERED = (
    re.compile(r"(?<![\d.+-])000000(?![\d-])"),
    re.compile(
        r"http|status[ _-]?code|connack|not accepted: |return[ _]?code|result code|reason ?code|\brc ?[=:]|/res/"
    ),
)


class _Form(NamedTuple):
    """What may stand in lines of one form: rows, names of the knowledge base, numbers."""

    rows: tuple[tuple[Row, str], ...]
    words: bool
    numbers: bool


class Sign(NamedTuple):
    """What a line says.

    `codes` are those of the knowledge base that it can mean; several where the line does not decide. `names` are the
    words or numbers that said so. Where `own` is not empty, the sign counts only in a log of one of its dialects, and
    means the codes beside that. `speaker` is the device or client that the line is about, "" where it names none.
    """

    line: int
    kind: Kind
    codes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    exactness: Exactness = Exactness.EXACT
    stage: Stage = Stage.SIGN_IN
    words: str = ""
    clock: str = ""
    dialect: str = ""
    own: tuple[tuple[str, tuple[str, ...]], ...] = ()
    speaker: str = ""


class _Match(NamedTuple):
    """A row that fits a line, where, and what it means: codes, and names whose codes the place decides."""

    kind: Kind
    start: int
    end: int
    means: tuple[str, ...]
    name: str
    exactness: Exactness | None
    stage: Stage
    dialect: str
    own: bool
    whole: bool


Before = Callable[[], Sequence[str]]


@cache
def _literals() -> tuple[str, ...]:
    return tuple(dict.fromkeys(literal.translate(_DIGITS) for literal in codes.literals()))


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.I)


@cache
def _rows(sdk: str) -> tuple[tuple[str, Row, str], ...]:
    """The rows that count, each with its key as it stands in a form, and the name of its dialect."""
    return tuple(
        (row.key.translate(_DIGITS), row, dialect.name) for dialect in catalogue.chosen(sdk) for row in dialect.rows
    )


class SignReader:
    """Reads lines by the tables of the dialects. `context` and `sdk` are what the user said of the log."""

    def __init__(self, context: str = "", sdk: str = ""):
        self._context = context
        self._rows = _rows(sdk)
        self._known: dict[str, tuple[_Match, ...]] = {}
        self._forms: dict[str, _Form] = {}

    def read(self, number: int, line: str, before: Before = tuple) -> Sign | None:
        """What a line says, None for nothing. `before` gives the lines before it, the nearest last."""
        if len(line) <= PIECE:
            return self._read(number, line, before)
        pieces = (line[at : at + PIECE] for at in range(0, len(line), PIECE - _OVERLAP))
        found = [sign for piece in pieces if (sign := self._read(number, piece, before))]
        return max(found, key=lambda sign: (sign.kind is Kind.FAILS, sign.exactness), default=None)

    def _read(self, number: int, line: str, before: Before) -> Sign | None:
        parted = prefixes.parted(line)
        form = self._form(parted.text)
        if not form.rows and not form.words and not form.numbers:
            return None
        text = _without_body(parted.text)
        matches = self._known.get(text)
        if matches is None:
            if len(self._known) >= _KEPT:
                self._known.clear()
            matches = self._known[text] = tuple(self._matches(text, form))
        if not matches:
            return None
        fails = [each for each in matches if each.kind is Kind.FAILS]
        if not fails or (parted.quiet and not _TROUBLE.search(text)):
            return self._progress(number, parted, matches, line)
        return self._failure(number, parted, fails, line, before)

    def _progress(self, number: int, parted: prefixes.Line, matches: Iterable[_Match], line: str) -> Sign | None:
        for kind in (Kind.WORKS, Kind.RESTARTS, Kind.BEGINS):
            for each in matches:
                if each.kind is kind:
                    own = ((each.dialect, ()),) if each.own else ()
                    return Sign(number, kind, stage=each.stage, clock=parted.clock, dialect=each.dialect, own=own,
                                speaker=_speaker(line))  # fmt: skip
        return None

    def _failure(
        self, number: int, parted: prefixes.Line, fails: Sequence[_Match], line: str, before: Before
    ) -> Sign | None:
        if any(not each.own for each in fails):
            fails = [each for each in fails if not each.own]
        weighed = []
        for each in fails:
            meant = self._codes(each, line, before)
            if meant or each.exactness is Exactness.ECHO:
                weighed.append((_exactness(each, meant), each, meant))
        if not weighed:
            return None
        best = max(exactness for exactness, _, _ in weighed)
        most: dict[str, Exactness] = {}  # the dialect of a log chooses among rows of its own only
        for exactness, each, _ in weighed:
            most[each.dialect] = max(exactness, most.get(each.dialect, exactness))
        kept = _outermost([
            (each, meant) for exactness, each, meant in weighed
            if exactness == (most[each.dialect] if each.own else best)
        ])  # fmt: skip
        first = min((each for each, _ in kept), key=lambda each: each.start)
        if best is Exactness.WRAPPER:  # of several vague names on a line the first says what the others wrap
            kept = [(each, meant) for each, meant in kept if each.start == first.start]
        by_dialect: dict[str, tuple[str, ...]] = {}
        for each, meant in kept:
            by_dialect[each.dialect] = (*by_dialect.get(each.dialect, ()), *meant)
        meant = tuple(dict.fromkeys(code for codes_of in _narrowed(kept) for code in codes_of))
        if _LINKED in meant and "hub-401002" not in meant:  # the number beside it is its own
            meant = (_LINKED,)
        elif _UNSET.search(parted.clock) and set(meant) <= _BY_CLOCK:
            meant = ("clock-skew",)
        return Sign(
            number, Kind.FAILS, meant, tuple(dict.fromkeys(each.name for each, _ in kept)), best,
            stages.of(meant[0]) if meant else Stage.SIGN_IN, shown.words(parted.text, first.start), parted.clock,
            first.dialect, tuple(by_dialect.items()) if first.own else (), _speaker(line),
        )  # fmt: skip

    def _matches(self, text: str, form: _Form) -> Iterator[_Match]:
        found = [each for row, dialect in form.rows for each in _fits(row, dialect, text)]
        if any(each.whole for each in found):
            return
        hits = codes.find(text, words=form.words) if form.words or form.numbers else []
        found = [each for each in _innermost(found) if not any(_holds(hit, each) for hit in hits)]
        named = [hit for hit in hits if not any(_claims(each, hit) for each in found)]
        if _is_listing((*(each.name for each in found), *(hit.name for hit in named))):
            return
        yield from (each for each in found if each.kind is not Kind.NOTHING)
        for hit in named:
            status = len(hit.name) == 3 and hit.name.isdigit()
            means = f"status:{hit.name}" if status else f"name:{hit.name}" + (f"@{hit.context}" if hit.context else "")
            yield _Match(Kind.FAILS, hit.start, hit.end, (means,), hit.name, None, Stage.SIGN_IN, "", False, False)

    def _form(self, text: str) -> _Form:
        """What may stand in lines that differ from this one by their digits only."""
        form = text.translate(_DIGITS).lower()
        known = self._forms.get(form)
        if known is None:
            if len(self._forms) >= _KEPT:
                self._forms.clear()
            rows = tuple((row, dialect) for key, row, dialect in self._rows if key in form)
            words = any(literal in form for literal in _literals())
            known = self._forms[form] = _Form(rows, words, any(digit.search(form) for digit in _NUMBERED))
        return known

    def _codes(self, match: _Match, line: str, before: Before) -> tuple[str, ...]:
        """The codes of a match; what stands for several services is decided by the line, then by its neighbours."""
        meant: dict[str, None] = {}
        for each in match.means:
            kind, _, rest = each.partition(":")
            if kind == "status":
                place = self._context or places.of(line) or places.near(before())
                for name in places.statuses(rest, place):
                    meant.update(dict.fromkeys(_entries(name, "")))
            elif kind == "registration":  # a state that only the provisioning service names so
                place = self._context or places.of(line) or places.near(before())
                meant.update(dict.fromkeys((rest,) if place == "dps" else ()))
            elif kind == "name":
                name, _, told = rest.partition("@")
                context = self._context or told or (places.service(line, before) if _open(name) else "")
                meant.update(dict.fromkeys(_entries(name, context)))
            elif each == "device-refused":
                meant["dps-401" if (self._context or places.service(line, before)) == "dps" else each] = None
            else:
                meant[each] = None
        return tuple(code for code in meant if stages.is_failure(code))


def _fits(row: Row, dialect: str, text: str) -> Iterator[_Match]:
    for match in _compiled(row.pattern).finditer(text):
        meant = row.meaning(match)
        if meant is None:
            continue
        means = tuple(meant.split())
        if means or row.kind is not Kind.FAILS or row.exactness is Exactness.ECHO or row.whole:
            whole = row.whole and row.kind is Kind.NOTHING
            name = match[0].strip()
            yield _Match(row.kind, *match.span(), means, name, row.exactness, row.stage, dialect, row.own, whole)
        elif row.kind is Kind.FAILS:  # a number that its table knows, and that is no fault
            yield _Match(Kind.NOTHING, match.start(), match.end(), (), "", None, row.stage, dialect, row.own, False)


def _is_listing(names: Iterable[str]) -> bool:
    """Whether so many names of failures stand on a line that it is the declaration of an enum."""
    return len({name for name in names if name.isidentifier() and not name.islower()}) >= _ENUM


def _outermost(kept: Sequence[tuple[_Match, tuple[str, ...]]]) -> list[tuple[_Match, tuple[str, ...]]]:
    """The matches without those within a longer one, and without repetitions of the same words."""
    left: list[tuple[_Match, tuple[str, ...]]] = []
    for each, meant in kept:
        longer = any(_within(each, other) and not _within(other, each) and other.own == each.own for other, _ in kept)
        same = any(
            (each.start, each.end, each.own) == (other.start, other.end, other.own) and other.dialect != each.dialect
            for other, _ in left
        )  # fmt: skip
        if not longer and (each.own or not same):
            left.append((each, meant))
    return left


def _narrowed(kept: Iterable[tuple[_Match, tuple[str, ...]]]) -> Iterator[tuple[str, ...]]:
    """The meanings of matches; what may mean several codes is decided by a neighbour that means one of them."""
    alone = {codes_of[0] for _, codes_of in kept if len(codes_of) == 1}
    for _, codes_of in kept:
        yield tuple(code for code in codes_of if code in alone) or codes_of


def _holds(hit: codes.Hit, match: _Match) -> bool:
    """Whether a sentence of the knowledge base says more than the row does in the same place."""
    meets = hit.start < match.end and match.start < hit.end
    return meets and " " in hit.name and match.kind is Kind.FAILS and hit.end - hit.start > match.end - match.start


def _claims(match: _Match, hit: codes.Hit) -> bool:
    said = match.kind in (Kind.FAILS, Kind.NOTHING) and not match.own
    return said and match.start < hit.end and hit.start < match.end


def _innermost(found: Sequence[_Match]) -> list[_Match]:
    """The matches without those that lie in words which count for nothing."""
    nothing = [each for each in found if each.kind is Kind.NOTHING and not each.own]
    return [
        each for each in found
        if each.kind is not Kind.FAILS or not any(_within(each, other) for other in nothing)
    ]  # fmt: skip


def _within(match: _Match, other: _Match) -> bool:
    return other.start <= match.start and match.end <= other.end


def _exactness(match: _Match, meant: Sequence[str]) -> Exactness:
    if match.exactness is not None:
        return match.exactness
    if match.name.lower() in _VAGUE_NAMES or (meant and all(map(stages.is_wrapper, meant))):
        return Exactness.WRAPPER
    number = match.name.isdigit()
    if meant and all(map(stages.is_end, meant)) and not number:
        return Exactness.END
    status = len(match.name) == 3 and number
    return Exactness.STATUS if status or len(meant) > 1 else Exactness.EXACT


@cache
def _entries(name: str, context: str) -> tuple[str, ...]:
    return tuple(entry.code for entry in lookup.find(name, context) or lookup.find(name))


@cache
def _open(name: str) -> bool:
    """Whether the provisioning service and another one use this name."""
    return f"dps:{name.lower()}" in {each.lower() for each in lookup.NAMES}


def _without_body(text: str) -> str:
    at = text.find("{")
    if at < 0 or not _SENDS.search(text, max(0, at - 160), at):
        return text
    match = _BODY.search(text)
    if match is None or _ANSWER.search(match[1]):
        return text
    if _RECEIVED.search(match[1]) and not _OWN_DATA.match(match[0]):
        return text
    return text[: match.start(1)] + " " * len(match[1]) + text[match.end(1) :]


def _speaker(line: str) -> str:
    match = _SPEAKER.search(line)
    return next((group for group in match.groups() if group), "") if match else ""
