"""From the signs of a log to its story: the first failure, what followed, and whether the device got over it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from azext_iotdiag.insights import stages
from azext_iotdiag.insights.dialects.table import Exactness, Kind
from azext_iotdiag.insights.signs import Sign
from azext_iotdiag.insights.stages import Stage

# What happens to devices that are well, now and then: no failure where they get over it.
_RENEWAL = "sdk-token-expired"
_ROUTINE = frozenset({_RENEWAL, "wifi-lost", "clock-skew"})
# No answer came: that shows nothing of the network below.
_SILENCE = frozenset({
    "connack-missing", "puback-missing", "server-silent", "request-unanswered", "dps-unreached",
    "mqtt-no-ping-response", "port-8883-blocked",
})  # fmt: skip
_FLAPS = 3  # losses after a good sign-in that make a pattern


@dataclass
class Attempt:
    """The failures between the beginning of an attempt to connect and its end."""

    fails: list[Sign]
    root: Sign
    healed: int = 0


@dataclass
class SignSeries:
    """Attempts that failed in the same way. `root` is the first failure; the others followed from it."""

    root: Sign
    attempts: list[Attempt] = field(default_factory=list)

    @property
    def healed(self) -> int:
        """The line from which on the device works again, 0 where it does not."""
        return self.attempts[-1].healed

    @property
    def last(self) -> int:
        """The last line of its root's kind."""
        return max(attempt.root.line for attempt in self.attempts)

    @property
    def codes(self) -> tuple[str, ...]:
        """What its root can mean; where another attempt says it better, by that."""
        return min((attempt.root.codes for attempt in self.attempts if attempt.root.codes), key=len, default=())


@dataclass(frozen=True)
class Plot:
    """What happened: the series that stands at the end, those before it, and the signs that count at all."""

    verdict: SignSeries | None
    before: tuple[SignSeries, ...]
    signs: tuple[Sign, ...]
    restarts: int = 0
    flaps: bool = False


def tell(signs: Iterable[Sign], dialects: Collection[str]) -> Plot:
    """What happened by these signs, in a log of these dialects."""
    counted = [known for sign in signs if (known := _resolved(sign, dialects)) is not None]
    restarts = sum(sign.kind is Kind.RESTARTS for sign in counted)
    series = _series(_attempts(counted))
    quiet = {id(sign) for each in series if _is_routine(each) for attempt in each.attempts for sign in attempt.fails}
    series = [each for each in series if not _is_routine(each) and each.codes]
    open_ones = [each for each in series if not each.healed]
    standing = open_ones or series
    verdict = standing[-1] if standing else None
    left = tuple(sign for sign in counted if sign.kind is Kind.FAILS and id(sign) not in quiet)
    before = tuple(each for each in series if each is not verdict)
    return Plot(verdict, before, left, restarts, verdict is not None and _flaps(verdict))


def _resolved(sign: Sign, dialects: Collection[str]) -> Sign | None:
    """The sign with what it means in these dialects; None where it counts in none of them."""
    if not sign.own:
        return sign
    held = [codes for dialect, codes in sign.own if dialect in dialects]
    if not held:
        return None
    codes = tuple(dict.fromkeys(code for each in held for code in each))
    stage = stages.of(codes[0]) if codes else sign.stage
    ends = codes and sign.exactness is Exactness.EXACT and all(map(stages.is_end, codes))
    return sign._replace(codes=codes, stage=stage, exactness=Exactness.END if ends else sign.exactness)


class _UnderWay:
    """The failures of an attempt that is not over. `stages` are those of the exact ones."""

    def __init__(self) -> None:
        self.fails: list[Sign] = []
        self.stages: set[Stage] = set()

    def add(self, sign: Sign) -> None:
        self.fails.append(sign)
        if sign.exactness >= Exactness.STATUS:
            self.stages.add(sign.stage)


