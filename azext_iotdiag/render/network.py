"""A network that was tested: the table of ways to a host, what TLS showed, and what is wrong, as text and data."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from azext_iotdiag.model.certificate import Certificate, name_of
from azext_iotdiag.model.facts import Facts, Vantage
from azext_iotdiag.model.network import Handshake, HostKind, Judged, NetworkAsked, Protocol, WayState
from azext_iotdiag.model.timestamps import written
from azext_iotdiag.model.verdict import Diagnosis
from azext_iotdiag.render import results, text
from azext_iotdiag.render.commands import Known
from azext_iotdiag.render.event import printable

_HEALTHY = "√ Every protocol that was asked for can be used."
_CELL = 25  # characters of a state in the table
_RECORD = 1024  # the unit in which buffers of devices are counted


def data(facts: Facts, judged: Sequence[Judged], usable: Sequence[Protocol], found: Diagnosis) -> dict[str, Any]:
    """Everything that was measured, and what it comes to."""
    asked, resolved = _asked(facts), _value(facts, "resolved")
    invented, versions = _value(facts, "invented_names"), _value(facts, "tls_versions")
    clock = _value(facts, "clock")
    return {
        **results.diagnosis(found, _known(asked), _HEALTHY),
        "host": asked.host,
        "place": facts["ways"].place.value,
        "measured": written(int(facts["ways"].measured.timestamp() * 1000)),
        "proxy": asked.proxy or None,
        "addresses": list(resolved.addresses) if resolved is not None else None,
        "alias": (resolved.canonical or None) if resolved is not None else None,
        "inventedNames": dict(zip(invented.names, map(list, invented.addresses))) if invented is not None else None,
        "clockAheadSeconds": round(clock.ahead, 1) if clock is not None else None,
        "usable": [protocol.value for protocol in usable],
        "tlsVersions": {"accepted": list(versions.accepted), "refused": list(versions.refused)} if versions else None,
        "ways": [_way(each) for each in judged],
    }


def table(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of `-o table` and `-o tsv`: a way each."""
    return [
        {
            "Port": way["port"],
            "Protocol": way["protocol"],
            "Route": way["proxy"] or "direct",
            "State": way["state"],
            "By": way["by"] or "",
            "Answer": way["answer"] or "",
            "Seconds": way["seconds"],
        }
        for way in result["ways"]
    ]


def lines(facts: Facts, judged: Sequence[Judged], usable: Sequence[Protocol], found: Diagnosis) -> Iterator[str]:
    """The same for a person: the answer, the table, and what to do."""
    yield from text.answer(found, _HEALTHY)
    yield from (f"  {printable(line)}" for line in _evidence(facts, judged, usable))
    yield from text.rest(found, _known(_asked(facts)))


def _known(asked: NetworkAsked) -> Known:
    """What stands in the commands that are advised."""
    return Known(hub=asked.host.partition(".")[0]) if asked.kind is HostKind.HUB else Known()


def _evidence(facts: Facts, judged: Sequence[Judged], usable: Sequence[Protocol]) -> Iterator[str]:
    asked, resolved = _asked(facts), _value(facts, "resolved")
    yield f"Host       {asked.host}"
    if resolved is not None:
        yield f"Address    {', '.join(map(_address, resolved.addresses))}"
        if resolved.canonical:
            yield f"Alias      {resolved.canonical}"
    if asked.proxy:
        yield f"Proxy      {asked.proxy}{f', from {asked.variable}' if asked.variable else ''}"
    yield from _rows(asked, judged, facts["ways"].place is not Vantage.DEVICE)
    yield f"Usable     {', '.join(protocol.title for protocol in usable) or 'no protocol'}"
    yield from _tls(facts, judged)
    yield _place(facts, asked)


def _address(text: str) -> str:
    """An address; a private one is that of a private endpoint, or of a name service of one's own."""
    is_private = ipaddress.ip_address(text.partition("%")[0]).is_private
    return f"{text} (private)" if is_private else text


def _rows(asked: NetworkAsked, judged: Sequence[Judged], timed: bool) -> Iterator[str]:
    """A row for each protocol, with a column for each route. A script counts whole seconds, which say nothing."""
    routes = list(dict.fromkeys(each.way.proxy for each in judged))
    head = ["through the proxy" if route else "direct" for route in routes]
    yield _row("port", "protocol", head)
    by_way = {(each.way.protocol, each.way.proxy): each for each in judged}
    for protocol in asked.protocols:
        cells = [_cell(by_way[protocol, route], timed) if (protocol, route) in by_way else "" for route in routes]
        yield _row(str(protocol.port), protocol.title, cells)


