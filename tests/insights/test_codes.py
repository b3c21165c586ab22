"""Codes in lines of logs, as SDKs and services write them, and lines that only look as if they held some."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azext_iotdiag.insights import codes
from azext_iotdiag.knowledge import lookup
from tests.plugins.rows import all_rows


def found(line: str, context: str = "") -> list[str]:
    """The codes of our entries, in the order of the line."""
    return [entry.code for hit in codes.find(line, context) for entry in lookup.find(hit.name, hit.context)]


SAID = [
    # IoT Hub: bodies, headers, resource logs, condition descriptions
    ('{"errorCode":401003,"trackingId":"6F1-G:0"}', ["hub-401003"]),
    ('{"Message":"{\\"errorCode\\":404103,\\"message\\":\\"offline\\"}"}', ["hub-404103"]),
    ('{"Message":"ErrorCode:DeviceNotFound;E404"}', ["hub-404001"]),
    ("ErrorCode:404001;x", ["hub-404001"]),
    ("iothub-errorcode: DeviceMaximumQueueDepthExceeded", ["hub-403004"]),
    ("2026-11-26T01:02:03Z,deviceDisconnect,404104,DeviceConnectionClosedRemotely", ["hub-404104", "hub-404104"]),
    ("deviceConnect 401003 {...}", ["hub-401003"]),
    ('"resultType": "429003"', ["hub-429003"]),
    ("2026-11-26\tConnections\t409002\tx", ["hub-409002"]),
    ("409002 LinkCreationConflict", ["hub-409002", "hub-409002"]),
    ("failed with 500001", ["hub-500001"]),
    ("the hub said (403002)", ["hub-403002"]),
    ("401003", ["hub-401003"]),
    ("401003, 404104; 500001", ["hub-401003", "hub-404104", "hub-500001"]),
    # the Device Provisioning Service
    ('{"registrationState":{"errorCode":400209,"status":"failed"}}', ["dps-400209"]),
    ("global.azure-devices-provisioning.net errorCode=401002", ["dps-401"]),
    ("received on $dps/registrations/res/429/?$rid=1", ["dps-429"]),
    ("GET https://global.azure-devices-provisioning.net/0ne1/registrations/d HTTP/1.1 404", ["dps-404"]),
    ("Custom allocation failed with status code: 401", ["dps-400209"]),
    # MQTT
    ("on_connect called with rc=5", ["device-refused"]),
    ("rc=5", ["device-refused"]),
    ("CONNACK 5", ["device-refused"]),
    ("CONNACK | SESSION_PRESENT: false | RETURN_CODE: 0x5", ["device-refused"]),
    ("Received CONNACK (0, 5)", ["device-refused"]),
    ("Received CONNACK (1, 3)", ["mqtt-server-unavailable"]),
    ("Connection Not Accepted: 0x5: Not Authorized", ["device-refused"]),
    ("mqtt: connect failed, return code 4", ["device-refused"]),
    ("connected with result code: 2", ["mqtt-client-id-refused"]),
    ("Connection Refused: not authorised.", ["device-refused"]),
    ("Error: Connection refused: Not authorized", ["device-refused"]),
    ("Error: Connection refused: Server unavailable", ["mqtt-server-unavailable"]),
    ("disconnected with result code: 7", ["mqtt-connection-closed"]),
    ("E (4711) MQTT: connect failed, return code 5", ["device-refused"]),
    ("2026-11-20 10:00:01 ERROR failed, rc=5 try again in 5 seconds", ["device-refused"]),
    ("10:00:01 MQT: Connect failed to hub:8883, rc 5. Retry in 10 sec", ["device-refused"]),
    ("[INFO]{mqtt_client.c:294} <- 13:55:33 CONNACK | SESSION_PRESENT: false | RETURN_CODE: 0x3",
     ["mqtt-server-unavailable"]),
    ("CONNACK response code: 4", ["device-refused"]),
    ("connected with result code: 5", ["device-refused"]),
    ("on_connect rc == 1", ["mqtt-version-refused"]),
    # paho's own table, which is not that of a CONNACK
    ("mqtt_transport: disconnected with result code: 1", ["mqtt-connection-closed"]),
    ("on_disconnect: rc=5", ["mqtt-connection-closed"]),
    ("disconnected with result code: 4", ["sdk-no-connection"]),
    ("disconnected with result code: 16", ["mqtt-no-ping-response"]),
    ("ConnectionDroppedError('Paho returned rc==1')", ["sdk-communication-error", "mqtt-connection-closed"]),
    ("$iothub/twin/res/400/?$rid=7", ["mqtt-twin-400"]),
    ("$iothub/twin/res/429/?$rid=7", ["mqtt-twin-429"]),
    # AMQP
    ("condition: amqp:unauthorized-access", ["token-refused"]),
    ("error(amqp:link:detach-forced)", ["connection-dropped"]),
    ("com.microsoft:device-container-throttled", ["hub-429001"]),
    ("$cbs answered with status code: 401", ["token-refused"]),
    # TLS and sockets
    ("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate (_ssl.c:1007)",
     ["certificate-untrusted", "certificate-untrusted"]),
    ("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired (_ssl.c:1007)",
     ["certificate-expired"]),
    ("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate is not yet valid (_ssl.c:1007)",
     ["certificate-not-yet-valid"]),
    ("Error: CERT_NOT_YET_VALID", ["certificate-not-yet-valid"]),
    ("x509: certificate has expired or is not yet valid: current time 2026-11-20T10:00:00Z is after 2026",
     ["certificate-expired"]),
    ("x509: certificate has expired or is not yet valid: current time 1970-01-01T00:00:09Z is before 2026",
     ["certificate-not-yet-valid"]),
    ("Couldn't connect. Error = 'Certificate is expired or not yet valid.'",
     ["certificate-expired", "certificate-not-yet-valid"]),
    ("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: Hostname mismatch, certificate is not valid for 'x'.",
     ["certificate-for-another-name"]),
    ("Error: self-signed certificate in certificate chain, code: 'SELF_SIGNED_CERT_IN_CHAIN'",
     ["certificate-untrusted", "certificate-untrusted"]),
    ("sun.security.validator.ValidatorException: PKIX path building failed", ["certificate-untrusted"]),
    ("[SSL: WRONG_VERSION_NUMBER] wrong version number", ["tls-handshake-failed", "tls-handshake-failed"]),
    ("Error: connect ECONNREFUSED 10.0.0.1:8883", ["connection-refused"]),
    ("[Errno 111] Connection refused", ["connection-refused"]),
    ("connect ETIMEDOUT 10.0.0.1:8883", ["server-unreachable"]),
    ("getaddrinfo ENOTFOUND hub.azure-devices.net", ["name-not-resolved"]),
    ("socket.gaierror: [Errno -2] Name or service not known", ["name-not-resolved"]),
    ("read ECONNRESET", ["connection-dropped"]),
    # SDKs
    ("azure.iot.device.exceptions.CredentialError: Credentials invalid, could not connect", ["sdk-bad-credential"]),
    ("Microsoft.Azure.Devices.Client.Exceptions.DeviceNotFoundException: x", ["hub-404001"]),
    ("reason: Bad_Credential", ["sdk-bad-credential"]),
    ("reason=BAD_CREDENTIAL", ["sdk-bad-credential"]),
    ("IOTHUB_CLIENT_CONNECTION_EXPIRED_SAS_TOKEN", ["sdk-token-expired"]),
    # of several numbers the one that is a code
    ("mqtt connect: return code 3 ms, return code 5", ["device-refused"]),
    ("warning: rc=5", ["device-refused"]), ("warning: rc=4", ["device-refused"]),
    ("[12:00:01] client: rc=5", ["device-refused"]),
    # this tool
    ("× The service refuses the credential [token-refused]", ["token-refused"]),
]  # fmt: skip


@all_rows(("line", "wanted"), SAID)
def test_what_is_said_is_found(line: str, wanted: list[str]) -> None:
    assert found(line) == wanted


HARMLESS = [
    "",
    "Received CONNACK (0, 0)",
    "Received CONNACK (1, 0)",
    "connected with result code: 0",
    "rc=0",
    "process ended with return code 1",
    "sleeping 401003 us",
    "sent 401003 bytes",
    "message id 7b401003-0000-4000-8000-404104000000",
    "temperature=401003.5",
    "+491724010034",
    "2026-11-26 10:40:03,401003 DEBUG x",
    "Registered callback. Provisioned. Connected. Blocked thread pool-1.",
    "HTTP/1.1 101 Switching Protocols",
    "HTTP/1.1 200 OK",
    "status code: 204",
    "$iothub/twin/res/204/?$rid=2&$version=7",
    "$iothub/methods/res/404/?$rid=1",
    "errors: 0, code=200000",
    "errorCode: 401999",
    "devicenotfound",
    "Disconnected. device-1 [some-thing]",
    # numbers below zero are those of a library
    "failed, rc=-2 try again in 5 seconds",
    "mqtt connect failed, rc=-4",
    "MQTT connect return code: -1",
    "errorCode: -401003",
    # the numbers of other tables
    "SUBACK | PACKET_ID: 2 | RETURN_CODE: 0 | RETURN_CODE: 1",
    "[DEBUG]{mqtt_client.c:294} <- 13:55:33 SUBACK | PACKET_ID: 2 | RETURN_CODE: 0x2",
    "mqtt subscribe: connection 1, return code 1",
    "mqtt publish failed, rc=4",
    "mqtt loop returned rc=1",
    "disconnected with result code: 0",
    "disconnected with result code: 2",
    "Paho returned rc==3",
    "ssh: connection closed, return code 5",
    "wifi: not connected, reason code: 4",
    "the backup failed, rc=5",
    "error: return code 5",
    f"{'-' * 90} rc=5",
    "rc=3",
    "Connection callback called with result 0 and reason 6",
    "connected with result code: 5.2",
    # how long it took, and how often
    "waiting for CONNACK after 5 s",
    "waiting for CONNACK, attempt 2 of 5",
    "CONNACK received: 3 seconds",
    "mqtt connect: error 401003 ms",
    "errors: 401003",
    '{"errorCount":500001}',
    # what loggers write before their text
    "I (401002) esp_tls: connection to hub.azure-devices.net established",
    "W (403002) wifi:<ba-add>idx:0 (ifx:0), tid:0",
    "\x1b[0;31mE (404104) AZ IOT: publish acknowledged\x1b[0m",
    "[19:58:18.570] I (429001) MQTT: Packet received. ReceivedBytes=2.",
    "[401003][E][ssl_client.cpp:404104] handshake",
    "Jul 14 18:11:29 edge aziot-identityd[401002]: [INFO] - done",
    "Info: Time:Tue Jun  7 14:09:22 2026 File:/src/x.c Func:f Line:401003 done",
]


@all_rows("line", HARMLESS)
def test_what_only_looks_like_one_is_not_found(line: str) -> None:
    assert found(line) == []


@pytest.mark.parametrize("prefix", [
    "I (401003) MQTT: ", "\x1b[0;33mW (500001) MQTT_CLIENT: ", "[404104][E][net.cpp:401003] ",
    "edge iotedged[429001]: ", "{mqtt_client.c:401003} ",
])  # fmt: skip
def test_the_numbers_of_a_logger_change_nothing(prefix: str) -> None:
    for line, wanted in SAID:
        if not line[0].isdigit():  # a line of nothing but codes is one without a prefix only
            assert found(prefix + line) == wanted, line


def test_a_line_of_return_codes_costs_no_more_than_its_length() -> None:
    """By time, as a search that begins again at each word would take minutes."""
    began = time.monotonic()
    assert codes.find("mqtt rc=2 CONNACK received " * 20_000) == []
    assert time.monotonic() - began < 20


def test_a_number_of_two_services_means_both_where_nothing_tells() -> None:
    assert found("ErrorCode:401002;Unauthorized") == ["hub-401002", "dps-401"]
    assert found("ErrorCode:401002;Unauthorized", "hub") == ["hub-401002"]
    assert found("idScope 0ne1 ErrorCode:401002;Unauthorized") == ["dps-401"]


def test_the_context_decides_where_the_line_does_not() -> None:
    assert found("HTTP/1.1 401", "dps") == ["dps-401"]
    assert found("HTTP/1.1 401", "hub") == ["hub-401000"]
    assert set(found("HTTP/1.1 401")) == {"hub-401000", "dps-401", "central-401", "token-refused"}
    assert found("https://my.azureiotcentral.com/api/devices HTTP/1.1 403") == ["central-403"]


def test_places_of_names() -> None:
    line = "x ECONNREFUSED y"
    (hit,) = codes.find(line)
    assert line[hit.start : hit.end] == hit.name == "ECONNREFUSED"


def test_a_long_line_costs_no_more_than_its_length() -> None:
    """Counted by what is found: a line of a million codes has a million, and each stands where it stands."""
    hits = codes.find("401003 " * 2000)
    assert len(hits) == 2000 and hits[-1].start == 1999 * 7


@given(st.lists(st.sampled_from(sorted(lookup.NAMES)) | st.text(max_size=20), max_size=8).map(" ".join))
def test_any_line_can_be_read_and_only_known_names_come_out(line: str) -> None:
    hits = codes.find(line)
    end = 0
    for hit in hits:
        assert end <= hit.start < hit.end <= max(len(line), len(line.lower()))
        assert lookup.find(hit.name, hit.context) or lookup.find(hit.name)
        end = hit.end


def test_a_sentence_for_both_ends_is_two_names_beside_each_other() -> None:
    line = "x509: certificate has expired or is not yet valid"
    assert [(hit.name, line[hit.start : hit.end]) for hit in codes.find(line)] == [
        ("certificate-expired", "certificate has expired"), ("certificate-not-yet-valid", " or is not yet valid"),
    ]  # fmt: skip
