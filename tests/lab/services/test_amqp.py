"""The lab's AMQP port and clients that do it wrong: each is refused in AMQP's own words, and the lab goes on serving."""
from __future__ import annotations

import base64
import time

import pytest

from azext_iotdiag.credential import sas
from azext_iotdiag.lab.services import amqp
from azext_iotdiag.wire.amqp.frames import AMQP_HEADER, SASL_HEADER, frame
from azext_iotdiag.wire.amqp.performatives import (
    Attach,
    Begin,
    Close,
    Detach,
    End,
    Flow,
    Open,
    SaslInit,
    SaslMechanisms,
    SaslOutcome,
    Source,
    Target,
    Transfer,
)
from azext_iotdiag.wire.amqp.types import Described, Symbol, ULong
from tests.plugins.amqp_raw import BEGIN, Raw, raw, token_of
from tests.plugins.lab_fixture import open_lab
from tests.plugins.reading import direct_target_of, reading, records, send

WRONG = base64.b64encode(b"w" * 32)


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """One lab for all: whatever a client does to it, the next one must find it well."""
    with open_lab(tmp_path_factory.mktemp("lab")) as lab:
        yield lab


@pytest.fixture
def lab(shared, monkeypatch):
    """That lab, looked at afterwards: it serves a good client, and its audit holds no secret and no mistake of its own."""
    for name in ("AZURE_IOTDIAG_CONNECT_TO", "REQUESTS_CA_BUNDLE"):
        monkeypatch.setenv(name, shared.description["environment"][name])
    yield shared
    shared.mend()
    with reading(direct_target_of(shared)) as read:
        read.opened()
        send(shared, b"still there")
        assert read.take(1) == [b"still there"]
    everything = repr(shared.call(shared.state.audit.recent, 10_000))
    hub = shared.state.hub
    for owner in (*hub.policies.values(), *hub.devices.values()):
        assert owner.primary.reveal() not in everything and owner.secondary.reveal() not in everything
    assert "sig=" not in everything.replace("sig=***", "") and WRONG.decode() not in everything
    assert "mistake of the lab" not in everything


@pytest.fixture
def client(lab):
    with raw(lab) as connection:
        yield connection


def ended(lab, client, *, refused=""):
    """Why the lab says that this client's connection ended, once it is over; and that it was `refused` before."""
    assert client.rest() is not None and client.over
    until = time.monotonic() + 10
    while not (closed := [one for one in records(lab, "close") if one.peer == peer(client)]):
        assert time.monotonic() < until, "the end is not in the audit"
        time.sleep(0.005)
    if refused:
        assert refused in reasons(lab, client, "refused")
    return closed[-1].reason


def peer(client):
    return "{}:{}".format(*client._sock.getsockname()[:2])


def reasons(lab, client, outcome):
    return "; ".join(one.reason for one in records(lab, "", outcome) if one.peer == peer(client))


@pytest.mark.parametrize("said", [b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"\x10\x26\x00\x04MQTT\x04\xc2", b"AMQP\x00\x00\x09\x01", b"AMQP\x02\x01\x00\x00"])
def test_not_this_protocol(lab, client, said):
    client.send(said)
    assert client.header() == SASL_HEADER, "2.2: say what is spoken here, and close"
    assert "protocol that is not spoken here" in ended(lab, client, refused="not spoken here")


def test_sasl_twice(lab, client):
    client.send(SASL_HEADER, frame(SaslInit(Symbol("ANONYMOUS")), sasl=True), SASL_HEADER)
    assert client.header() == SASL_HEADER
    assert (type(client.next()), client.next()) == (SaslMechanisms, SaslOutcome(0))
    assert client.header() == SASL_HEADER
    assert "not spoken here" in ended(lab, client)


def test_without_sasl_it_opens_and_grants_nothing(lab, client):
    client.send(AMQP_HEADER, Open("raw", client.host), BEGIN)
    client.reader("0")
    assert client.header() == AMQP_HEADER
    detach = client.until(Detach)
    assert detach.error.condition == "amqp:unauthorized-access" and "Listen" in detach.error.description
    assert "amqp:unauthorized-access" in reasons(lab, client, "refused")


