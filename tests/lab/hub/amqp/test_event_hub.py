"""The lab's Event Hub: tokens, who may read what, filters, drain, and readers that are forgotten when they are gone."""

from __future__ import annotations

import time

import pytest

from azext_iotdiag.credential import sas
from azext_iotdiag.lab.hub.amqp import port as amqp
from azext_iotdiag.wire.amqp.frames import AMQP_HEADER
from azext_iotdiag.wire.amqp.performatives import (
    Attach,
    Close,
    Detach,
    End,
    Flow,
    Open,
    Source,
    Target,
)
from azext_iotdiag.wire.amqp.types import Described, ULong
from tests.plugins.amqp_raw import (
    WRONG,
    Raw,
    client,
    ended,
    hub_token,
    lab,
    plain,
    raw,
    reasons,
    shared,
    token_of,
)

__all__ = ["client", "lab", "shared"]
from tests.plugins.reading import records, send

TOKENS = [
    (lambda lab: token_of(lab), 202, ""),
    (lambda lab: token_of(lab).encode(), 202, ""),
    (lambda lab: token_of(lab, resource=f"sb://{lab.state.hub.stream.host}/"), 202, ""),
    (lambda lab: token_of(lab, key=WRONG), 401, "InvalidSignature"),
    (
        lambda lab: token_of(lab, key=sas.iothub_key(lab.state.hub.policies["service"].primary.reveal())),
        401,
        "InvalidSignature",
    ),
    (lambda lab: token_of(lab, expires=int(time.time()) - 1), 401, "ExpiredToken"),
    (lambda lab: token_of(lab, resource="sb://other.servicebus.windows.net/x"), 401, "InvalidAudience"),
    (lambda lab: token_of(lab, resource=f"sb://{lab.state.hub.stream.host}/other"), 401, "InvalidAudience"),
    (lambda lab: token_of(lab).replace("skn=service", "skn=nobody"), 401, "no policy"),
    (lambda lab: "SharedAccessSignature sr=x", 401, "MalformedToken"),
    (lambda lab: "", 401, "MalformedToken"),
    (lambda lab: None, 401, "MalformedToken"),
    (lambda lab: {"a": 1}, 401, "MalformedToken"),
]


@pytest.mark.parametrize("number", range(len(TOKENS)))
def test_tokens(lab, client, number):
    make, status, reason = TOKENS[number]
    client.greet()
    assert client.put_token(make(lab)) == status
    record = records(lab, "authenticate")[-1]
    assert record.outcome == ("accepted" if status == 202 else "refused") and reason in record.reason
    client.reader("0")
    if status == 202:
        assert client.until(Attach).source is not None
    else:
        assert "unauthorized-access" in str(client.until(Detach).error.condition)


def test_a_token_of_another_kind(lab, client):
    client.greet()
    assert client.put_token("eyJ0eXAiOiJKV1QifQ.e30.x", kind="jwt") == 401
    assert "eyJ0" not in repr(records(lab))


@pytest.mark.parametrize("policy", ["device", "registryRead", "registryReadWrite"])
def test_a_policy_without_service_connect(lab, client, policy):
    client.greet()
    assert client.put_token(token_of(lab, policy)) == 202, "the token itself is good"
    client.reader("0")
    error = client.until(Detach).error
    assert "unauthorized-access" in str(error.condition) and "Listen" in error.description
    source, target = Source("$management"), Target("me")
    client.send(Attach("out", 30, False, source=Source("me"), target=Target("$management"), initial_delivery_count=0))
    client.send(Attach("in", 31, True, source=source, target=target))
    errors = [client.until(Detach).error for _ in range(2)]
    assert {str(error.condition) for error in errors} == {"amqp:unauthorized-access"}
    assert ["'Send' claim" in errors[0].description, "'Listen' claim" in errors[1].description] == [True, True]


@pytest.fixture
def let_in(lab, client) -> Raw:
    client.greet()
    assert client.put_token(token_of(lab)) == 202
    return client


