"""Causes that facts rule out, prove, or leave open."""

from __future__ import annotations

import pytest

from azext_iotdiag.checks.conditions import CONDITIONS, causes_left
from azext_iotdiag.knowledge import catalogue
from azext_iotdiag.model.access import OpenedBy
from azext_iotdiag.model.finding import Cause, Entry
from azext_iotdiag.model.verdict import Standing
from tests.checks.facts import identity
from tests.checks.judging import known, request

ALWAYS = Cause("Always.", ("Do.",), confirm="Look.")
LOGIN = Cause("Login.", ("Do.",), confirm="Look.", only_if="asked-with-login")
KNOWN = Cause("Known.", ("Do.",), confirm="Look.", proven_by="device-is-known")
CHECKED = Cause("Checked.", ("Do.",), check="device-known")
ENTRY = Entry("a-code", "A title", (ALWAYS, LOGIN, KNOWN, CHECKED))


@pytest.mark.parametrize(("values", "decided", "left"), [
    ({}, (), [(ALWAYS, Standing.OPEN), (LOGIN, Standing.OPEN), (KNOWN, Standing.OPEN), (CHECKED, Standing.OPEN)]),
    ({"access": OpenedBy(by_login=False)}, ("device-known",), [(ALWAYS, Standing.OPEN), (KNOWN, Standing.OPEN)]),
    ({"access": OpenedBy(by_login=True), "identity": identity()}, ("device-known",),
     [(KNOWN, Standing.PROVEN), (ALWAYS, Standing.OPEN), (LOGIN, Standing.OPEN)]),
    ({"identity": identity(known=False)}, ("device-known",),
     [(ALWAYS, Standing.OPEN), (LOGIN, Standing.OPEN), (KNOWN, Standing.OPEN)]),
])  # fmt: skip
def test_what_is_left(values, decided, left) -> None:
    assert list(causes_left(ENTRY, known(**values), frozenset(decided))) == left


@pytest.mark.parametrize(("name", "values", "holds"), [
    ("asked-with-login", {"access": OpenedBy(by_login=True)}, True),
    ("asked-with-key", {"access": OpenedBy(by_login=True)}, False),
    ("through-proxy", {"access": OpenedBy(through_proxy=True)}, True),
    ("device-was-filtered", {"request": request()}, False),
    ("device-was-filtered", {"request": request(device="pump")}, True),
    ("time-was-filtered", {"request": request(since=1)}, True),
    ("device-is-connected", {"identity": identity(connected=True)}, True),
    ("device-has-parent", {"identity": identity()}, False),
])  # fmt: skip
def test_what_conditions_say(name, values, holds) -> None:
    assert CONDITIONS[name](known(**values)) is holds
    assert CONDITIONS[name]({}) is None, "a fact that was not measured decides nothing"


@pytest.mark.parametrize("entry", catalogue.ALL, ids=lambda entry: entry.code)
def test_every_cause_is_decided_or_never_dropped(entry: Entry) -> None:
    for cause in entry.causes:
        assert cause.check or cause.confirm, "say what tells whether this is the cause"
        assert {cause.only_if, cause.proven_by} - {""} <= set(CONDITIONS)
