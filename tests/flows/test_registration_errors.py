"""The log of a provisioning service end to end: a device with a wrong key, and what `logs errors` says of it."""

from __future__ import annotations

import json
import queue
import ssl
import time
from collections.abc import Callable

import paho.mqtt.client as paho
import pytest

from azext_iotdiag.credential import sas
from azext_iotdiag.lab.dps.service import derived
from azext_iotdiag.lab.hub.identities import new_key
from tests.flows.conftest import Flow
from tests.plugins import az as plugin

pytestmark = pytest.mark.slow
SECONDS = 20
DPS = ("--dps-name", "lab-dps")
Run = Callable[..., plugin.Run]


def answer(flow: Flow, name: str, key: bytes) -> paho.ReasonCode:
    """What the provisioning service answers to CONNECT of a device of the enrollment group; it then registers."""
    (dps,) = flow.lab.state.provisioning
    client = paho.Client(paho.CallbackAPIVersion.VERSION2, name, protocol=paho.MQTTv311, reconnect_on_failure=False)
    client.tls_set_context(ssl.create_default_context(cafile=flow.lab.description["caFile"]))
    token = sas.sign(f"{dps.id_scope}/registrations/{name}", key, int(time.time()) + 3600, "registration")
    client.username_pw_set(f"{dps.id_scope}/registrations/{name}/api-version=2019-03-31", token)
    codes: queue.SimpleQueue = queue.SimpleQueue()
    client.on_connect = lambda _client, _data, _flags, code, _properties: codes.put(code)
    client.connect("localhost", flow.lab.running.ports["mqtt"])
    client.loop_start()
    try:
        code = codes.get(timeout=SECONDS)
        if not code.is_failure:
            done = client.publish("$dps/registrations/PUT/iotdps-register/?$rid=1", b"{}", qos=1)
            done.wait_for_publish(SECONDS)
            flow.wait_for(lambda: name in dps.registrations or dps.operations, "the registration")
        return code
    finally:
        client.disconnect()
        client.loop_stop()


def test_a_wrong_key_is_found_with_its_cause_and_resolution(flow: Flow, run_as: Run) -> None:
    assert run_as(("logs", "enable", *DPS), "--yes").code == 0
    (dps,) = flow.lab.state.provisioning
    right = sas.iothub_key(derived(dps.groups["devices"].attestation.primary, "pump-1").reveal())
    assert not answer(flow, "pump-1", right).is_failure
    assert answer(flow, "pump-2", sas.iothub_key(new_key().reveal())).is_failure
    done = run_as(("logs", "errors", *DPS), "-o", "json")
    told = json.loads(done.out)
    assert done.code == 4 and told["devices"] == 2, done.out
    (group,) = told["groups"]
    assert (group["device"], group["code"], group["entry"]) == ("pump-2", "401", "dps-401")
    assert group["causes"] and group["mitigation"] and told["patterns"] == []


def test_a_query_of_the_service(flow: Flow, run_as: Run) -> None:
    assert run_as(("logs", "enable", *DPS), "--yes").code == 0
    answer(flow, "pump-2", sas.iothub_key(new_key().reveal()))
    done = run_as(("logs", "query", *DPS), "--saved", "registration-errors", "-o", "json")
    (row,) = json.loads(done.out)["rows"]
    assert done.code == 0 and row["RegistrationId"] == "pump-2" and row["ResultSignature"] == "401"
    wrong = run_as(("logs", "query", *DPS), "--saved", "connection-errors")
    assert wrong.code == 1 and "reads the log of an IoT hub, and a provisioning service is named" in wrong.err


def test_a_service_whose_log_is_not_collected(flow: Flow, run_as: Run) -> None:
    done = run_as(("logs", "errors", *DPS), "--plain")
    assert done.code == 5 and "az iot diag logs enable --dps-name lab-dps" in done.out.decode() + done.err
    assert "--hub-name" not in done.out.decode() + done.err
