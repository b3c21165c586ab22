"""The lab's AMQP port and clients that do it wrong: each is refused in AMQP's words, and the lab goes on."""

from __future__ import annotations

import time

import pytest

from azext_iotdiag.credential import sas
from azext_iotdiag.wire.amqp.frames import AMQP_HEADER, SASL_HEADER, frame
from azext_iotdiag.wire.amqp.performatives import (
    Attach,
    Begin,
    Close,
    Detach,
    Open,
    SaslInit,
    SaslMechanisms,
    SaslOutcome,
    Source,
    Target,
    Transfer,
)
from azext_iotdiag.wire.amqp.types import Described, Symbol, ULong
from tests.plugins.amqp_raw import (
    BEGIN,
    WRONG,
    client,
    ended,
    hub_token,
    lab,
    plain,
    reasons,
    shared,
    token_of,
)

__all__ = ["client", "lab", "shared"]


@pytest.mark.parametrize(
    "said",
    [
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\x10\x26\x00\x04MQTT\x04\xc2",
        b"AMQP\x00\x00\x09\x01",
        b"AMQP\x02\x01\x00\x00",
    ],
)
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
    ("too large a message", [Open("raw"), BEGIN,
                             Attach("c", 0, False, target=Target("$cbs"), initial_delivery_count=0),
                             *[frame(Transfer(0, 0, b"", more=True), b"x" * 60_000)] * 18],
     "message-size-exceeded", ""),
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
