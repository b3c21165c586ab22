"""The Azure SDK for Embedded C, and its samples for Arduino, ESP32 and ESP8266."""

from __future__ import annotations

import re

from azext_iotdiag.insights.dialects import tls
from azext_iotdiag.insights.dialects.c_sdk import CONNACK
from azext_iotdiag.insights.dialects.sockets import NEWLIB, errno_rows
from azext_iotdiag.insights.dialects.table import (
    Dialect,
    Exactness,
    begins,
    decided,
    follows,
    look_up,
    nothing,
    number,
    said,
    works,
)
from azext_iotdiag.insights.stages import Stage

# az_result: 0x80000000 + facility << 16 + code; azure-sdk-for-c/sdk/inc/azure/core/az_result.h
RESULTS = {
    0x80010002: "device-memory-short",
    0x80020001: "device-memory-short",
    0x80020002: "clock-skew",
    0x80040006: "name-not-resolved",
    0x80050001: "",
    0x80050002: "",
    0x80030003: "",
}
PUBSUB = {
    -1: "sdk-no-connection",
    -2: "sdk-connection-failed",
    -3: "mqtt-connection-closed",
    -4: "connack-missing",
    **CONNACK,
}


def _esp_error(match: re.Match[str]) -> str | None:
    """The sample's line of errors: the type says which of its numbers counts."""
    stack, flags, errno, kind, returned = (int(match[part]) for part in range(1, 6))
    if kind == 2:
        return CONNACK.get(returned)
    if kind == 3:
        return "mqtt-subscription-refused"
    found = tls.flags(str(flags)) if flags else ""
    return found or (tls.mbedtls(str(stack)) if stack else "") or (look_up(str(errno), NEWLIB) if errno else "")


DIALECT = Dialect(
    "embedded",
    "the Azure SDK for Embedded C",
    r"\baz_iot|az_result|azure sdk for (?:embedded )?c|az_core|\(ard;esp|c%2f1\.|c/1\.\d+\.\d+[^\n]{0,20}ard|"
    r"esp_tls_stack_err=\d+; ?esp_tls|\baz_mqtt|paho_iot_",
    (
        begins("mqtt connecting", r"MQTT connecting"),
        begins("initializing", r"initializing (?:iot hub|mqtt) client"),
        works("mqtt connected"),
        works("mqtt_event_connected", r"\bMQTT_EVENT_CONNECTED\b"),
        works("connected", r"\.{3} ?connected\b"),
        works("time initialized", stage=Stage.CLOCK),
        number("status code =", r"failed, status code ?= ?(-?\d+)\. ?(?:trying|retry)", PUBSUB),
        decided(
            "esp_tls_stack_err",
            r"esp_tls_stack_err=(\d+); ?esp_tls_cert_verify_flags=(\d+); ?esp_transport_sock_errno=(\d+);"
            r" ?error_type=(\d+); ?connect_return_code=(\d+)",
            _esp_error,
        ),
        nothing("mqtt_connection_accepted"),
        nothing("sas token expired; reconnecting"),
        said("could not decode the sas key", "key-malformed"),
        said("failed decoding sas key", "key-malformed"),
        number("az_result", r"(?:az_result\w*|return code|error code|with)\D{0,12}(0x800[0-9a-f]{5})\b", RESULTS),
        *(
            number(key, r"(-2147\d{6}|0x800[1-6][0-9a-f]{4})\b", RESULTS)
            for key in ("error status", "az_result", "result code")
        ),
        *(number(key, r"(-2147\d{6})\b", RESULTS) for key in ("fail", "error")),
        follows("failed generating sas token"),
        follows("failed establishing mqtt connection"),
        said(
            "mqttclient return code",
            "sdk-connection-failed",
            r"MQTTClient return code -1\b",
            exactness=Exactness.WRAPPER,
        ),
        number("mqttclient return code", r"MQTTClient return code (-?\d+)", CONNACK | {-14: "connection-dropped"}),
        *errno_rows(NEWLIB),
    ),
    {
        "certificate-untrusted": "Set the root in the sample's mqtt_config.cert_pem (ca.h), or setTrustAnchors "
        "on an ESP8266.",
        "device-root-unusable": "Set the root in the sample's mqtt_config.cert_pem (ca.h), or setTrustAnchors "
        "on an ESP8266.",
        "device-memory-short": "Enlarge the buffers in the sample's iot_configs.h, and the stack of its task.",
        "clock-skew": "Wait for configTime to finish before the first token is made.",
        "mqtt-no-ping-response": "Set mqtt_config.keepalive (seconds) below the idle limit of the network.",
        "device-key-unreadable": "AZ_IOT_DEVICE_X509_CERT_PEM_FILE_PATH names a file with certificate and key as PEM.",
    },
)
