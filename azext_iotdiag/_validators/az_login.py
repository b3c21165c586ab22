"""Tokens of az's login, each with a deadline: az and MSAL wait without any for Entra, or for a machine's own endpoint.

What az itself says of a login, such as that it has expired, is raised as az raises it. Whatever else ends the call is a
StepFailed which names the step that does not work, found by a look at the same host.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from knack.log import get_logger
from knack.util import CLIError

from azext_iotdiag import bounded
from azext_iotdiag.clients import proxy, transport
from azext_iotdiag.clients.deadlines import Deadlines, usual
from azext_iotdiag.model.failure import Failure, Kind, StepFailed

logger = get_logger(__package__)

STEP = "the answer to az's login"
MACHINE_STEP = "the answer to az's login by the machine's managed identity"
IDENTITY_ENDPOINT = "169.254.169.254"  # https://learn.microsoft.com/entra/identity/managed-identities-azure-resources
HTTPS_PORT, HTTP_PORT = 443, 80


@dataclass(frozen=True)
class Issuer:
    """Who gives out the tokens: Entra, or for a managed identity an endpoint of this machine, where `host` is empty.

    When it is late, a look at the host tells Entra apart from a name that cannot be resolved, and from a silent proxy.
    """

    host: str
    deadlines: Deadlines = field(default_factory=usual)


def issuer(cmd, account: dict) -> Issuer:
    """Who gives out tokens for an account, as az describes it."""
    if account.get("user", {}).get("assignedIdentityInfo"):
        return Issuer("")
    return Issuer(urlsplit(cmd.cli_ctx.cloud.endpoints.active_directory).hostname or "")


def ask(call: Callable, from_: Issuer):
    """What a call of az's login returns. Raises StepFailed, and what az says of its login."""
    try:
        return bounded.within(call, from_.deadlines.login, "az's login")
    except CLIError:  # az's own words, with its advice
        raise
    except bounded.Late:
        raise _silent(from_) from None
    except Exception as broken:  # of requests, urllib3 or MSAL; their text may quote an answer
        logger.debug("az's login failed", exc_info=True)
        raise _broken(from_, type(broken).__name__) from None


def _silent(from_: Issuer) -> StepFailed:
    return _looked_at(from_) or _failed(from_, Kind.SILENT, "nothing came", from_.deadlines.login)


def _broken(from_: Issuer, name: str) -> StepFailed:
    return _looked_at(from_) or _failed(from_, Kind.NOT_HTTP, f"az cannot use what was answered ({name})")


def _looked_at(from_: Issuer) -> StepFailed | None:
    """The failure of a connection to the issuer; None where there is one."""
    if not from_.host:
        return None
    try:
        through = proxy.find(from_.host, HTTPS_PORT)
        transport.connect(from_.host, HTTPS_PORT, from_.deadlines.look, through).close()
    except StepFailed as failed:
        return failed
    except proxy.BadProxy as bad:
        return _failed(from_, Kind.PROXY_UNREACHABLE, str(bad))
    return None


def _failed(from_: Issuer, kind: Kind, description: str, seconds: float = 0.0) -> StepFailed:
    if from_.host:
        return StepFailed(Failure(kind, STEP, from_.host, HTTPS_PORT, "", "", description, seconds))
    return StepFailed(Failure(kind, MACHINE_STEP, IDENTITY_ENDPOINT, HTTP_PORT, "", "", description, seconds))
