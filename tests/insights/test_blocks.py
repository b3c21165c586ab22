"""The sieve: every line in which a key stands is let through, whatever stands around it."""

from __future__ import annotations

import random
import re

from azext_iotdiag.insights import blocks
from azext_iotdiag.insights.blocks import Sieve
from tests.plugins.effort import cases

LITERALS = ("connection refused", " rc=", "failed: ", ") - ", "not 0accepted yet", "timeout", "x - y", "got ")
OTHERS = ((rb"(?<![a-z])r0 ?[=:]", rb"(?<![a-z])r0(?:[=:]|$)"), (rb"\(000000\)", rb"000000"))
PIECES = (*LITERALS, "rc", "=5", "(401002)", "connection", "refused", "-", ")", "x", "Timeout", "fine", "\t", "Got  it")


def test_a_line_with_a_key_is_never_held_back() -> None:
    keys = blocks.keys(LITERALS, OTHERS)
    sure = re.compile("|".join(re.escape(each) for each in LITERALS).encode().translate(bytes(range(256))))
    dice = random.Random(5)
    for _ in range(cases(300)):
        lines = [
            dice.choice((" ", "")).join(dice.choices(PIECES, k=dice.randrange(1, 7))).encode() for _ in range(40)
        ]  # fmt: skip
        forms = [line.translate(blocks._FORM) for line in lines]
        expected = [number for number, form in enumerate(forms) if keys.whole.search(form)]
        assert Sieve(keys).lines(b"\n".join(lines)) == expected
    assert sure.search(b"timeout")


def test_a_search_finds_each_literal_in_any_case_and_with_any_digits() -> None:
    keys = blocks.keys(LITERALS)
    for literal in LITERALS:
        for text in (literal, literal.upper(), f"a{literal}b"):
            assert keys.whole.search(text.encode().translate(blocks._FORM)), text
    assert not keys.whole.search(b"all is well")


def test_what_is_remembered_is_bounded() -> None:
    sieve = Sieve(blocks.keys(LITERALS))
    for number in range(30):
        sieve.lines(
            "\n".join(f"word{'ghijklmnop'[each % 10]}z{'q' * (each // 10)}x{number}" for each in range(9_000)).encode()
        )
        assert len(sieve._empty) + len(sieve._full) <= blocks._MOST_FORMS + 9_000
        assert len(sieve._plain) + len(sieve._parts) <= blocks._MOST_FORMS + 9_000
