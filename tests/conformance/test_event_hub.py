"""Event Hubs SDKs of others, unmodified except for address and authority, read from the lab exactly what was put in."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import subprocess
import uuid
from pathlib import Path

import pytest

from azext_iotdiag.model.failure import Kind
from azext_iotdiag.model.stream import PartitionState
from azext_iotdiag.wire.amqp.performatives import Attach, Detach
from azext_iotdiag.wire.amqp.types import Byte, Float, Int, Short, Symbol, Timestamp, UByte, UInt, ULong, UShort
from tests.plugins.amqp_raw import raw, token_of
from tests.plugins.lab_fixture import open_lab
from tests.plugins.reading import ENVIRONMENT, direct_target_of, reading, send

HERE = Path(__file__).parent
SECONDS = 90
DEVICE = "device-1"
UNIQUE = uuid.UUID("12345678-1234-5678-1234-567812345678")
SYSTEM = {
    "message-id": "m-1", "user-id": b"\x00\xff", "to": "/devices/device-1/messages/events", "correlation-id": "c-1",
    "content-type": "application/json", "content-encoding": "utf-8",
    "absolute-expiry-time": Timestamp(1_700_000_000_123),
}  # fmt: skip
PROPERTIES = {
    "text": "grüß €", "empty": "", "true": True, "false": False, "größe & co": "x", "int": Int(-5), "long": 2**40,
    "small": Byte(-1), "short": Short(-300), "ubyte": UByte(200), "ushort": UShort(60_000), "uint": UInt(4_000_000_000),
    "ulong": ULong(2**50), "double": 0.1, "float": Float(1.5), "time": Timestamp(1_600_000_000_000), "none": None,
    "symbol": Symbol("sym"), "uuid": UNIQUE, "binary": b"raw",
}  # fmt: skip
JSON = json.dumps({"temperature": 21.5, "text": "grüß €"}, ensure_ascii=False).encode()
BODIES = [JSON, b"", b"just text", bytes(range(256)), os.urandom(200_000)]


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """A lab in which device-1 has sent something of everything, and each other device one message."""
    with open_lab(tmp_path_factory.mktemp("lab")) as lab:
        send(lab, BODIES[0], system=SYSTEM, properties=PROPERTIES, component="thermostat1")
        send(lab, *BODIES[1:])
        yield lab


@pytest.fixture(params=["python", "node"])
def read(request, lab):
    """A function that lets an SDK read; its result is what it told."""
    name = request.param
    fixture = request.getfixturevalue("clients_python" if name == "python" else "node_modules")
    port = lab.running.ports["amqp"]

    def run(**task):
        task = {"connection_string": lab.description["connectionStrings"]["eventHub"], **task}
        if name == "python":
            command, task["address"] = [fixture, str(HERE / "clients" / "event_hub.py")], f"sb://localhost:{port}"
        else:
            command, task["address"] = ["node", str(HERE / "node" / "event_hub.js")], f"https://localhost:{port}"
        task["ca_file"] = lab.description["caFile"]
        done = subprocess.run(
            command, input=json.dumps(task), capture_output=True, text=True, encoding="utf-8", timeout=SECONDS,
            check=False,
            env={**os.environ, "PYTHONIOENCODING": "utf-8", "NODE_EXTRA_CA_CERTS": task["ca_file"],
                 "IOTDIAG_CLIENTS_NODE_MODULES": fixture})  # fmt: skip
        assert done.returncode == 0 and done.stdout, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    run.name = name
    return run


@pytest.fixture
def partition(lab):
    """The partition of device-1."""
    return lab.state.hub.partition_of(DEVICE)


def bodies(result):
    assert result["errors"] == [], result["errors"]
    return [base64.b64decode(event["body"]) for event in result["events"]]


def test_everything_arrives_as_it_was_put_in(lab, read, partition):
    result = read(count=len(BODIES), ask=list(lab.state.hub.stream.partitions))
    assert bodies(result) == BODIES
    first = result["events"][0]
    stored = partition.events[: len(BODIES)]
    assert [event["sequence"] for event in result["events"]] == [event.sequence for event in stored]
    assert [event["offset"] for event in result["events"]] == [event.offset for event in stored]
    assert [event["enqueued"] for event in result["events"]] == [{"ms": event.enqueued} for event in stored]
    assert {event["partition"] for event in result["events"]} == {partition.id}
    assert (first["content_type"], first["message_id"], first["correlation_id"]) == ("application/json", "m-1", "c-1")
    if read.name == "python":
        assert first["content_encoding"] in ("utf-8", {"bytes": base64.b64encode(b"utf-8").decode()})
        assert first["user_id"] in ({"bytes": base64.b64encode(SYSTEM["user-id"]).decode()},)
    check_properties(first["properties"])
    marks = first["annotations"]
    device = lab.state.hub.devices[DEVICE]
    for name, value in {
        "iothub-connection-device-id": DEVICE, "iothub-message-source": "Telemetry", "dt-subject": "thermostat1",
        "iothub-connection-auth-generation-id": device.generation_id, "x-opt-sequence-number": stored[0].sequence,
        "x-opt-offset": stored[0].offset,
    }.items():  # fmt: skip
        assert text_of(marks[name]) == value, name
    for name in ("x-opt-enqueued-time", "iothub-enqueuedtime"):
        assert marks[name] in (stored[0].enqueued, {"ms": stored[0].enqueued}), name
    assert json.loads(text_of(marks["iothub-connection-auth-method"]))["type"] == "sas"


def text_of(value):
    """Where an SDK does not tell text from bytes."""
    if isinstance(value, dict) and "bytes" in value:
        return base64.b64decode(value["bytes"]).decode()
    return (
        bytes(value.values()).decode() if isinstance(value, dict) else value
    )  # npm's own form for application properties


def check_properties(properties):
    """azure-eventhub hands text out as bytes; npm makes a Date of a timestamp, and an object of a uuid's bytes."""
    assert set(properties) == set(PROPERTIES)
    for key, value in PROPERTIES.items():
        came = properties[key]
        if isinstance(value, (str, bytes)):
            assert text_of(came) == (value.decode() if isinstance(value, bytes) else value), key
        elif isinstance(value, Timestamp):
            assert came in (int(value), {"ms": int(value)}), key
        elif isinstance(value, uuid.UUID):
            in_npm = {str(at): byte for at, byte in enumerate(value.bytes)}
            assert came in ({"uuid": str(value)}, in_npm), key
        else:
            assert came == value, key


