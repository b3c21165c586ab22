"""What the hub's own name offers over AMQP: tokens, devices, messages to them, and the redirect of readers."""

from __future__ import annotations

from azext_iotdiag.lab.faults.table import CBS_BUSY, CBS_ERROR, CBS_UNANSWERED, ENTITY_MISSING, TOKEN_REFUSED
from azext_iotdiag.lab.hub import service_access
from azext_iotdiag.lab.hub.amqp.device_nodes import DeviceNodes, claimed, is_of_device
from azext_iotdiag.lab.hub.amqp.errors import NOT_ALLOWED, REDIRECT
from azext_iotdiag.lab.hub.amqp.nodes import RequestNode, address_of, missing, opened_already, path_of, text
from azext_iotdiag.lab.hub.amqp.service_nodes import ServiceNodes
from azext_iotdiag.lab.hub.refusal import HubRefusal
from azext_iotdiag.wire.amqp.link_events import Delivery, Detached, Disposed, Ended
from azext_iotdiag.wire.amqp.links import Link
from azext_iotdiag.wire.amqp.message import Message, decode_message
from azext_iotdiag.wire.amqp.performatives import Attach
from azext_iotdiag.wire.amqp.types import Int, Symbol, UInt

AMQPS_PORT = 5671
_BEARER = "bearer "  # before a token of Entra ID, in the SDKs for Python and Node.js
EVENTS = "messages/events"
_FAILING = {  # faults of $cbs that say nothing of the token
    CBS_ERROR: (500, "The service was unable to process the request; please retry the operation."),
    CBS_BUSY: (503, "The server is busy. Please wait 1 seconds and try again."),
}


class HubNodes:
    """The nodes of one connection to the hub's own name: of a service, of devices, or of both."""

    def __init__(self, connection):
        self._connection = connection
        self._tokens = RequestNode(lambda message: put_token(connection, message))
        self.devices = DeviceNodes(connection)
        self._service = ServiceNodes(connection)

    def attach(self, link: Link, proposal: Attach) -> None:
        """Answer a link that the client proposes."""
        connection = self._connection
        hub = connection.runtime.hub
        terminus = proposal.source if link.sender else proposal.target
        address = address_of(terminus)
        path = path_of(address)
        if path == "$cbs":
            if not self._tokens.attach(link, proposal):
                connection.refuse(link, proposal, NOT_ALLOWED, opened_already(connection, path), address=address)
        elif self.devices.attach(link, proposal, path, address):
            pass  # answered
        elif not any(connection.allows(f"{hub.host}/{path}", right) for right in _rights(path)):
            connection.refuse(link, proposal, "amqp:unauthorized-access", "Unauthorized", address=address)
        elif self._service.attach(link, proposal, path, address):
            pass  # answered
        elif path.lower() == EVENTS or path.lower().startswith(f"{EVENTS}/"):
            there = hub.stream
            rest = path[len(EVENTS) :]
            info = {
                Symbol("hostname"): there.host,
                Symbol("network-host"): there.host,
                Symbol("port"): UInt(AMQPS_PORT),
                Symbol("address"): f"amqps://{there.host}:{AMQPS_PORT}/{there.entity}{rest}",
            }
            connection.refuse(link, proposal, REDIRECT, "The link has been redirected.", info, address)
        else:
            connection.refuse(link, proposal, "amqp:not-found", missing(f"{hub.host}/{path}"), address=address)

    def deliver(self, delivery: Delivery) -> None:
        """Take a message: a token, one of a device, or one for a device."""
        if not self.devices.deliver(delivery) and not self._service.deliver(delivery):
            self._tokens.deliver(delivery, decode_message(delivery.message))

    def settled(self, disposed: Disposed) -> None:
        """Take the fate of what was sent."""
        self.devices.settled(disposed)
        self._service.settled(disposed)

    def pump(self, most: int) -> bool:
        """Send up to `most` messages on each link; whether any has more to send now."""
        self._tokens.pump()
        self._service.pump()
        return self.devices.pump(most)

    def expire(self) -> None:
        """End what a token has opened that has expired."""
        self.devices.expire()

    def forget(self, gone: Detached | Ended) -> None:
        """Forget what ended."""
        self.devices.forget()
        self._service.forget()

    def close(self, why: str, how: str) -> bool:
        """Let go of everything, because the connection ended so. Returns whether devices were on it."""
        self._service.close()
        return self.devices.close(why, how)


