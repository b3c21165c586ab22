"""The probes of the name service: the host's addresses, and those of names that do not exist."""

from __future__ import annotations

import socket
from collections.abc import Callable

import pytest

from azext_iotdiag.clients.address import CONNECT_TO
from azext_iotdiag.model.failure import Kind
from tests.plugins.hub_peers import HOST, asked, measured

PORTAL, HUB = "10.0.0.1", "20.1.2.3"
LookUp = Callable[[str], list[str]]


@pytest.fixture
def name_service(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Let the name service answer: a function of the name that gives addresses, and the name at the end of aliases."""
    monkeypatch.delenv(CONNECT_TO, raising=False)
    looked_up: list[str] = []

    def answer(addresses: LookUp, canonical: str = "") -> list[str]:
        def look_up(name, port, **options):
            looked_up.append(name)
            found = addresses(name)
            if not found:
                raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
            end = canonical or name
            return [
                (socket.AF_INET, socket.SOCK_STREAM, 6, "" if number else end, (each, port))
                for number, each in enumerate(found)
            ]

        monkeypatch.setattr(socket, "getaddrinfo", look_up)
        return looked_up

    return answer


def test_the_addresses_of_a_host(name_service) -> None:
    name_service(lambda name: [HUB, HUB, "20.1.2.4"] if name == HOST else [], "x.ts.eventgrid.azure.net")
    found = measured(asked(), "resolved")["resolved"].value
    assert found is not None
    assert (found.addresses, found.canonical) == ((HUB, "20.1.2.4"), "x.ts.eventgrid.azure.net")


def test_a_name_without_aliases(name_service) -> None:
    name_service(lambda name: [HUB])
    assert measured(asked(), "resolved")["resolved"].value.canonical == ""


def test_a_host_that_does_not_exist(name_service) -> None:
    name_service(lambda name: [])
    failure = measured(asked(), "resolved")["resolved"].failure
    assert failure is not None and (failure.kind, failure.host) == (Kind.NAME_NOT_RESOLVED, HOST)


def test_a_host_that_is_mapped(name_service, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is mapped asks no name service, so its answers for invented names say nothing."""
    looked_up = name_service(lambda name: [name])
    monkeypatch.setenv(CONNECT_TO, f"{HOST}:443=127.0.0.1:4430")
    facts = measured(asked(), "resolved", "invented_names")
    assert facts["resolved"].value.addresses == ("127.0.0.1",)
    assert "invented_names" not in facts and looked_up == ["127.0.0.1"]


@pytest.mark.parametrize("host", ["20.1.2.3", "2603:1030::1", "localhost"])
def test_an_address_asks_no_name_service(name_service, host: str) -> None:
    name_service(lambda name: [])
    assert "invented_names" not in measured(asked(host=host), "invented_names")


def test_names_that_do_not_exist(name_service) -> None:
    name_service(lambda name: [PORTAL] if name.endswith(".com") else [])
    found = measured(asked(), "invented_names")["invented_names"].value
    assert found is not None and found.addresses == ((), (PORTAL,))
    one, two = found.names
    assert one.endswith(".azure-devices.net") and two == f"{one.partition('.')[0]}.com"
    again = measured(asked(), "invented_names")["invented_names"].value
    assert again is not None and again.names != found.names, "a name that was asked for before may be known"
