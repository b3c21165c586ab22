"""A token opens nothing after its time, and one that never ends is a key that cannot be taken back."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import check
from azext_iotdiag.checks.device.token_is_whole import token_is_whole
from azext_iotdiag.knowledge.token import SAS_EXPIRED, SAS_IN_MILLISECONDS, SAS_LASTS_LONG
from azext_iotdiag.model.finding import Finding, fail, warn
from azext_iotdiag.model.timestamps import length, written
from azext_iotdiag.model.token import SasFacts

LONG_SECONDS = 366 * 86_400


@check("The token has not expired", after=(token_is_whole,))
def token_is_current(token: SasFacts, now: float) -> Iterator[Finding]:
    left = token.expires - now
    ends = written(token.expires * 1000)
    if token.in_milliseconds:
        yield fail(
            SAS_IN_MILLISECONDS,
            f"se={token.expires * 1000} or so is thousands of years ahead in seconds, and in milliseconds it is {ends}",
            expires=ends,
        )
    elif left <= 0:
        yield fail(
            SAS_EXPIRED,
            f"it ended at {ends}, {length(-left)} ago by this machine's clock",
            expires=ends,
            secondsAgo=int(-left),
        )
    elif left > LONG_SECONDS:
        yield warn(SAS_LASTS_LONG, f"it is good until {ends}, for {length(left)} more", expires=ends)
