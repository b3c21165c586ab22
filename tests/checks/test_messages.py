"""What checks say, with the evidence, compared with a golden file: the words of a finding are what people act on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from azext_iotdiag.checks import catalogue
from azext_iotdiag.checks.runner import run
from azext_iotdiag.model.check import CheckResult, Link
from azext_iotdiag.model.dps import Registration
from azext_iotdiag.model.facts import Fact, Vantage
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.hub_settings import HubSettings, Route
from azext_iotdiag.model.network import (
    Cloud,
    Handshake,
    HostKind,
    Invented,
    Protocol,
    Resolved,
    Speaker,
    TlsVersions,
    Way,
)
from azext_iotdiag.model.token import ClockFacts
from tests.checks.facts import NOW, dps
from tests.checks.judging import known
from tests.checks.reached import (
    AZURE,
    BALTIMORE,
    HOST,
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

MQTT, AMQP, HTTPS, MQTT_WS, AMQP_WS = Protocol


def clock(ahead: float, uncertain: float = 1.0, place: Vantage = Vantage.HERE) -> dict[str, Any]:
    return {"clock": replace(known(clock=ClockFacts(HOST, ahead, uncertain))["clock"], place=place)}


def ways(*tried: Way, place: Vantage = Vantage.HERE, **more: Any) -> dict[str, Any]:
    protocols = tuple(dict.fromkeys(each.protocol for each in tried))
    made = known(**{"network_asked": asked(*protocols), "ways": tried, **more})
    return {name: replace(fact, place=place) for name, fact in made.items()}


def wrong(kind: Kind, *names: str, certificates: bool = True) -> Way:
    shown = Handshake(certificates=(replace(certificate(), names=names), certificate(subject="CN=above")))
    return failed(HTTPS, kind, "as OpenSSL says", handshake=shown if certificates else None)


def at_a_step(kind: Kind, protocol: Protocol = HTTPS, description: str = "words", **more: Any) -> Way:
    return failed(protocol, kind, description, **more)


def answered(speaker: Speaker, protocol: Protocol, reply: str = "the answer", begins: str = "") -> Way:
    way = opened(protocol, speaker)
    assert way.handshake is not None
    return replace(way, reply=reply, handshake=replace(way.handshake, begins=begins))


STALLED = Handshake(received=1_460)
STANDS = Handshake("TLSv1.2", certificates=(certificate(),), stands=True)
OTHER = Speaker.OTHER
NETWORK: Mapping[str, dict[str, Any]] = {
    "all open": ways(*map(opened, Protocol)),
    "8883 filtered": ways(filtered(MQTT), opened(AMQP), opened(HTTPS)),
    "only 443 open": ways(filtered(MQTT), refused(AMQP), opened(HTTPS), opened(MQTT_WS)),
    "only 443 open, seen by a script": ways(refused(MQTT), refused(AMQP), opened(HTTPS), place=Vantage.DEVICE),
    "nothing open": ways(*map(refused, Protocol)),
    "two states": ways(filtered(MQTT), refused(HTTPS)),
    "IPv6 alone": ways(*map(refused, Protocol), resolved=Resolved(("2603::1", "2603::2"))),
    "IPv6 alone, and one way is open": ways(refused(MQTT), opened(HTTPS), resolved=Resolved(("2603::1",))),
    "both kinds of addresses": ways(*map(refused, Protocol), resolved=Resolved(("2603::1", "20.1.2.3"))),
    **{f"a step: {kind.value}": ways(at_a_step(kind), opened(MQTT)) for kind in Kind},
    "stalled after bytes": ways(at_a_step(Kind.SILENT, handshake=STALLED)),
    "silent once TLS stands": ways(at_a_step(Kind.SILENT, MQTT, handshake=STANDS), opened(HTTPS)),
    "closed once TLS stands": ways(at_a_step(Kind.DROPPED, AMQP, handshake=STANDS)),
    "answered without TLS": ways(at_a_step(Kind.TLS, handshake=Handshake(begins="220 mail"))),
    "no address": ways(
        at_a_step(Kind.NAME_NOT_RESOLVED),
        resolved=Failure(Kind.NAME_NOT_RESOLVED, "the name look-up", HOST, 443, description="not known"),
    ),
    "no address, and the proxy knows one": ways(
        at_a_step(Kind.NAME_NOT_RESOLVED),
        opened(HTTPS, proxy=PROXY),
        resolved=Failure(Kind.NAME_NOT_RESOLVED, "the name look-up", HOST, 443, description="not known"),
        network_asked=asked(HTTPS, proxy=PROXY),
    ),
    "names that do not exist": ways(
        opened(HTTPS), invented_names=Invented(("a.net", "b.com"), (("10.0.0.1",), ("10.0.0.2", "10.0.0.1")))
    ),
    "names that do not exist, at the host's address": ways(
        opened(HTTPS),
        invented_names=Invented(("a.net", "b.com"), (("10.0.0.1",), ("20.1.2.3",))),
        resolved=Resolved(("20.1.2.3",)),
    ),
    "one name that does not exist": ways(
        opened(HTTPS), invented_names=Invented(("a.net", "b.com"), (("10.0.0.1",), ()))
    ),
    "TLS 1.2 refused": ways(opened(HTTPS), tls_versions=TlsVersions(443, ("TLSv1.3", "TLSv1"), ("TLSv1.2",))),
    "TLS 1.2 accepted": ways(opened(HTTPS), tls_versions=TlsVersions(443, ("TLSv1.2",), ("TLSv1.3",))),
    "no version of TLS": ways(opened(HTTPS), tls_versions=TlsVersions(443, (), ("TLSv1.2",))),
    "an expired certificate": ways(wrong(Kind.EXPIRED)),
    "a certificate of tomorrow": ways(wrong(Kind.NOT_YET_VALID)),
    "a certificate for no name": ways(wrong(Kind.WRONG_NAME)),
    "a certificate for three names": ways(wrong(Kind.WRONG_NAME, "a", "b", "c")),
    "a certificate for four names": ways(wrong(Kind.WRONG_NAME, "a", "b", "c", "d"), opened(MQTT)),
    "a certificate that was not shown": ways(wrong(Kind.WRONG_NAME, certificates=False)),
    "two wrong certificates": ways(wrong(Kind.EXPIRED), at_a_step(Kind.WRONG_NAME, MQTT, handshake=STANDS)),
    "an authority that is not known here": ways(untrusted(HTTPS, AZURE, public=True)),
    "an authority that is not known anywhere": ways(untrusted(HTTPS, AZURE)),
    "an interceptor that is trusted": ways(opened(HTTPS, issuer=ZSCALER, root="", public=False), opened(MQTT)),
    "an interceptor that is not trusted": ways(untrusted(HTTPS, ZSCALER), untrusted(MQTT, ZSCALER)),
    "an interceptor that is trusted on one way": ways(
        untrusted(HTTPS, ZSCALER), opened(MQTT, issuer=ZSCALER, root="", public=False)
    ),
    "a lab": ways(opened(HTTPS, issuer=LAB, root="", public=False)),
    "a root of another cloud": ways(
        opened(HTTPS, root=BALTIMORE), network_asked=replace(asked(HTTPS), cloud=Cloud.CHINA)
    ),
    "a proxy that wants a password": ways(
        opened(MQTT),
        at_a_step(Kind.PROXY_WANTS_PASSWORD, description="407", proxy=PROXY),
        network_asked=asked(HTTPS, MQTT, proxy=PROXY),
    ),
    "a proxy that refuses, and is not needed": ways(
        opened(HTTPS),
        at_a_step(Kind.PROXY_REFUSED, description="403", proxy=PROXY),
        network_asked=asked(HTTPS, proxy=PROXY),
    ),
    "a web page": ways(
        answered(Speaker.PAGE, HTTPS, "HTTP/1.1 302 Found"), answered(Speaker.PAGE, MQTT_WS, "HTTP/1.1 200")
    ),
    "a page whose words did not come": ways(at_a_step(Kind.TLS, handshake=Handshake(begins="HTTP/1.1 302 Found"))),
    "MQTT 5 alone": ways(answered(Speaker.MQTT_5, MQTT, "CONNACK 0x84"), opened(HTTPS)),
    "a broker": ways(answered(Speaker.BROKER, MQTT, "CONNACK 0")),
    "no MQTT": ways(answered(OTHER, MQTT, "220 mail"), answered(OTHER, HTTPS, "200 OK"), answered(OTHER, AMQP, "")),
    "an alias of Event Grid": ways(opened(MQTT), resolved=Resolved(("20.1.2.3",), "x.ts.eventgrid.azure.net")),
    "a host of one's own": ways(
        opened(HTTPS, issuer=ZSCALER, root="", public=False), network_asked=asked(HTTPS, kind=HostKind.UNKNOWN)
    ),
}


def route(name: str, condition: str = "true", *endpoints: str) -> Route:
    return Route(name, "DeviceMessages", condition, endpoints or ("cold",), True)


def routed(*routes: Route, fallback: bool = True) -> dict[str, Any]:
    always = replace(route("$fallback", "true", "events"), enabled=fallback)
    return known(hub_settings=HubSettings(HOST, "Active", fallback=always, routes=routes), now=NOW)


SOME = [route(f"r{number}", "level > 3", f"e{number}", "cold") for number in range(5)]
OTHERS: Mapping[str, tuple[Link, dict[str, Any]]] = {
    **{
        f"a clock {ahead:g} s ahead, give or take {uncertain:g} s": (Link.MACHINE, clock(ahead, uncertain))
        for ahead, uncertain in ((30.9, 1), (31, 1), (-31, 1), (301, 1), (301.1, 1), (-400, 1), (400, 390))
    },
    "a clock of the device": (Link.MACHINE, clock(400, place=Vantage.DEVICE)),
    "never registered": (Link.PROVISIONING, known(**dps())),
    **{
        f"registration: {status} {code} {message}": (
            Link.PROVISIONING,
            known(**dps(status, error_code=code, error_message=message, hub=hub, device="pump" if hub else "")),
        )
        for status, code, message, hub in (
            ("assigned", 0, "", HOST),
            ("assigning", 0, "", ""),
            ("unassigned", 0, "", ""),
            ("disabled", 0, "", ""),
            ("failed", 400207, "No hub", ""),
            ("failed", 401002, "Unauthorized", ""),
            ("failed", 0, "IotHub not found", ""),
            ("failed", 400209, "custom allocation", ""),
        )
    },
    **{
        f"fallback, and {len(SOME[:count])} routes": (Link.ROUTING, routed(*SOME[:count]))
        for count in (0, 1, 2, 3, 4, 5)
    },
    "fallback, and routes that take all": (
        Link.ROUTING,
        routed(route("all"), *SOME[:2], route("more", "true", "b", "a")),
    ),
    "no fallback": (Link.ROUTING, routed(fallback=False)),
    "no fallback, and some here": (
        Link.ROUTING,
        routed(route("x", "a > 1", "events"), route("y", "a > 2", "events"), *SOME, fallback=False),
    ),
}


def said(result: CheckResult) -> list[str]:
    lines = []
    for each in result.findings:
        weight = each.weight
        marks = (each.severity.value, weight.certainty.value, weight.when.value)
        lines += [f"  {result.check.name}: {each.entry.code} ({', '.join(marks)})", f"    {each.message}"]
        lines += [f"      {name}: {value}" for name, value in each.evidence.items()]
        lines += [f"      since {weight.since}"] if weight.since is not None else []
    if result.reason and not result.findings and result.skip is None:
        lines.append(f"  {result.check.name}: {result.reason}")
    return lines


def judged(link: Link, facts: Mapping[str, Fact[Any]]) -> list[str]:
    return [line for result in run(catalogue.of(link), facts, lambda: 0.0) for line in said(result)] or ["  nothing"]


def test_golden(golden: Callable[[str, str], None]) -> None:
    told: list[str] = []
    for name, facts in NETWORK.items():
        told += [f"== {name}", *judged(Link.NETWORK, facts)]
    for name, (link, facts) in OTHERS.items():
        told += [f"== {name}", *judged(link, facts)]
    golden("checks.txt", "\n".join(told) + "\n")


def test_a_registration_is_as_old_as_its_last_change() -> None:
    facts = known(**{**dps(), "registration": Registration("pump", "failed", updated=7)})
    assert "      since 7" in judged(Link.PROVISIONING, facts)
