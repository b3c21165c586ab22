"""The Azure IoT device SDK for C, with its provisioning client, uMQTT and uAMQP."""

from __future__ import annotations

import re

from azext_iotdiag.insights.dialects.sockets import LINUX, errno_rows
from azext_iotdiag.insights.dialects.table import (
    Dialect,
    Exactness,
    begins,
    decided,
    each,
    follows,
    nothing,
    number,
    said,
    works,
    wraps,
)
from azext_iotdiag.insights.stages import Stage

CONNACK = {
    1: "mqtt-version-refused",
    2: "mqtt-client-id-refused",
    3: "mqtt-server-unavailable",
    4: "device-refused",
    5: "device-refused",
}
_DISABLED = "device-refused mqtt-server-unavailable"
# iothub_client_core_common.h. Reasons count from 0 with results 0 and 1; before September 2019 from 1, with 1 and 2.
_REASONS = (
    "sdk-token-expired",
    _DISABLED,
    "sdk-bad-credential",
    "sdk-retry-expired",
    "sdk-no-network",
    "sdk-communication-error",
    "",
    "mqtt-no-ping-response",
    "hub-403002",
)
# prov_device_client.h
_PROVISIONING = {
    3: "device-memory-short",
    5: "dps-unreached",
    7: "dps-401",
    8: "dps-unreached",
    9: "device-key-unreadable",
    11: "dps-failed",
    12: "dps-400209",
    13: "dps-disabled",
}


def _reason(match: re.Match[str]) -> str:
    result, reason = int(match[1]), int(match[2])
    if result == 0:
        return ""
    place = reason - 1 if result == 2 else reason
    return _REASONS[place] if 0 <= place < len(_REASONS) else ""


def _websocket(match: re.Match[str]) -> str:
    if match[2].lower() == "connect":
        return "proxy-wants-password" if match[1] == "407" else "proxy-refuses"
    return "websocket-refused"


