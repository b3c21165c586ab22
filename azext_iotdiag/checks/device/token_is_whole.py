"""A token that is cut, or holds what does not belong into it, opens nothing."""

from azext_iotdiag.checks.declare import check
from azext_iotdiag.knowledge.token import SAS_MALFORMED
from azext_iotdiag.model.finding import fail


@check("The token is whole")
def token_is_whole(token):
    if token.fault:
        where = f"its part {token.part} " if token.part else "the text cannot be read as a token: "
        yield fail(SAS_MALFORMED, f"{where}{token.fault}", part=token.part)
