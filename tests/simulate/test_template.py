"""Placeholders in what a simulated device sends."""

from __future__ import annotations

import itertools
import json
import re

import pytest

from azext_iotdiag.simulate.template import PLACEHOLDERS, BadTemplate, BodyTemplate

NOW = 1_769_860_800.25  # 2026-01-31T12:00:00.250Z


def fills(text, count=3, device="pump-1"):
    return list(itertools.islice(BodyTemplate(text).fills(device, lambda: NOW), count))


@pytest.mark.parametrize(("text", "expected"), [
    ("{n}", ["1", "2", "3"]),
    ("{device} at {time}", ["pump-1 at 2026-01-31T12:00:00.250Z"] * 3),
    ("{epoch}", ["1769860800250"] * 3),
    ("{integer 4 4}{choice on}", ["4on"] * 3),
    ('{"n": {n}}', ['{"n": 1}', '{"n": 2}', '{"n": 3}']),
    ("no placeholder, {} { n} {", ["no placeholder, {} { n} {"] * 3),
    ("", [""] * 3),
])  # fmt: skip
def test_filled_in(text, expected):
    assert fills(text) == expected
    assert BodyTemplate(text).unknown == []


def test_random_values_are_within_their_bounds_and_the_same_for_a_device():
    text = '{"a": {random -1.5 2}, "b": {integer 1 6}, "c": "{choice on off}", "d": "{id}"}'
    found = [json.loads(each) for each in fills(text, 300)]
    assert all(-1.5 <= each["a"] <= 2 for each in found)
    assert {each["b"] for each in found} == set(range(1, 7))
    assert {each["c"] for each in found} == {"on", "off"}
    assert len({each["d"] for each in found}) == 300
    assert all(re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", each["d"])
               for each in found)  # fmt: skip
    assert fills(text) == fills(text) != fills(text, device="pump-2")


@pytest.mark.parametrize("text", ["{temperature}", "{n 1}", "{choice}", "{Time}"])
def test_what_is_no_placeholder_stays_and_is_named(text):
    assert fills(text, 1) == [text]
    assert BodyTemplate(text).unknown == [text]


@pytest.mark.parametrize(("text", "word"), [
    ("{random 1}", "two numbers"), ("{random a b}", "two numbers"), ("{random 3 1}", "more than"),
    ("{integer 1.5 2}", "whole"), ("{random 1 2 3}", "two numbers"), ("{random}", "two numbers"),
])  # fmt: skip
def test_a_placeholder_that_cannot_be_filled_in(text, word):
    with pytest.raises(BadTemplate, match=word):
        BodyTemplate(text)


def test_every_placeholder_of_the_list_is_one():
    examples = {"LOW": "1", "HIGH": "2", "...": "C"}
    for name in PLACEHOLDERS:
        text = "{" + " ".join(examples.get(word, word) for word in name.split()) + "}"
        assert BodyTemplate(text).unknown == [] and fills(text, 1) != [text]
