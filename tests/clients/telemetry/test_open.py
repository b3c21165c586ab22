"""Both readers against the lab: the same events, and what each of the lab's faults does to them."""

from __future__ import annotations

import uuid

import pytest

from azext_iotdiag.clients.deadlines import Clock, Deadlines
from azext_iotdiag.model.failure import Kind
from azext_iotdiag.model.stream import PartitionState
from azext_iotdiag.model.target import Secret
from azext_iotdiag.wire.amqp.types import Int, Timestamp
from tests.plugins.lab_fixture import lab
from tests.plugins.reading import ENVIRONMENT, direct_target_of, reading, records, send, target_of, trying_again

__all__ = ["lab"]

SYSTEM = {
    "message-id": "m-1", "user-id": b"\x00\xff", "correlation-id": "c-1", "content-type": "application/json",
    "content-encoding": "utf-8", "creation-time": Timestamp(1_700_000_000_000),
}  # fmt: skip
PROPERTIES = {
    "text": "grüß €", "empty": "", "yes": True, "int": Int(-5), "long": 2**40, "double": 0.1, "none": None,
    "time": Timestamp(1_600_000_000_000), "uuid": uuid.UUID(int=5),
}  # fmt: skip


@pytest.fixture(autouse=True)
def environment(lab, monkeypatch):
    """The names of the lab's hub lead to the lab, as `lab start` says."""
    for name in ENVIRONMENT:
        monkeypatch.setenv(name, lab.description["environment"][name])


def attached(lab):
    return len(records(lab, "attach", "accepted"))


def numbered(count, first=0):
    return [b"%d" % number for number in range(first, first + count)]


def test_both_readers_show_the_same(lab):
    send(lab, b"{}", system=SYSTEM, properties=PROPERTIES, component="c")
    send(lab, b"", bytes(range(256)), b"x" * 200_000)
    send(lab, b"other", device="device-2")
    seen = []
    for reader in ("wire", "sdk"):
        with reading(target_of(lab), since=1, reader=reader) as read:
            read.take(5)
            seen.append(sorted(read.events, key=lambda event: (event.partition, event.sequence)))
            assert read.stream.received == 5 and read.stream.failure is None and read.stream.interruptions == []
            assert (read.stream.host, read.stream.entity) == (lab.state.hub.stream.host, lab.state.hub.stream.entity)
    wire, sdk = seen
    for ours, theirs in zip(wire, sdk, strict=True):
        assert ours._asdict() == theirs._asdict()
    first = next(event for event in wire if event.body == b"{}")
    assert (first.kind, first.device, first.module, first.component) == ("Telemetry", "device-1", "", "c")
    assert first.system == SYSTEM and first.properties == PROPERTIES


@pytest.mark.parametrize("since", [None, 1])
@pytest.mark.parametrize("after", [1, 2, 5])
def test_a_connection_that_drops_loses_and_doubles_nothing(lab, since, after):
    with reading(direct_target_of(lab), since=since, deadlines=trying_again()) as read:
        read.opened()
        lab.break_("connection-dropped", after=after, times=5)
        expected = []
        for round_ in range(6):
            expected += numbered(7, 7 * round_)
            send(lab, *expected[-7:])
            assert read.take(len(expected)) == expected
        partition = lab.state.hub.partition_of("device-1").id
        assert [event.sequence for event in read.events if event.partition == partition] == list(range(len(expected)))
        assert read.stream.interruptions and {one.kind for one in read.stream.interruptions} == {Kind.DROPPED}
        assert not read.over
    assert "connection-dropped" not in lab.call(lab.state.faults.active)


def test_before_the_first_message_the_connection_drops(lab):
    """Started at latest, with messages of before: only what came since is shown, and all of that."""
    send(lab, b"old")
    with reading(target_of(lab), deadlines=trying_again()) as read:
        read.opened()
        lab.break_("connection-dropped", after=1, times=1)
        send(lab, b"0", b"1")
        send(lab, b"2", device="device-2")
        assert sorted(read.take(3)) == numbered(3)


def test_a_renewed_token_is_accepted_and_a_refused_one_ends_it(lab):
    now = [lab.state.clock()]
    deadlines = Deadlines(tick=0.01, clock=Clock(now=lambda: now[0]))
    due = deadlines.token * deadlines.renew_after + 1
    with reading(direct_target_of(lab), deadlines=deadlines) as read:
        read.opened()
        now[0] += due
        read.until(lambda: len([one for one in records(lab, "authenticate") if one.details["mechanism"] == "CBS"]) == 2)
        send(lab, b"after")
        assert read.take(1) == [b"after"]
        lab.break_("token-refused")
        now[0] += due
        read.end()
        assert read.stream.failure.kind is Kind.UNAUTHORIZED and read.stream.interruptions == []
        assert {one.state for one in read.stream.partitions.values()} == {PartitionState.DENIED}