def _row(port: str, protocol: str, cells: Sequence[str]) -> str:
    return f"{port:>4}  {protocol:<19}  {'  '.join(f'{cell:<{_CELL}}' for cell in cells)}".rstrip()


def _cell(each: Judged, timed: bool) -> str:
    if each.state is not WayState.OPEN:
        return str(each.state.value)
    took = f", {each.way.seconds * 1000:.0f} ms" if timed else ""
    return f"open, {each.way.reply}{took}"


def _tls(facts: Facts, judged: Sequence[Judged]) -> Iterator[str]:
    """What TLS showed, once for each chain that was seen."""
    versions = _value(facts, "tls_versions")
    if versions is not None and (versions.accepted or versions.refused):
        refused = f"; refused: {', '.join(versions.refused)}" if versions.refused else ""
        yield f"TLS        {', '.join(versions.accepted) or 'no version'} accepted on port {versions.port}{refused}"
    seen: dict[tuple[Certificate, ...], tuple[Handshake, list[str]]] = {}
    for way, *_ in judged:
        if way.handshake is not None and way.handshake.certificates:
            ports = seen.setdefault(way.handshake.certificates, (way.handshake, []))[1]
            ports.append(f"{way.port}{' through the proxy' if way.proxy else ''}")
    for shown, ports in seen.values():
        where = f" (port {', '.join(dict.fromkeys(ports))})" if len(seen) > 1 else ""
        yield from _chain(shown, where)


def _chain(shown: Handshake, where: str) -> Iterator[str]:
    own = shown.certificates[0]
    yield f"Chain      {name_of(own.subject)}, until {own.not_after[:10]}{where}"
    for each in shown.certificates:
        yield f"           issued by {name_of(each.issuer)}"
    if shown.root is not None:
        known = {True: "public", False: "not public", None: "not known whether public"}[shown.public]
        yield f"Root       {name_of(shown.root.subject)} ({known})"
        yield f"           SHA-1 {shown.root.sha1}"
    if shown.message:
        least = -(-shown.message // _RECORD) + 1
        yield f"Size       {shown.message:,} bytes of certificates; TLS input buffer: {least} KB or more"


def _place(facts: Facts, asked: NetworkAsked) -> str:
    measured = written(int(facts["ways"].measured.timestamp() * 1000))
    if facts["ways"].place is Vantage.DEVICE:
        return f"Tested     by a script in the device's network, at {measured}"
    if asked.observer:
        return f"Tested     from {asked.observer}, which is not in your device's network"
    return "Tested     from this machine; for the device's network, see --script"


def _way(each: Judged) -> dict[str, Any]:
    way, state, by = each
    shown = way.handshake
    return {
        "protocol": way.protocol.value,
        "port": way.port,
        "proxy": way.proxy or None,
        "state": state.value,
        "by": by or None,
        "answer": way.reply or None,
        "address": way.address or None,
        "problem": way.failure.description or way.failure.kind.value if way.failure is not None else None,
        "seconds": round(way.seconds, 3),
        "tls": None if shown is None else _shown(shown),
    }


def _shown(shown: Handshake) -> dict[str, Any]:
    return {
        "version": shown.version or None,
        "cipher": shown.cipher or None,
        "chain": [_certificate(each) for each in shown.certificates],
        "root": _certificate(shown.root) if shown.root is not None else None,
        "public": shown.public,
        "certificateMessageBytes": shown.message or None,
    }


def _certificate(each: Certificate) -> dict[str, Any]:
    return {
        "subject": each.subject,
        "issuer": each.issuer,
        "names": list(each.names),
        "notBefore": each.not_before,
        "notAfter": each.not_after,
        "sha1": each.sha1 or None,
    }


def _asked(facts: Facts) -> NetworkAsked:
    asked: NetworkAsked | None = _value(facts, "network_asked")
    assert asked is not None, "a network is tested for a host"
    return asked


def _value(facts: Facts, name: str) -> Any:
    return facts[name].value if name in facts else None
