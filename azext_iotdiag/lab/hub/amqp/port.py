"""The lab's AMQP port: connections of the hub's own name and of its Event Hubs namespace, SASL, and who may do what."""

from __future__ import annotations

import asyncio
import itertools
import logging
import uuid
from typing import Any

from azext_iotdiag.credential import sas
from azext_iotdiag.lab.audit.endings import BY_HUB, CLEAN, IDLE, KILLED
from azext_iotdiag.lab.dps import amqp as dps
from azext_iotdiag.lab.dps.amqp import DpsNodes
from azext_iotdiag.lab.faults.table import CONNECTION_DROPPED, EARLY_LINKS_REFUSED, Fault
from azext_iotdiag.lab.hub.amqp import sasl_plain as plain
from azext_iotdiag.lab.hub.amqp.errors import REDIRECT
from azext_iotdiag.lab.hub.amqp.event_hub import EventHubNodes
from azext_iotdiag.lab.hub.amqp.grants import Grants
from azext_iotdiag.lab.hub.amqp.hub_nodes import HubNodes
from azext_iotdiag.lab.hub.amqp.nodes import address_of, path_of
from azext_iotdiag.lab.hub.device_access import DeviceAccess
from azext_iotdiag.lab.net import mistakes
from azext_iotdiag.wire.amqp.codec import DecodeError
from azext_iotdiag.wire.amqp.endpoint import Endpoint
from azext_iotdiag.wire.amqp.frames import AMQP_HEADER, SASL_HEADER, FrameError
from azext_iotdiag.wire.amqp.link_events import (
    Attached,
    Begun,
    Closed,
    Delivery,
    Detached,
    Disposed,
    Ended,
    Granted,
    Header,
    ProtocolError,
)
from azext_iotdiag.wire.amqp.performatives import AmqpError, Open, SaslInit, SaslMechanisms, SaslOutcome
from azext_iotdiag.wire.amqp.types import Symbol

MECHANISMS = [
    Symbol(name) for name in ("MSSBCBS", "PLAIN", "ANONYMOUS", "EXTERNAL")
]  # the order of the service's own list
SASL_OK, SASL_AUTH = 0, 1  # outcome codes, AMQP 1.0 part 5.3.3.6
IDLE_TIME_OUT = 240_000  # milliseconds, as the service announces
KEEP_ALIVE_SECONDS = 30  # often enough for every client that asks for a sign of life each minute
SILENCE_SECONDS = 2 * IDLE_TIME_OUT / 1000  # 2.4.5: a peer announces half of what it endures
MOST_UNSENT = 1 << 20  # bytes of answers to a client that does not read them, after which it is not heard either
MOST_LINKS = 10_000  # of one connection: a hub offers more handles in each session than a lab has room for
TRANSFERS_A_TURN = 64  # per link, before others and the incoming side get their turn

_BY_DETACH, _BY_END = 1, 2  # how the fault early-links-refused refuses; otherwise it closes the connection
_NUMBERS = itertools.count(1)  # of connections

log = logging.getLogger(__name__)


async def serve(stream, lab) -> None:
    """Serve one connection until it is over."""
    await Connection(stream, lab).run()


