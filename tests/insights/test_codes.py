"""Codes in lines of logs, as SDKs and services write them, and lines that only look as if they held some."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azext_iotdiag.insights import codes
from azext_iotdiag.knowledge import lookup


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
    # this tool
    ("× The service refuses the credential [token-refused]", ["token-refused"]),
]  # fmt: skip


@pytest.mark.parametrize(("line", "wanted"), SAID, ids=[line[:40] for line, _ in SAID])
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
]


@pytest.mark.parametrize("line", HARMLESS)
def test_what_only_looks_like_one_is_not_found(line: str) -> None:
    assert found(line) == []


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
