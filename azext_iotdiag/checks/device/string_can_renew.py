"""A device that holds a key makes new tokens. One that holds a token stops when the token ends."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import check
from azext_iotdiag.checks.device.token_is_current import token_is_current
from azext_iotdiag.knowledge.device_key import STRING_HOLDS_TOKEN
from azext_iotdiag.model.finding import Finding, warn
from azext_iotdiag.model.keys import GivenKey
from azext_iotdiag.model.timestamps import length, written
from azext_iotdiag.model.token import SasFacts


@check("The string lets the device renew its token", after=(token_is_current,))
def string_can_renew(given: GivenKey, token: SasFacts, now: float) -> Iterator[Finding]:
    if given.kind in ("device", "module") and token.expires > now and not token.in_milliseconds:
        left = length(max(token.expires - now, 1))
        message = f"{given.source} holds a token that ends at {written(token.expires * 1000)}, in {left}"
        yield warn(STRING_HOLDS_TOKEN, message, expires=written(token.expires * 1000))