@pytest.mark.parametrize(("change", "kind"), [
    ({"credential": Secret("d3Jvbmc=")}, Kind.UNAUTHORIZED), ({"policy": "nobody"}, Kind.UNAUTHORIZED),
    ({"policy": "device"}, Kind.UNAUTHORIZED), ({"entity": "other"}, Kind.UNAUTHORIZED),
])  # fmt: skip
def test_who_may_not_read(lab, change, kind):
    policies = lab.state.hub.policies
    if change == {"policy": "device"}:
        change = {**change, "credential": policies["device"].primary}
    with reading(direct_target_of(lab, **change)) as read:
        read.end()
        assert read.stream.failure.kind is kind and not read.stream.opened


def test_a_consumer_group_that_does_not_exist(lab):
    with reading(direct_target_of(lab), group="nobody") as read:
        read.end()
        assert read.stream.failure.kind is Kind.MISSING and read.stream.failure.condition == "amqp:not-found"
        assert {one.state for one in read.stream.partitions.values()} == {PartitionState.MISSING}


def test_a_partition_that_does_not_exist(lab):
    with reading(direct_target_of(lab)) as read:
        read.opened()
        stream = lab.state.hub.stream
        lab.call(stream.partitions.pop, "3")
        read.reader._conversation._transport.close()
        send_to = next(name for name in lab.state.hub.devices if lab.state.hub.partition_of(name).id != "3")
        read.until(lambda: read.stream.partitions["3"].failure)
        assert read.stream.partitions["3"].state is PartitionState.MISSING
        send(lab, b"goes on", device=send_to)
        assert read.take(1) == [b"goes on"]


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("unknown-ca", Kind.UNTRUSTED),
        ("token-refused", Kind.UNAUTHORIZED),
        ("server-silent", Kind.SILENT),
        ("certificate-expired", Kind.EXPIRED),
        ("certificate-wrong-name", Kind.WRONG_NAME),
        ("tls-broken", Kind.TLS),
        ("not-amqp", Kind.NOT_AMQP),
        ("entity-missing", Kind.MISSING),
    ],
)
@pytest.mark.parametrize("reader", ["wire", "sdk"])
def test_faults_that_do_not_heal(lab, fault, kind, reader):
    lab.break_(fault)
    with reading(direct_target_of(lab), reader=reader, deadlines=Deadlines(step=1.0)) as read:
        read.end()
        assert read.stream.failure.kind is kind, read.stream.failure
        assert read.stream.failure.host == lab.state.hub.stream.host
        assert read.events == []


def test_a_lab_that_is_gone_for_good(lab):
    with reading(direct_target_of(lab), deadlines=trying_again(0.02, seconds=0.2)) as read:
        read.opened()
        lab.end()
        read.end()
        assert read.stream.failure.kind in (Kind.REFUSED_CONNECTION, Kind.DROPPED)
        assert {one.state for one in read.stream.partitions.values()} == {PartitionState.UNREACHABLE}


@pytest.mark.slow
@pytest.mark.parametrize("since", [None, 1])
def test_the_sdk_reads_on_after_drops(lab, since):
    """Also after one before the first message: what was there before is not shown, and nothing is lost or doubled."""
    if since is None:
        send(lab, b"old")
    with reading(direct_target_of(lab), since=since, reader="sdk") as read:
        read.opened()
        for drop in range(3):
            lab.break_("connection-dropped", after=1 if drop == 0 else 3, times=1)
            send(lab, *numbered(5, 5 * drop))
            assert read.take(5 * (drop + 1)) == numbered(5 * (drop + 1))
            assert "connection-dropped" not in lab.call(lab.state.faults.active)
        assert {one.kind for one in read.stream.interruptions} == {Kind.DROPPED}


def test_the_sdk_names_a_missing_consumer_group(lab):
    with reading(direct_target_of(lab), group="nobody", reader="sdk") as read:
        read.end()
        assert read.stream.failure.kind is Kind.MISSING
        assert {one.state for one in read.stream.partitions.values()} == {PartitionState.MISSING}
