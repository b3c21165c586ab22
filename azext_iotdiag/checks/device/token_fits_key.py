"""Only the key of the device or policy makes a signature that a service takes, and only in one way."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import check
from azext_iotdiag.checks.device.token_is_whole import token_is_whole
from azext_iotdiag.knowledge import token as entries
from azext_iotdiag.model.finding import Finding, fail
from azext_iotdiag.model.token import NO_KEY, SasFacts

ENTRIES = {
    "text": entries.SAS_KEY_NOT_DECODED,
    "plain": entries.SAS_SIGNED_UNENCODED,
    "case": entries.SAS_CASE_DIFFERS,
    "group": entries.SAS_SIGNED_BY_GROUP_KEY,
}


@check("The token was signed with the right key", after=(token_is_whole,))
def token_fits_key(token: SasFacts, signing_keys: tuple[str, ...]) -> Iterator[Finding]:
    """`signing_keys` are the names of the keys that were compared."""
    if token.signer == NO_KEY:
        yield fail(
            entries.SAS_SIGNED_BY_ANOTHER_KEY,
            f"its signature was made with none of these keys: {', '.join(signing_keys)}",
        )
    for how in token.made:
        detail = "for a resource in other capital letters" if how == "case" else "but not as services verify it"
        yield fail(ENTRIES[how], f"its signature was made with {token.signer}, {detail}")
