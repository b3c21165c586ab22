"""What the log of connections shows of a device, and when it is the answer."""

from __future__ import annotations

from azext_iotdiag.model.verdict import BlindSpot, State
from tests.checks.logged import codes, connects, ends, judged, log, played, row
from tests.checks.test_doctor import HOUR, device
from tests.insights import played_rows

RIVALS = ({"address": "192.0.2.XXX", "sdk": "a"}, {"address": "198.51.100.XXX", "sdk": "b"})


def taken_over(until: float):
    """Two clients that take the identity from each other, until so many seconds ago."""
    rows = []
    for number in range(10):
        rows += [connects(until + 600 - number * 60, **RIVALS[number % 2]), ends(until + 570 - number * 60, "400027")]
    return log(*rows)


def test_two_clients_with_one_identity_are_named_singly() -> None:
    found = judged(taken_over(60), heard=30)
    assert found.link is not None and (found.link.value, codes(found.reasons)) == ("connection", ["identity-shared"])


def test_what_the_device_did_later_clears_it() -> None:
    found = judged(taken_over(3 * HOUR), heard=30, came=20)
    assert found.state is State.HEALTHY and "identity-shared" in codes(found.also)


def test_a_renewal_that_never_came_back_is_the_answer() -> None:
    rows = [each for hour in range(5) for each in (connects(12 * HOUR - hour * 3900),
                                                   ends(12 * HOUR - hour * 3900 - 3890, "401003"))]  # fmt: skip
    found = judged(log(*rows), heard=12 * HOUR - 5 * 3900)
    assert "token-renewal-failed" in codes(found.reasons)


def test_a_clock_that_is_behind_shows_in_its_sessions() -> None:
    assert "token-without-life" in codes(judged(played(played_rows.token_without_life().rows)).reasons)


def test_a_healthy_log_says_nothing_and_opens_the_blind_spot() -> None:
    found = judged(log(connects(5 * HOUR)), heard=30, came=20)
    assert (found.state, found.also) == (State.HEALTHY, ()) and BlindSpot.LOGS not in found.blind_spots
    assert judged(log(), heard=30, came=20).state is State.HEALTHY


def test_a_renewal_by_reconnect_is_no_fault() -> None:
    rows = [each for hour in range(8) for each in (connects(9 * HOUR - hour * 3900),
                                                   ends(9 * HOUR - hour * 3900 - 3895, "401003"))]  # fmt: skip
    found = judged(log(*rows, connects(9 * HOUR - 8 * 3900)), heard=30, came=20)
    assert (found.state, codes(found.also)) == (State.HEALTHY, [])


def test_how_the_last_connection_ended_is_told_beside_the_verdict() -> None:
    found = judged(log(connects(5 * HOUR), ends(3 * HOUR, "404104")), heard=3 * HOUR)
    assert (found.state, "hub-404104" in codes(found.also)) == (State.HEALTHY, True)
    again = judged(log(connects(5 * HOUR), ends(3 * HOUR, "404104"), connects(3 * HOUR - 20)), heard=30, came=20)
    assert codes(again.also) == []


def test_a_renewal_that_failed_lately_shows_where_the_hub_knows_that_the_device_is_away() -> None:
    rows = [each for hour in range(5) for each in (connects(7 * HOUR - hour * 3900),
                                                   ends(7 * HOUR - hour * 3900 - 3890, "401003"))]  # fmt: skip
    last = 7 * HOUR - 4 * 3900 - 3890  # less than two periods ago
    away = judged(log(*rows), heard=last, identity=device(last, connected=False))
    assert codes(away.reasons) == ["token-renewal-failed"]
    back = judged(log(*rows), heard=30, identity=device(30))
    assert (back.state, codes(back.also)) == (State.HEALTHY, [])


def test_a_pattern_that_a_device_got_over_is_over_whoever_reads_its_twin() -> None:
    rows = taken_over(3 * HOUR).rows
    found = judged(log(*rows, row(60, "read", category="C2DTwinOperations")), heard=30, came=20)
    assert found.state is State.HEALTHY
