"""Host names: whose they are, and what is wrong with one."""

from __future__ import annotations

import pytest

from azext_iotdiag.credential.host import (
    DPS,
    EVENT_HUBS,
    HUB,
    MalformedHost,
    belongs,
    cloud,
    is_address,
    judge,
    kind,
    read,
)
from azext_iotdiag.model.network import Cloud, HostKind


@pytest.mark.parametrize(("host", "whose", "where"), [
    ("h.azure-devices.net", HostKind.HUB, Cloud.PUBLIC), ("H.AZURE-DEVICES.CN", HostKind.HUB, Cloud.CHINA),
    ("h.azure-devices.us", HostKind.HUB, Cloud.GOVERNMENT), ("h.azure-devices.de", HostKind.HUB, Cloud.GERMANY),
    ("d.azure-devices-provisioning.net", HostKind.DPS, Cloud.PUBLIC),
    ("n.servicebus.windows.net", HostKind.EVENT_HUBS, Cloud.UNKNOWN),
    ("s.blob.core.windows.net", HostKind.STORAGE, Cloud.UNKNOWN),
    ("a.azureiotcentral.com", HostKind.CENTRAL, Cloud.UNKNOWN),
    ("x.ts.eventgrid.azure.net", HostKind.EVENT_GRID, Cloud.UNKNOWN), ("example.net", HostKind.UNKNOWN, Cloud.UNKNOWN),
    ("azure-devices.net", HostKind.UNKNOWN, Cloud.UNKNOWN), ("xazure-devices.net", HostKind.UNKNOWN, Cloud.UNKNOWN),
])  # fmt: skip
def test_whose_a_host_is(host: str, whose: HostKind, where: Cloud) -> None:
    assert (kind(host), cloud(host)) == (whose, where)
    assert belongs(host, HUB) is (whose is HostKind.HUB)


LABEL = "a" * 63


@pytest.mark.parametrize(("text", "host"), [
    ("Example.NET", "example.net"), ("a", "a"), ("10.0.0.1", "10.0.0.1"), ("[::1]", "::1"), ("FE80::1", "fe80::1"),
    (f"{LABEL}.{LABEL}.{LABEL}.{'a' * 61}", f"{LABEL}.{LABEL}.{LABEL}.{'a' * 61}"),
])  # fmt: skip
def test_any_host_is_judged(text: str, host: str) -> None:
    assert judge(text) == host


@pytest.mark.parametrize(("text", "reason"), [
    ("https://a.b", "is a URL"), ("a.b/c", "is a URL"), ("a.b:443", "holds a port"), ("10.0.0.1:443", "holds a port"),
    ("a b", "is not a host name"), ("", "is not a host name"), ("-a.b", "is not a host name"),
    ("a_b.c", "is not a host name"), (f"{LABEL}a.b", "is not a host name"),
    (f"{LABEL}.{LABEL}.{LABEL}.{'a' * 62}", "is not a host name"),
])  # fmt: skip
def test_what_is_no_host(text: str, reason: str) -> None:
    """A label has 63 characters at most, and a name 253."""
    with pytest.raises(MalformedHost) as wrong:
        judge(text)
    assert wrong.value.reason == reason and wrong.value.advice


@pytest.mark.parametrize("text", ["h.azure-devices.net", "localhost", "localhost:8883", "127.0.0.1:1", "[::1]:65535"])
def test_the_host_of_a_service_or_of_this_machine(text: str) -> None:
    assert read(text.upper(), HUB) == text.lower()


@pytest.mark.parametrize(("text", "reason", "advice"), [
    ("https://h.azure-devices.net", "is a URL", "such as NAME.azure-devices.net"),
    ("h.azure-devices.net:443", "holds a port", "Leave out the port"),
    ("localhost:0", "is not a host name", "without blanks or a port"),
    ("localhost:65536", "is not a host name", "without blanks or a port"),
    ("h azure-devices.net", "is not a host name", "Write one such as"),
    ("h", "is a name without its domain", "Write the whole host name"),
    ("n.servicebus.windows.net", "'n.servicebus.windows.net' is the host of an Event Hubs namespace",
     "Expected is a host such as NAME.azure-devices.net"),
    ("azure-devices.net", "'azure-devices.net' lacks the name before the domain", "Write NAME.azure-devices.net"),
    ("h.azure-device.net", "'h.azure-device.net' has an unknown domain", "Did you mean h.azure-devices.net?"),
    ("h.example.com", "'h.example.com' has an unknown domain", "Known are azure-devices.net"),
    (f"{LABEL}.{'b' * 33}.zz", f"'{LABEL}.{'b' * 33}.zz' has an unknown domain", "Known are"),
    (f"{LABEL}.{'b' * 34}.zz", "has an unknown domain", "Known are"),
])  # fmt: skip
def test_what_is_no_host_of_a_service(text: str, reason: str, advice: str) -> None:
    """A text of more than 100 characters is not repeated: it may be a key."""
    with pytest.raises(MalformedHost) as wrong:
        read(text, HUB)
    assert wrong.value.reason == reason and advice in wrong.value.advice


def test_one_of_several_services_is_enough() -> None:
    assert read("D.azure-devices-provisioning.net", HUB, DPS) == "d.azure-devices-provisioning.net"
    assert read("n.servicebus.windows.net", EVENT_HUBS) == "n.servicebus.windows.net"


@pytest.mark.parametrize(
    ("host", "address"), [("1.2.3.4", True), ("::1", True), ("[::1]", True), ("1.2.3", False), ("a", False)]
)
def test_addresses(host: str, address: bool) -> None:
    assert is_address(host) is address
