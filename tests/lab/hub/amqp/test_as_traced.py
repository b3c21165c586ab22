"""What traces of the real service show on the wire, and its documentation says, byte by byte where it matters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from azext_iotdiag.lab.hub.amqp import port
from azext_iotdiag.lab.process.hosting import Hosted
from azext_iotdiag.wire.amqp.frames import AMQP_HEADER, SASL_HEADER, frame
from azext_iotdiag.wire.amqp.message import encode_message
from azext_iotdiag.wire.amqp.performatives import (
    Attach,
    Begin,
    Close,
    Detach,
    Disposition,
    End,
    Flow,
    Open,
    SaslInit,
    Source,
    Target,
    Transfer,
)
from azext_iotdiag.wire.amqp.types import Symbol
from tests.plugins.amqp_raw import BEGIN, Raw, client, hub_token, lab, raw, reasons, shared, token_of
from tests.plugins.reading import send

__all__ = ["client", "lab", "shared"]


@pytest.fixture
def let_in(lab: Hosted, client: Raw) -> Raw:
    client.greet()
    assert client.put_token(token_of(lab)) == 202
    return client


def opened(connection: Raw) -> tuple[Open, Begin]:
    """What is answered to open and begin."""
    connection.send(
        SASL_HEADER, frame(SaslInit(Symbol("ANONYMOUS"), b"", connection.host), sasl=True), AMQP_HEADER,
        Open("raw", connection.host), BEGIN._replace(incoming_window=2048),
    )  # fmt: skip
    connection.header(), connection.next(), connection.next(), connection.header()
    return connection.next(), connection.next()


def test_how_the_namespace_opens(lab: Hosted, client: Raw) -> None:
    """Azure/azure-sdk-for-python issue 5316, and Azure/azure-event-hubs-go issue 121."""
    opening, begin = opened(client)
    assert re.fullmatch("[0-9a-f]{32}_G[0-9]+", opening.container_id) and opening.hostname is None
    assert (opening.max_frame_size, opening.channel_max, opening.idle_time_out) == (65536, 4999, 240_000)
    assert (begin.next_outgoing_id, begin.incoming_window, begin.outgoing_window, begin.handle_max) == (
        1,
        5000,
        2048,
        255,
    )


def test_how_the_hub_opens(lab: Hosted) -> None:
    """Azure/azure-iot-sdk-c issue 2233."""
    with raw(lab, lab.state.hub.host) as client:
        opening, begin = opened(client)
    assert re.fullmatch("DeviceGateway_[0-9a-f]{32}", opening.container_id) and opening.hostname == "localhost"
    assert (opening.max_frame_size, opening.channel_max, opening.idle_time_out) == (65536, 8191, 240_000)
    windows = begin.next_outgoing_id, begin.incoming_window, begin.outgoing_window, begin.handle_max
    assert windows == (1, 5000, 2**32 - 1, 262_143)


def half(name: str, handle: int, *, receive: bool, label: str = "again") -> Attach:
    source, target = (Source(name), Target("me")) if receive else (Source("me"), Target(name))
    first = None if receive else 0
    return Attach(f"{label}-{handle}", handle, receive, source=source, target=target, initial_delivery_count=first)


@pytest.mark.parametrize("name", ["$cbs", "$management"])
@pytest.mark.parametrize("receive", [True, False])
def test_one_pair_of_links_to_a_node(lab: Hosted, let_in: Raw, name: str, receive: bool) -> None:
    """Azure/azure-event-hubs-node issue 186."""
    if name == "$management":
        let_in.node(name, 30)
    let_in.send(half(name, 50, receive=receive))
    refused = let_in.until(Detach).error
    assert str(refused.condition) == "amqp:not-allowed"
    words = rf"A link to connection '[0-9]+' {re.escape(name)} node has already been opened\."
    assert re.fullmatch(words, refused.description) and name in reasons(lab, let_in, "refused")


def test_a_pair_that_is_gone_may_come_again(lab: Hosted, let_in: Raw) -> None:
    let_in.node("$management", 30)
    let_in.send(Detach(30, True), Detach(31, True))
    assert let_in.until(Detach) is not None and let_in.until(Detach) is not None
    let_in.send(half("$management", 40, receive=True))
    assert let_in.until(Attach).source is not None


def test_the_hub_has_one_pair_of_cbs_too(lab: Hosted) -> None:
    with raw(lab, lab.state.hub.host) as client:
        client.greet()
        assert client.put_token(hub_token(lab)) == 200
        client.send(half("$cbs", 50, receive=False))
        assert str(client.until(Detach).error.condition) == "amqp:not-allowed"


def test_nothing_but_cbs_before_a_token(lab: Hosted, client: Raw) -> None:
    """Azure/azure-event-hubs-python issue 43: both halves are detached, each by what it would need."""
    client.greet()
    client.send(half("$management", 30, receive=True), half("$management", 31, receive=False))
    told = [client.until(Detach).error for _ in range(2)]
    assert {str(error.condition) for error in told} == {"amqp:unauthorized-access"}
    assert ["'Listen' claim(s)" in told[0].description, "'Send' claim(s)" in told[1].description] == [True, True]


@pytest.fixture
def filled(lab: Hosted, let_in: Raw) -> Iterator[tuple[Raw, Any]]:
    newest = send(lab, b"newest")[-1]
    yield let_in, newest


@pytest.mark.parametrize(("field", "more"), [("sequence-number", 1), ("offset", 1)])
@pytest.mark.parametrize("relation", [">", ">="])
def test_numbers_beyond_the_newest(lab: Hosted, filled: tuple[Raw, Any], field: str, more: int, relation: str) -> None:
    """Azure/azure-event-hubs-spark issue 315, Azure/azure-sdk-for-java issue 10215."""
    client, newest = filled
    last = newest.sequence if field == "sequence-number" else int(newest.offset)
    partition = lab.state.hub.partition_of("device-1").id
    client.reader(partition, selector=f"amqp.annotation.x-opt-{field} {relation} '{last + more}'")
    error, what = client.until(Detach).error, field.replace("-", " ")
    words = f"The supplied {what} '{last + more}' is invalid. The last {what} in the system is '{last}' TrackingId:"
    assert error.description.startswith(words)
    stream = lab.state.hub.stream
    where = f"SystemTracker:{stream.host.partition('.')[0]}:eventhub:{stream.entity}~{partition}|$default, Timestamp:"
    assert where in error.description


@pytest.mark.parametrize("field", ["sequence-number", "offset"])
def test_the_newest_number_is_no_mistake(lab: Hosted, filled: tuple[Raw, Any], field: str) -> None:
    client, newest = filled
    last = newest.sequence if field == "sequence-number" else newest.offset
    client.reader(lab.state.hub.partition_of("device-1").id, selector=f"amqp.annotation.x-opt-{field} > '{last}'")
    assert client.until(Attach).source is not None
    send(lab, b"after it")
    assert next(iter_bodies(client)) == b"after it"


def iter_bodies(client: Raw) -> Iterator[Any]:
    while (came := client.next()) is not None:
        if hasattr(came, "body"):
            yield came.body


def transfers(client: Raw) -> Transfer:
    """The next transfer, as it is on the wire."""
    while (came := client._next(client._frames.next)) is not None:
        if hasattr(came, "performative") and type(came.performative) is Transfer:
            return came.performative
        if hasattr(came, "as_transfer"):
            return came.as_transfer()
    raise AssertionError("the lab closed the connection")


def test_an_answer_of_a_node_is_to_be_settled(lab: Hosted, client: Raw) -> None:
    """amqp/rhea issues 147 and 205."""
    client.greet()
    client.node("$cbs", 10)
    message = encode_message(value="", application={"operation": "put-token"}, properties={"message-id": "m"})
    client.send(frame(Transfer(10, 0, b"", settled=True), message))
    answer = transfers(client)
    assert (answer.settled, answer.message_format, len(answer.delivery_tag)) in [(None, 0, 4), (False, 0, 4)]
    client.send(Disposition(True, answer.delivery_id, answer.delivery_id, True))
    assert client.ask(10, {"operation": "put-token"}) is not None


def test_an_event_is_settled_and_has_no_tag(lab: Hosted, let_in: Raw) -> None:
    """Azure/azure-event-hubs-node issue 113."""
    send(lab, b"event")
    let_in.reader(lab.state.hub.partition_of("device-1").id)
    event = transfers(let_in)
    assert (event.settled, event.delivery_tag, event.message_format) == (True, b"", 0)


def test_a_heartbeat_is_a_flow_that_wants_an_answer(lab: Hosted, monkeypatch: pytest.MonkeyPatch) -> None:
    """Azure/azure-sdk-for-python issue 18795."""
    monkeypatch.setattr(port, "KEEP_ALIVE_SECONDS", 0.05)
    with raw(lab) as client:
        client.greet()
        flow = client.until(Flow)
    assert (flow.handle, flow.echo, flow.next_outgoing_id, flow.incoming_window) == (None, True, 1, 5000)


@pytest.mark.parametrize(("by", "kind"), [(1, Detach), (2, End), (3, Close)])
def test_early_links_are_refused(lab: Hosted, client: Raw, by: int, kind: type) -> None:
    lab.break_("early-links-refused", by=by)
    client.greet()
    client.send(half("$management", 30, receive=True))
    assert str(client.until(kind).error.condition) == "amqp:unauthorized-access"


def test_links_after_the_answer_are_not_early(lab: Hosted, let_in: Raw) -> None:
    lab.break_("early-links-refused", by=1)
    let_in.send(half("$management", 30, receive=True))
    assert let_in.until(Attach).source is not None


def test_a_connection_has_so_many_links(lab: Hosted, let_in: Raw) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(port, "MOST_LINKS", 3)
        let_in.reader("0")
        assert let_in.until(Attach).source is not None
        let_in.send(half("$management", 40, receive=True))
        refused = let_in.until(Detach).error
    assert str(refused.condition) == "amqp:resource-limit-exceeded"
    assert refused.description == "Cannot allocate more handles. The maximum number of handles is 3."
