"""What texts and arguments mention: once each, counted, with the first lines; and what nobody knows."""

from __future__ import annotations

import pytest

from azext_iotdiag.insights.survey import UnknownName, ask, listed, nearest


def codes(*words: str, context: str = "") -> list[str]:
    return [mention.entry.code for mention in ask(words, context).mentions]


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
        (["I (401003) wifi: started"], []),
        (["nothing of the kind"], []),
        (["SSL: CERTIFICATE_VERIFY_FAILED"], ["certificate-untrusted"]),
        (["first line\nsecond ECONNREFUSED"], ["connection-refused"]),
    ],
)
def test_arguments(words: list[str], found: list[str]) -> None:
    assert codes(*words) == found


def test_names_asked_for_have_no_lines() -> None:
    (mention,) = ask(["401003", "IoTHubUnauthorized"]).mentions
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
    with pytest.raises(UnknownName) as raised:
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


@pytest.mark.parametrize(("words", "asked_by_name"), [
    (["401003"], True), (["error 401003 came"], False), (["nothing of the kind"], False),
])  # fmt: skip
def test_whether_words_were_taken_for_names(words: list[str], asked_by_name: bool) -> None:
    assert (ask(words).story is None) is asked_by_name


@pytest.mark.parametrize("words", [
    ["the", "code", "IoTHubUnauthorised"], ["got", "401999"], ["ECONREFUSED", "today"],  # near to a name
    ["what", "happened"],  # and nothing in it
])  # fmt: skip
def test_words_that_hold_a_misspelt_code_or_none_are_unknown(words: list[str]) -> None:
    with pytest.raises(UnknownName) as raised:
        ask(words)
    assert raised.value.names == tuple(words)


def test_words_of_a_log_with_a_code_are_a_text() -> None:
    assert codes("the", "device", "said", "ECONNREFUSED", "today") == ["connection-refused"]


def test_entries_of_a_context_are_listed() -> None:
    every, of_dps = listed(""), listed("dps")
    assert set(of_dps) < set(every) and len(of_dps) > 10
    assert all(entry.code.startswith("dps-") for entry in of_dps[:3])
