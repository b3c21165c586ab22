"""A token opens the resource that it names, and what is below it: compared with what it should open."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import check
from azext_iotdiag.checks.device.token_is_whole import token_is_whole
from azext_iotdiag.knowledge import token as entries
from azext_iotdiag.model.finding import Finding, fail, warn
from azext_iotdiag.model.token import REGISTRATION, Gap, SasFacts

ENTRIES = {
    Gap.HOST: entries.SAS_FOR_ANOTHER_HOST,
    Gap.DEVICE: entries.SAS_FOR_ANOTHER_DEVICE,
    Gap.CASE: entries.SAS_CASE_DIFFERS,
    Gap.PATH: entries.SAS_PATH_DIFFERS,
    Gap.ENCODED_TWICE: entries.SAS_ENCODED_TWICE,
    Gap.SCHEME: entries.SAS_NAMES_SCHEME,
}


@check("The token is for the right resource", after=(token_is_whole,))
def token_fits_resource(token: SasFacts, expected_resource: str) -> Iterator[Finding]:
    """`expected_resource` is what the token should open, empty where its own form tells that it opens nothing."""
    if token.gap is not Gap.NONE:
        wanted = f"; it should name {expected_resource}" if expected_resource else ""
        say = warn if token.gap is Gap.SCHEME else fail
        yield say(
            ENTRIES[token.gap],
            f"it names the resource {token.resource}{wanted}",
            resource=token.resource,
            wanted=expected_resource,
        )
    if token.wanted_policy is not None and not _names(token.policy, token.wanted_policy):
        has = f"skn={token.policy}" if token.policy else "no policy (skn)"
        wants = f"skn={token.wanted_policy}" if token.wanted_policy else "none, because it is a device's own token"
        yield fail(
            entries.SAS_POLICY_DIFFERS,
            f"it names {has}; it should name {wants}",
            policy=token.policy,
            wanted=token.wanted_policy,
        )


def _names(policy: str, wanted: str) -> bool:
    """Whether a token's policy is the one wanted. A device's token for the provisioning service needs none."""
    return policy == wanted or (wanted == REGISTRATION and not policy)