def _attempts(signs: Iterable[Sign]) -> list[Attempt]:
    done: list[Attempt] = []
    open_ones: list[Attempt] = []  # those of `done` that are not healed
    under_way: dict[str, _UnderWay] = {}
    current = ""

    def end(fails: list[Sign]) -> None:
        attempt = Attempt(fails, _root(fails))
        done.append(attempt)
        open_ones.append(attempt)

    def close(speaker: str) -> None:
        if attempt := under_way.pop(speaker, None):
            end(attempt.fails)

    for sign in signs:
        speaker = sign.speaker or current
        if sign.kind is Kind.FAILS and set(sign.codes) == {_RENEWAL}:
            end([sign])  # has nothing to do with what failed before it
        elif sign.kind is Kind.FAILS:
            if speaker in under_way and _begins_anew(under_way[speaker].stages, sign):
                close(speaker)
            under_way.setdefault(speaker, _UnderWay()).add(sign)
            current = speaker
        elif sign.kind is Kind.BEGINS:
            close(speaker)
        elif sign.kind is Kind.WORKS:
            for each in [name for name in under_way if same(sign.speaker, name)]:
                close(each)
            for attempt in open_ones:
                if same(sign.speaker, attempt.root.speaker) and heals(sign.stage, attempt.root.stage):
                    attempt.healed = sign.line
            open_ones = [attempt for attempt in open_ones if not attempt.healed]
    for speaker in list(under_way):
        close(speaker)
    return sorted(done, key=lambda attempt: attempt.root.line)


def same(one: str, other: str) -> bool:
    """Whether two speakers may be one: a line may name none."""
    return not one or not other or one == other


def heals(stage: Stage, failed: Stage) -> bool:
    """Whether a success at a stage shows that a failure is over."""
    return failed == stage if stage <= Stage.WIFI else failed <= stage


def _begins_anew(stages: Collection[Stage], sign: Sign) -> bool:
    """Whether a sign shows that another attempt is under way, by the stages at which the present one failed.

    That is one of an earlier stage, and one of a later stage where the network failed before.
    """
    if sign.exactness < Exactness.STATUS or sign.stage < Stage.NAME:
        return False
    if set(sign.codes) & _SILENCE:
        return False
    if sign.stage <= Stage.TLS and any(stage > sign.stage for stage in stages):
        return True
    answered = sign.stage >= Stage.TLS
    return answered and any(Stage.NAME <= stage <= Stage.TLS and stage < sign.stage for stage in stages)


def _root(fails: Sequence[Sign]) -> Sign:
    """The failure of an attempt from which its others followed."""
    meant = [sign for sign in fails if sign.codes] or list(fails)
    strong = [sign for sign in meant if sign.exactness >= Exactness.STATUS]
    if strong:
        return min(strong, key=lambda sign: (sign.stage, -sign.exactness, sign.line))
    best = max(sign.exactness for sign in meant)
    return next(sign for sign in meant if sign.exactness == best)


def _series(attempts: Iterable[Attempt]) -> list[SignSeries]:
    found: list[SignSeries] = []
    for attempt in attempts:
        same = next((each for each in reversed(found) if _like(each, attempt)), None)
        if same is None:
            found.append(SignSeries(attempt.root, [attempt]))
        else:
            found.remove(same)
            same.attempts.append(attempt)
            found.append(same)
    return found


def _like(series: SignSeries, attempt: Attempt) -> bool:
    """Whether an attempt failed as a series did, or says no more than that it failed while that goes on."""
    if not same(series.root.speaker, attempt.root.speaker):
        return False
    if set(series.codes) & set(attempt.root.codes):
        return True
    vague = attempt.root.exactness < Exactness.STATUS and not attempt.healed
    return vague and not series.healed and series.root.exactness >= attempt.root.exactness


def _is_routine(series: SignSeries) -> bool:
    return bool(series.healed) and all(
        set(attempt.root.codes) <= _ROUTINE and attempt.healed for attempt in series.attempts
    )


def _flaps(series: SignSeries) -> bool:
    """Whether the device signs in and is cut off, again and again."""
    ends = [attempt for attempt in series.attempts if all(map(stages.is_end, attempt.root.codes))]
    return sum(bool(attempt.healed) for attempt in ends) >= _FLAPS


def narrowed(codes: Sequence[str], sure: Collection[str]) -> tuple[str, ...]:
    """Of codes that a line does not tell apart those that another line is sure of; all where none is."""
    left = tuple(code for code in codes if code in sure)
    return left if len(codes) > 1 and left else tuple(codes)
