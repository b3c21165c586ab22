"""az's account, and tokens of az's login: the only file that asks az who is logged in. az is imported when it is asked.

Each token has a deadline: az and MSAL wait without any for Entra, or for a machine's own endpoint. What az itself says
of a login, such as that it has expired, is the cause of a NotSignedIn. Whatever else ends the call is a StepFailed
which names the step that does not work, found by a look at the same host.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlsplit

from azext_iotdiag import bounded
from azext_iotdiag.clients import proxy, transport
from azext_iotdiag.clients.deadlines import Deadlines, usual
from azext_iotdiag.login.account import GRAPH, LOG_ANALYTICS, Account, User, reached
from azext_iotdiag.login.errors import NotSignedIn
from azext_iotdiag.model.failure import Failure, Kind, StepFailed
from azext_iotdiag.model.rights import CallerKind
from azext_iotdiag.model.target import Secret

logger = logging.getLogger(__name__)

STEP = "the answer to az's login"
MACHINE_STEP = "the answer to az's login by the machine's managed identity"
IDENTITY_ENDPOINT = "169.254.169.254"  # https://learn.microsoft.com/entra/identity/managed-identities-azure-resources
HTTPS_PORT, HTTP_PORT = 443, 80

Result = TypeVar("Result")


@dataclass(frozen=True)
class TokenIssuer:
    """Who gives out the tokens: Entra, or for a managed identity an endpoint of this machine, where `host` is empty.

    When it is late, a look at the host tells Entra apart from a name that cannot be resolved, and from a silent proxy.
    """

    host: str
    deadlines: Deadlines = field(default_factory=usual)


class Shared:
    """One call at a time for each key: threads that come while it runs get what it brings, or how it fails."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: dict[str, Future[str]] = {}

    def call(self, key: str, call: Callable[[], str]) -> str:
        """What `call` returns, or what the call of that key returns that runs already."""
        with self._lock:
            running = self._running.get(key)
            if running is not None:
                waits = True
            else:
                waits, running = False, Future()
                self._running[key] = running
        if not waits:
            try:
                running.set_result(call())
            except BaseException as error:
                running.set_exception(error)
            with self._lock:
                del self._running[key]
        return running.result()


@dataclass(frozen=True)
class Login:
    """az's login: its credential and who gives out its tokens, and the subscriptions that it is enabled for, by id."""

    credential: Any
    issuer: TokenIssuer
    subscription: str
    tenant: str
    known: Mapping[str, Any]
    shared: Shared = field(default_factory=Shared)

    def token(self, scopes: list[str]) -> str:
        """An access token. Probes that want the same one at the same time ask for it once.

        Raises NotSignedIn and StepFailed.
        """

        def fresh() -> str:
            token: str = ask(lambda: self.credential.get_token(*scopes).token, self.issuer)
            return token

        return self.shared.call(" ".join(scopes), fresh)


def signed_in(cli_ctx: Any) -> Account:
    """az's account, by az's own context, such as `azure.cli.core.get_default_cli()`.

    Raises NotSignedIn and NotReachable.
    """
    from azure.cli.core.auth.util import resource_to_scopes
    from knack.util import CLIError

    endpoints = cli_ctx.cloud.endpoints
    try:
        login, user = _login(cli_ctx)
    except CLIError as said:
        raise NotSignedIn(str(said)) from said

    def bearer(resource: str) -> Callable[[], Secret]:
        scopes = resource_to_scopes(resource)
        return lambda: Secret(f"Bearer {login.token(scopes)}")

    scopes = resource_to_scopes(endpoints.active_directory_resource_id)
    known, here = login.known, login.subscription
    others = {key: each["name"] for key, each in known.items() if key != here and each["tenantId"] == login.tenant}
    return Account(
        endpoints.resource_manager,
        lambda: login.token(scopes),
        here,
        known[here]["name"] if here in known else here,
        others,
        bearer,
        user,
        (getattr(endpoints, "microsoft_graph_resource_id", None) or GRAPH).rstrip("/"),
        _log_analytics(cli_ctx.cloud),
    )


def _log_analytics(cloud: Any) -> str:
    """The query API of Log Analytics, which az knows by the cloud. A cloud that was made by hand may have none."""
    from azure.cli.core.cloud import CloudEndpointNotSetException

    try:
        return str(cloud.endpoints.log_analytics_resource_id or LOG_ANALYTICS).rstrip("/")
    except CloudEndpointNotSetException:
        return LOG_ANALYTICS


def _login(cli_ctx: Any) -> tuple[Login, User]:
    from azure.cli.core._profile import Profile

    profile, wanted = Profile(cli_ctx=cli_ctx), cli_ctx.data.get("subscription_id")
    described = profile.get_subscription(wanted)
    from_ = issuer(cli_ctx, described)
    with reached():  # MSAL may ask Entra already for the making of a credential
        credential, subscription, tenant = ask(lambda: profile.get_login_credentials(subscription_id=wanted), from_)
    known = {str(each["id"]): each for each in profile.load_cached_subscriptions() if each["state"] == "Enabled"}
    return Login(credential, from_, subscription, tenant, known), user_of(described)


def issuer(cli_ctx: Any, account: Mapping[str, Any]) -> TokenIssuer:
    """Who gives out tokens for an account, as az describes it."""
    if account.get("user", {}).get("assignedIdentityInfo"):
        return TokenIssuer("")
    return TokenIssuer(urlsplit(cli_ctx.cloud.endpoints.active_directory).hostname or "")


def user_of(account: Mapping[str, Any]) -> User:
    """Who is signed in, as az describes the account.

    az writes of a managed identity how it was named, such as MSIClient-ID; only a client id is of use here.
    """
    user = account.get("user", {})
    kind = CallerKind.USER if user.get("type") == "user" else CallerKind.SERVICE_PRINCIPAL
    assigned = user.get("assignedIdentityInfo")
    if assigned:
        named, _, id_ = str(assigned).partition("-")
        return User(kind, id_ if named == "MSIClient" else "")
    return User(kind, str(user.get("name") or ""))


def ask(call: Callable[[], Result], from_: TokenIssuer) -> Result:
    """What a call of az's login returns. Raises NotSignedIn with what az says of its login, and StepFailed."""
    from knack.util import CLIError

    try:
        return bounded.within(call, from_.deadlines.login, "az's login")
    except CLIError as said:  # az's own words, with its advice
        raise NotSignedIn(str(said)) from said
    except bounded.Late:
        raise _silent(from_) from None
    except Exception as broken:  # of requests, urllib3 or MSAL; their text may quote an answer
        logger.debug("az's login failed", exc_info=True)
        raise _broken(from_, type(broken).__name__) from None


def _silent(from_: TokenIssuer) -> StepFailed:
    return _looked_at(from_) or _failed(from_, Kind.SILENT, "nothing came", from_.deadlines.login)


def _broken(from_: TokenIssuer, name: str) -> StepFailed:
    return _looked_at(from_) or _failed(from_, Kind.NOT_HTTP, f"az cannot use the answer ({name})")


def _looked_at(from_: TokenIssuer) -> StepFailed | None:
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


def _failed(from_: TokenIssuer, kind: Kind, description: str, seconds: float = 0.0) -> StepFailed:
    if from_.host:
        return StepFailed(Failure(kind, STEP, from_.host, HTTPS_PORT, "", "", description, seconds))
    return StepFailed(Failure(kind, MACHINE_STEP, IDENTITY_ENDPOINT, HTTP_PORT, "", "", description, seconds))
