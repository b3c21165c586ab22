"""Which faults an access cannot tell apart, by the facts that it yields: derived from what was recorded, not chosen.

Two rows are in one set where their facts files differ in nothing but times, ids and lengths.
"""

from __future__ import annotations

import itertools
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from tests.matrix.accesses import Access, Seen
from tests.matrix.row import HEALTHY, NONE, Row
from tests.matrix.texts import WORDS

# Numbers that are times or lengths, by the names of their fields: when, how long, how many. All others count.
MEASURES = frozenset({
    "acknowledged", "ahead", "attempted", "came", "count", "desired", "desired_version", "devices", "largest",
    "last_activity", "longest_gap", "marked", "measured", "messages", "most_devices", "most_messages", "newest",
    "queued", "read", "reported", "reported_version", "seconds", "since", "status_updated", "succeeded", "times",
    "uncertain", "until", "updated", "version",
})  # fmt: skip
# Counts of all devices. Of what was lost, a 0 tells something of one device, and of what came, nothing does.
LOST = frozenset({"throttled", "orphaned", "dropped", "incompatible"})
CAME = frozenset({"accepted", "attempted", "built_in"})
LEFT_OUT = ("now", "clock", "goal")  # the time of the run, that of this machine, and what was asked
_MADE_UP = (
    re.compile(r"[0-9a-f]{32}"),  # tracking ids
    re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
    re.compile(r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{4} [0-9:]{8}|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z?"),
    re.compile(rf"(?:(?:{'|'.join(WORDS)})\b ?)+"),  # a text that nobody documents is no difference
    re.compile(r"127\.0\.0\.1:[0-9]+"),
)


class Played(NamedTuple):
    """A row that was played, and what was seen with each access. `ids` are the names by chance that it used."""

    row: Row
    ids: tuple[str, ...]
    seen: Mapping[Access, Seen]

    def facts(self, access: Access) -> str:
        """The facts without times, ids and lengths, as a text that can be compared."""
        facts = {name: fact for name, fact in self.seen[access].facts.items() if name not in LEFT_OUT}
        return json.dumps(_bare(facts, self.ids, ""), sort_keys=True)

    def verdict(self, access: Access) -> tuple[str, ...]:
        """What is said with an access, what is said beside it, and the causes that are left."""
        seen = self.seen[access]
        return (seen.said, *sorted(seen.also), *seen.causes)

    def __repr__(self) -> str:
        return self.row.name


def _bare(value: Any, ids: Iterable[str], field: str) -> Any:
    """A value of a facts file without what may differ."""
    if isinstance(value, dict):
        return {name: _bare(each, ids, name) for name, each in value.items()}
    if isinstance(value, list):
        return [_bare(each, ids, field) for each in value]
    if field in CAME:
        return "…"
    if field in MEASURES or field in ("begin", "end") or (field in LOST and value):
        return None if value is None else "…"
    if isinstance(value, str):
        for each in ids:
            value = re.sub(re.escape(each), "…", value, flags=re.IGNORECASE)
        for pattern in _MADE_UP:
            value = pattern.sub("…", value)
    return value


def sets(played: Iterable[Played], access: Access) -> list[list[Played]]:
    """The rows that this access cannot tell apart, together."""
    found: dict[str, list[Played]] = defaultdict(list)
    for each in played:
        if access in each.seen:
            found[each.facts(access)].append(each)
    return list(found.values())


def mean_size(played: Iterable[Played], access: Access) -> float:
    """How many faults the set of a row holds, on average over the rows with a fault."""
    sizes = [
        len({each.row.truth for each in together})
        for together in sets(played, access)
        for each in together
        if each.row.truth != HEALTHY
    ]
    return sum(sizes) / len(sizes)


def confused(played: Iterable[Played], access: Access) -> list[str]:
    """The rows that share a verdict, are different faults, and whose facts differ: the doctor could tell them apart.

    A row of which nothing is said must look like a healthy one, unless its fault stands beside the verdict.
    """
    alike: dict[tuple[str, ...], list[Played]] = defaultdict(list)
    for each in played:
        if access in each.seen:
            alike[each.verdict(access)].append(each)
    wrong = []
    for verdict, together in alike.items():
        healthy = {each.facts(access) for each in together if each.row.truth == HEALTHY}
        faults = [each for each in together if each.row.truth != HEALTHY]
        if verdict[0].startswith(NONE):
            wrong += [
                f"{each.row.name}: {' '.join(verdict)}, and no device that is well looks so"
                for each in faults
                if each.facts(access) not in healthy and each.row.truth not in each.seen[access].also
            ]
            continue
        for first, second in itertools.combinations(faults, 2):
            if first.row.truth != second.row.truth and first.facts(access) != second.facts(access):
                where = ", ".join(_differences(json.loads(first.facts(access)), json.loads(second.facts(access))))
                wrong.append(f"{first.row.name} and {second.row.name}: {' '.join(verdict[:2])}; they differ in {where}")
    return wrong


def _differences(one: Any, other: Any, path: str = "") -> Iterator[str]:
    """Where two facts files differ."""
    if isinstance(one, dict) and isinstance(other, dict):
        for name in sorted({*one, *other}):
            yield from _differences(one.get(name), other.get(name), f"{path}.{name}" if path else name)
    elif one != other:
        yield f"{path} ({one!r}, {other!r})"


def too_sure(played: Iterable[Played], access: Access) -> list[str]:
    """The rows whose verdict is told as sure, although another fault has the same facts."""
    return [
        each.row.name
        for together in sets(played, access)
        for each in together
        if each.seen[access].certainty == "sure"
        and any(_goal(other, access) == _goal(each, access) and other.row.truth != each.row.truth for other in together)
    ]


def _goal(played: Played, access: Access) -> Any:
    """What was said to be missed: the same facts are a fault for one goal, and none for another."""
    return played.seen[access].facts.get("goal", {}).get("value")
