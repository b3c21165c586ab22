"""Filters of the resource manager's lists."""

from __future__ import annotations

import pytest

from azext_iotdiag.lab.net import odata


def fits(text, **row):
    return odata.holds(odata.parse(text), lambda each: row.get(each.field) == each.value)


@pytest.mark.parametrize(("text", "expected"), [
    ("a eq '1'", True),
    ("a eq 1", True),
    ("A EQ 1", False),
    ("a eq '1' and b eq '3'", False),
    ("a eq '2' or b eq '2'", True),
    ("a eq '2' or b eq '2' and a eq '2'", False),
    ("(a eq '2' or b eq '2') and a eq '1'", True),
    ("c eq 'it''s and (or)'", True),
])  # fmt: skip
def test_what_fits(text, expected):
    assert fits(text, a="1", b="2", c="it's and (or)") is expected


@pytest.mark.parametrize("text", [
    "", "a", "a eq", "a eq '1", "a like '1'", "a eq '1' and", "(a eq 1", "a eq 1)", "'a' eq 1", "a eq 1 b eq 2",
    "(" * 30 + "a eq 1" + ")" * 30, "a eq 1 and " * 500 + "a eq 1",
])  # fmt: skip
def test_what_is_no_filter(text):
    with pytest.raises(odata.BadFilter):
        odata.parse(text)