def _rights(path: str) -> tuple[str, ...]:
    """Each of what opens a link of a service: the right of a policy, or the data action of a role."""
    action = service_access.LINKS.get(path.lower())
    return ("ServiceConnect", action) if action else ("ServiceConnect",)


def _of_tenant(connection, token: str) -> str:
    """Why a token of Entra ID opens no link of the hub; empty where it opens some, which are then remembered."""
    runtime = connection.runtime
    try:
        service_access.judge_caller(runtime, connection.stream.peer, with_policy=False)
        caller = service_access.verified(runtime, token)
    except HubRefusal as refused:
        return refused.reason
    actions = service_access.allowed_links(runtime, caller)
    if not actions:
        return f"{caller.name} has no role that allows {', '.join(service_access.LINKS.values())}"
    connection.grants.add(runtime.hub.host, actions, caller.expires)
    return ""


def put_token(connection, message: Message) -> tuple[dict, str] | None:
    """The answer of $cbs to a token: 200 or 202, or 401 and the reason as the service words it; None for none."""
    faults = connection.runtime.faults
    kind, audience = text(message.application.get("type")), text(message.application.get("name"))
    offered = message.value if message.value is not None else message.body
    log = 0
    if not connection.is_hub and faults.use(CBS_UNANSWERED):
        connection.authenticated("", "the fault cbs-unanswered", audience=audience)
        return None
    busy = next((fault for fault in _FAILING if not connection.is_hub and faults.use(fault)), None)
    if busy is not None:
        connection.authenticated("", f"the fault {busy.name}", audience=audience)
        code, words = _FAILING[busy]
        return {"status-code": Int(code), "status-description": words}, ""
    if text(message.application.get("operation")) != "put-token":
        code, why = 400, "the operation is not put-token"
    elif faults.use(TOKEN_REFUSED):
        code, why = 401, "InvalidSignature: The token has an invalid signature."
    elif not connection.is_hub and (connection.left_behind or faults.use(ENTITY_MISSING)):
        code, why = 404, missing(audience.partition("://")[2])
    elif connection.is_hub and text(offered)[: len(_BEARER)].lower() == _BEARER:
        why = _of_tenant(connection, text(offered)[len(_BEARER) :].strip())
        code = 401 if why else 200
    elif not kind.endswith(":sastoken"):
        code, why = 401, "the lab knows no tokens of this kind yet"
    else:
        token = text(offered)
        if connection.is_hub and is_of_device(token):
            access = connection.nodes.devices.verify(token, audience)
            why, log = access.reason, access.code if access.reason else 0
        else:
            why = connection.verify(token, audience)
        # IoT Hub says 200, and the npm SDK takes nothing else from it; Event Hubs says 202.
        code = 401 if why else 200 if connection.is_hub else 202
    shown = text(offered)
    told = {"audience": audience, "mechanism": "CBS", "log": log, "tls": connection.stream.tls}
    connection.authenticated(claimed(shown), why, device=is_of_device(shown), **told)
    # A client learns no more than this; what was wrong with the policy or the audience stays in the audit log.
    public = (
        why
        if code != 401 or why.startswith(("ExpiredToken", "MalformedToken"))
        else "InvalidSignature: The token has an invalid signature."
    )
    return {"status-code": Int(code), "status-description": {200: "OK", 202: "Accepted"}.get(code, public)}, ""
