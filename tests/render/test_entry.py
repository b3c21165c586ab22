"""Entries for a person, as data and as a table."""

from __future__ import annotations

import pytest

from azext_iotdiag.knowledge import catalogue, lookup
from azext_iotdiag.model.code_hit import CodeHit, LogAwaited, LogInterrupted
from azext_iotdiag.model.finding import Cause, Entry, Fixer, Place, Retry
from azext_iotdiag.render import entry, story
from azext_iotdiag.render.wrapping import NARROWEST, wrapped

ONE = Entry(
    "one-cause",
    "It is broken",
    (Cause("Because.", ("Do `this`.", "Or that."), confirm="Look there."),),
    aliases=("499999", "ItIsBroken", "it was broken"),
    links=("https://example.com/x",),
    meaning="It does not work.",
    retry=Retry.BACK_OFF,
    fixers=(Fixer.NETWORK, Fixer.MICROSOFT),
    places=(Place.SDK,),
)
TWO = Entry("two-causes", "It is worse", (Cause("A.", ("B.",), check="it-is-well"), Cause("C.", ("D.",))), meaning="M.")

LOGGED = ("hub-401003", "hub-404104", "device-refused", "dps-400209", "ECONNREFUSED", "central-blocked", "hub-429001")


def test_golden(golden) -> None:
    """What is shown of one code, of a number with several meanings, and of a log."""
    asked = [CodeHit(each, ("401",)) for each in lookup.find("401")]
    log = [
        CodeHit(each, tuple(each.aliases[:2]) or (each.code,), 30 - number, (number + 1, number + 20))
        for number, code in enumerate(LOGGED)
        for each in lookup.find(code)
    ]
    told = [
        *entry.text([CodeHit(lookup.find("401003")[0], ("401003",))]),
        "",
        *entry.text(asked),
        "",
        *entry.survey(log, 12345),
        "",
        *entry.survey([], 1),
        *entry.list_lines([lookup.find(code)[0] for code in LOGGED[:5]]),
    ]
    golden("entries.txt", "\n".join(told) + "\n")


def test_one_entry() -> None:
    assert list(entry.text([CodeHit(ONE, ("499999",))])) == [
        "499999 ItIsBroken: It is broken [one-cause]",
        "  It does not work.",
        "",
        "  Because.",
        "  ? Look there.",
        "  → Do `this`.",
        "  → Or that.",
        "",
        "  A retry helps, with growing pauses in between.",
        "  Can be mended by: network administrator, Microsoft",
        "  Seen in: device SDK",
        "  Also called: 499999, ItIsBroken, it was broken",
        "  https://example.com/x",
    ]


def test_a_check_that_decides_is_named() -> None:
    lines = [line.strip() for line in entry.text([CodeHit(TWO, ())])]
    assert "? The check it-is-well decides it." in lines and "It may be one of these:" in lines


@pytest.mark.parametrize("width", [1, 40, 80, 110])
def test_no_line_is_wider_than_the_terminal_except_for_what_cannot_be_broken(width: int) -> None:
    for each in catalogue.ALL:
        for line in entry.text([CodeHit(each, ())]):
            for part in wrapped(line, width):
                assert len(part) <= max(width, NARROWEST) or len(part.split()) <= 3, part


def test_data() -> None:
    assert entry.data([CodeHit(ONE, ("499999",))]) == {
        "version": 1,
        "entries": [
            {
                "code": "one-cause",
                "title": "It is broken",
                "asked": ["499999"],
                "names": ["499999", "ItIsBroken", "it was broken"],
                "meaning": "It does not work.",
                "retry": "back-off",
                "fixers": ["network administrator", "Microsoft"],
                "places": ["device SDK"],
                "causes": [
                    {"why": "Because.", "mitigation": ["Do `this`.", "Or that."], "check": "", "confirm": "Look there."}
                ],
                "links": ["https://example.com/x"],
            }
        ],
    }


def test_data_of_a_log() -> None:
    told = entry.data([CodeHit(ONE, ("ItIsBroken",), 3, (1, 2, 9))], 12)
    assert told["linesRead"] == 12
    assert {name: told["entries"][0][name] for name in ("found", "count", "lines")} == {
        "found": ["ItIsBroken"], "count": 3, "lines": [1, 2, 9]
    }  # fmt: skip
    assert "asked" not in told["entries"][0]


def test_table() -> None:
    row = {"Code": "one-cause", "Name": "499999 ItIsBroken", "Title": "It is broken", "Retry": "back-off"}
    assert entry.table(entry.data([CodeHit(ONE, ("499999",))])) == [row]
    assert entry.table(entry.data([CodeHit(ONE, ("x",), 3, (7, 8, 9))], 12)) == [row | {"Count": 3, "FirstLine": 7}]
    assert entry.table(entry.contents([TWO])) == [{"Code": "two-causes", "Name": "", "Title": "It is worse"}]


def test_a_log_with_very_many_codes_stays_readable() -> None:
    mentions = [CodeHit(each, (each.code,), 1, (1,)) for each in catalogue.ALL]
    lines = list(entry.survey(mentions, 10_000))
    assert lines[0] == f"{len(mentions)} codes in 10,000 lines:"
    assert sum(line.startswith("  A retry ") for line in lines) == entry.IN_FULL
    assert "More on the others: az iot diag explain" in "\n".join(lines)
    assert len(lines) < 3 * len(mentions)


def test_a_log_names_the_first_three_lines_and_names() -> None:
    def line(times: int) -> str:
        seen = tuple(range(11, 11 + times))
        return list(entry.survey([CodeHit(ONE, ("a", "b", "c", "d"), times, seen)], 99))[1]

    assert line(3).endswith("(a, b, c; line 11, 12, 13)")
    assert line(4).endswith("(a, b, c; line 11, 12, 13, ...)")


def test_what_is_said_while_a_log_is_read() -> None:
    assert list(story.event_lines(LogInterrupted(3))) == ["Interrupted after 3 lines: not everything was read."]
    assert list(story.event_lines(LogAwaited())) == ["Waiting for a log on standard input ..."]


def test_no_entry_is_no_line() -> None:
    assert list(entry.list_lines([])) == []
