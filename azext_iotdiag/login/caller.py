"""Who the account's owner is in the tenant, and what to ask an administrator for on that person's behalf."""

from __future__ import annotations

import logging
from dataclasses import replace

from azext_iotdiag.clients.graph import Graph
from azext_iotdiag.login.account import Account
from azext_iotdiag.login.errors import LoginError
from azext_iotdiag.model.failure import StepFailed
from azext_iotdiag.model.rights import Caller, CallerKind, RoleRequest

logger = logging.getLogger(__name__)


def find(account: Account) -> Caller | None:
    """The caller with its object id; None where the account does not tell who it is, as of a managed identity.

    Raises NotSignedIn and StepFailed.
    """
    user = account.user
    if user.kind is not CallerKind.USER and not user.name:
        return None
    graph = Graph(account.graph, account.bearer(account.graph), http=account.http)
    try:
        return graph.me() if user.kind is CallerKind.USER else graph.service_principal(user.name)
    finally:
        graph.close()


def on_behalf(account: Account, request: RoleRequest) -> RoleRequest:
    """The same request with the caller in it, where the caller can be found; its command then works as it stands."""
    try:
        return replace(request, caller=find(account))
    except (LoginError, StepFailed) as error:
        logger.info("Who is signed in cannot be learnt: %s", error)
        return request
