"""The check `token-is-current`."""

import pytest

from azext_iotdiag.checks.device.token_is_current import token_is_current
from azext_iotdiag.model.token import SasFacts

NOW = 1_800_000_000.0


@pytest.mark.parametrize(
    ("expires", "in_milliseconds", "code", "words"),
    [
        (NOW, False, "sas-expired", "ended at 2027-01-15T08:00:00Z"),
        (NOW - 7200, False, "sas-expired", "2 h ago"),
        (NOW + 400 * 86_400, False, "sas-lasts-long", "good until 2028-02-19T08:00:00Z, for 400 days more"),
        (NOW + 60, True, "sas-in-milliseconds", "se=1800000060000 or so"),
    ],
)
def test_an_end_that_is_wrong(expires: float, in_milliseconds: bool, code: str, words: str) -> None:
    [found] = token_is_current.run(SasFacts("token", expires=int(expires), in_milliseconds=in_milliseconds), NOW)
    assert found.entry.code == code and words in found.message


def test_an_end_that_is_right() -> None:
    assert not list(token_is_current.run(SasFacts("token", expires=int(NOW) + 1), NOW))
