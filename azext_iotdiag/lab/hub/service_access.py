"""Who may use the hub's service APIs with a token of Entra ID, and what the hub's owner has shut.

https://learn.microsoft.com/azure/iot-hub/authenticate-authorize-azure-ad
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from azext_iotdiag.lab.hub.refusal import HubRefusal
from azext_iotdiag.lab.tenant.tenant import HUB_TYPE
from azext_iotdiag.lab.tenant.tokens import BadToken

if TYPE_CHECKING:
    from azext_iotdiag.lab.hub.runtime import Runtime

AUDIENCE = "https://iothubs.azure.net"
_VERBS = {"GET": "read", "PUT": "write", "PATCH": "write", "POST": "write", "DELETE": "delete"}


def judge_caller(runtime: Runtime, peer: str, *, with_policy: bool) -> None:
    """Raise HubRefusal where a network rule keeps the caller out, or policies are switched off and one is used.

    From outside both look like a wrong key.
    """
    settings = runtime.hub.settings
    why = settings.shut_to(peer)
    if not why and with_policy and not settings.local_auth:
        why = "shared access policies are switched off (disableLocalAuth)"
    if why:
        raise HubRefusal(401002, "Unauthorized", why)


def judge_token(runtime: Runtime, text: str, method: str, path: tuple[str, ...]) -> str:
    """Who shows an Entra token that allows a request. Raises HubRefusal."""
    try:
        claims = runtime.tenant.issuer.verify(text, runtime.clock(), [AUDIENCE])
    except BadToken as bad:
        raise HubRefusal(401002, "Unauthorized", str(bad)) from bad
    action = data_action(method, path)
    who = claims.get("upn") or claims.get("appid", "")
    scope = runtime.tenant.path_of(
        runtime.hub
    )  # empty for the hubs behind an application, which are no resource of anyone's
    if not scope or not runtime.tenant.allows(claims["oid"], action, scope, data=True):
        raise HubRefusal(401002, "Unauthorized", f"{who} has no role that allows {action}")
    return who


def data_action(method: str, path: tuple[str, ...]) -> str:
    """The data action that a request takes."""
    if path[-1:] == ("methods",):
        return f"{HUB_TYPE}/directMethods/invoke/action"
    kind = "twins" if path[-1:] == ("query",) else path[0]
    verb = "read" if path[-1:] == ("query",) else _VERBS.get(method, "read")
    return f"{HUB_TYPE}/{kind}/{verb}"
