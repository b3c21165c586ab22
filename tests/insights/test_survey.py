"""What texts and arguments mention: once each, counted, with the first lines; and what nobody knows."""

from __future__ import annotations

import pytest

from azext_iotdiag.insights.survey import LINES, Survey, Unknown, ask, nearest


def codes(*words: str, context: str = "") -> list[str]:
    return [mention.entry.code for mention in ask(words, context)]


def test_mentions_are_counted_by_line() -> None:
    survey = Survey()
    for line in ("errorCode: 401003 IoTHubUnauthorized", "fine", "rc=5", "code=401003", "rc=5", "rc=5"):
        survey.add(line)
    first, second = survey.mentions()
    assert (first.entry.code, first.names, first.times, first.lines) == ("device-refused", ("mqtt:5",), 3, (3, 5, 6))
    assert (second.entry.code, second.times, second.lines) == ("hub-401003", 2, (1, 4))
    assert second.names == ("401003", "IoTHubUnauthorized")
    assert survey.lines == 6


def test_line_numbers_are_bounded() -> None:
    survey = Survey()
    for _ in range(1000):
        survey.add("ECONNREFUSED")
    (mention,) = survey.mentions()
    assert mention.times == 1000 and mention.lines == tuple(range(1, LINES + 1))


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["401003"], ["hub-401003"]),
        (["401003", "409002"], ["hub-401003", "hub-409002"]),
        (["401003", "IoTHubUnauthorized"], ["hub-401003"]),
        (["blocked"], ["central-blocked"]),
        (["Waiting", "for", "approval"], ["central-waiting-for-approval"]),
        (["Connection", "Refused:", "not", "authorised."], ["device-refused"]),
        (["rc", "=", "5"], ["device-refused"]),
        (["CONNACK", "5"], ["device-refused"]),
        (['{"errorCode":401003}'], ["hub-401003"]),
        (["error", "401003"], ["hub-401003"]),
        (["at 401003 something"], ["hub-401003"]),
        (["nothing of the kind"], []),
        (["SSL: CERTIFICATE_VERIFY_FAILED"], ["certificate-untrusted"]),
        (["first line\nsecond ECONNREFUSED"], ["connection-refused"]),
    ],
)
def test_arguments(words: list[str], found: list[str]) -> None:
    assert codes(*words) == found


def test_names_asked_for_have_no_lines() -> None:
    (mention,) = ask(["401003", "IoTHubUnauthorized"])
    assert mention.names == ("401003", "IoTHubUnauthorized") and mention.lines == () and mention.times == 0


@pytest.mark.parametrize(
    ("words", "context", "unknown", "elsewhere"),
    [
        (["foo"], "", ("foo",), ()),
        (["foo", "401003"], "", ("foo",), ()),
        (["401999"], "", ("401999",), ()),
        (["IoTHubUnauthorised", "ECONNREFUSED"], "", ("IoTHubUnauthorised",), ()),
        (["404103"], "dps", ("404103",), ("hub",)),
        (["5"], "central", ("5",), ("mqtt",)),
    ],
)
def test_unknown(words: list[str], context: str, unknown: tuple, elsewhere: tuple) -> None:
    with pytest.raises(Unknown) as raised:
        ask(words, context)
    assert (raised.value.names, raised.value.elsewhere) == (unknown, elsewhere)


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("iothubunauthorised", "IoTHubUnauthorized"),
        ("401999", "401004"),
        ("4041O4", "404104"),
        ("ECONREFUSED", "ECONNREFUSED"),
        ("amqp:notfound", "amqp:not-found"),
    ],
)
def test_nearest(word: str, near: str) -> None:
    assert near in nearest(word)


def test_nothing_is_near_to_nonsense() -> None:
    assert nearest("qqqqqqqqq") == []
