"""What texts and arguments mention: once each, counted, with the first lines; and what nobody knows."""

from __future__ import annotations

import pytest

from azext_iotdiag.insights.survey import LINES, Survey, Unknown, ask, listed, nearest, were_named


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
        (["I (401003) wifi: started"], []),
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


# As other people's devices write while all is well.
HEALTHY = {
    "C": """\
[08:00:01.101][DEBUG]{mqtt_client.c:267} -> 09:00:01 CONNECT | VER: 4 | KEEPALIVE: 240 | FLAGS: 192 | CLEAN: 0
[08:00:01.402][DEBUG]{mqtt_client.c:294} <- 09:00:01 CONNACK | SESSION_PRESENT: false | RETURN_CODE: 0x0
[08:00:01.502][DEBUG]{mqtt_client.c:294} <- 09:00:01 SUBACK | PACKET_ID: 2 | RETURN_CODE: 1 | RETURN_CODE: 0
[08:00:02.402][DEBUG]{mqtt_client.c:294} <- 09:00:02 PUBACK | PACKET_ID: 5
Connection callback called with result 0 and reason 6
<- 09:00:01 CONNACK: 0x20 0x02 0x00 0x00""",
    "ESP-IDF": """\
I (401003) esp_tls: (Network connection 0x3fca0000) Connection to oven.azure-devices.net established.
I (404104) MQTT: Incoming packet: Packet type=144.
I (429002) MQTT: Packet received. ReceivedBytes=4.
I (500001) AZ IOT: publish acknowledged
W (403006) wifi:<ba-add>idx:1 (ifx:0, 02:00:00:00:00:01), tid:5, ssn:1, winSize:64""",
    "Node": """\
azure-iot-mqtt-base:MqttBase CONNACK: {"cmd":"connack","qos":0,"sessionPresent":false,"returnCode":0} +1ms
azure-iot-device-mqtt:Mqtt connecting -> connected () +401ms
azure-iot-common:RetryOperation Operation start time: 1790532960275 - Will stop retrying after: 1790533200275 +0ms""",
    "Python": """\
INFO azure.iot.device.common.mqtt_transport: connected with result code: 0
DEBUG azure.iot.device.common.mqtt_transport: suback received for 1
DEBUG azure.iot.device.common.mqtt_transport: payload published for 5
INFO azure.iot.device.common.mqtt_transport: disconnected with result code: 0
INFO azure.iot.device.common.mqtt_transport: connected with result code: 0""",
}


@pytest.mark.parametrize("device", HEALTHY)
def test_a_healthy_log_holds_no_code(device: str) -> None:
    survey = Survey()
    for line in HEALTHY[device].splitlines():
        survey.add(line)
    assert survey.mentions() == ()


def test_a_connection_that_breaks_is_not_one_that_was_refused() -> None:
    survey = Survey()
    for line in (
        "mqtt_transport: connected with result code: 0",
        "mqtt_transport: disconnected with result code: 1",
        "_on_mqtt_disconnect called: ConnectionDroppedError('Paho returned rc==1')",
        "mqtt_transport: connected with result code: 0",
    ):
        survey.add(line)
    assert {mention.entry.code: mention.lines for mention in survey.mentions()} == {
        "mqtt-connection-closed": (2, 3), "sdk-communication-error": (3,)
    }  # fmt: skip


def test_nothing_is_near_to_nonsense() -> None:
    assert nearest("qqqqqqqqq") == []


def test_the_most_frequent_come_first_and_of_those_the_earliest() -> None:
    survey = Survey()
    for line in ("ECONNREFUSED", "rc=5", "errorCode: 401003", "errorCode: 401003"):
        survey.add(line)
    assert [(mention.entry.code, mention.times) for mention in survey.mentions()] == [
        ("hub-401003", 2), ("connection-refused", 1), ("device-refused", 1),
    ]  # fmt: skip


def test_a_line_with_two_names_of_an_entry_counts_once() -> None:
    survey = Survey()
    survey.add("errorCode: 401003 IoTHubUnauthorized, again 401003")
    (mention,) = survey.mentions()
    assert (mention.times, mention.lines, mention.names) == (1, (1,), ("401003", "IoTHubUnauthorized"))


def test_a_name_that_has_no_meaning_in_a_context_has_its_own() -> None:
    """The context says how to understand what has several meanings; what has one in another place is found, too."""
    survey = Survey("dps")
    for line in ("errorCode: 401002", "errorCode: 404103"):
        survey.add(line)
    assert [mention.entry.code for mention in survey.mentions()] == ["dps-401", "hub-404103"]


@pytest.mark.parametrize(("words", "asked_by_name"), [
    (["401003"], True), (["error 401003 came"], False), (["nothing of the kind"], False),
])  # fmt: skip
def test_whether_words_were_taken_for_names(words: list[str], asked_by_name: bool) -> None:
    assert were_named(ask(words)) is asked_by_name


@pytest.mark.parametrize("words", [
    ["the", "code", "IoTHubUnauthorised"], ["got", "401999"], ["ECONREFUSED", "today"],  # near to a name
    ["what", "happened"],  # and nothing in it
])  # fmt: skip
def test_words_that_hold_a_misspelt_code_or_none_are_unknown(words: list[str]) -> None:
    with pytest.raises(Unknown) as raised:
        ask(words)
    assert raised.value.names == tuple(words)


def test_words_of_a_log_with_a_code_are_a_text() -> None:
    assert codes("the", "device", "said", "ECONNREFUSED", "today") == ["connection-refused"]


def test_entries_of_a_context_are_listed() -> None:
    every, of_dps = listed(""), listed("dps")
    assert set(of_dps) < set(every) and len(of_dps) > 10
    assert all(entry.code.startswith("dps-") for entry in of_dps[:3])
