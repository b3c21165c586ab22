"""Devices that are refused: all of a hub, those of a site, or one."""

from __future__ import annotations

from typing import Any

import pytest

from azext_iotdiag.insights.patterns import refused
from azext_iotdiag.insights.patterns.member import LogMember, Refusals
from tests.insights.patterns.lives import member
from tests.insights.patterns.test_fleet import MINUTE, only

NOON = 1_796_040_000_000  # 2026-11-30T12:00:00Z


def no(
    device: str, address: str = "a", *, first: int = NOON, times: int = 3, codes: str = "401002", **more: Any
) -> LogMember:
    """A device that was refused so often, a minute apart."""
    last = first + (times - 1) * MINUTE
    found = Refusals(first, last, times, NOON - MINUTE, tuple(codes.split()))
    return member(device, address=address, last=last, connected=NOON - MINUTE, refusals=found, **more)


def let_in(device: str, address: str = "b", *, after: int = 1) -> LogMember:
    return member(device, address=address, connected=NOON + after)


THREE = [no("1"), no("2", "b"), no("3", codes="401003 401002")]


@pytest.mark.parametrize(("members", "said"), [
    (THREE, True), (THREE[:2], False), ([no("1"), no("2"), no("3")], False),
    ([*THREE, let_in("4")], False), ([*THREE, let_in("4", after=0)], True),
    ([*THREE[:2], no("3", first=NOON + 15 * MINUTE)], True),
    ([*THREE[:2], no("3", first=NOON + 15 * MINUTE + 1)], False),
    ([], False),
])  # fmt: skip
def test_when_a_hub_refuses_all(members: list[LogMember], said: bool) -> None:
    assert (only(refused.hub_refuses_all(members)) is not None) is said


def test_the_numbers_of_a_hub_that_refuses_all() -> None:
    assert only(refused.hub_refuses_all([*THREE, member("well")])) == (
        "3 devices of several networks are refused since 2026-11-30T12:00:00Z with 401002, 401003. None was let in "
        "after that.",
        {"devices": 3, "since": "2026-11-30T12:00:00Z"},
        (NOON, NOON + 2 * MINUTE),
    )


SITE = [no("1"), no("2"), no("3")]


@pytest.mark.parametrize(("members", "said"), [
    ([*SITE, let_in("4")], True), (SITE, False), ([*SITE[:2], let_in("4")], False),
    ([*SITE, let_in("4", after=0)], False), ([*SITE, let_in("4"), let_in("5", "a")], False),
    ([*SITE[:2], no("3", first=NOON + 15 * MINUTE), let_in("4")], True),
    ([*SITE[:2], no("3", first=NOON + 15 * MINUTE + 1), let_in("4")], False),
    ([*(each._replace(address="") for each in SITE), let_in("4")], False),
])  # fmt: skip
def test_when_a_site_is_refused(members: list[LogMember], said: bool) -> None:
    assert (only(refused.site_refused(members)) is not None) is said


def test_the_numbers_of_a_site() -> None:
    """A site before it in the alphabet that is none does not end the search."""
    found = only(refused.site_refused([no("0", "_"), *SITE, let_in("4"), let_in("5")]))
    assert found == (
        "3 devices with the address a are refused since 2026-11-30T12:00:00Z with 401002. 2 devices with other "
        "addresses were let in after that.",
        {"devices": 3, "address": "a", "since": "2026-11-30T12:00:00Z", "letInElsewhere": 2},
        (NOON, NOON + 2 * MINUTE),
    )


@pytest.mark.parametrize(("login", "code"), [
    ("sas", "key-refused-since"), ("x509Certificate", "certificate-refused-since"),
    ("selfSigned certificate", "certificate-refused-since"), ("X509", "certificate-refused-since"),
])  # fmt: skip
def test_what_is_refused(login: str, code: str) -> None:
    (found,) = refused.device_refused([no("1", login=login), member("well"), no("2", times=2)])
    assert (found.finding.entry.code, found.devices) == (code, ("1",))


def test_the_numbers_of_one_device() -> None:
    assert only(refused.device_refused([no("1", times=5, codes="401002 401003")])) == (
        "The hub refuses the device since 2026-11-30T12:00:00Z with 401002, 401003: 5 times, about 60 s apart. It was "
        "let in at 2026-11-30T11:59:00Z.",
        {"times": 5, "since": "2026-11-30T12:00:00Z", "letIn": "2026-11-30T11:59:00Z"},
        (NOON, NOON + 4 * MINUTE),
    )