_CONNECTION = (
    begins("connect |", r"-> [\d:]+ CONNECT \|"),
    begins("creating iothub", r"creating iothub"),
    works("connack", r"connack\b.{0,60}return_code: 0x0\b"),
    works("connack:", r"CONNACK: 0x20 0x02 0x0[01] 0x00"),
    works("authenticated", r"(?:IOTHUB_CLIENT_CONNECTION_|: |= ?|\b)AUTHENTICATED\b.{0,60}\bOK\b"),
    works("the device client is connected to iothub"),
    works("with result 0 and reason 6", r"called with result 0 and reason 6\b"),
    works("confirmation", r"CONFIRMATION_OK\b", Stage.MESSAGE),
    nothing("unauthenticated", r"UNAUTHENTICATED.{0,60}(?:CONNECTION_OK\b|reason ?[=:]? ?OK\b)"),
    number("not accepted", r"Connection Not Accepted: (0x\d+)", CONNACK),
    number("connack", r"CONNACK \|.{0,60}RETURN_CODE: (0x\d+)", CONNACK),
    number("connack:", r"CONNACK: 0x20 0x02 0x0[01] (0x\d\d)", CONNACK),
    decided(
        "reason",
        r"(?:result|status)\W{1,4}(?:is )?(\d)\b[^\n]{0,12}?reason\W{1,4}(\d)\b",
        _reason,
        exactness=Exactness.WRAPPER,
    ),
    said(
        "connection_device_disabled",
        _DISABLED,
        r"IOTHUB_CLIENT_CONNECTION_DEVICE_DISABLED",
        exactness=Exactness.WRAPPER,
    ),
    wraps("connection_no_network", "sdk-no-network"),
    wraps("connection_bad_credential", "sdk-bad-credential"),
    said("connection_no_ping_response", "mqtt-no-ping-response"),
    wraps("connection_communication_error", "sdk-communication-error"),
    wraps("sas token expired", "sdk-token-expired", r"because SAS token expired"),
    wraps("client_connection_quota_exceeded", "hub-403002"),
    *(
        said(f"conn_refused_{name}", code)
        for name, code in (
            ("not_authorized", "device-refused"),
            ("bad_username_password", "device-refused"),
            ("id_rejected", "mqtt-client-id-refused"),
            ("server_unavail", "mqtt-server-unavailable"),
            ("unacceptable_version", "mqtt-version-refused"),
        )
    ),
    said("timed out waiting for connack", "connack-missing"),
    said("message puback (", "puback-missing", r"message PUBACK \(\d+\) timeout"),
    said("puback timeout", "puback-missing"),
    said("message_timeout", "puback-missing", r"(?:CONFIRMATION_|result ?[=:] ?|status ?[=:] ?)MESSAGE_TIMEOUT"),
    said("confirmation_error", "sdk-communication-error", exactness=Exactness.WRAPPER),
    said("because_destroy", "closed-before-sent", exactness=Exactness.END),
    said("subscribe delivery failure", "mqtt-subscription-refused"),
    said("mqtt ping response was not encountered", "mqtt-no-ping-response"),
)
_CONSEQUENCES = (
    *(
        follows(key, "connection-dropped")
        for key in (
            "mqtt send complete failure",
            "failure sending control packet data",
            "ssl channel closed in",
            "disconnect send failed",
            "failure opening the underlying i/o",
            "mqtt_error_type",
            "mqtt_client_no_ping_response",
            "mqtt protocol error (mqtt_client_",
        )
    ),
    *(
        wraps(key, "sdk-connection-failed")
        for key in (
            "tls failed to start the connection process",
            "io_open failed",
            "failure connecting to address",
            "failed connecting to address",
            "underlying io open failed",
            "socketio_open failed",
            "opening underlying io failed",
            "mqtt_client_connect failed",
            "failed opening underlying",
            "unable to connect to iot hub",
            "httpapi_open_request_failed",
            "httpapiex_error",
            "xio_open failed",
        )
    ),
    *(
        follows(key)
        for key in (
            "failed creating sas_token",
            "on_underlying_io_error",
            "on_io_open_complete",
            "invalid return code",
            "failure creating transport",
        )
    ),
)
_KEYS = (
    said("invalid length base64 string", "key-malformed"),
    said("unable to decode the key for generating the sas", "key-malformed"),
    said("error az002", "wrong-kind-of-string", r"Error AZ002: Failure creating Iothub device"),
    said("authentication method is not x509", "wrong-kind-of-string"),
    said("unknown token", "wrong-kind-of-string", r"unknown token .{1,60} in connection string"),
    *(
        said(f"{part} is not found", "wrong-kind-of-string", exactness=Exactness.STATUS)
        for part in ("iothubname", "iothubsuffix", "hostname value")
    ),
    said("couldn't create iothub client from connection string", "wrong-kind-of-string", exactness=Exactness.STATUS),
    *each(
        (
            "time does not appear to be working",
            "fetching ntp epoch time failed",
            "please start sntp first",
            "failed to initialize the platform. ntp",
            "failed to get ntp time",
            "ntp time sync failed",
        ),
        "clock-skew",
    ),
    works("fetched ntp epoch time is", r"epoch time is:? ?1\d{9}\b", Stage.CLOCK),
    said("fetched ntp epoch time is", "clock-skew", r"epoch time is:? ?\d{1,8}\b"),
    works("time initialized", stage=Stage.CLOCK),
    said("has the server certificate been added", "device-root-unusable"),
)
_PROTOCOLS = (
    decided("websocket upgrade response", r"bad status \((\d+)\) received in (websocket) upgrade", _websocket),
    decided("connect response", r"bad status \((\d+)\) received in (?:websocket )?(connect) response", _websocket),
    decided(
        "unexpected http status code", r"unexpected HTTP status code \((\d{3})\)", lambda match: f"status:{match[1]}"
    ),
    decided("http failed response code", r"HTTP failed response code was (\d{3})", lambda match: _upload(match[1])),
    decided("http response status", r"HTTP response status (\d{3})", lambda match: _stored(match[1])),
    number("connect failure", r"connect failure (\d{2,3})\b", LINUX),
    number("prov_device", r"prov_device_error is (\d+)", _PROVISIONING, exactness=Exactness.WRAPPER),
    nothing("ssl handshake failed", r"SSL handshake failed: \d\b", whole=False),
)
_PROVISIONED = (
    begins("reg_status_registering"),
    begins("prov_device_ll_create"),
    works("registration information received", stage=Stage.PROVISIONED),
    *(wraps(f"result_{key}", "dps-unreached", rf"RESULT_{key}\b") for key in ("transport", "timeout")),
    *(
        wraps(key, "dps-unreached")
        for key in (
            "failure retrieving data from the provisioning service",
            "timed out connecting to provisioning service",
            "timeout waiting for reply",
            "provisioning connection failed",
        )
    ),
    wraps("result_dev_auth_error", "dps-401"),
    said("result_hub_not_specified", "dps-failed"),
    said("result_unauthorized", "dps-400209"),
    said("result_disabled", "dps-disabled"),
    said("result_key_error", "device-key-unreadable"),
    said("result_memory", "device-memory-short"),
    follows("prov_device_error", "dps-401 dps-unreached", r"AZURE_SPHERE_PROV_RESULT_PROV_DEVICE_ERROR"),
    decided(
        "failure status code sent from the server",
        r"sent from the server: (\d{3})",
        lambda match: (
            f"dps-{match[1]}"
            if match[1] in ("400", "401", "404", "405", "409", "412", "415", "429", "500")
            else "status:" + match[1]
        ),
    ),
    said("transient error occurred in the", "dps-429"),
)


def _upload(status: str) -> str:
    return "hub-403006 hub-403000" if status == "403" else f"status:{status}" if status[0] in "45" else ""


def _stored(status: str) -> str:
    return "storage-refuses-upload" if status[0] in "45" else ""


DIALECT = Dialect(
    "c-sdk",
    "the Azure IoT SDK for C",
    r"iothub_?client|iothubtransport|azure_c_shared|mqtt_client\.c|prov_device|prov_auth|uamqp|umqtt|consolelogger|"
    r"tlsio_|socketio_|xio_|connack \| session_present|result \d and reason \d|\bfile:\S{3,200} func:\S+ line:\d",
    (*_CONNECTION, *_CONSEQUENCES, *_KEYS, *_PROTOCOLS, *_PROVISIONED, *errno_rows(LINUX)),
    {
        "certificate-untrusted": "Give the root to the client: IoTHubDeviceClient_SetOption(client, "
        "OPTION_TRUSTED_CERT, "
        "certificates), with the text of certs/certs.c of the SDK. The provisioning client needs it, too.",
        "device-root-unusable": "Set OPTION_TRUSTED_CERT with the text of certs/certs.c of the SDK before the "
        "first send.",
        "mqtt-no-ping-response": "Set OPTION_KEEP_ALIVE below the idle limit of the network, such as 120 s.",
        "clock-skew": "Set the clock by NTP before platform_init ends, because tokens are made with time().",
        "sdk-token-expired": "Give the client the key, not a token, or set OPTION_SAS_TOKEN_LIFETIME.",
        "device-memory-short": "Lower MBEDTLS_SSL_MAX_CONTENT_LEN where the server allows it, and enlarge the heap.",
        "device-key-unreadable": "Give OPTION_X509_CERT and OPTION_X509_PRIVATE_KEY as PEM, line breaks included.",
    },
)
