"""What a device's log comes to: its findings, the lines where they stand, and what healthy logs hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from azext_iotdiag.insights.reading import LINES, LogReading, read_text
from azext_iotdiag.model.story import Story

# What reading by dialects says otherwise than the first release did, and why. Nothing else may differ.
BETTER_SAID = {
    "ConnectionDroppedError('Paho returned rc==1')": "the number says more than the SDK's name",
    "UnauthorizedException": "a name for many failures yields to the words beside it",
    "DEVICE_DISABLED": "the SDK for C says it of any refusal",
    "Device_Disabled": "the SDK for .NET says it of a device that is unknown, too",
    'errorCode":401002': "an answer with trackingId and timestampUtc is one of the provisioning service",
}
# What a client writes while all is well.
ROUTINE = {"processing frame: @detach": "a reader's trace: the hub sends each reader on to its Event Hub in this way"}
FROZEN = Path(__file__).parents[1] / "golden" / "log_lines.tsv"


def told(*lines: str, sdk: str = "", context: str = "") -> Story:
    return read_text("\n".join(lines), context, sdk)


def codes(*lines: str, sdk: str = "", context: str = "") -> dict[str, tuple[int, ...]]:
    return {mention.entry.code: mention.lines for mention in told(*lines, sdk=sdk, context=context).mentions}


def test_nothing_that_was_found_goes_silent() -> None:
    """Lines with what was found in them before there were dialects."""
    lost = []
    for row in FROZEN.read_text(encoding="utf-8").splitlines():
        was, _, line = row.partition("\t")
        if any(words in line for words in ROUTINE):
            continue
        better = any(words in line for words in BETTER_SAID)
        if not set(was.split()) <= set(codes(line)) and not (better and codes(line)):
            lost.append((line, was, list(codes(line))))
    assert lost == []


def test_mentions_are_counted_by_line() -> None:
    story = told("errorCode: 401003 IoTHubUnauthorized", "fine", "rc=5", "code=401003", "rc=5", "rc=5")
    found = {mention.entry.code: (mention.times, mention.lines) for mention in story.mentions}
    assert found == {"device-refused": (3, (3, 5, 6)), "hub-401003": (2, (1, 4))}
    assert story.lines == 6


def test_line_numbers_are_bounded() -> None:
    (mention,) = told(*["ECONNREFUSED"] * 1000).mentions
    assert mention.times == 1000 and mention.lines == tuple(range(1, LINES + 1))


@pytest.mark.slow
def test_what_is_held_does_not_grow_with_the_log() -> None:
    reading = LogReading()
    for _ in range(30):
        reading.add(b"ECONNREFUSED\nerrorCode: 401003\n" * 1000)
    found = {mention.entry.code: mention.times for mention in reading.story().mentions}
    assert found == {"connection-refused": 30_000, "hub-401003": 30_000}


def test_a_name_that_has_no_meaning_in_a_context_has_its_own() -> None:
    """The context says how to understand what has several meanings; what has one in another place is found, too."""
    assert set(codes("errorCode: 401002", "errorCode: 404103", context="dps")) == {"dps-401", "hub-404103"}


def test_a_connection_that_breaks_is_not_one_that_was_refused() -> None:
    lines = (
        "mqtt_transport: connected with result code: 0",
        "mqtt_transport: disconnected with result code: 1",
        "_on_mqtt_disconnect called: ConnectionDroppedError('Paho returned rc==1')",
        "mqtt_transport: connected with result code: 0",
    )
    assert codes(*lines) == {"mqtt-connection-closed": (2, 3)}


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
    story = read_text(HEALTHY[device])
    assert story.root is None and story.mentions == ()


def test_what_heals_is_looked_for_only_while_a_failure_lasts() -> None:
    sent, lost = b"azure.iot.device payload published for 5\n", b"azure.iot.device disconnected with result code: 7\n"
    reading = LogReading()
    reading.add(sent * 3)
    assert len(reading._first) == 0
    reading.add(lost + sent)
    assert [sign.line for sign in reading._first] == [4, 5]
    reading.add(sent * 1000)
    assert len(reading._first) == 2
    root = reading.story().root
    assert root is not None and root.healed == 5