@pytest.mark.parametrize(
    ("where", "condition"),
    [
        ({"partition": "4"}, "amqp:not-found"),
        ({"partition": "x"}, "amqp:not-found"),
        ({"partition": "00"}, "amqp:not-found"),
        ({"partition": "0", "group": "other"}, "amqp:not-found"),
        ({"partition": "0", "entity": "other"}, "amqp:not-found"),
        ({"partition": "0", "selector": "amqp.annotation.x-opt-offset > 'x'"}, "argument-error"),
        ({"partition": "0", "selector": "1=1"}, "argument-error"),
        ({"partition": "0", "selector": ""}, "argument-error"),
        ({"partition": "0", "selector": "amqp.annotation.x-opt-offset > '" + "9" * 6000 + "'"}, "argument-error"),
        ({"partition": "0", "selector": Described(ULong(1), {"a": [1]})}, "argument-error"),
    ],
)
def test_what_cannot_be_read_from(lab, let_in, where, condition):
    let_in.reader(**where)
    attach, detach = let_in.until(Attach), let_in.until(Detach)
    assert attach.source is None and attach.target is None, "2.6.3: a refusal has no terminus"
    assert condition in str(detach.error.condition) and detach.closed
    assert condition in reasons(lab, let_in, "refused")


@pytest.mark.parametrize("selector", [
    None, "amqp.annotation.x-opt-offset > '-1'", "amqp.annotation.x-opt-offset >= '0'",
    "amqp.annotation.x-opt-sequence-number > '-1'", "amqp.annotation.x-opt-enqueued-time > '1'",
    "amqp.annotation.x-opt-enqueuedtimeutc >= 1",
    Described(ULong(0x0000468C00000004), "amqp.annotation.x-opt-offset > '-1'"),
])  # fmt: skip
def test_from_the_beginning(lab, let_in, selector):
    partition = lab.state.hub.partition_of("device-1").id
    first = send(lab, b"something")[0].sequence
    let_in.reader(partition, selector=selector)
    came = None
    while getattr(came, "annotations", {}).get("x-opt-sequence-number") != first:
        came = let_in.next()
    assert came.body == b"something"


def test_drain_is_answered(lab, let_in):
    """A client that drains waits for its credit to be used or given back."""
    let_in.reader("3", selector="amqp.annotation.x-opt-offset > '@latest'")
    assert let_in.until(Attach).source is not None
    let_in.send(Flow(0, 1000, 0, 1000, 20, 0, 50, drain=True))
    flow = let_in.until(Flow)
    assert (flow.handle, flow.link_credit, flow.delivery_count, flow.drain) == (20, 0, 50, True)


def test_the_fault_token_refused_reaches_both_ways_in(lab):
    lab.break_("token-refused")
    hub = lab.state.hub
    code, record = plain(lab, f"service@sas.root.{hub.name}", hub_token(lab), host=hub.host)
    assert code == 1 and "token-refused" in record.reason
    with raw(lab) as client:
        client.greet()
        assert client.put_token(token_of(lab)) == 401


def test_silence_ends_the_connection(lab, monkeypatch):
    monkeypatch.setattr(amqp, "SILENCE_SECONDS", 0.05)
    with raw(lab) as client:
        client.send(AMQP_HEADER, Open("raw", client.host))
        assert client.header() == AMQP_HEADER
        assert str(client.until(Close).error.condition) == "amqp:connection:forced"
        assert "idle time-out" in ended(lab, client)


def test_signs_of_life(lab, monkeypatch):
    monkeypatch.setattr(amqp, "KEEP_ALIVE_SECONDS", 0.05)
    with raw(lab) as client:
        client.send(AMQP_HEADER, Open("raw", client.host))
        client.header()
        assert type(client.next()) is Open
        assert client.next().performative is None and client.next().performative is None


def test_readers_that_are_gone_are_forgotten(lab):
    def watched():
        return sum(len(partition._subscribers) for partition in lab.state.hub.stream.partitions.values())

    before = lab.call(watched)
    for how in ("detach", "end", "close", "drop"):
        with raw(lab) as client:
            client.greet()
            client.put_token(token_of(lab))
            client.reader("0", selector="amqp.annotation.x-opt-offset > '@latest'")
            client.until(Attach)
            assert lab.call(watched) == before + 1
            if how != "drop":
                client.send({"detach": Detach(20, True), "end": End(), "close": Close()}[how])
                client.until({"detach": Detach, "end": End, "close": Close}[how])
        until = time.monotonic() + 10
        while lab.call(watched) != before:
            assert time.monotonic() < until, how
            time.sleep(0.005)
