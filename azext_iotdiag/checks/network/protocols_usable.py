"""A device needs one way for the protocol that it speaks. Networks let some protocols pass and others not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from azext_iotdiag.checks import way_states
from azext_iotdiag.checks.declare import CouldNotLook, check
from azext_iotdiag.checks.failures import Service, obstacle
from azext_iotdiag.checks.network.name_resolved import name_resolved
from azext_iotdiag.knowledge import amqp, interference, mqtt, network, tls
from azext_iotdiag.model.facts import Fact
from azext_iotdiag.model.finding import Certainty, Entry, Finding, fail, weighed
from azext_iotdiag.model.network import Judged, NetworkAsked, Protocol, Resolved, Way, WayState

_ENTRIES: Mapping[WayState, Entry] = {
    WayState.NO_ADDRESS: network.NAME_NOT_RESOLVED,
    WayState.REFUSED: network.CONNECTION_REFUSED,
    WayState.FILTERED: network.SERVER_UNREACHABLE,
    WayState.UNREACHABLE: network.SERVER_UNREACHABLE,
    WayState.FORBIDDEN: network.CONNECTION_NOT_ALLOWED,
    WayState.RESET: interference.CONNECTION_RESET,
    WayState.SILENT: network.SERVER_SILENT,
    WayState.UNANSWERED: network.SERVER_SILENT,
    WayState.CLOSED: amqp.CONNECTION_DROPPED,
    WayState.STALLED: interference.HANDSHAKE_STALLS,
    WayState.NO_WEBSOCKET: network.WEBSOCKET_REFUSED,
    WayState.NO_TLS: tls.HANDSHAKE_FAILED,
    WayState.TLS_FAILS: tls.HANDSHAKE_FAILED,
}
# What a firewall does to a port of its own, where another port of the same host is open.
_BLOCKS = frozenset({
    WayState.REFUSED, WayState.FILTERED, WayState.UNREACHABLE, WayState.RESET, WayState.SILENT,
})  # fmt: skip
_BLOCKED_PORTS = {Protocol.MQTT: mqtt.PORT_8883_BLOCKED, Protocol.AMQP: interference.PORT_5671_BLOCKED}
# Nothing came, or no more: that has many causes.
_ABSENT = frozenset({
    WayState.FILTERED, WayState.SILENT, WayState.STALLED, WayState.RESET, WayState.UNANSWERED, WayState.CLOSED,
})  # fmt: skip


@check("Every requested protocol can be used", after=(name_resolved,))
def protocols_usable(
    network_asked: NetworkAsked, ways: Fact[tuple[Way, ...]], resolved: Resolved | None = None
) -> Iterator[Finding]:
    """Directly or through the proxy. The other checks judge the server that answers."""
    if ways.failure is not None:
        raise CouldNotLook(obstacle(Service.NETWORK, ways.failure))
    judged = way_states.judged(ways.value or (), network_asked)
    usable = way_states.usable(judged)
    direct = [each for each in judged if not each.way.proxy]
    blocked = [each for each in direct if each.way.protocol not in usable and each.state in _ENTRIES]
    if unknown := [each.way.failure for each in direct if each.state is WayState.UNKNOWN and each.way.failure]:
        raise CouldNotLook(obstacle(Service.NETWORK, unknown[0]))
    if not blocked:
        return
    addresses = resolved.addresses if resolved is not None else ()
    if addresses and all(":" in address for address in addresses) and _is_none_connected(direct):
        groups: Iterable[tuple[Entry, list[Judged]]] = [(interference.IPV6_ONLY, blocked)]
    else:
        groups = _grouped(blocked, usable)
    for entry, hit in groups:
        sure = Certainty.LIKELY if any(each.state in _ABSENT for each in hit) else Certainty.SURE
        told = f"{way_states.place_of(ways)}, {_told(hit, direct)} at {network_asked.host}{_rest(usable)}"
        yield weighed(_finding(entry, told, hit, usable, network_asked), certainty=sure)


def _is_none_connected(direct: Iterable[Judged]) -> bool:
    return all(each.state in way_states.NOT_CONNECTED for each in direct)


def _grouped(blocked: list[Judged], usable: tuple[Protocol, ...]) -> Iterator[tuple[Entry, list[Judged]]]:
    """What is blocked by what that means. Where port 443 alone is open, that is one statement."""
    left = list(blocked)
    at_ports = [each for each in left if each.way.protocol in _BLOCKED_PORTS and each.state in _BLOCKS]
    if usable and len(at_ports) == len(_BLOCKED_PORTS):
        yield interference.ONLY_443_OPEN, at_ports
        left = [each for each in left if each not in at_ports]
    groups: dict[str, tuple[Entry, list[Judged]]] = {}
    for each in left:
        own = _BLOCKED_PORTS.get(each.way.protocol) if usable and each.state in _BLOCKS else None
        entry = own or _entry(each)
        groups.setdefault(entry.code, (entry, []))[1].append(each)
    yield from groups.values()


def _entry(each: Judged) -> Entry:
    if each.state is WayState.UNANSWERED and each.way.protocol is Protocol.MQTT:
        return mqtt.CONNACK_MISSING
    return _ENTRIES[each.state]


def _finding(entry: Entry, told: str, hit: list[Judged], usable: tuple[Protocol, ...], asked: NetworkAsked) -> Finding:
    descriptions = dict.fromkeys(way.failure.description for way, *_ in hit if way.failure is not None)
    return fail(
        entry,
        told,
        host=asked.host,
        address=hit[0].way.address,
        description="; ".join(descriptions),
        usable=", ".join(protocol.value for protocol in usable),
        **{way.protocol.value: state.value for way, state, _ in hit},
    )


def _rest(usable: tuple[Protocol, ...]) -> str:
    """What works, as the end of a sentence."""
    if not usable:
        return "; no protocol works"
    titles = way_states.listed(protocol.title for protocol in usable)
    return f"; {titles} {'work' if len(usable) > 1 else 'works'}"


def _told(hit: list[Judged], tried: list[Judged]) -> str:
    """What became of the ways, those with one state together."""
    by_words: dict[str, list[Judged]] = {}
    for each in hit:
        by_words.setdefault(_words(each.way, each.state), []).append(each)
    return way_states.listed(
        f"{way_states.by_port(group, tried)} {'are' if _has_several(group) else 'is'} {words}"
        for words, group in by_words.items()
    )


def _has_several(group: list[Judged]) -> bool:
    return len({each.way.port for each in group}) > 1


def _words(way: Way, state: WayState) -> str:
    """A state as the end of a sentence that begins with "is"."""
    if state is WayState.STALLED:
        came = way.handshake.received if way.handshake is not None else 0
        return f"stalled in the TLS handshake{f' after {came:,} bytes' if came else ''}"
    words = {
        WayState.NO_ADDRESS: "without an address",
        WayState.FILTERED: "filtered (no packet comes back)",
        WayState.FORBIDDEN: "forbidden by the tested machine itself",
        WayState.UNANSWERED: "without an answer once TLS stands",
        WayState.CLOSED: "closed once TLS stands",
        WayState.SILENT: "silent after the connection",
        WayState.NO_WEBSOCKET: "refused as a WebSocket",
        WayState.NO_TLS: "answered without TLS",
        WayState.TLS_FAILS: "ended by the server in the TLS handshake",
    }
    return words.get(state, str(state.value))
