"""What is new in a lab since somebody looked."""

from __future__ import annotations

import itertools

import pytest

from azext_iotdiag.lab.audit import audit_feed
from azext_iotdiag.lab.lab import new_lab


@pytest.fixture
def state():
    return new_lab().runtime


def send(state, *bodies, device="device-1", **system):
    for body in bodies:
        state.hub.telemetry(state.hub.devices[device], body, system=system, properties={}, now_ms=1_700_000_000_000)


def test_nothing_of_the_past(state):
    send(state, b"1")
    state.audit.record("mqtt", "connect", "accepted", who="device-1")
    first = audit_feed.news(state, None)
    assert (first["news"], first["missed"]) == ([], 0)
    assert audit_feed.news(state, first["position"]) == first


def test_records_and_messages_that_came_since(state):
    position = audit_feed.news(state, None)["position"]
    send(state, b'{"a": 1}', b"\xff\x00", **{"content-type": "application/json"})
    state.audit.record("mqtt", "connect", "accepted", who="device-2")
    answer = audit_feed.news(state, position)
    assert [(each["kind"], each["who"]) for each in answer["news"]] == [
        ("message", "device-1"), ("message", "device-1"), ("record", "device-2")
    ]  # fmt: skip
    assert [each["body"] for each in answer["news"][:2]] == ['{"a": 1}', ""]
    assert answer["news"][0]["contentType"] == "application/json"
    assert audit_feed.news(state, answer["position"])["news"] == []


def test_too_many_are_counted(state):
    position = audit_feed.news(state, None)["position"]
    send(state, *(b"%d" % number for number in range(audit_feed.MOST + 20)))
    for _ in range(audit_feed.MOST + 7):
        state.audit.record("mqtt", "connect", "accepted")
    answer = audit_feed.news(state, position)
    assert (len(answer["news"]), answer["missed"]) == (2 * audit_feed.MOST, 27)
    kept = [each["body"] for each in answer["news"] if each["kind"] == "message"]
    assert kept[-1] == str(audit_feed.MOST + 19), "the newest are told"


def test_a_flood_of_the_past_is_not_made():
    flooded = new_lab(flood=100_000_000).runtime
    position = audit_feed.news(flooded, None)["position"]
    assert audit_feed.news(flooded, position)["news"] == []


def test_secrets_and_control_characters_stay_out(state):
    position = audit_feed.news(state, None)["position"]
    send(state, b"\x1b[31m SharedAccessKey=abcdef= " + b"x" * 1000)
    (message,) = audit_feed.news(state, position)["news"]
    assert "abcdef" not in message["body"] and "\x1b" not in message["body"] and len(message["body"]) < 200


@pytest.mark.parametrize("given", [1, "x", [1], {"audit": "1"}, {"audit": True}, {"audit": None}])
def test_a_position_that_is_none(given):
    with pytest.raises(ValueError, match="position"):
        audit_feed.read(given)


@pytest.mark.parametrize("given", [{}, {"audit": -5}, {"partition-0": -1}, {"audit": 10**9, "partition-9": 10**9}])
def test_any_position_is_answered(state, given):
    send(state, b"1")
    state.audit.record("mqtt", "connect", "accepted")
    answer = audit_feed.news(state, audit_feed.read(given))
    assert len(answer["news"]) <= 2 and answer["missed"] >= 0


def test_the_parts_of_a_position(state):
    names = ["audit", "notable", *(f"partition-{number}" for number in itertools.islice(itertools.count(), 4))]
    assert list(audit_feed.news(state, None)["position"]) == names


def test_routine_is_told_where_it_is_wanted(state):
    position = audit_feed.news(state, None)["position"]
    for _ in range(audit_feed.MOST + 5):
        state.audit.record("arm", "request", "accepted", routine=True)
    state.audit.record("mqtt", "connect", "refused", who="device-1")
    answer = audit_feed.news(state, position, routine=False)
    assert ([each["who"] for each in answer["news"]], answer["missed"]) == (["device-1"], 0)
    whole = audit_feed.news(state, position)
    assert (len(whole["news"]), whole["missed"]) == (audit_feed.MOST, 6)
