"""A lab's ports: what is served on each, which faults strike before a service is reached, and its own commands."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from azext_iotdiag.lab.central import application as central
from azext_iotdiag.lab.faults.table import (
    DEVICE_DISABLED,
    DEVICE_UNKNOWN,
    LATENCY,
    NOT_AMQP,
    PORT_BLOCKED,
    SERVER_SILENT,
    TLS_BROKEN,
    Fault,
)
from azext_iotdiag.lab.hub import sessions
from azext_iotdiag.lab.lab import Lab
from azext_iotdiag.lab.monitor import webhook
from azext_iotdiag.lab.net import certificates, listener, machine
from azext_iotdiag.lab.net.plain_tcp import PlainStream
from azext_iotdiag.lab.net.stream import SAID_NOTHING, TlsStream, peer_of
from azext_iotdiag.lab.net.tls import Contexts
from azext_iotdiag.lab.process import commands, control
from azext_iotdiag.lab.process.ports import Ports, Start
from azext_iotdiag.lab.process.running import Running

_WEB_PAGE = b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
CHATTER_SECONDS = 2.0

Service = Callable[[TlsStream, Lab], Awaitable[None]]

log = logging.getLogger(__name__)


async def serve(
    lab: Lab,
    *,
    services: Mapping[str, Service] | None = None,
    ports: Ports | None = None,
    authority: certificates.Authority | None = None,
) -> Running:
    """Open a lab's ports, which are free ones of 127.0.0.1 where none are given. Raises OSError and LabError.

    `services` replaces what speaks on the ports "amqp" and "mqtt", and over WebSocket on "https". `authority` issues
    the certificates; without it a new one does.
    """
    authority = authority or certificates.make_authority(f"iot-diag lab {lab.hub.name}")
    ports = ports or Ports()
    running = Running(lab, authority.pem, secrets.token_urlsafe(32), lab.clock(), host=ports.host, notes=ports.notes)
    try:
        await _listen(running, _services(services or {}), ports, authority)
        running.tasks += [asyncio.ensure_future(_chatter(lab)), asyncio.ensure_future(webhook.watch(lab))]
        lab.faults.listen(_blocking(running.listeners["amqp"]))
        lab.faults.listen(_dropping(lab))
    except BaseException:
        await running.close()
        raise
    return running


async def _listen(
    running: Running, services: Mapping[str, Service], ports: Ports, authority: certificates.Authority
) -> None:
    """Open the ports of the services, and those of the lab itself."""
    from azext_iotdiag.lab.net import hosts, proxy

    lab = running.lab
    names, addresses = (machine.names(), machine.addresses()) if ports.lan else ([], [])
    contexts = Contexts((lab.hub.host, *hosts.names(lab), *names), authority, (ports.host, *addresses))

    def public(name: str, service: Service) -> Start:
        return lambda host, port: listener.listen(
            _guarded(name, service, lab),
            host=host,
            port=port,
            context_for=lambda: contexts.find(lab.faults),
            before_tls=_before_tls(name, lab),
            delay=lambda: (lab.faults.find(LATENCY) or {}).get("milliseconds", 0) / 1000,
            on_refused=_recorded(name, lab),
        )

    async def command(stream: TlsStream, _lab: Lab) -> None:
        orders = commands.of(running)
        await control.serve(stream, token=running.token, commands=orders, audit=lab.audit)

    starts: dict[str, Start] = {
        **{name: public(name, service) for name, service in services.items()},
        "control": lambda host, port: listener.listen(
            _guarded("control", command, lab),
            host=host,
            port=port,
            context_for=lambda: contexts.healthy,
            # A command looks whether the lab is there by opening a connection, and says nothing.
            on_refused=_recorded("control", lab, unless=SAID_NOTHING),
            handshake_seconds=control.PATIENCE_SECONDS,
        ),
        "identity": lambda host, port: listener.listen_plain(
            lambda reader, writer: _identity(reader, writer, lab),
            host=host,
            port=port,
            on_refused=_recorded("imds", lab),
        ),
        "proxy": lambda host, port: listener.listen_plain(
            lambda reader, writer: proxy.serve(reader, writer, lab, running.ports, ports.host),
            host=host,
            port=port,
            on_refused=_recorded("proxy", lab),
        ),
    }
    for name, start in starts.items():
        running.listeners[name] = await ports.open(name, start)


def _services(instead: Mapping[str, Service]) -> dict[str, Service]:
    """What speaks on each TLS port; WebSocket leads to the same services."""
    from azext_iotdiag.lab.hub.amqp import port as amqp
    from azext_iotdiag.lab.net import https
    from azext_iotdiag.lab.net import mqtt_port as mqtt_door

    speaking: dict[str, Service] = {"amqp": amqp.serve, "mqtt": mqtt_door.serve, **instead}
    return {"https": partial(https.serve, speakers=speaking), **speaking}


async def _chatter(lab: Lab) -> None:
    """Let the devices of IoT Central applications send, as devices do with or without a listener."""
    number = 0
    while True:
        for app in lab.apps:
            central.send_samples(app, number)
        number += 1
        await asyncio.sleep(CHATTER_SECONDS)


async def _identity(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, lab: Lab) -> None:
    """Managed identities have no TLS, as on Azure, where they are reached within the machine."""
    from azext_iotdiag.lab.net import hosts, https
    from azext_iotdiag.lab.tenant import identity

    stream = PlainStream(reader, writer)
    try:
        await https.serve(
            stream, lab, {}, find=lambda _host, _lab: hosts.HostedService("imds", identity.serve, identity.mistaken)
        )
        stream.close()
    except ConnectionError as error:
        log.debug("identity: %s: %s", stream.peer, error)
        stream.abort()
    except BaseException:
        stream.abort()
        raise


def _blocking(listening: listener.Listener) -> Callable[[Fault, bool], None]:
    """Close the port, as long as the fault port-blocked is on."""

    def heard(fault: Fault, on: bool) -> None:
        if fault is PORT_BLOCKED:
            (listening.block if on else listening.unblock)()

    return heard


def _dropping(lab: Lab) -> Callable[[Fault, bool], None]:
    """End the sessions of devices when the hub lets no device in any more."""
    codes = {DEVICE_DISABLED: 403012, DEVICE_UNKNOWN: 404001}

    def heard(fault: Fault, on: bool) -> None:
        if on and fault in codes:
            for runtime in lab.hubs:
                for device in tuple(runtime.hub.devices.values()):
                    sessions.drop(runtime, device, codes[fault], f"the fault {fault.name} is on")

    return heard


def _guarded(name: str, service: Service, lab: Lab) -> Callable[[TlsStream], Awaitable[None]]:
    """A service whose mistakes end the one connection, and are noted, and nothing more."""

    async def attend(stream: TlsStream) -> None:
        try:
            if name == "amqp" and lab.faults.use(NOT_AMQP):
                stream.write(_WEB_PAGE)
                lab.audit.record(name, "connect", "refused", peer=stream.peer, reason="the fault not-amqp")
                return
            await service(stream, lab)
        except ConnectionError as error:
            log.debug("%s: %s: %s", name, stream.peer, error)
            stream.abort()
        except Exception as error:
            log.exception("%s: a mistake of the lab ends the connection of %s", name, stream.peer)
            reason = f"a mistake of the lab: {type(error).__name__}: {error}"
            lab.audit.record(name, "close", "ended", peer=stream.peer, reason=reason)
            stream.abort()

    return attend


def _recorded(name: str, lab: Lab, unless: str = "") -> Callable[[str, str], None]:
    """What records connections that came to nothing, but not those whose reason ends with `unless`."""

    def refused(peer: str, reason: str) -> None:
        if not (unless and reason.endswith(unless)):
            lab.audit.record(name, "connect", "refused", peer=peer, reason=reason)

    return refused


def _before_tls(name: str, lab: Lab) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[bool]]:
    """What strikes before TLS: silence, which lasts until the peer leaves or the fault is mended, and nonsense."""

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        peer = peer_of(writer)
        if lab.faults.use(TLS_BROKEN):
            lab.audit.record(name, "connect", "refused", peer=peer, reason="the fault tls-broken")
            writer.write(_WEB_PAGE)
            return False
        if not lab.faults.use(SERVER_SILENT):
            return True
        lab.audit.record(name, "connect", "refused", peer=peer, reason="the fault server-silent: nothing is said")
        mended = asyncio.Event()

        def heard(fault: Fault, on: bool) -> None:
            if fault is SERVER_SILENT and not on:
                mended.set()

        waits = [asyncio.ensure_future(mended.wait()), asyncio.ensure_future(_until_gone(reader))]
        lab.faults.listen(heard)
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            lab.faults.unlisten(heard)
            for wait in waits:
                wait.cancel()
            await asyncio.gather(*waits, return_exceptions=True)
        return False

    return pass_on


async def _until_gone(reader: asyncio.StreamReader) -> None:
    try:
        while await reader.read(65_536):
            pass
    except ConnectionError as error:
        log.debug("a peer that got no answer left: %s", error)
