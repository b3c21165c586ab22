"""A token that is cut, or holds what does not belong into it, opens nothing."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import check
from azext_iotdiag.knowledge.token import SAS_MALFORMED
from azext_iotdiag.model.finding import Finding, fail
from azext_iotdiag.model.token import SasFacts


@check("The token is complete")
def token_is_whole(token: SasFacts) -> Iterator[Finding]:
    if token.fault:
        where = f"its part {token.part} " if token.part else "the text cannot be read as a token: "
        yield fail(SAS_MALFORMED, f"{where}{token.fault}", part=token.part)