class Connection:
    """One client's connection: what it has proven, and the nodes that its links lead to."""

    def __init__(self, stream, lab):
        self.stream = stream
        self._lab = lab
        self.endpoint = Endpoint(uuid.uuid4().hex, idle_time_out=IDLE_TIME_OUT)
        self.endpoint.first_outgoing_id = 1
        self.number = next(_NUMBERS)
        self._name((getattr(stream, "sni", None) or "").lower())
        self.mechanism = ""
        self.grants = Grants(lab.clock, self._expired)
        self.nodes: HubNodes | EventHubNodes | DpsNodes | None = None
        self.password = ""  # what a device showed by SASL PLAIN that wants to be provisioned
        self.transfers = 0
        self.wake = asyncio.Event()
        self._room = asyncio.Event()  # set whenever what was written has left
        self.proven: DeviceAccess | None = None  # what a device proved by SASL PLAIN
        self._protocol = b""  # the header that the client sent last
        self._over = ""  # why the connection is over, once it is
        self._how = BY_HUB  # in which of the ways that the audit knows
        self._judged = False  # whether the answer to a token that counts has left
        self.who = ""  # the policy that the client has proven

    async def run(self) -> None:
        """Read and write until either side ends it."""
        self.audit("connect", "accepted", routine=True, host=self.host)  # the peer has not signed in yet
        writer = asyncio.ensure_future(self._write())
        beat = asyncio.ensure_future(self._keep_alive())
        writer.add_done_callback(self._writer_ended)
        self.runtime.faults.listen(self._fault)
        reason = ""
        try:
            while not self._over:
                data = await asyncio.wait_for(self.stream.read(65536), SILENCE_SECONDS)
                if not data:
                    reason, self._how = "the client closed the connection without an AMQP close", KILLED
                    break
                self._take(data)
                self.wake.set()
                if self.endpoint.unsent > MOST_UNSENT:
                    self._room.clear()
                    await asyncio.wait_for(self._room.wait(), SILENCE_SECONDS)
        except (FrameError, DecodeError) as wrong:
            reason = f"it does not speak AMQP: {wrong}"
            self.endpoint.close(AmqpError(Symbol("amqp:connection:framing-error"), str(wrong)))
        except ProtocolError as wrong:
            reason = wrong.description
            self.endpoint.close(AmqpError(Symbol(wrong.condition), wrong.description))
        except asyncio.TimeoutError:
            reason, self._how = "nothing came for longer than the idle time-out", IDLE
            self.endpoint.close(
                AmqpError(Symbol("amqp:connection:forced"), "The connection was inactive for too long.")
            )
        except ConnectionError as broken:
            reason, self._how = f"the connection broke: {broken or type(broken).__name__}", KILLED
        except Exception as mistake:
            log.exception("%s: a mistake of the lab", self.stream.peer)
            self._fail(mistake)
        finally:
            self.runtime.faults.unlisten(self._fault)
            self.grants.close()
            for task in (writer, beat):
                task.cancel()
            reason = reason or self._over or "the lab ended it"
            of_devices = bool(self.nodes and self.nodes.close(reason, self._how))
            self.stream.write(self.endpoint.take())
            routine = of_devices or self._how == CLEAN
            self.audit("close", "ended", reason=reason, ending=self._how, routine=routine, host=self.host)
        for problem in await asyncio.gather(writer, beat, return_exceptions=True):
            if isinstance(problem, Exception) and not isinstance(problem, ConnectionError):
                log.error("%s: a mistake of the lab", self.stream.peer, exc_info=problem)

    async def _write(self) -> None:
        while True:
            await self.wake.wait()
            self.wake.clear()
            more = True
            while more:
                more = self.nodes.pump(TRANSFERS_A_TURN) if self.nodes else False
                self.stream.write(self.endpoint.take())
                self._judged = bool(self.grants)
                await self.stream.drain()
                self._room.set()
                await asyncio.sleep(0)
            if self._over:
                self.stream.close()

    def _fault(self, _fault: Fault, _on: bool) -> None:
        self.wake.set()  # some strike while nothing is sent

    def _writer_ended(self, writer: asyncio.Future) -> None:
        """Without a writer no answer comes: do not let the client wait."""
        if writer.cancelled() or self._over:
            return
        broken = writer.exception()
        if broken is None or isinstance(broken, ConnectionError):
            self._over, self._how = f"the connection broke: {broken or 'nothing can be sent'}", KILLED
            self.stream.abort()
        else:
            self._fail(broken)
            self.stream.write(self.endpoint.take())
            self.stream.close()

    async def _keep_alive(self) -> None:
        while True:
            await asyncio.sleep(KEEP_ALIVE_SECONDS)
            if self.endpoint.peer is not None:
                self.endpoint.keep_alive()
                self.endpoint.ask_for_life()
                self.wake.set()

    # what comes

    def _take(self, data: bytes) -> None:
        for link_event in self.endpoint.receive(data):
            try:
                self._happened(link_event)
            except (FrameError, DecodeError, ProtocolError, ConnectionError):
                raise
            except Exception as mistake:
                self._mistaken(link_event, mistake)
            if self._over:
                return

    def _happened(self, link_event: Any) -> None:
        kind = type(link_event)
        if kind is Delivery:
            self.nodes.deliver(link_event)
        elif kind is Attached:
            self._attached(link_event)
        elif kind is Header:
            self._header(link_event.protocol)
        elif kind is SaslInit:
            self._sasl(link_event)
        elif kind is Open:
            self._open(link_event)
        elif kind in (Detached, Ended):
            self.nodes.forget(link_event)
        elif kind is Disposed:
            self.nodes.settled(link_event)
        elif kind in (Begun, Granted):
            pass  # the endpoint has answered the one, and the writer looks at every link's credit
        elif kind is Closed:
            self._over, self._how = "the client closed the connection", CLEAN

    def _mistaken(self, link_event: Any, mistake: Exception) -> None:
        """End the link on which the lab made a mistake, or the connection where it was on none."""
        log.error("%s: a mistake of the lab", self.stream.peer, exc_info=mistake)
        self.audit("request", "refused", reason=mistakes.reason(mistake), host=self.host)
        link = getattr(link_event, "link", None)
        if link is None or self.nodes is None or (not link.attached and link.answered):
            self._fail(mistake)
        elif link.answered:
            link.detach(_internal_error())
            self.nodes.forget(Detached(link, None))
        else:
            link.refuse(link_event.performative, _internal_error())

    def _fail(self, mistake: BaseException) -> None:
        """Close the connection because the lab made a mistake."""
        self._over = mistakes.reason(mistake)
        self.endpoint.close(_internal_error())

    def _name(self, host: str) -> None:
        """The client speaks to a hub of that name, or to the namespace of one."""
        self.host, self.runtime = host, self._lab.at(host)

    def _header(self, protocol: bytes) -> None:
        self._protocol = protocol
        if protocol == SASL_HEADER and not self.mechanism:
            self.endpoint.header(SASL_HEADER)
            self.endpoint.sasl(SaslMechanisms(MECHANISMS))
        elif protocol == AMQP_HEADER:
            # Without SASL the service still lets the connection open; what it may do is decided by $cbs.
            self.endpoint.header(AMQP_HEADER)
        else:
            self.endpoint.header(SASL_HEADER)  # 2.2: answer with what is spoken here, then close
            self._over = "the client asked for a protocol that is not spoken here"
            self.audit("connect", "refused", reason=f"{self._over}: {bytes(protocol)!r}")

    def _sasl(self, init: SaslInit) -> None:
        if self.mechanism or self._protocol != SASL_HEADER:
            raise ProtocolError("amqp:illegal-state", "SASL was begun twice, or without its header")
        self.mechanism = str(init.mechanism)
        self._name((init.hostname or self.host).lower())
        code, who, reason, device = SASL_OK, "", "", False
        if self.mechanism not in MECHANISMS:
            code, reason = SASL_AUTH, f"the mechanism {self.mechanism!r} is not offered"
        elif self.mechanism == "PLAIN":
            response = bytes(init.initial_response or b"")
            of_dps = dps.judge_plain(self, self._lab, response)
            who, reason = of_dps or plain.judge(self, response)
            device = of_dps is not None or self.proven is not None
            code = SASL_AUTH if reason else SASL_OK
        self.endpoint.sasl(SaslOutcome(code))
        self.authenticated(who, reason, device=device, mechanism=self.mechanism)
        if code:
            self._over = "the client was not let in"
        else:
            self.endpoint.expect_header()

    def authenticated(self, who: str, reason: str, *, device: bool = False, **details: Any) -> None:
        """Note who has proven who it is, or why it has not. A policy's name stays with the connection."""
        if not reason and not device:
            self.who = who
        self.audit(
            "authenticate", "refused" if reason else "accepted", who=who, reason=reason,
            routine=not reason and not device, **details,
        )  # fmt: skip

    def verify(self, text: str, wanted: str, name: str = "") -> str:
        """Why a token does not open `wanted`; empty when it does, which is then remembered as proven.

        `name` is the policy that the client said the token is of, where it said one.
        """
        hub = self.runtime.hub
        if shut := hub.settings.shut_to(self.stream.peer, built_in=not self.is_hub):
            return f"InvalidSignature: {shut}"
        if self.is_hub and not hub.settings.local_auth:
            return "InvalidSignature: shared access policies are switched off (disableLocalAuth)"
        try:
            token = sas.read(text)
        except sas.MalformedToken as wrong:
            return f"MalformedToken: {wrong}"
        policy = hub.policies.get(token.policy)
        if policy is None:
            return f"InvalidSignature: there is no policy {token.policy!r}"
        if name and token.policy != name:
            return f"InvalidSignature: the token is of the policy {token.policy!r}, not of {name!r}"
        # The hub's own endpoint signs with the decoded key, its Event Hubs namespace with the key's text.
        key_bytes = sas.iothub_key if self.is_hub else sas.eventhub_key
        if not any(sas.matches(token, key_bytes(key.reveal())) for key in (policy.primary, policy.secondary)):
            return "InvalidSignature: The token has an invalid signature."
        if token.expires <= self.runtime.clock():
            return "ExpiredToken: The token is expired."
        here = hub.host if self.is_hub else self.host
        if not sas.covers(here, token.resource):
            return f"InvalidAudience: the token is for {token.resource!r}, and this is {here}"
        if wanted and not self._covers(token.resource, wanted):
            return f"InvalidAudience: the token is for {token.resource!r}, not for {wanted!r}"
        self.grants.add(token.resource, policy.rights, token.expires)
        return ""

    @property
    def is_hub(self) -> bool:
        """Whether the client speaks to the hub: by its name or, as through a gateway, by any but the namespace's."""
        return self.host not in self.runtime.hub.namespaces

    @property
    def left_behind(self) -> bool:
        """Whether the client speaks to the built-in endpoint of the region where the hub is not."""
        return self.host == self.runtime.hub.standby.host.lower()

    def allows(self, resource: str, right: str) -> bool:
        """Whether what the client has proven covers a resource (host and path) with a right."""
        return self.grants.allow(right, lambda proven: self._covers(proven, resource))

    def _expired(self) -> None:
        if self.nodes:
            self.nodes.expire()

    def _covers(self, proven: str, wanted: str) -> bool:
        """Paths of Event Hubs do not depend on case (its own SDK writes consumergroups), those of a hub do."""
        return sas.covers(proven, wanted) if self.is_hub else sas.covers(proven.lower(), wanted.lower())

    def _open(self, performative: Open) -> None:
        if self._protocol != AMQP_HEADER:
            raise ProtocolError("amqp:illegal-state", "the connection was opened in the middle of SASL")
        judge = self.runtime
        self._name((performative.hostname or self.host).split(":")[0].lower())
        if self.runtime is not judge and (self.grants or self.proven is not None):
            self._disown(judge.hub.host)
        self._present()
        self.endpoint.open()
        if dps.is_host(self._lab, self.host):
            self.nodes = DpsNodes(self, self._lab)
        else:
            self.nodes = HubNodes(self) if self.is_hub else EventHubNodes(self)
        if self.proven is not None and isinstance(self.nodes, HubNodes):
            self.nodes.devices.remember(self.proven)

    def _present(self) -> None:
        """Name the endpoint and its limits as the hub does, or as its namespace does.

        Traces: Azure/azure-iot-sdk-c issue 2233, Azure/azure-sdk-for-python issue 5316, Azure/azure-event-hubs-go
        issue 121.
        """
        endpoint = self.endpoint
        if self.is_hub:
            endpoint.container_id, endpoint.hostname = f"DeviceGateway_{endpoint.container_id}", "localhost"
            endpoint.channel_max, endpoint.handle_max, endpoint.outgoing_window = 8191, 262_143, 2**32 - 1
        else:
            endpoint.container_id = f"{endpoint.container_id}_G{self.number % 60}"
            endpoint.channel_max, endpoint.handle_max, endpoint.outgoing_window = 4999, 255, None

    def _disown(self, judge: str) -> None:
        """Forget what was proven: a proof counts at the hub that judged it, and nowhere else."""
        self.grants.clear()
        self.proven = None
        reason = f"what was proven to {judge} does not count at {self.runtime.hub.host}"
        self.audit("authenticate", "refused", reason=reason, mechanism=self.mechanism)

    def _attached(self, attached: Attached) -> None:
        if attached.link.answered:
            raise ProtocolError("amqp:illegal-state", "a link was answered that the lab did not propose")
        if sum(len(session.links) for session in self.endpoint.sessions.values()) > MOST_LINKS:
            words = f"Cannot allocate more handles. The maximum number of handles is {MOST_LINKS}."
            self.refuse(attached.link, attached.performative, "amqp:resource-limit-exceeded", words)
        elif not self._too_early(attached):
            self.nodes.attach(attached.link, attached.performative)

    def _too_early(self, attached: Attached) -> bool:
        """Whether the fault early-links-refused strikes: the link came before the answer to a token had left."""
        link, proposal, faults = attached.link, attached.performative, self.runtime.faults
        address = address_of(proposal.source if link.sender else proposal.target)
        if self.is_hub or self._judged or path_of(address) == "$cbs":
            return False
        by = (faults.find(EARLY_LINKS_REFUSED) or {}).get("by", 0)
        if not by or not faults.use(EARLY_LINKS_REFUSED):
            return False
        error = AmqpError(Symbol("amqp:unauthorized-access"), "The link came before the token was judged.")
        if by == _BY_DETACH:
            link.refuse(proposal, error)
        elif by == _BY_END:
            link.session.end(error)
        else:
            self._over = "the fault early-links-refused"
            self.endpoint.close(error)
        self.audit("attach", "refused", reason="the fault early-links-refused", address=address)
        return True

    def refuse(
        self, link, proposal, condition: str, description: str, info: dict | None = None, address: str = ""
    ) -> None:
        """Refuse a link with an error, and note it."""
        link.refuse(proposal, AmqpError(Symbol(condition), description, info))
        redirect = condition == REDIRECT
        self.audit("attach", "refused", reason=f"{condition}: {description}", routine=redirect, address=address)

    def drop_when_asked(self) -> bool:
        """Whether the fault connection-dropped struck after a transfer; the connection is then gone."""
        self.transfers += 1
        fault = self.runtime.faults.find(CONNECTION_DROPPED)
        if fault is None or self.transfers < fault["after"] or not self.runtime.faults.use(CONNECTION_DROPPED):
            return False
        self._over = f"the fault connection-dropped after {self.transfers} messages"
        self.stream.write(self.endpoint.take())
        self.audit("fault", "ended", reason=self._over)
        self.stream.abort()
        return True

    def audit(self, action: str, outcome: str, *, who: str = "", reason: str = "", **details: Any) -> None:
        """Note in the lab's audit log what happened on this connection."""
        who = who or self.who
        self.runtime.record("amqp", action, outcome, peer=self.stream.peer, who=who, reason=reason, **details)


def _internal_error() -> AmqpError:
    return AmqpError(Symbol("amqp:internal-error"), mistakes.WORDS)
