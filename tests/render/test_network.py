"""A tested network as text at 80 columns, as data and as a table."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from azext_iotdiag.checks import way_states
from azext_iotdiag.checks.verdict import diagnose
from azext_iotdiag.model.check import Link
from azext_iotdiag.model.facts import Facts, Vantage
from azext_iotdiag.model.failure import Kind
from azext_iotdiag.model.network import HostKind, Invented, Protocol, Resolved, TlsVersions, Way
from azext_iotdiag.model.token import ClockFacts
from azext_iotdiag.render import network as render
from tests.checks.judging import known
from tests.checks.reached import PROXY, ZSCALER, asked, failed, filtered, opened, refused, untrusted

MQTT, AMQP, HTTPS, MQTT_WS, AMQP_WS = Protocol
OF_NAME = {
    "resolved": Resolved(("20.1.2.3",), "gateway-prod-gw-westeurope-2.cloudapp.azure.com"),
    "invented_names": Invented(("iot-diag-1.azure-devices.net", "iot-diag-1.com"), ((), ())),
    "tls_versions": TlsVersions(443, ("TLSv1.2",), ("TLSv1.3",)),
}
OPEN = tuple(opened(protocol) for protocol in Protocol)


def facts_of(ways: tuple[Way, ...], proxy: str = "", **more) -> Facts:
    return way_states.with_certificate(known(network_asked=asked(proxy=proxy), ways=ways, **{**OF_NAME, **more}))


def shown(facts: Facts):
    judged = way_states.judged(facts["ways"].value, facts["network_asked"].value)
    return facts, judged, way_states.usable(judged), diagnose((Link.MACHINE, Link.NETWORK), facts, lambda: 0.0)


def on_device(facts: Facts) -> Facts:
    return {name: replace(fact, place=Vantage.DEVICE) for name, fact in facts.items()}


CASES = {
    "everything is open": facts_of(OPEN),
    "only 443 is open, in Cloud Shell": {
        **facts_of((filtered(MQTT), refused(AMQP), *OPEN[2:])),
        **known(network_asked=replace(asked(), observer="Cloud Shell")),
    },
    "an interceptor, and a proxy that wants a password": facts_of(
        tuple(untrusted(each, ZSCALER) for each in Protocol)
        + tuple(failed(each, Kind.PROXY_WANTS_PASSWORD, "the proxy answers 407", proxy=PROXY) for each in Protocol),
        PROXY,
    ),
    "a script on the device": on_device(
        facts_of((filtered(MQTT), *OPEN[1:]), clock=ClockFacts("hub.azure-devices.net", 400, 2))
    ),
    "a name that does not exist": facts_of(
        tuple(
            failed(each, Kind.NAME_NOT_RESOLVED, "Name or service not known", "the name look-up") for each in Protocol
        ),
        resolved=failed(HTTPS, Kind.NAME_NOT_RESOLVED, "Name or service not known", "the name look-up").failure,
        tls_versions=TlsVersions(443),
    ),
}


def test_text(golden: Callable[[str, str], None]) -> None:
    told = []
    for title, facts in CASES.items():
        told += [f"## {title}", *render.lines(*shown(facts)), ""]
    table = [line for line in told if line[2:6].strip().isdigit() or line.startswith("  port")]
    assert len(table) == 6 * len(CASES) and all(len(line) <= 80 for line in table)
    golden("network.txt", "\n".join(told))


def test_data(golden: Callable[[str, str], None]) -> None:
    """What scripts read: it only grows."""
    told = {title: render.data(*shown(facts)) for title, facts in CASES.items()}
    for each in told.values():
        each["checks"] = [(check["check"], check["status"]) for check in each["checks"]]
    golden("network.json", json.dumps(told, indent=1) + "\n")


def test_a_table_has_a_row_for_each_way() -> None:
    rows = render.table(render.data(*shown(CASES["an interceptor, and a proxy that wants a password"])))
    assert len(rows) == 10
    assert rows[0] == {
        "Port": 8883, "Protocol": "mqtt", "Route": "direct", "State": "intercepted", "By": "Zscaler", "Answer": "",
        "Seconds": 0.0,
    }  # fmt: skip
    assert (rows[5]["Route"], rows[5]["State"]) == (PROXY, "proxy wants password")


def test_a_fact_that_could_not_be_measured_is_left_out() -> None:
    facts = known(network_asked=asked(MQTT), ways=(opened(MQTT),))
    data = render.data(*shown(facts))
    assert [data[name] for name in ("addresses", "alias", "inventedNames", "tlsVersions", "clockAheadSeconds")] == [
        None
    ] * 5
    assert next(iter(render.lines(*shown(facts)))) == "√ Every protocol that was asked for can be used."


def evidence(facts: Facts) -> list[str]:
    return [line.strip() for line in render.lines(*shown(facts))]


def test_the_ways_of_each_chain_are_named_where_there_are_several() -> None:
    direct, through = opened(MQTT), opened(AMQP, proxy=PROXY, issuer=ZSCALER)
    assert not [line for line in evidence(facts_of((direct,))) if "(port" in line]
    chains = [line.partition("(port")[2] for line in evidence(facts_of((direct, through), PROXY)) if "(port" in line]
    assert chains == [" 8883)", " 5671 through the proxy)"]


def test_the_versions_of_tls_are_shown_where_any_was_tried() -> None:
    def tls(accepted: tuple[str, ...], refused: tuple[str, ...]) -> list[str]:
        versions = TlsVersions(443, accepted, refused)
        return [line for line in evidence(facts_of(OPEN, tls_versions=versions)) if line.startswith("TLS")]

    assert tls((), ()) == []
    assert tls(("TLSv1.2",), ()) == ["TLS        TLSv1.2 accepted on port 443"]
    assert tls((), ("TLSv1.2",)) == ["TLS        no version accepted on port 443; refused: TLSv1.2"]


def test_times_are_in_milliseconds_here_and_in_seconds_in_data() -> None:
    facts = facts_of((replace(opened(MQTT), seconds=1.23456),), clock=ClockFacts("h", 1.26, 1))
    assert any("1235 ms" in line for line in evidence(facts))
    data = render.data(*shown(facts))
    assert (data["ways"][0]["seconds"], data["clockAheadSeconds"]) == (1.235, 1.3)


@pytest.mark.parametrize(("kind", "named"), [(HostKind.HUB, True), (HostKind.DPS, False)])
def test_commands_name_a_hub_and_no_other_service(kind: HostKind, named: bool) -> None:
    assert (render._known(asked(kind=kind)).hub == "hub") is named
