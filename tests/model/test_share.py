"""Shares of a stream: what is written, and that all of them together are the whole."""

from __future__ import annotations

import pytest

from azext_iotdiag.model.share import WHOLE, BadShare, Share, read


@pytest.mark.parametrize(("text", "share"), [
    ("1/1", WHOLE), ("2/4", Share(2, 4)), (" 4/4 ", Share(4, 4)), ("32/32", Share(32, 32)),
])  # fmt: skip
def test_written(text: str, share: Share) -> None:
    assert read(text) == share
    assert read(str(share)) == share


@pytest.mark.parametrize(("text", "why"), [
    ("", "does not read NUMBER/OF"), ("2", "does not read"), ("a/b", "does not read"), ("-1/4", "does not read"),
    ("1/4/2", "does not read"), ("٢/٤", "does not read"), ("1.0/2", "does not read"),
    ("0/4", "no share 0 of 4; they are counted from 1 to 4"), ("5/4", "no share 5 of 4; they are counted from 1 to 4"),
    ("1/0", "no share of 0 shares"), ("0/0", "no share of 0 shares"),
])  # fmt: skip
def test_refused(text: str, why: str) -> None:
    with pytest.raises(BadShare, match=why):
        read(text)


@pytest.mark.parametrize("of", [1, 2, 3, 4, 5, 32, 40])
@pytest.mark.parametrize("count", [1, 2, 4, 10, 32])
def test_shares_are_the_whole_and_do_not_overlap(of: int, count: int) -> None:
    names = [str(number) for number in range(count)]
    parts = [Share(number, of).part(names) for number in range(1, of + 1)]
    assert sorted(name for part in parts for name in part) == sorted(names)
    sizes = [len(part) for part in parts]
    assert max(sizes) - min(sizes) <= 1


def test_the_order_of_the_service_does_not_count() -> None:
    assert Share(1, 2).part(["10", "2", "0", "1"]) == Share(1, 2).part(["0", "1", "2", "10"]) == ["0", "2"]
    assert Share(2, 2).part(["b", "10", "a", "9"]) == ["10", "b"]
