"""Where a name leads, by AZURE_IOTDIAG_CONNECT_TO."""

from __future__ import annotations

import pytest

from azext_iotdiag.clients import address

HUB = "a.azure-devices.net"


@pytest.mark.parametrize(
    ("text", "host", "port", "expected"),
    [
        ("", HUB, 5671, (HUB, 5671)),
        (f"{HUB}:5671=127.0.0.1:1234", HUB, 5671, ("127.0.0.1", 1234)),
        (f"{HUB}:5671=127.0.0.1:1234", HUB.upper(), 5671, ("127.0.0.1", 1234)),
        (f"{HUB.upper()}:5671=Other.Host:1234", HUB, 5671, ("other.host", 1234)),
        (f"{HUB}:5671=127.0.0.1:1234", HUB, 8883, (HUB, 8883)),
        (f"{HUB}:5671=127.0.0.1:1234", "b.azure-devices.net", 5671, ("b.azure-devices.net", 5671)),
        (f" {HUB}:8883=h:1 , {HUB}:5671 = 127.0.0.1:2 ,, ", HUB, 5671, ("127.0.0.1", 2)),
        (f"{HUB}:5671=[::1]:1234", HUB, 5671, ("::1", 1234)),
        ("[fe80::1]:5671=h:65535", "fe80::1", 5671, ("h", 65535)),
        (f"{HUB}:5671=h:1,{HUB}:5671=h:2", HUB, 5671, ("h", 2)),
    ],
)
def test_find(monkeypatch, text, host, port, expected):
    monkeypatch.setenv(address.CONNECT_TO, text)
    assert address.find(host, port) == expected


def test_find_without_the_variable(monkeypatch):
    monkeypatch.delenv(address.CONNECT_TO, raising=False)
    assert address.find(HUB, 5671) == (HUB, 5671)


@pytest.mark.parametrize(
    "text",
    [
        "nonsense", f"{HUB}=127.0.0.1:1", f"{HUB}:5671=127.0.0.1", f"{HUB}:0=h:1", f"{HUB}:1=h:65536", f"{HUB}:x=h:1",
        ":1=h:1", f"{HUB}:1=:1", f"{HUB}:-1=h:1", f"{HUB}:١=h:1", f"{HUB}:1=h:1;{HUB}:2=h:2", "=", "::1:5671=h:1",
    ],
)  # fmt: skip
def test_what_cannot_be_read_names_the_variable_and_the_part(monkeypatch, text):
    monkeypatch.setenv(address.CONNECT_TO, text)
    with pytest.raises(address.BadMapping, match=address.CONNECT_TO) as wrong:
        address.find(HUB, 5671)
    assert text[:8] in str(wrong.value)
