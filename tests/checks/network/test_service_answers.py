"""The check `service-answers`."""

from __future__ import annotations

import pytest

from azext_iotdiag.checks.network.service_answers import service_answers
from azext_iotdiag.model.failure import Kind
from azext_iotdiag.model.finding import Certainty
from azext_iotdiag.model.network import Handshake, HostKind, Protocol, Resolved, Speaker
from tests.checks.judging import findings, verdict
from tests.checks.reached import asked, failed, filtered, opened

MQTT, AMQP, HTTPS = Protocol.MQTT, Protocol.AMQP, Protocol.HTTPS
EVENT_GRID = Resolved(("20.1.2.3",), "iothub-egns-1.eastus2-1.ts.eventgrid.azure.net")


@pytest.mark.parametrize("speaker", [Speaker.SERVICE, Speaker.PROTOCOL, Speaker.CLOSED])
def test_every_refusal_of_a_hub_is_right(speaker: Speaker) -> None:
    assert verdict(service_answers, network_asked=asked(MQTT), ways=(opened(MQTT, speaker),)) == ("pass", [])


@pytest.mark.parametrize(
    ("protocol", "speaker", "code"),
    [
        (HTTPS, Speaker.PAGE, "captive-portal"),
        (MQTT, Speaker.PAGE, "captive-portal"),
        (MQTT, Speaker.MQTT_5, "mqtt5-only"),
        (MQTT, Speaker.BROKER, "mqtt-broker-is-no-hub"),
        (MQTT, Speaker.OTHER, "not-mqtt"),
        (AMQP, Speaker.OTHER, "not-a-hub"),
        (HTTPS, Speaker.OTHER, "not-a-hub"),
    ],
)
def test_another_one_answers(protocol: Protocol, speaker: Speaker, code: str) -> None:
    found = verdict(service_answers, network_asked=asked(protocol), ways=(opened(protocol, speaker),))
    assert found == ("fail", [(code, "fail")])


def test_a_page_without_tls() -> None:
    shown = Handshake(begins="HTTP/1.1 302 Found", received=80)
    ways = (failed(HTTPS, Kind.TLS, handshake=shown),)
    assert verdict(service_answers, network_asked=asked(HTTPS), ways=ways) == ("fail", [("captive-portal", "fail")])


def test_no_answer_came() -> None:
    assert verdict(service_answers, network_asked=asked(HTTPS), ways=(filtered(HTTPS),)) == ("skip", [])


def test_an_alias_of_event_grid_is_likely_mqtt_5() -> None:
    facts = {"ways": (opened(MQTT, Speaker.CLOSED),), "resolved": EVENT_GRID}
    (found,) = findings(service_answers, network_asked=asked(MQTT), **facts)
    assert (found.entry.code, found.weight.certainty) == ("mqtt5-only", Certainty.LIKELY)
    assert verdict(service_answers, network_asked=asked(MQTT, kind=HostKind.EVENT_GRID), **facts) == ("pass", [])


def test_mqtt_5_is_told_once() -> None:
    facts = {"ways": (opened(MQTT, Speaker.MQTT_5),), "resolved": EVENT_GRID}
    assert len(findings(service_answers, network_asked=asked(MQTT), **facts)) == 1