def test_properties_of_the_hub_and_its_partitions(lab, read, partition):
    stream = lab.state.hub.stream
    empty = next(one for one in stream.partitions.values() if not one.events)
    result = read(read=False, ask=[partition.id, empty.id])
    assert result["errors"] == []
    hub = {name.lower().replace("_", ""): value for name, value in result["hub"].items()}
    assert (hub.get("eventhubname") or hub["name"]) == stream.entity
    assert hub["partitionids"] == list(stream.partitions)
    assert hub.get("createdat", hub.get("createdon")) == {"ms": stream.created}
    full, none = [{key.lower().replace("_", ""): value for key, value in one.items()} for one in result["partitions"]]
    last = partition.events[-1]
    assert full.get("id", full.get("partitionid")) == partition.id
    assert full["beginningsequencenumber"] == 0 and full["lastenqueuedsequencenumber"] == last.sequence
    assert str(full["lastenqueuedoffset"]) == last.offset and full["isempty"] is False
    assert full.get("lastenqueuedtimeutc", full.get("lastenqueuedonutc")) == {"ms": last.enqueued}
    assert none["isempty"] is True and none["lastenqueuedsequencenumber"] == -1


def test_positions(lab, read, partition):
    events = partition.events[: len(BODIES)]
    cases = [
        ({"position": events[2].offset}, 3),
        ({"position": events[2].offset, "inclusive": True}, 2),
        ({"position": 1}, 2),
        ({"position": 1, "inclusive": True}, 1),
        ({"position": {"ms": events[0].enqueued - 1}}, 0),
    ]
    for task, first in cases:
        result = read(partition=partition.id, count=len(BODIES) - first, **task)
        assert bodies(result) == BODIES[first:], task


def test_wrong_key(lab, read):
    string = lab.description["connectionStrings"]["eventHub"]
    key = lab.state.hub.policies["service"].primary.reveal()
    result = read(connection_string=string.replace(key, base64.b64encode(b"w" * 32).decode()))
    assert result["events"] == [] and len(result["errors"]) == 1
    assert "401" in result["errors"][0] or "nauthorized" in result["errors"][0], result["errors"]


def test_missing_consumer_group(lab, read):
    result = read(group="nobody", partition="0", seconds=20)
    assert result["events"] == [] and result["errors"], result
    assert "could not be found" in result["errors"][0], result["errors"]


@contextlib.contextmanager
def held(lab, partition, *epochs):
    """Other readers of a partition, one for each epoch; None is for one without."""
    with contextlib.ExitStack() as stack:
        others = [stack.enter_context(raw(lab)) for _ in epochs]
        for other, epoch in zip(others, epochs, strict=True):
            other.greet()
            assert other.put_token(token_of(lab)) == 202
            other.reader(
                partition,
                selector="amqp.annotation.x-opt-offset > '@latest'",
                epoch=None if epoch is None else ULong(epoch),
            )
            assert other.until(Attach).source is not None
        yield others


@pytest.mark.parametrize(("epochs", "mine", "refused"), [
    ([None] * 4, None, ""),
    ([None] * 5, None, "Exceeded the maximum number of allowed receivers per partition"),
    ([None] * 5, 1, ""),  # npm takes 0 for none
    ([1], None, "non-epoch receiver is not allowed"),
    ([2], 1, "higher epoch '2' already exists"),
    ([2], 2, ""),
])  # fmt: skip
def test_who_reads_beside_whom(lab, read, partition, epochs, mine, refused):
    with held(lab, partition.id, *epochs) as others:
        result = read(partition=partition.id, count=1, **({} if mine is None else {"owner_level": mine}))
        if refused:
            assert result["events"] == [] and refused in result["errors"][0], result["errors"]
        else:
            assert bodies(result)[:1] == BODIES[:1]
        for other in others if mine is not None and not refused else ():
            assert str(other.until(Detach).error.condition) == "amqp:link:stolen"


def test_our_reader_yields_to_one_with_an_epoch(lab, read, partition, monkeypatch):
    """It reads as nobody in particular, loses that one partition, and goes on with the others."""
    for name in ENVIRONMENT:
        monkeypatch.setenv(name, lab.description["environment"][name])
    with reading(direct_target_of(lab)) as ours:
        ours.opened()
        assert bodies(read(partition=partition.id, count=1, owner_level=1))[:1] == BODIES[:1]
        ours.until(lambda: ours.stream.partitions[partition.id].failure)
        states = {state for name, state in ours.states.items() if name != partition.id}
        assert ours.states[partition.id] is PartitionState.CONFLICT and states == {PartitionState.IDLE}
        assert ours.stream.partitions[partition.id].failure.kind is Kind.DISPLACED