@pytest.mark.parametrize("mechanism", ["DIGEST-MD5", "", "plain", "SharedAccessSignature sr=x&sig=QUJD&se=1"])
def test_unknown_mechanism(lab, client, mechanism):
    client.send(SASL_HEADER, frame(SaslInit(Symbol(mechanism)), sasl=True))
    assert client.header() == SASL_HEADER
    assert [str(name) for name in client.next().sasl_server_mechanisms] == ["MSSBCBS", "PLAIN", "ANONYMOUS", "EXTERNAL"]
    assert client.next() == SaslOutcome(1)
    ended(lab, client, refused="is not offered")


def hub_token(lab, policy="service", *, expires=None, resource=""):
    key = sas.iothub_key(lab.state.hub.policies[policy].primary.reveal())
    return sas.sign(resource or lab.state.hub.host, key, expires or int(time.time()) + 600, policy)


def plain(lab, user, password, *, host=""):
    """The outcome of PLAIN, and why."""
    with raw(lab, host or lab.state.hub.stream.host) as client:
        response = f"\0{user}\0{password}".encode() if user is not None else password
        client.send(SASL_HEADER, frame(SaslInit(Symbol("PLAIN"), response, client.host), sasl=True))
        client.header(), client.next()
        outcome = client.next()
        return outcome.code, records(lab, "authenticate")[-1]


def test_plain_right_for_both_realms(lab):
    hub = lab.state.hub
    assert plain(lab, "service", hub.policies["service"].primary.reveal())[0] == 0
    assert plain(lab, "service", hub.policies["service"].secondary.reveal())[0] == 0
    code, record = plain(lab, f"service@sas.root.{hub.name}", hub_token(lab), host=hub.host)
    assert (code, record.outcome, record.who) == (0, "accepted", f"service@sas.root.{hub.name}")
    assert plain(lab, f"service@SAS.ROOT.{hub.name}", hub_token(lab), host=hub.host.upper())[0] == 0


def test_plain_wrong(lab):
    hub = lab.state.hub
    good, key = hub_token(lab), hub.policies["service"].primary.reveal()
    me = f"service@sas.root.{hub.name}"
    cases = [
        ("service", WRONG.decode(), "not a key of this policy", ""),
        ("service", "", "not a key of this policy", ""),
        ("nobody", key, "no policy 'nobody'", ""),
        ("", key, "no policy ''", ""),
        (None, b"no zero bytes", "three parts", ""),
        (None, b"a\0b\0c\0d", "three parts", ""),
        (None, b"\0\xff\xfe\0\xff", "no policy", ""),
        ("service@sas.root.other", good, "not a realm", hub.host),
        (me, sas.sign(hub.host, WRONG, int(time.time()) + 600, "service"), "InvalidSignature", hub.host),
        (me, good.replace("sig=", "sig=AAAA"), "MalformedToken", hub.host),
        (me, "SharedAccessSignature nonsense", "MalformedToken", hub.host),
        (me, key, "not a key", hub.host),
        (me, hub_token(lab, expires=int(time.time()) - 5), "ExpiredToken", hub.host),
        (me, hub_token(lab, resource="other.azure-devices.net"), "InvalidAudience", hub.host),
        (me, token_of(lab, resource=hub.host), "InvalidSignature", hub.host),
    ]
    for user, password, reason, host in cases:
        code, record = plain(lab, user, password, host=host)
        assert (code, record.outcome) == (1, "refused") and reason in record.reason, (user, reason, record)


JUNK = [
    b"\0\0\0\7\2\0\0\0", b"\0\0\0\x20\1\0\0\0" + b"x" * 24, b"\0\0\0\x08\x03\0\0\0", b"\0\0\0\x08\x02\x05\0\0",
    b"\xff" * 64, b"\0\1\0\1\2\0\0\0", b"\x7f\xff\xff\xff\2\0\0\0", b"\0\0\0\x0c\2\0\0\0\0\x53\x10\xff",
    b"\0\0\0\x0b\2\0\0\0abc", frame(Open("x"))[:8] + b"\xa1" * (len(frame(Open("x"))) - 8),
]  # fmt: skip


