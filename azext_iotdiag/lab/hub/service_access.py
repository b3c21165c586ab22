"""Who may use the hub's service APIs with a token of Entra ID, and what the hub's owner has shut.

https://learn.microsoft.com/azure/iot-hub/authenticate-authorize-azure-ad
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from azext_iotdiag.lab.hub.refusal import HubRefusal
from azext_iotdiag.lab.tenant.tenant import HUB_TYPE
from azext_iotdiag.lab.tenant.tokens import BadToken

if TYPE_CHECKING:
    from azext_iotdiag.lab.hub.runtime import Runtime

AUDIENCE = "https://iothubs.azure.net"
# The data actions of what a service does over AMQP, by the address of its link.
LINKS = {
    "messages/devicebound": f"{HUB_TYPE}/cloudToDeviceMessages/send/action",
    "messages/servicebound/feedback": f"{HUB_TYPE}/cloudToDeviceMessages/feedback/action",
    "messages/servicebound/filenotifications": f"{HUB_TYPE}/fileUpload/notifications/action",
}
_VERBS = {"GET": "read", "PUT": "write", "PATCH": "write", "POST": "write", "DELETE": "delete"}


class HubCaller(NamedTuple):
    """Whose token was shown, and when it ends, in seconds since 1970."""

    object_id: str
    name: str
    expires: float


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
    caller, action = verified(runtime, text), data_action(method, path)
    if not _allows(runtime, caller, action):
        raise HubRefusal(401002, "Unauthorized", f"{caller.name} has no role that allows {action}")
    return caller.name


def verified(runtime: Runtime, text: str) -> HubCaller:
    """Whose token that is. Raises HubRefusal."""
    try:
        claims = runtime.tenant.issuer.verify(text, runtime.clock(), [AUDIENCE])
    except BadToken as bad:
        raise HubRefusal(401002, "Unauthorized", str(bad)) from bad
    return HubCaller(claims["oid"], claims.get("upn") or claims.get("appid", ""), float(claims["exp"]))


def allowed_links(runtime: Runtime, caller: HubCaller) -> frozenset[str]:
    """The data actions of LINKS that a caller may take."""
    return frozenset(action for action in LINKS.values() if _allows(runtime, caller, action))


def _allows(runtime: Runtime, caller: HubCaller, action: str) -> bool:
    scope = runtime.tenant.path_of(runtime.hub)
    # The hubs behind an application have no resource, and so no scope.
    return bool(scope) and runtime.tenant.allows(caller.object_id, action, scope, data=True)


def data_action(method: str, path: tuple[str, ...]) -> str:
    """The data action that a request takes."""
    if path[-1:] == ("methods",):
        return f"{HUB_TYPE}/directMethods/invoke/action"
    if path[-1:] == ("commands",):
        return f"{HUB_TYPE}/cloudToDeviceMessages/queue/purge/action"
    kind = "twins" if path[-1:] == ("query",) else path[0]
    verb = "read" if path[-1:] == ("query",) else _VERBS.get(method, "read")
    return f"{HUB_TYPE}/{kind}/{verb}"
