"""The check `string-can-renew`."""

from __future__ import annotations

from azext_iotdiag.checks.device.string_can_renew import string_can_renew
from azext_iotdiag.model.keys import GivenKey
from azext_iotdiag.model.token import SasFacts
from tests.checks.judging import MEASURED, finding, verdict

NOW = MEASURED.timestamp()
STRING = GivenKey("--connection-string", "device")


def test_a_token_in_the_place_of_a_key() -> None:
    token = SasFacts("token", expires=int(NOW) + 3600)
    found = finding(string_can_renew, given=STRING, token=token, now=NOW)
    assert (found.entry.code, found.severity.value) == ("string-holds-token", "warn")
    assert "in 1 h" in found.message


def test_a_token_of_its_own_is_none_of_a_string() -> None:
    token = SasFacts("token", expires=int(NOW) + 3600)
    assert verdict(string_can_renew, given=GivenKey("--key", "token"), token=token, now=NOW) == ("pass", [])
    ended = SasFacts("token", expires=int(NOW) - 1)
    assert verdict(string_can_renew, given=STRING, token=ended, now=NOW) == ("pass", []), "token-is-current says so"


def test_a_token_that_ends_now_has_ended() -> None:
    ends = SasFacts("token", expires=int(NOW))
    assert verdict(string_can_renew, given=STRING, token=ends, now=NOW) == ("pass", [])
    assert finding(string_can_renew, given=STRING, token=ends, now=NOW - 1).message.endswith("in 1 s")


def test_a_token_whose_end_is_in_milliseconds_is_no_token_that_lasts() -> None:
    token = SasFacts("token", expires=int(NOW) + 3600, in_milliseconds=True)
    assert verdict(string_can_renew, given=STRING, token=token, now=NOW) == ("pass", [])
