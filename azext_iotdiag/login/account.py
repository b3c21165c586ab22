"""The account that services are found and opened with. az's own stands in `az_login`; a program may make another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from azext_iotdiag.clients.arm import Arm, ArmError
from azext_iotdiag.clients.http import Http
from azext_iotdiag.login.errors import NotReachable, of_arm
from azext_iotdiag.model.failure import StepFailed
from azext_iotdiag.model.rights import CallerKind
from azext_iotdiag.model.target import Secret

GRAPH = "https://graph.microsoft.com"
LOG_ANALYTICS = "https://api.loganalytics.io"


@dataclass(frozen=True)
class User:
    """Who is signed in, as far as the account tells: a user's sign-in name, or an application's client id.

    Of a managed identity the `name` may be empty, because only Azure knows its ids.
    """

    kind: CallerKind = CallerKind.USER
    name: str = ""


def _no_bearer(resource: str) -> Callable[[], Secret]:
    raise NotImplementedError(f"the account gives tokens for the resource manager alone, not for {resource}")


@dataclass(frozen=True)
class Account:
    """An account, and what it is signed in to.

    Attributes:
        endpoint: URL of the resource manager.
        token: gives an access token for it. Raises NotSignedIn and StepFailed.
        subscription: id of the subscription in use.
        subscription_name: its name for people.
        others: the names of the other subscriptions of the same tenant, by id.
        bearer: for a resource, such as https://iothubs.azure.net, gives what makes the header Authorization, anew each
            time. Both raise NotSignedIn, and what makes the header raises StepFailed.
        user: who is signed in.
        graph: URL of Microsoft Graph, which is also its resource.
        log_analytics: the same of the query API of Log Analytics.
        http: makes the client of a host, with its deadlines.
    """

    endpoint: str
    token: Callable[[], str] = field(repr=False)
    subscription: str
    subscription_name: str
    others: Mapping[str, str] = field(default_factory=dict)
    bearer: Callable[[str], Callable[[], Secret]] = field(default=_no_bearer, repr=False)
    user: User = User()
    graph: str = GRAPH
    log_analytics: str = LOG_ANALYTICS
    http: Callable[..., Http] = field(default=Http, repr=False)


@contextmanager
def resource_manager(account: Account) -> Iterator[Arm]:
    """The resource manager, with the account's token. What it refuses becomes a LoginError."""
    arm = Arm(account.endpoint, account.token, http=account.http)
    try:
        with reached():
            yield arm
    except ArmError as error:
        raise of_arm(error) from error
    finally:
        arm.close()


@contextmanager
def reached() -> Iterator[None]:
    """A failed step of the way to a service becomes NotReachable."""
    try:
        yield
    except StepFailed as failed:
        raise NotReachable(failed.failure) from failed
