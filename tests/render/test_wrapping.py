"""Lines are broken between words, with the indent of their text."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azext_iotdiag.render.wrapping import NARROWEST, columns, wrapped

WORDS = "word " * 20


@pytest.mark.parametrize(("lead", "hanging"), [
    ("", 0), ("  ", 2), ("  1. ", 5), ("  10. ", 6), ("     → ", 7), ("√ ", 2), ("× ", 2), ("! ", 2), ("? ", 2),
    ("- ", 2), ("-> ", 3), ("+ ", 2), ("     ? ", 7), ("Next: ", 6), ("  More: ", 8), ("  1. → ", 7),
    ("Hub         ", 12), ("  1,234  ", 9), ("2026-01-01T00:00:00Z  pump-7  ", 30),
    ("This is a sentence with a gap far behind the middle  ", 0),
])  # fmt: skip
def test_continuation_lines_hang_below_the_text(lead: str, hanging: int) -> None:
    first, *more = wrapped(f"{lead}{WORDS}end", 80)
    assert first.startswith(f"{lead}word") and len(more) >= 1
    assert all(len(line) - len(line.lstrip()) == hanging for line in more)


def test_a_short_line_stays_as_it_is() -> None:
    line = "a  b   c"
    assert wrapped(line, 80) == [line] and wrapped("", 80) == [""] and wrapped("x" * 80, 80) == ["x" * 80]


def test_no_word_is_broken_not_even_at_a_hyphen() -> None:
    word = "az-" + "x-" * 60
    assert wrapped(f"Run {word} now, or do something else that takes more words than this line has.", 60)[1] == word


def test_a_command_stays_in_one_line_where_it_fits_into_one() -> None:
    command = "`az iot diag key test --hub-name my-hub --device-id pump-7`"
    assert (
        wrapped(f"     → Compare what the device holds with the registry: {command}.", 80)[1].strip() == f"{command}."
    )
    long = f"`az iot diag monitor events {'--hub-name my-hub ' * 8}--device-id pump-7`"
    broken = wrapped(f"  → Look at it: {long}", 80)
    assert " ".join(part.strip() for part in broken) == f"→ Look at it: {long}".strip()
    assert all(len(part) <= 80 for part in broken)


@pytest.mark.parametrize(("text", "taken"), [("abc", 3), ("é", 1), ("e\u0301", 1), ("設備", 4), ("√ → ×", 5)])
def test_columns(text: str, taken: int) -> None:
    assert columns(text) == taken


def test_wide_characters_count_twice() -> None:
    assert all(columns(part) <= 60 for part in wrapped("設備 " * 30, 60))


@given(st.text(alphabet="ab-`→1. 設", max_size=300), st.integers(1, 120))
def test_nothing_is_lost(line: str, width: int) -> None:
    parts = wrapped(line, width)
    assert "".join("".join(parts).split()) == "".join(line.split())
    for part in parts:
        longest = max((columns(word) for word in part.split()), default=0)
        assert columns(part) <= max(width, NARROWEST) or longest > max(width, NARROWEST) // 2 - 1 or part == parts[0]


def test_a_line_of_all_columns_stays_as_it_is() -> None:
    assert wrapped("x" * 39 + " ", 40) == ["x" * 39 + " "]


def test_colours_take_no_column() -> None:
    assert columns("\x1b[32m√\x1b[0m abc") == columns("√ abc") == 5


@pytest.mark.parametrize(("blanks", "hanging"), [(40, 40), (41, 0)])
def test_text_that_begins_in_the_right_half_does_not_hang(blanks: int, hanging: int) -> None:
    _, second, *_ = wrapped(" " * blanks + WORDS, 80)
    assert len(second) - len(second.lstrip()) == hanging


def test_a_command_that_just_fits_stays_in_one_line() -> None:
    command = "`az " + "x " * 18 + "y`"  # 40 columns with its backticks
    assert columns(command) == 42 and wrapped(f"Run it: {command}", 42)[-1] == command


@given(st.lists(st.text("abc", min_size=1, max_size=12), min_size=1, max_size=60), st.integers(1, 90))
def test_each_line_is_full(words: list[str], width: int) -> None:
    """The first word of a line had no room in the line before, and a narrow terminal gets lines of 40 columns."""
    width_used = max(width, 40)
    parts = wrapped(" ".join(words), width)
    assert all(columns(part) <= width_used for part in parts)
    for part, following in itertools.pairwise(parts):
        assert columns(part) + 1 + columns(following.split(" ")[0]) > width_used
