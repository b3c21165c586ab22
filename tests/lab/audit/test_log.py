"""The audit log: what it keeps, and that neither secrets nor control characters get into it."""

from __future__ import annotations

import json

import pytest

from azext_iotdiag.lab.audit.log import LONGEST_TEXT, Audit


def make(limit=10):
    return Audit(clock=lambda: 1_700_000_000.5, limit=limit)


def test_records_are_numbered_and_timed():
    audit = make()
    audit.record("amqp", "connect", "accepted", peer="127.0.0.1:1")
    record = audit.record("mqtt", "connect", "refused", who="device-1", reason="no", code=5)
    assert (record.number, record.time, record.details) == (2, 1_700_000_000.5, {"code": 5})
    assert record.data()["time"] == "2023-11-14T22:13:20.500Z"
    json.dumps(record.data())


def test_words():
    record = make().record("mqtt", "connect", "refused", peer="127.0.0.1:9", who="device-1", reason="bad key", code=5)
    assert record.words() == (
        "22:13:20  device-1 is refused over MQTT: bad key; it got return code 5 without a reason."
    )


def test_only_the_last_records_are_kept_and_all_are_counted():
    audit = make(limit=3)
    for number in range(5):
        audit.record("amqp", "connect", "accepted", who=str(number))
    audit.record("amqp", "connect", "refused")
    assert [record.who for record in audit.recent(10)] == ["3", "4", ""]
    assert [record.number for record in audit.recent(2)] == [5, 6]
    assert audit.recent(0) == []
    assert audit.counts() == {"accepted": 5, "refused": 1, "ended": 0}


@pytest.mark.parametrize(
    "text",
    [
        "SharedAccessSignature sr=hub&sig=SECRET%3D&se=1&skn=p",
        "HostName=h;SharedAccessKeyName=p;SharedAccessKey=SECRET=",
        "sharedaccesskey=SECRET",
        "the token 'sig=SECRET' is old",
        "x SharedAccessSignature=SECRET",
    ],
)
def test_no_secret_gets_in(text):
    audit = make()
    record = audit.record("amqp", "authenticate", "refused", who=text, reason=text, peer=text, username=text)
    assert "SECRET" not in json.dumps(record.data()) + record.words()


def test_what_a_client_chose_stays_one_short_line():
    who = "a\nb\x1b[31m\u202e\ud800"
    record = make().record("mqtt", "connect", "refused", who=who, reason="x" * 100_000, name="\r")
    assert record.who == "a\\nb\\x1b[31m\\u202e\\ud800"
    assert len(record.reason) == LONGEST_TEXT
    assert len(record.words().splitlines()) == 1
    record.words().encode("utf-8")


@pytest.mark.parametrize(("service", "outcome"), [("smtp", "accepted"), ("amqp", "maybe")])
def test_a_misspelt_service_or_outcome_is_a_mistake(service, outcome):
    with pytest.raises(ValueError, match="no such"):
        make().record(service, "connect", outcome)


def test_listeners_hear_each_record_and_a_broken_one_harms_nobody(caplog):
    audit, heard = make(), []

    def broken(_record):
        raise RuntimeError("broken")

    audit.listen(broken)
    audit.listen(heard.append)
    audit.record("amqp", "connect", "accepted")
    audit.record("amqp", "close", "ended")
    audit.unlisten(heard.append)
    audit.unlisten(heard.append)
    audit.record("amqp", "connect", "accepted")
    assert [record.number for record in heard] == [1, 2]
    assert len([entry for entry in caplog.records if "listener" in entry.message]) == 1


def test_routine_pushes_nothing_else_out():
    audit = make(limit=3)
    audit.record("mqtt", "connect", "refused", who="device-1")
    for number in range(50):
        audit.record("arm", "request", "accepted", who=str(number), routine=True)
    audit.record("mqtt", "close", "ended", who="device-2", ending="killed")
    assert [record.who for record in audit.recent(10, routine=False)] == ["device-1", "device-2"]
    assert [record.who for record in audit.recent(10)] == ["device-1", "47", "48", "49", "device-2"]
    assert [record.who for record in audit.recent(2)] == ["49", "device-2"]
    assert (audit.number(), audit.number(routine=False)) == (52, 2)


def test_an_ending_that_is_none_is_a_mistake():
    with pytest.raises(ValueError, match="no such"):
        make().record("mqtt", "close", "ended", ending="sulking")
