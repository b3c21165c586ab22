"""ESP-IDF: esp-mqtt, esp-tls and the Wi-Fi of Espressif's chips."""

from __future__ import annotations

from azext_iotdiag.insights.dialects import tls
from azext_iotdiag.insights.dialects.c_sdk import CONNACK
from azext_iotdiag.insights.dialects.sockets import NEWLIB, errno_rows
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

# esp_wifi_types_generic.h; reasons that are not here are no loss, such as 8 for one's own leave
WIFI = dict.fromkeys((2, 4, 15, 39, 200, 201, 202, 203, 204, 205, 210, 211, 212), "wifi-lost")
# esp_tls_errors.h
_ESP_TLS = {
    0x8001: "name-not-resolved",
    0x8002: "device-memory-short",
    0x8005: "device-memory-short",
    0x8004: "server-unreachable",
    0x8006: "server-unreachable",
    0x8008: "connection-dropped",
    0x8015: "device-root-unusable",
    0x8016: "device-key-unreadable",
    0x8019: "device-key-unreadable",
}
_WRAPPED = dict.fromkeys((0x801A, 0x8018, 0x801D, 0x8009), "tls-handshake-failed")

DIALECT = Dialect(
    "esp-idf",
    "ESP-IDF",
    r"[ewidv] \([\d:.]+\) [\w.-]+:|esp-tls|esp_tls|mqtt_client:|transport_base|esp-idf|mqtt_event_|wifi:|"
    r"phy_init|cpu_start",
    (
        begins("mqtt_event_before_connect"),
        works("mqtt_event_connected", r"\bMQTT_EVENT_CONNECTED\b"),
        works("sta ip:", stage=Stage.WIFI),
        works("got ip", stage=Stage.WIFI),
        works("mqtt_event_published", stage=Stage.MESSAGE),
        works("notification of a time synchronization event", stage=Stage.CLOCK),
        *each(("connection refused, bad protocol",), "mqtt-version-refused"),
        said("connection refused, server unavailable", "mqtt-server-unavailable"),
        *each(("connection refused, bad username or password", "connection refused, not authorized"), "device-refused"),
        said("connection refused, unknown reason", "mqtt-client-id-refused", exactness=Exactness.STATUS),
        number("connect_return_code", r"connect_return_code\W{1,3}(0x\w+|\d+)", CONNACK),
        number("connection refused error", r"connection refused error: ?(0x\w+)", CONNACK | {0: ""}),
        said("refuse_not_authorized", "device-refused"),
        said("refuse_bad_username", "device-refused"),
        said("refuse_server_unavailable", "mqtt-server-unavailable"),
        said("refuse_protocol", "mqtt-version-refused"),
        said("refuse_id_rejected", "mqtt-client-id-refused"),
        number("esp-tls", r"esp[-_]tls\w*(?: error)?\W{1,4}(?:code )?(0x80[0-9a-f]{2})\b", _ESP_TLS),
        number("reported from esp-tls", r"reported from esp-tls\W{1,4}(0x80[0-9a-f]{2})\b", _ESP_TLS),
        number(
            "reported from esp-tls",
            r"reported from esp-tls\W{1,4}(0x80[0-9a-f]{2})\b",
            _WRAPPED,
            exactness=Exactness.WRAPPER,
        ),
        decided(
            "flags", r"(?:cert_verify_flags|verify flags?)\W{1,4}(0x[0-9a-f]+|\d+)", lambda match: tls.flags(match[1])
        ),
        said("couldn't get hostname for", "name-not-resolved"),
        follows("failed to verify peer certificate", "certificate-untrusted"),
        *(
            decided(
                f"{what} error",
                rf"esp-tls[\w-]*: {what} error ?:? ?(-?(?:0x[0-9a-f]+|\d+))",
                lambda match: tls.mbedtls(match[1]),
            )
            for what in ("read", "write")
        ),
        decided("pk verify failed", r"pk verify failed with error (0x[0-9a-f]+)", lambda match: tls.mbedtls(match[1])),
        *each(
            ("no matching trusted root certificate found", "failed to verify certificate"),
            "certificate-untrusted",
            exactness=Exactness.STATUS,
        ),
        *(
            said(f"{prefix}_event_sta_disconnected", "wifi-lost", exactness=Exactness.STATUS)
            for prefix in ("system", "wifi")
        ),
        said("error_type", "mqtt-subscription-refused", r"\berror_type\W{1,3}3\b"),
        nothing("errno", r"(?:socket errno|sock(?:et)? errno|captured errno)\W{1,4}(?:0x)?0\b", whole=False),
        number("socket errno", r"socket errno\W{1,4}(0x[0-9a-f]+|\d+)", NEWLIB, own=True),
        number("captured errno", r"captured errno\s?\W{1,3}(\d+)", NEWLIB, own=True, exactness=Exactness.STATUS),
        said("transport_read(): eof", "mqtt-connection-closed"),
        said("errno=128", "mqtt-connection-closed", r"transport_read\(\) error: errno=128\b"),  # the peer closed it
        said("poll_read", "connection-dropped", r"poll_read select error"),
        said("no ping_resp, disconnected", "mqtt-no-ping-response"),
        said("no ping_resp", "mqtt-no-ping-response"),
        *(
            follows(key)
            for key in (
                "error transport connect",
                "failed to open a new connection",
                "failed to open new connection",
                "mqtt connect failed",
                "mqtt_message_receive() returned",
                "mqtt_event_error",
            )
        ),
        follows("mqtt_event_disconnected", "mqtt-connection-closed"),
        said("but the uri scheme specifies a non-ssl scheme", "connection-dropped"),
        said("insufficient buffer size", "device-memory-short"),
        said("esp_err_no_mem", "device-memory-short"),
        number("wi-fi disconnected", r"wi-?fi disconnected\D{0,12}(\d{1,3})\b", WIFI),
        number("reason", r"(?:disconnect\w*|wifi|sta)\b[^\n]{0,60}?\breason\W{1,3}(\d{1,3})\b", WIFI, own=True),
        nothing("leave", r"station.{1,80}leave.{0,80}"),
        wraps("mqtt_error_type_tcp_transport", "sdk-connection-failed"),
        *errno_rows(NEWLIB),
    ),
    {
        "certificate-untrusted": "Set cert_pem (or crt_bundle_attach = esp_crt_bundle_attach) in the "
        "configuration of the client.",
        "device-root-unusable": "Set cert_pem (or crt_bundle_attach = esp_crt_bundle_attach) in the "
        "configuration of the client.",
        "device-memory-short": "Lower CONFIG_MBEDTLS_SSL_IN_CONTENT_LEN, turn on dynamic buffers, or enlarge "
        "the task's stack.",
        "clock-skew": "Wait for esp_netif_sntp_sync_wait before the client starts.",
        "mqtt-no-ping-response": "Set session.keepalive (120 s by default) below the idle limit of the network.",
        "connection-dropped": "The address must begin with mqtts:// and name port 8883: a hub speaks TLS only.",
        "device-key-unreadable": "Set client_cert_pem and client_key_pem as PEM that ends with a zero.",
    },
)
