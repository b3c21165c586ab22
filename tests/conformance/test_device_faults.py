"""The faults that devices meet, through clients of others: what each comes to, and what its developer then reads."""

from __future__ import annotations

import contextlib
import ssl
import time

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from azext_iotdiag.credential import sas
from azext_iotdiag.knowledge import lookup
from azext_iotdiag.lab.faults.table import FAULTS
from azext_iotdiag.lab.hub import methods
from azext_iotdiag.lab.hub.mqtt import connection as devices
from azext_iotdiag.lab.hub.refusal import HubRefusal
from tests.plugins.conversation import HERE, conversation, task_for
from tests.plugins.lab_fixture import open_lab

DEVICE = "device-1"
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """One lab for all, mended after each."""
    with open_lab(tmp_path_factory.mktemp("lab")) as running:
        yield running


@pytest.fixture
def lab(shared):
    """That lab, whole."""
    yield shared
    shared.mend()


@pytest.fixture
def sdk(lab, clients_python):
    """A function that starts azure-iot-device."""
    return lambda: conversation(
        [clients_python, str(HERE / "clients" / "conversation.py")], task_for(lab, "python", "mqtt", DEVICE, "", None)
    )


class Paho:
    """paho-mqtt as the device: what it was told, and what it hears."""

    def __init__(self, lab):
        host, device = lab.state.hub.host, lab.state.hub.devices[DEVICE]
        self.codes, self.acknowledged, self.heard, self.ended = [], [], [], []
        self.client = paho.Client(CallbackAPIVersion.VERSION2, client_id=DEVICE, reconnect_on_failure=False)
        token = sas.sign(f"{host}/devices/{DEVICE}", sas.iothub_key(device.primary.reveal()), int(time.time()) + 600)
        self.client.username_pw_set(f"{host}/{DEVICE}/?api-version=2021-04-12", token)
        trust = ssl.create_default_context(cadata=lab.running.ca_pem.decode())
        trust.check_hostname = False  # it leads to 127.0.0.1; names are the subject of other tests
        self.client.tls_set_context(trust)
        self.client.on_connect = lambda _c, _d, _f, reason, _p: self.codes.append(reason)
        self.client.on_publish = lambda _c, _d, mid, _r, _p: self.acknowledged.append(mid)
        self.client.on_message = lambda _c, _d, message: self.heard.append((message.topic, message.payload))
        self.client.on_disconnect = lambda *_: self.ended.append(True)
        self.client.connect("127.0.0.1", lab.running.ports["mqtt"])
        self.client.loop_start()


@contextlib.contextmanager
def paho_device(lab):
    """A paho client, ended in any case."""
    made = Paho(lab)
    try:
        yield made
    finally:
        made.client.disconnect()
        made.client.loop_stop()


def wait(condition, what):
    ends = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < ends, f"waited 20 s for {what}"
        time.sleep(0.01)


def noted(lab, fault):
    """When the fault struck since it was last turned on: the lab is shared, and remembers the tests before."""
    records = lab.call(lab.state.audit.recent, 1000)
    started = max(at for at, one in enumerate(records) if one.reason == f"{fault} starts")
    return [one for one in records[started:] if f"the fault {fault} is on" in one.reason]


TOLD = {fault.name: fault.seen for fault in FAULTS.values() if fault.through == "device" and fault.seen}
OTHERWISE = ("connack-missing", "puback-missing", "device-dropped", "method-handler-missing")  # below


@pytest.mark.parametrize("name", sorted(set(TOLD) - set(OTHERWISE)))
def test_what_the_developer_of_a_device_reads(lab, sdk, name):
    lab.break_(name)
    with sdk() as device:
        told = device.until("error")
    assert FAULTS[name].seen in f"{told['name']}({told['message']}): {told['inner']}"


# What paho, whose return codes those of MQTT 3.1.1 are, calls them.
NAMES = {
    1: "", 2: "Client identifier not valid", 3: "Server unavailable",
    4: "Bad user name or password", 5: "Not authorized",
}  # fmt: skip


@pytest.mark.parametrize("code", NAMES)
def test_each_return_code(lab, code):
    lab.break_("connack-refused", code=code)
    with paho_device(lab) as device:
        if code == 1:  # paho then tries an older version of MQTT, and says nothing
            wait(lambda: noted(lab, "connack-refused"), "CONNACK")
        else:
            wait(lambda: device.codes, "CONNACK")
            assert str(device.codes[0]) == NAMES[code]
    assert lookup.find(f"mqtt:{code}")
    assert noted(lab, "connack-refused")[-1].details["code"] == code


