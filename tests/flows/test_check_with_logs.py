"""`check` where the log of connections is collected: what no state of a device shows is named singly."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from azext_iotdiag.credential import sas
from azext_iotdiag.lab.hub.identities import new_key
from azext_iotdiag.lab.tenant.roles import HUB_READER
from tests.flows.conftest import Flow
from tests.flows.devices import SECONDS, client_of, connected, ended
from tests.plugins import az as plugin

pytestmark = pytest.mark.slow
Run = Callable[..., plugin.Run]
CHECK = ("check", "-d", "device-1")


@pytest.fixture
def check(flow: Flow, run_as: Run) -> Callable[[], dict]:
    """The verdict of `check`, with the logs on."""
    enabled = run_as(("logs", "enable"), "--yes")
    assert enabled.code == 0, enabled.err

    def checked() -> dict:
        done = run_as(CHECK, "-o", "json", data=(HUB_READER,))
        return json.loads(done.out)["verdict"]

    return checked


def blind(verdict: dict) -> str:
    return json.dumps(verdict)


def test_two_clients_with_one_identity(flow: Flow, check: Callable[[], dict]) -> None:
    clients = [connected(flow) for _ in range(9)]
    verdict = check()
    for client in clients:
        ended(client)
    assert (verdict["link"], verdict["codes"][0]) == ("connection", "identity-shared")


def test_a_key_that_the_hub_refuses(flow: Flow, check: Callable[[], dict]) -> None:
    client, codes = client_of(flow, key=sas.iothub_key(new_key().reveal()))
    assert codes.get(timeout=SECONDS).is_failure
    ended(client)
    verdict = check()
    assert (verdict["link"], verdict["codes"][0]) == ("admission", "hub-401003")


def test_a_device_that_sends_is_healthy_and_the_log_was_read(flow: Flow, check: Callable[[], dict]) -> None:
    client = connected(flow)
    client.publish("devices/device-1/messages/events/", b"{}", qos=1).wait_for_publish(SECONDS)
    verdict = check()
    ended(client)
    assert verdict["state"] == "healthy" and "Connection logs" not in blind(verdict)
