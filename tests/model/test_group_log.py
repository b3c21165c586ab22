"""What the devices of a group share by the resource log."""

from __future__ import annotations

import pytest

from azext_iotdiag.model.group_log import ADDRESS, SDK, Logged, address_block, log_shares
from azext_iotdiag.model.shares import Share, telling

OLD, NEW = Logged("sdk/1.0", "192.0.2.XXX"), Logged("sdk/2.0", "198.51.100.XXX")


@pytest.mark.parametrize(
    ("masked", "block"),
    [
        ("192.0.2.XXX", "192.0.2.0/24"),
        ("192.0.2.17", "192.0.2.0/24"),
        ("192.0.2.xxx", "192.0.2.0/24"),
        ("192.0.999.XXX", ""),
        ("192.0.XXX.XXX", ""),
        ("2001:db8:7:1:2:3:4:XXXX", "2001:db8:7::/48"),
        ("2001:0db8:0007:XXXX", "2001:db8:7::/48"),
        ("2001:db8:7:XXXX:XXXX:XXXX:XXXX:XXXX", "2001:db8:7::/48"),
        ("2001:db8::XXXX", "2001:db8::/48"),
        ("2001:db8::1", "2001:db8::/48"),
        ("2001:db8:XXXX", ""),
        ("2001:db8:XXXX::", ""),
        ("::ffff:192.0.2.XXX", ""),
        ("XXX", ""),
        ("no address: at all", ""),
        ("", ""),
    ],
)
def test_the_block_of_an_address(masked: str, block: str) -> None:
    assert address_block(masked) == block


def fleet(members: int, others: int, of_member: Logged, of_other: Logged) -> tuple[dict[str, Logged], frozenset[str]]:
    ids = [f"m{number}" for number in range(members)]
    rest = {f"o{number}": of_other for number in range(others)}
    return {**dict.fromkeys(ids, of_member), **rest}, frozenset(ids)


def test_members_are_compared_with_all_others() -> None:
    logged, members = fleet(20, 80, OLD, NEW)
    found = (Share(SDK, "sdk/1.0", 20, 20, 0, 80), Share(ADDRESS, "192.0.2.0/24", 20, 20, 0, 80))
    assert log_shares(logged, members) == (20, 80, found)
    assert telling(list(found)) == list(found)


@pytest.mark.parametrize(
    ("of_member", "of_other", "told"),
    [
        (OLD, OLD, []),  # the whole fleet has it
        (OLD, Logged("sdk/1.0", "198.51.100.XXX"), [ADDRESS]),
        (OLD, Logged("sdk/2.0", "192.0.2.17"), [SDK]),
        (Logged("", "192.0.2.XXX"), NEW, [ADDRESS]),  # no SDK is no version
        (Logged("sdk/1.0", "odd"), NEW, [SDK]),
    ],
)
def test_what_differs_is_told(of_member: Logged, of_other: Logged, told: list[str]) -> None:
    assert [each.name for each in telling([*log_shares(*fleet(20, 80, of_member, of_other))[2]])] == told


def test_half_of_all_members_must_have_it_those_without_rows_included() -> None:
    logged, members = fleet(20, 80, OLD, NEW)
    more = frozenset(f"silent{number}" for number in range(20))
    assert len(log_shares(logged, members | more)[2]) == 2
    assert log_shares(logged, members | more | {"one-more"}) == (20, 80, ())


def test_nothing_is_told_of_an_empty_log_or_of_a_log_of_the_group_alone() -> None:
    assert log_shares({}, frozenset({"a", "b"})) == (0, 0, ())
    logged, members = fleet(20, 0, OLD, NEW)
    assert telling([*log_shares(logged, members)[2]]) == []
    assert log_shares({"m0": OLD}, frozenset({"m0"})) == (1, 0, ())  # one device shares nothing
