"""What happened by a log, as a person and a program read it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

from azext_iotdiag.model.code_hit import CodeHit, LogAwaited, LogInterrupted
from azext_iotdiag.model.finding import Cause, Entry
from azext_iotdiag.model.story import LogNews, Root, Story
from azext_iotdiag.render import story as render


def entry(code: str, causes: int) -> Entry:
    """An entry with so many causes, the first of them with two steps."""
    made = tuple(
        Cause(
            f"Cause {n} of {code}.", ("Step one: `az iot hub device-twin show`.", "Step two.")[: 2 if n == 1 else n % 2]
        )
        for n in range(1, causes + 1)
    )
    return Entry(code, f"Title of {code}", made, meaning=f"Meaning of {code}.")


REFUSED, CUT, DNS, CLOCK, SLOW = (
    entry(*each) for each in (("refused", 3), ("cut", 4), ("dns", 1), ("clock", 0), ("slow", 1))
)
ROOT = Root((REFUSED,), 7, words="connect \x1b[31mrefused", last=7)
HITS = tuple(CodeHit(each, (each.code,), n + 1, (n + 8,)) for n, each in enumerate((CUT, DNS, CLOCK, SLOW, REFUSED)))
FOLLOWED = {each.entry.code: "consequence" for each in HITS}
STORIES = {
    "no failure": Story(lines=1_200, notes=("A note.",)),
    "a failure": Story(ROOT, mentions=HITS[4:], roles={"refused": "root"}, lines=9),
    "more than three causes": Story(replace(ROOT, entries=(CUT,))),
    "twice, with a clock and a device": Story(
        replace(ROOT, times=2, last=1_012, clock="10:00:07", speaker="pump\x1b[0m", line=1_007),
        on_device="Change this.", notes=("A note.",), next_command="az iot diag check",
    ),
    "recovered": Story(replace(ROOT, healed=1_050), lines=1_100),
    "two that are not told apart": Story(replace(ROOT, entries=(REFUSED, CUT))),
    "consequences without a code": Story(ROOT, consequences=1),
    "consequences of five codes": Story(ROOT, consequences=15, mentions=HITS, roles=FOLLOWED),
    "consequences of one of two codes": Story(
        ROOT, consequences=2, mentions=HITS[:2], roles={"cut": "before", "dns": "consequence"}
    ),
    "four before": Story(
        ROOT, tuple(replace(ROOT, entries=(CUT,), line=n, healed=n // 3 * 2_000) for n in (1, 2, 3, 4))
    ),
    "four dialects": Story(ROOT, dialects=("c", "java", "node", "python")),
}  # fmt: skip


def test_golden(golden: Callable[[str, str], None]) -> None:
    told: list[str] = []
    for name, story in STORIES.items():
        told += [f"== {name}", *render.text(story)]
    told += ["== whole", *render.text(STORIES["consequences of five codes"], whole=True)]
    golden("story.txt", "\n".join(told) + "\n")


def test_golden_json(golden: Callable[[str, str], None]) -> None:
    told = {name: render.data(story) for name, story in STORIES.items()}
    for each in told.values():
        each["entries"] = [(one["code"], one["role"], one["lines"]) for one in each["entries"]]
    golden("story.json", json.dumps(told, indent=1) + "\n")


def test_news_of_a_log_that_is_followed() -> None:
    told = [
        [*render.event_lines(each)]
        for each in (
            LogAwaited(), LogInterrupted(1), LogInterrupted(1_200), LogNews(STORIES["a failure"]),
            LogNews(STORIES["no failure"]),
        )
    ]  # fmt: skip
    assert told[:3] == [
        ["Waiting for a log on standard input ..."],
        ["Interrupted after 1 line: not everything was read."],
        ["Interrupted after 1,200 lines: not everything was read."],
    ]
    assert told[3] == [*render.text(STORIES["a failure"])][:2] and told[4] == []
