"""What became of each way, and that no way that fails passes for a network without a fault."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from azext_iotdiag.checks import way_states
from azext_iotdiag.checks.verdict import diagnose
from azext_iotdiag.model import exit_codes
from azext_iotdiag.model.certificate import name_of
from azext_iotdiag.model.check import Link
from azext_iotdiag.model.facts import Vantage
from azext_iotdiag.model.failure import Kind
from azext_iotdiag.model.network import Cloud, Handshake, NetworkAsked, Protocol, Speaker, Way, WayState
from azext_iotdiag.model.verdict import Standing, State
from tests.checks.facts import identity
from tests.checks.judging import known
from tests.checks.reached import (
    AZURE,
    LAB,
    PROXY,
    ZSCALER,
    asked,
    certificate,
    failed,
    filtered,
    opened,
    refused,
    untrusted,
)

HTTPS, MQTT = Protocol.HTTPS, Protocol.MQTT


def judged(*ways: Way):
    return diagnose(
        (Link.NETWORK,), known(network_asked=asked(*{way.protocol for way in ways}), ways=ways), lambda: 0.0
    )


@pytest.mark.parametrize("kind", Kind)
def test_every_failure_has_a_state_and_is_no_health(kind: Kind) -> None:
    """Whatever a client may say: where the one protocol cannot be used, the verdict is not healthy."""
    way = failed(HTTPS, kind, "as the client says", "the TLS handshake")
    (state,) = (each.state for each in way_states.judged([way], asked(HTTPS)))
    assert state is not WayState.OPEN
    found = judged(way).verdict
    if kind in PROXY_KINDS:  # a direct way meets no proxy
        return
    assert found.state is not State.HEALTHY
    assert found.exit_code == (exit_codes.UNDETERMINED if state is WayState.UNKNOWN else exit_codes.PROBLEM)


PROXY_KINDS = {kind for kind in Kind if kind.value.startswith("proxy-")}


@pytest.mark.parametrize("speaker", Speaker)
def test_only_the_service_or_its_protocol_is_open(speaker: Speaker) -> None:
    (each,) = way_states.judged([opened(HTTPS, speaker)], asked(HTTPS))
    is_right = speaker in (Speaker.NONE, Speaker.SERVICE, Speaker.PROTOCOL, Speaker.CLOSED)
    assert (each.state is WayState.OPEN) is is_right
    assert (judged(opened(HTTPS, speaker)).verdict.state is State.HEALTHY) is is_right


def test_one_bad_way_beside_a_good_one_is_told() -> None:
    bad = (filtered(MQTT), untrusted(MQTT, ZSCALER), untrusted(MQTT, AZURE), opened(MQTT, Speaker.BROKER))
    for way, order in itertools.product(bad, (1, -1)):
        found = judged(*(way, opened(HTTPS))[::order])
        assert (found.verdict.state, found.verdict.link) == (State.BROKEN, Link.NETWORK)


@pytest.mark.parametrize(("place", "state"), [(Vantage.HERE, State.UNDETERMINED), (Vantage.DEVICE, State.BROKEN)])
def test_the_network_here_says_nothing_of_a_device(place: Vantage, state: State) -> None:
    """Beside what a service tells of a device, a fault of this network limits, and one of the device's decides."""
    facts = known(network_asked=asked(MQTT), ways=(filtered(MQTT),), identity=identity(last_activity=1))
    facts["ways"] = replace(facts["ways"], place=place)
    facts["identity"] = replace(facts["identity"], place=Vantage.SERVICE)
    verdict = diagnose((Link.NETWORK,), facts, lambda: 0.0).verdict
    assert verdict.state is state and verdict.link is (Link.NETWORK if state is State.BROKEN else None)


def test_what_can_be_used() -> None:
    ways = [opened(HTTPS, proxy=PROXY), filtered(HTTPS), filtered(MQTT), opened(Protocol.AMQP)]
    assert way_states.usable(way_states.judged(ways, asked())) == (Protocol.AMQP, HTTPS)


def test_ports_are_named_where_all_of_one_is_meant() -> None:
    ws = Protocol.MQTT_WS
    tried = way_states.judged([filtered(MQTT), filtered(HTTPS), opened(ws)], asked())
    assert way_states.by_port(tried[:2], tried) == "port 8883 and HTTPS (port 443)"
    assert way_states.by_port(tried, tried) == "ports 8883 and 443"
    through = way_states.judged([refused(MQTT, PROXY), refused(MQTT)], asked())
    assert way_states.by_port(through, through) == f"port 8883 through the proxy {PROXY} and port 8883"


@pytest.mark.parametrize(
    ("distinguished", "name"),
    [
        (AZURE, "Microsoft Azure RSA TLS Issuing CA 04"),
        ("O=Contoso,C=US", "Contoso"),
        ("CN=Contoso Issuing CA, O=Contoso", "Contoso Issuing CA"),  # as .NET writes it
        ("C=US", "C=US"),
        (LAB, "iot-diag lab lab-hub"),
    ],
)
def test_what_people_call_an_issuer(distinguished: str, name: str) -> None:
    assert name_of(distinguished) == name


def test_the_certificate_that_was_refused_tells_causes_apart() -> None:
    """So the lab's own authority is named as the cause, and no proxy is."""
    facts = way_states.with_certificate(known(network_asked=asked(HTTPS), ways=(untrusted(HTTPS, LAB),)))
    (reason,) = diagnose((Link.NETWORK,), facts, lambda: 0.0).verdict.reasons
    assert [cause.only_if for cause, _ in reason.causes] == ["issuer-is-lab"]


def test_the_right_server_by_the_wrong_name() -> None:
    """Case N5: the address of a private endpoint in the place of the hub's name."""
    shown = failed(HTTPS, Kind.WRONG_NAME, "IP address mismatch", handshake=Handshake(certificates=(certificate(),)))
    facts = known(network_asked=NetworkAsked("10.0.0.4", protocols=(HTTPS,)), ways=(shown,))
    (reason,) = diagnose((Link.NETWORK,), way_states.with_certificate(facts), lambda: 0.0).verdict.reasons
    (first, standing), *_ = reason.causes
    assert standing is Standing.PROVEN and first.only_if == "host-is-address"


def test_a_certificate_that_was_taken_is_none_that_was_refused() -> None:
    facts = known(network_asked=asked(HTTPS), ways=(opened(HTTPS), failed(MQTT, Kind.EXPIRED, handshake=Handshake())))
    assert way_states.with_certificate(facts) is facts


# https://learn.microsoft.com/azure/security/fundamentals/tls-certificate-changes
@pytest.mark.parametrize(("cloud", "first_digicert"), [
    (Cloud.PUBLIC, False), (Cloud.CHINA, True), (Cloud.GOVERNMENT, True),
])  # fmt: skip
def test_the_roots_of_each_cloud(cloud: Cloud, first_digicert: bool) -> None:
    names = {root.name for root in way_states.ROOTS.values() if cloud in root.clouds}
    everywhere = {"DigiCert Global Root G2", "Microsoft RSA Root CA 2017", "Microsoft ECC Root CA 2017"}
    assert names == everywhere | ({"DigiCert Global Root CA"} if first_digicert else set())