def test_connect_is_not_answered(lab):
    lab.break_("connack-missing")
    with paho_device(lab) as device:
        wait(lambda: noted(lab, "connack-missing"), "CONNECT")
        assert not device.codes and not device.client.is_connected()


def test_what_is_read_where_connect_is_not_answered(lab, clients_python):
    lab.break_("connack-missing")
    task = task_for(lab, "python", "mqtt", DEVICE) | {"patience": 1}
    with conversation([clients_python, str(HERE / "clients" / "conversation.py")], task) as device:
        told = device.until("error")
    assert TOLD["connack-missing"] in f"{told['name']}({told['message']}): {told['inner']}"


def test_what_is_read_where_a_message_is_not_acknowledged(lab, sdk):
    lab.break_("puback-missing")
    lab.break_("device-dropped", after=1)
    with sdk() as device:
        told = device.until("error")
    assert noted(lab, "puback-missing")
    assert {each["step"] for each in device.told} <= {"connected", "disconnected", "background", "error"}
    assert TOLD["puback-missing"].endswith(told["inner"])


def test_what_is_read_where_the_connection_breaks_off(lab, sdk):
    for seconds in (2, 4, 8, 16):  # until the device has had the time to be done with all else
        lab.break_("device-dropped", after=seconds)
        with sdk() as device:
            if device.first("ready", "error", "background", "disconnected") != "ready":
                continue
            told = device.until("background")
        assert TOLD["device-dropped"] == f"{told['name']}({told['message']!r})"
        return
    pytest.fail("the device was never ready")


def test_a_message_is_not_acknowledged(lab):
    with paho_device(lab) as device:
        wait(lambda: device.codes, "CONNACK")
        lab.break_("puback-missing")
        device.client.publish(f"devices/{DEVICE}/messages/events/", b"lost", qos=1)
        wait(lambda: noted(lab, "puback-missing"), "the message")
        lab.mend("puback-missing")
        second = device.client.publish(f"devices/{DEVICE}/messages/events/", b"kept", qos=1)
        wait(lambda: device.acknowledged, "PUBACK")
        assert device.acknowledged == [second.mid]


def test_a_connection_breaks_off(lab, sdk):
    lab.break_("device-dropped", after=0)
    with paho_device(lab) as device:
        wait(lambda: device.ended, "the end")
    assert noted(lab, "device-dropped")[-1].details["code"] == devices.CLOSED_REMOTELY
    with sdk() as device:  # it heals
        device.until("ready")


def test_devices_that_are_connected_are_cut_off(lab, sdk):
    with sdk() as device:
        device.until("ready")
        lab.break_("device-disabled")
        device.until("disconnected")
    assert noted(lab, "device-disabled")[-1].details["code"] == 403012


@pytest.mark.parametrize("status", [400, 429, 500])
def test_a_twin_is_refused(lab, status):
    lab.break_("twin-error", status=status)
    with paho_device(lab) as device:
        wait(lambda: device.codes, "CONNACK")
        device.client.subscribe("$iothub/twin/res/#")
        device.client.publish("$iothub/twin/GET/?$rid=1")
        device.client.publish("$iothub/twin/PATCH/properties/reported/?$rid=2", b"{}")
        wait(lambda: len(device.heard) == 2, "the answers")
    assert [topic for topic, _ in device.heard] == [f"$iothub/twin/res/{status}/?$rid={number}" for number in (1, 2)]


def test_a_method_meets_no_handler(lab, sdk):
    with sdk() as device:
        device.until("ready")
        identity = lab.state.hub.devices[DEVICE]
        lab.break_("method-handler-missing")
        with pytest.raises(HubRefusal) as refused:
            lab.call(methods.invoke, lab.runtime, identity, "ping")
        assert refused.value.code == 404103
        lab.mend()
        assert lab.call(methods.invoke, lab.runtime, identity, "ping", connect_seconds=5).status == 207


def test_the_hub_is_behind(lab, sdk):
    lab.break_("clock-behind", seconds=3600)
    with sdk() as device:
        device.until("ready")
    partition = lab.state.hub.partition_of(DEVICE)
    last = lab.call(lambda: partition.events[-1])
    assert last.enqueued < (time.time() - 3000) * 1000 or len(partition.events) > 1
