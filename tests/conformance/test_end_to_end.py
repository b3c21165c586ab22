"""From device SDKs of others over MQTT, through the lab, to an Event Hubs SDK of others and to both our readers."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from tests.conformance.connect_proxy import connect_proxy
from tests.conformance.test_devices import MESSAGES, json_of
from tests.plugins.lab_fixture import open_lab
from tests.plugins.reading import ENVIRONMENT, reading, target_of

HERE = Path(__file__).parent
DEVICES = {"device-1": "python", "device-2": "node"}


@pytest.fixture(scope="module")
def lab(tmp_path_factory, clients_python, node_modules):
    """A lab to which both device SDKs have sent their messages."""
    with open_lab(tmp_path_factory.mktemp("lab")) as lab:
        port, ca_pem = lab.running.ports["mqtt"], lab.running.ca_pem.decode()
        for device, sdk in DEVICES.items():
            string = lab.description["connectionStrings"]["devices"][device]
            task = {"ca_pem": ca_pem, "messages": MESSAGES, "connection_string": string}
            if sdk == "node":  # it takes a port behind the gateway's name
                task["connection_string"] += f";GatewayHostName=localhost:{port}"
                command = ["node", str(HERE / "node" / "device.js")]
                result = json_of(command, task, IOTDIAG_CLIENTS_NODE_MODULES=node_modules)
            else:
                with connect_proxy(port) as (proxy_port, _):
                    command = [clients_python, str(HERE / "clients" / "device.py")]
                    result = json_of(command, {**task, "proxy_port": proxy_port})
            assert "error" not in result, result
        yield lab


def sent_by(device, events, device_of, body_of):
    """The bodies that came of a device, in the order in which they came."""
    return [body_of(event) for event in events if device_of(event) == device]


EXPECTED = [base64.b64decode(message["body"]) for message in MESSAGES]


def test_an_sdk_reads_what_the_sdks_sent(lab, clients_python):
    task = {
        "connection_string": lab.description["connectionStrings"]["eventHub"], "ca_file": lab.description["caFile"],
        "address": f"sb://localhost:{lab.running.ports['amqp']}", "count": len(DEVICES) * len(MESSAGES),
    }  # fmt: skip
    result = json_of([clients_python, str(HERE / "clients" / "event_hub.py")], task)
    assert result["errors"] == []

    def device_of(event):
        return base64.b64decode(event["annotations"]["iothub-connection-device-id"]["bytes"]).decode()

    for device in DEVICES:
        bodies = sent_by(device, result["events"], device_of, lambda event: base64.b64decode(event["body"]))
        assert bodies == EXPECTED, device
    first = next(event for event in result["events"] if event["message_id"] == "m-1")
    assert (first["content_type"], first["correlation_id"]) == ("application/json", "c 1")


def test_both_readers_show_what_the_sdks_sent(lab, monkeypatch):
    for name in ENVIRONMENT:
        monkeypatch.setenv(name, lab.description["environment"][name])
    seen = []
    for reader in ("wire", "sdk"):
        with reading(target_of(lab), since=1, reader=reader) as read:
            read.take(len(DEVICES) * len(MESSAGES))
            seen.append(sorted(read.events, key=lambda event: (event.partition, event.sequence)))
            assert read.stream.failure is None and read.stream.interruptions == []
    wire, sdk = seen
    assert [event._asdict() for event in wire] == [event._asdict() for event in sdk]
    for device in DEVICES:
        events = [event for event in wire if event.device == device]
        assert [event.body for event in events] == EXPECTED
        assert [dict(event.properties) for event in events] == [message["properties"] for message in MESSAGES]
        assert {event.kind for event in events} == {"Telemetry"}
        first = events[0].system
        assert first["content-type"] == "application/json" and first["message-id"] == "m-1"
