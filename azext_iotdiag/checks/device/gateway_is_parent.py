"""An edge hub lets in its children, and by default no other device."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import check
from azext_iotdiag.knowledge.edge import NOT_A_CHILD
from azext_iotdiag.model.finding import Certainty, Finding, fail, warn
from azext_iotdiag.model.gateway import Gateway
from azext_iotdiag.model.identity import Identity


@check("The gateway is the parent of the device", at_most=Certainty.LIKELY)
def gateway_is_parent(gateway: Gateway, identity: Identity) -> Iterator[Finding]:
    """Edge hubs before 1.1, and those with the mode CloudAndScope, also let in other devices that have a key.

    What came through shows that the device was let in. https://github.com/Azure/iotedge/pull/4342
    """
    if not identity.known or identity.parents or identity.edge:
        return
    came = identity.last_activity is not None or identity.reported is not None
    say = warn if came else fail
    yield say(
        NOT_A_CHILD,
        f"the device's string names the gateway {gateway.host}, and {identity.hub} shows no parent of "
        f"{identity.device!r}",
        gateway=gateway.host,
        authentication=identity.authentication,
    )