@pytest.mark.parametrize("junk", JUNK, ids=range(len(JUNK)))
@pytest.mark.parametrize("when", ["sasl", "open", "session"])
def test_garbage_frames(lab, client, junk, when):
    if when == "sasl":
        client.send(SASL_HEADER)
        client.header(), client.next()
    else:
        client.send(AMQP_HEADER, Open("raw", client.host), *([BEGIN] if when == "session" else []))
        client.header(), client.until(Begin if when == "session" else Open)
    client.send(junk)
    close = client.until(Close)
    assert str(close.error.condition) == "amqp:connection:framing-error"
    assert "does not speak AMQP" in ended(lab, client)


SENDER = Attach("s", 0, False, source=Source("me"), target=Target("nowhere"), initial_delivery_count=0)
RULES = [
    ("begin before open", [BEGIN], "illegal-state", "before open"),
    ("attach before open", [SENDER], "illegal-state", "before open"),
    ("attach before begin", [Open("raw"), SENDER], "framing-error", "carries no session"),
    ("open twice", [Open("raw"), BEGIN, Open("raw")], "illegal-state", "after open"),
    ("begin twice", [Open("raw"), BEGIN, BEGIN], "framing-error", "begun twice"),
    ("handle twice", [Open("raw"), BEGIN, SENDER, SENDER], "handle-in-use", "handle 0"),
    ("handle too large", [Open("raw"), BEGIN, SENDER._replace(handle=1 << 31)], "framing-error", "beyond"),
    ("no such handle", [Open("raw"), BEGIN, Transfer(5, 0, b"")], "unattached-handle", "handle 5"),
    ("an answer to nothing", [Open("raw"), Begin(3, 0, 1, 1)], "framing-error", "never begun"),
    ("sasl in amqp", [Open("raw"), frame(SaslInit(Symbol("PLAIN")), sasl=True)], "illegal-state", "SASL"),
    ("sasl without its header", [frame(SaslInit(Symbol("PLAIN")), sasl=True)], "illegal-state", "SASL"),
    ("too large a message", [Open("raw"), BEGIN, Attach("c", 0, False, target=Target("$cbs"), initial_delivery_count=0),
                             *[frame(Transfer(0, 0, b"", more=True), b"x" * 60_000)] * 18], "message-size-exceeded", ""),
]  # fmt: skip


@pytest.mark.parametrize(("said", "condition", "words"), [rule[1:] for rule in RULES], ids=[rule[0] for rule in RULES])
def test_broken_rules(lab, client, said, condition, words):
    client.send(AMQP_HEADER, *said)
    client.header()
    close = client.until(Close)
    assert condition in str(close.error.condition) and words in close.error.description
    assert words in ended(lab, client)


def test_open_in_the_middle_of_sasl(lab, client):
    client.send(SASL_HEADER, Open("raw"), BEGIN)
    client.header(), client.next()
    assert "illegal-state" in str(client.until(Close).error.condition)
    assert "in the middle of SASL" in ended(lab, client)


def test_a_client_that_waits_for_nothing_and_is_refused(lab, client):
    """It sends a message on the link before it hears that the link is refused; the rest of its session goes on."""
    client.greet()
    client.send(SENDER, frame(Transfer(0, 0, b"", settled=True), b"\0\x53\x75\xa0\1x"))
    assert "not-found" in str(client.until(Detach).error.condition)
    assert client.put_token(token_of(lab)) == 202


def test_a_coordinator_of_transactions_is_refused(lab, client):
    client.greet()
    client.send(Attach("t", 0, False, source=Source("me"), target=Described(ULong(0x30), []), initial_delivery_count=0))
    assert "not-found" in str(client.until(Detach).error.condition)


TOKENS = [
    (lambda lab: token_of(lab), 202, ""),
    (lambda lab: token_of(lab).encode(), 202, ""),
    (lambda lab: token_of(lab, resource=f"sb://{lab.state.hub.stream.host}/"), 202, ""),
    (lambda lab: token_of(lab, key=WRONG), 401, "InvalidSignature"),
    (lambda lab: token_of(lab, key=sas.iothub_key(lab.state.hub.policies["service"].primary.reveal())), 401, "InvalidSignature"),
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
    client.node("$management", 30)
    answer = client.ask(30, {"operation": "READ", "type": "com.microsoft:eventhub", "name": lab.state.hub.stream.entity})
    assert answer.application["status-code"] == 401


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
    "amqp.annotation.x-opt-enqueuedtimeutc >= 1", Described(ULong(0x0000468C00000004), "amqp.annotation.x-opt-offset > '-1'"),
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
