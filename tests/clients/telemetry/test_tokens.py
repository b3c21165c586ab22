"""Tokens that end while a reader reads: the lab takes its links away, as the service does, unless they are renewed."""

from __future__ import annotations

import time
from datetime import timedelta
from functools import partial

import pytest

from azext_iotdiag.clients.deadlines import Deadlines
from azext_iotdiag.model.failure import Kind
from tests.plugins.lab_fixture import lab
from tests.plugins.reading import ENVIRONMENT, direct_target_of, reading, records, send, trying_again

__all__ = ["lab"]

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def environment(lab, monkeypatch):
    """The names of the lab's hub lead to the lab, as `lab start` says."""
    for name in ENVIRONMENT:
        monkeypatch.setenv(name, lab.description["environment"][name])


def tokens(lab) -> int:
    """How many tokens for the Event Hub were accepted."""
    return len([one for one in records(lab, "authenticate", "accepted") if one.details["mechanism"] == "CBS"])


def taken_away(lab) -> int:
    """How many links were."""
    return len(records(lab, "detach", "ended"))


def read_on(read, lab, seconds: float) -> None:
    """Read what comes for so long, a message each half second, and nothing else."""
    ends, sent = time.monotonic() + seconds, 0
    while time.monotonic() < ends:
        send(lab, b"%d" % sent)
        sent += 1
        read.take(sent)
        pause = time.monotonic() + 0.5
        while time.monotonic() < pause:
            read.step()
    assert [event.body for event in read.events] == [b"%d" % number for number in range(sent)]


def test_a_token_is_renewed_before_it_ends(lab):
    deadlines = Deadlines(token=6.0)  # less up to one: its end is in whole seconds
    with reading(direct_target_of(lab), deadlines=deadlines) as read:
        read.opened()
        read_on(read, lab, 10.0)
        assert tokens(lab) >= 3 and taken_away(lab) == 0
        assert read.stream.interruptions == []


def test_a_token_that_is_not_renewed_shows_and_nothing_is_lost(lab):
    deadlines = trying_again(token=2.0, renew_after=1000.0)
    with reading(direct_target_of(lab), deadlines=deadlines) as read:
        read.opened()
        read_on(read, lab, 5.0)
        assert taken_away(lab) >= 8, "all four, twice"
        assert read.stream.interruptions and {one.kind for one in read.stream.interruptions} == {Kind.DROPPED}
        assert read.stream.failure is None


def test_the_sdk_renews_its_token_before_it_ends(lab, monkeypatch):
    """It does so when a tenth of the time is left, and counts in whole seconds."""
    from azure.eventhub import _client_base

    seconds = 15
    made = partial(_client_base._generate_sas_token, expiry=timedelta(seconds=seconds))
    monkeypatch.setattr(_client_base, "_generate_sas_token", made)
    with reading(direct_target_of(lab), reader="sdk") as read:
        read.opened()
        before = tokens(lab)
        read_on(read, lab, seconds + 2.0)
        assert tokens(lab) >= before + 4 and taken_away(lab) == 0
        assert read.stream.interruptions == []
