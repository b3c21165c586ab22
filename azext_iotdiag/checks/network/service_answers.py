"""A connection that stands may still lead to something else than the service: a portal, another server or broker."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from azext_iotdiag.checks import way_states
from azext_iotdiag.checks.declare import DoesNotApply, check
from azext_iotdiag.knowledge.interference import BROKER_IS_NO_HUB, CAPTIVE_PORTAL, MQTT_5_ONLY
from azext_iotdiag.knowledge.mqtt import NOT_MQTT
from azext_iotdiag.knowledge.registry import NOT_A_HUB
from azext_iotdiag.model.facts import Fact
from azext_iotdiag.model.finding import Certainty, Entry, Finding, fail, weighed
from azext_iotdiag.model.network import HostKind, Judged, NetworkAsked, Protocol, Resolved, Speaker, Way, WayState

_EVENT_GRID = ".ts.eventgrid.azure.net"  # at the end of the aliases of a hub that is based on it
_HUB_LIKE = frozenset({HostKind.HUB, HostKind.UNKNOWN})


@check("The intended service answers")
def service_answers(
    network_asked: NetworkAsked, ways: Fact[tuple[Way, ...]], resolved: Resolved | None = None
) -> Iterator[Finding]:
    """Every refusal of the service is right here: it proves that name, TCP, TLS and trust are right."""
    judged = way_states.judged(ways.value or (), network_asked)
    if all(each.way.speaker is Speaker.NONE and each.state is not WayState.PAGE for each in judged):
        raise DoesNotApply("ways")
    place = way_states.place_of(ways)
    for entry, what, hit in _others(judged):
        words = dict.fromkeys(
            each.way.reply or (each.way.handshake.begins if each.way.handshake else "") for each in hit
        )
        said = way_states.listed([each for each in words if each] or ["nothing that can be shown"])
        yield weighed(
            fail(
                entry,
                f"{place}, {network_asked.host} answers on {way_states.by_port(hit, judged)} {what}: {said}",
                host=network_asked.host,
                reply=said,
                ports=", ".join(sorted({str(each.way.port) for each in hit})),
            ),
            certainty=Certainty.LIKELY if entry is NOT_A_HUB else Certainty.SURE,
        )
    alias = resolved.canonical if resolved is not None else ""
    says_5 = any(each.state is WayState.MQTT_5_ONLY for each in judged)
    if network_asked.kind in _HUB_LIKE and alias.lower().endswith(_EVENT_GRID) and not says_5:
        finding = fail(MQTT_5_ONLY, f"{place}, the name {network_asked.host} leads to {alias}", alias=alias)
        yield weighed(finding, certainty=Certainty.LIKELY)


def _others(judged: Iterable[Judged]) -> Iterator[tuple[Entry, str, list[Judged]]]:
    """Who answered in the service's place, as an entry, how, and on which ways."""
    judged = tuple(judged)

    def where(state: WayState, *, mqtt: bool | None = None, broker: bool = False) -> list[Judged]:
        return [
            each
            for each in judged
            if each.state is state
            and mqtt in (None, each.way.protocol is Protocol.MQTT)
            and (each.way.speaker is Speaker.BROKER) is broker
        ]

    for entry, what, hit in (
        (CAPTIVE_PORTAL, "with a web page", where(WayState.PAGE)),
        (MQTT_5_ONLY, "in MQTT 5 alone", where(WayState.MQTT_5_ONLY)),
        (BROKER_IS_NO_HUB, "and lets in a client without a credential", where(WayState.OTHER_SERVER, broker=True)),
        (NOT_MQTT, "with what is no MQTT", where(WayState.OTHER_SERVER, mqtt=True)),
        (NOT_A_HUB, "as no service of Azure IoT does", where(WayState.OTHER_SERVER, mqtt=False)),
    ):
        if hit:
            yield entry, what, hit
