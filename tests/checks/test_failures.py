"""What a failed step means at each service, and how that is worded."""

from __future__ import annotations

import itertools

import pytest

from azext_iotdiag.checks.failures import TABLE, Service, entry_of, finding_of
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.finding import Certainty
from tests.plugins.rows import all_rows

HOST = "ns.example.net"


def failed(kind: Kind, step: str = "a step", port: int = 5671, **more) -> Failure:
    return Failure(kind, step, HOST, port, **more)


@all_rows(("service", "kind"), itertools.product(Service, Kind))
def test_every_kind_of_failure_means_something_at_every_service(service: Service, kind: Kind) -> None:
    assert entry_of(service, failed(kind)).code


def test_a_row_for_all_services_hides_none_for_one() -> None:
    general = [row.services is None for row in TABLE]
    assert general == sorted(general)


@pytest.mark.parametrize(("service", "failure", "code"), [
    (Service.HUB, failed(Kind.UNAUTHORIZED, "the making of an identity"), "registry-read-only"),
    (Service.HUB, failed(Kind.UNAUTHORIZED), "registry-refused"),
    (Service.HUB_TWIN, failed(Kind.UNAUTHORIZED), "twin-refused"),
    (Service.HUB, failed(Kind.BUSY, condition="429001"), "hub-throttles"),
    (Service.HUB, failed(Kind.BUSY, condition="ThrottlingException"), "hub-throttles"),
    (Service.HUB, failed(Kind.BUSY, condition="http:503"), "hub-500001"),
    (Service.HUB, failed(Kind.MISSING, condition="DeviceNotFound"), "device-unknown"),
    (Service.DPS, failed(Kind.REFUSED, condition="404204"), "dps-404204"),
    (Service.DPS, failed(Kind.REFUSED, condition="http:409"), "dps-409"),
    (Service.DPS, failed(Kind.BUSY, condition="429001"), "dps-429"),
    (Service.DPS, failed(Kind.BUSY, condition="http:500"), "dps-500"),
    (Service.CENTRAL, failed(Kind.UNAUTHORIZED, condition="http:403"), "central-403"),
    (Service.CENTRAL, failed(Kind.UNAUTHORIZED, condition="http:401"), "central-401"),
    (Service.CENTRAL, failed(Kind.MISSING, "the device's properties", condition="http:404"), "device-not-in-app"),
    (Service.CENTRAL, failed(Kind.BUSY, condition="http:502"), "central-500"),
    (Service.DEVICE_API, failed(Kind.SILENT, port=8883), "port-8883-blocked"),
    (Service.DEVICE_API, failed(Kind.SILENT, port=443), "server-silent"),
    (Service.DEVICE_API, failed(Kind.SILENT, "the answer to CONNECT (CONNACK)", 8883), "connack-missing"),
    (Service.DEVICE_API, failed(Kind.REFUSED, condition="twin:429"), "mqtt-twin-429"),
    (Service.DEVICE_API, failed(Kind.REFUSED, condition="twin:404"), "mqtt-twin-400"),
    (Service.DEVICE_API, failed(Kind.REFUSED, condition="twin:503"), "mqtt-twin-500"),
    (Service.MESSAGES, failed(Kind.UNAUTHORIZED), "token-refused"),
])  # fmt: skip
def test_what_it_means(service: Service, failure: Failure, code: str) -> None:
    assert entry_of(service, failure).code == code


@pytest.mark.parametrize(("more", "words"), [
    ({}, "ns.example.net:5671, this step failed: a step"),
    ({"seconds": 0.9}, "ns.example.net:5671, this step failed: a step"),
    ({"seconds": 10.2}, "ns.example.net:5671, this step failed after 10 s: a step"),
    ({"address": "10.0.0.1:99"}, "ns.example.net:5671, which leads to 10.0.0.1:99, this step failed: a step"),
    ({"condition": "cbs:401", "description": "no"}, "ns.example.net:5671, this step failed: a step (cbs:401: no)"),
])  # fmt: skip
def test_words(more, words: str) -> None:
    found = finding_of(Service.MESSAGES, failed(Kind.SILENT, **more))
    assert found.message == f"from this machine to {words}"
    texts = {name: value for name, value in more.items() if name != "seconds"}
    assert found.evidence == {"step": "a step", "host": HOST, "port": 5671, **texts}


# Nothing came, or no more.
ABSENT = {Kind.UNREACHABLE, Kind.SILENT, Kind.UNANSWERED, Kind.STALLED, Kind.DROPPED, Kind.PROXY_SILENT, Kind.CRASHED}


@pytest.mark.parametrize("kind", Kind)
def test_what_is_absent_is_never_sure(kind: Kind) -> None:
    weight = finding_of(Service.MESSAGES, failed(kind)).weight
    assert weight.certainty is (Certainty.LIKELY if kind in ABSENT else Certainty.SURE)


@pytest.mark.parametrize(("address", "said"), [
    ("", False), (f"{HOST}:5671", False), ("10.0.0.1:5671", True), ("[::1]:5671", True),
])  # fmt: skip
def test_where_a_name_leads_is_said_where_it_is_another_place(address: str, said: bool) -> None:
    message = finding_of(Service.MESSAGES, failed(Kind.SILENT, address=address)).message
    assert (f", which leads to {address}" in message) is said
