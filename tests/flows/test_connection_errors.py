"""The fourth article end to end: turn the logs on, meet each of its five errors, and read cause and resolution."""

from __future__ import annotations

import json
import queue
import socket
from collections.abc import Callable

import pytest

from azext_iotdiag.credential import sas
from azext_iotdiag.lab.hub.identities import new_key
from tests.flows.conftest import Flow
from tests.flows.devices import SECONDS, client_of, connected, ended
from tests.plugins import az as plugin
from tests.plugins.amqp_raw import raw
from tests.plugins.amqp_talker import EVENTS, Talker, token

pytestmark = pytest.mark.slow
Run = Callable[..., plugin.Run]


def closed_remotely(flow: Flow) -> None:
    """A device whose connection ends without a goodbye."""
    client = connected(flow)
    found = client.socket()
    assert found is not None
    found.shutdown(socket.SHUT_RDWR)
    client.loop_stop()
    flow.wait_for(lambda: not flow.lab.state.runtime.sessions, "the end of the session")


def unauthorized(flow: Flow) -> None:
    """A device with another key."""
    client, codes = client_of(flow, key=sas.iothub_key(new_key().reveal()))
    assert codes.get(timeout=SECONDS).is_failure
    ended(client)


def conflict(flow: Flow) -> None:
    """A device over AMQP that connects twice."""
    with raw(flow.lab, flow.lab.state.hub.host) as first, raw(flow.lab, flow.lab.state.hub.host) as second:
        for each in (first, second):
            each.greet()
            assert each.put_token(token(flow.lab)) == 200
            Talker(each).link(EVENTS)


def server_error(flow: Flow) -> None:
    """The hub answers that it cannot serve the device."""
    flow.lab.break_("connack-refused", code=3)
    client, codes = client_of(flow)
    assert codes.get(timeout=SECONDS).is_failure
    ended(client)
    flow.lab.mend()


def timed_out(flow: Flow) -> None:
    """The hub does not answer the device."""
    flow.lab.break_("connack-missing")
    client, codes = client_of(flow)
    flow.wait_for(lambda: any("connack-missing" in each.reason for each in flow.lab.state.audit.recent(20)), "CONNECT")
    ended(client)
    with pytest.raises(queue.Empty):
        codes.get_nowait()
    flow.lab.mend()


@pytest.mark.parametrize(
    ("provoke", "code", "retry"),
    [
        (closed_remotely, "404104", "automatic"),
        (unauthorized, "401003", "later"),
        (conflict, "409002", "automatic"),
        (server_error, "500001", "back-off"),
        (timed_out, "500008", "back-off"),
    ],
    ids=lambda value: value if isinstance(value, str) and value.isdecimal() else "",
)
def test_each_error_is_found_with_its_cause_and_resolution(
    flow: Flow, run_as: Run, provoke: Callable[[Flow], None], code: str, retry: str
) -> None:
    assert run_as(("logs", "enable"), "--yes").code == 0
    provoke(flow)
    done = run_as(("logs", "errors"), "-o", "json")
    errors = json.loads(done.out)["groups"]
    found = [each for each in errors if each["code"] == code]
    assert done.code == 4 and found, done.out
    (group,) = found
    assert (group["device"], group["entry"], group["retry"]) == ("device-1", f"hub-{code}", retry)
    assert group["causes"] and group["mitigation"] and group["title"]
