"""Arduino: the cores of ESP32 and ESP8266, PubSubClient, ArduinoMqttClient, BearSSL, wolfMQTT."""

from __future__ import annotations

from azext_iotdiag.insights.dialects import tls
from azext_iotdiag.insights.dialects.c_sdk import CONNACK
from azext_iotdiag.insights.dialects.embedded import PUBSUB
from azext_iotdiag.insights.dialects.esp_idf import WIFI
from azext_iotdiag.insights.dialects.sockets import NEWLIB, errno_rows
from azext_iotdiag.insights.dialects.table import (
    Dialect,
    begins,
    decided,
    each,
    follows,
    nothing,
    number,
    restarts,
    said,
    works,
)
from azext_iotdiag.insights.stages import Stage

# ArduinoMqttClient/src/MqttClient.h
_ARDUINO_MQTT = {-1: "connack-missing", -2: "sdk-connection-failed", **CONNACK}
# wolfmqtt/mqtt_types.h
_WOLFMQTT = {
    -6: "tls-handshake-failed",
    -7: "server-silent",
    -8: "connection-dropped",
    -9: "device-memory-short",
    -19: "mqtt-subscription-refused",
}

DIALECT = Dialect(
    "arduino",
    "Arduino libraries",
    r"\[[ewidv]\]\[\w[\w.-]*\.(?:cpp|c|h):|start_ssl_client|pubsubclient|attempting mqtt connection|wificlientsecure|"
    r"\bbssl:|bearssl|try again in \d+ sec|ets \w{3} +\d+ \d{4}|rst:0x|wolfmqtt|ssl_client",
    (
        begins("attempting mqtt connection"),
        begins("attempting to connect to the mqtt broker"),
        begins("connecting to mqtt", r"connecting to mqtt|reconnecting to mqtt"),
        works("mqtt connected", r"\bmqtt connected\b"),
        works("you're connected to the mqtt broker"),
        works("connection...connected", r"connection\.\.\. ?connected"),
        works("wifi connected", stage=Stage.WIFI),
        works("connect ack: return code 0"),
        *(
            number(
                key,
                r"(?:fail\w*|error|connect\w*|mqtt)\b(?![^\n]*publish)[^\n]{0,40}?\brc=(-?\d+)\b(?!\.\d)",
                PUBSUB,
                own=True,
            )
            for key in (" rc=", ",rc=")
        ),
        number("failed, rc", r"failed, ?rc ?[=:]? ?(-?\d+)\b(?=[^\n]{0,20}\b(?:try|retry|again))", PUBSUB),
        number("(state ", r"connect\w*[^\n]{0,120}\(state (-?\d)\)", PUBSUB),
        *(
            said(f"mqtt_connect{name}", code)
            for name, code in (
                ("_unauthorized", "device-refused"),
                ("_bad_credentials", "device-refused"),
                ("_failed", "sdk-connection-failed"),
                ("ion_timeout", "connack-missing"),
                ("ion_lost", "mqtt-connection-closed"),
                ("_unavailable", "mqtt-server-unavailable"),
                ("_bad_client_id", "mqtt-client-id-refused"),
                ("_bad_protocol", "mqtt-version-refused"),
            )
        ),
        number("mqtt failed", r"mqtt failed,? ?(?:rc|state)[^\w-]{1,3}(-?\d+)\b", PUBSUB),
        number("failed with state", r"failed with state ?[:=]? ?(-?\d+)\b", PUBSUB),
        number("failed, state", r"failed, ?state ?[:=]? ?(-?\d+)\b", PUBSUB),
        number("connect failed, rc", r"connect failed, ?rc ?[=:]? ?(-?\d+)\b", PUBSUB),
        number("state", r"\b(?:mqtt|client|pubsub\w*)[\w .]{0,20}state(?:\(\))?[^\w-]{1,4}(-?\d)\b", PUBSUB, own=True),
        number("error code =", r"MQTT connection failed! Error code = (-?\d+)", _ARDUINO_MQTT),
        number("cannot connect", r"cannot connect\. (?:error code|reason): (-?\d+)", _ARDUINO_MQTT),
        decided(
            "x509 - ",
            r"\((-\d{2,5})\) (?:X509|SSL|NET|PK|RSA|BIGNUM|ASN1|PEM|UNKNOWN)",
            lambda match: tls.mbedtls(match[1]),
        ),
        *(
            decided(f"{part} - ", rf"\((-\d{{2,5}})\) {part} - ", lambda match: tls.mbedtls(match[1]))
            for part in ("ssl", "net", "pk", "rsa", "bignum", "asn1", "pem")
        ),
        decided("unknown error code (", r"\((-\d{2,5})\) UNKNOWN ERROR CODE", lambda match: tls.mbedtls(match[1])),
        decided(
            "connect failed: -", r"start_ssl_client: connect failed: (-\d{2,5})\b", lambda match: tls.mbedtls(match[1])
        ),
        follows(
            "connect failed", "device-root-unusable sdk-connection-failed", r"start_ssl_client: connect failed: -1\b"
        ),
        follows("start_ssl_client: -1", "device-root-unusable sdk-connection-failed", r"start_ssl_client: -1\b"),
        said("socket error on fd", "connection-dropped", r"socket error on fd \d+, errno: (?:104|113)\b"),
        said("validation time is unknown", "clock-skew"),
        said("no authentication method is setup", "device-root-unusable"),
        said("unable to connect tcp socket", "server-unreachable"),
        said("oom", "device-memory-short", r"Error = 'OOM'|\bOOM\b"),
        *each(
            (
                "failed to allocate",
                "not enough memory",
                "out of memory",
                "memory allocation failed",
                "malloc failed",
                "stack smashing protect failure",
                "stack canary watchpoint triggered",
            ),
            "device-memory-short",
        ),
        number("bearssl", r"bearssl[^\n]{0,40}?(?:error|last)\D{0,12}(\d{1,3})\b", tls.BEARSSL),
        number("last error", r"(?:getLastSSLError|ssl error|bssl)\D{1,20}(\d{1,3})\b", tls.BEARSSL, own=True),
        number("error (", r"MQTT (?:Error|Connect|Socket Connect)[^\n]{0,20}: \w[\w ()]{0,40} \((-\d+)\)", _WOLFMQTT),
        number("connect ack", r"Connect Ack: Return Code (\d+)", CONNACK),
        number("reason", r"(?:disconnect\w*|wifi|sta)\b[^\n]{0,60}?\breason\W{1,3}(\d{1,3})\b", WIFI, own=True),
        *each(("wifi_disconnected", "wl_no_ssid_avail", "wl_connect_failed"), "wifi-lost", own=True),
        nothing("mfln not supported"),
        restarts("rst:0x", r"\brst:0x(?!1 )"),
        restarts("guru meditation error"),
        *errno_rows(NEWLIB),
    ),
    {
        "certificate-untrusted": "ESP32: client.setCACert(root). ESP8266: client.setTrustAnchors(&roots). SAMD: "
        "load the root "
        "into the Wi-Fi module.",
        "device-root-unusable": "ESP32: client.setCACert(root) before connect. ESP8266: "
        "client.setTrustAnchors(&roots).",
        "device-memory-short": "PubSubClient: setBufferSize(1024) or more. ESP8266: client.setBufferSizes(4096, "
        "512) where the "
        "server allows it. Print ESP.getFreeHeap() before the handshake.",
        "clock-skew": "Call configTime, and wait until time(nullptr) is later than 2025 before you connect.",
        "mqtt-no-ping-response": "PubSubClient: setKeepAlive(60), and call loop() in each turn.",
        "mqtt-connection-closed": "PubSubClient: call loop() in each turn, and keep messages below setBufferSize.",
        "connack-missing": "PubSubClient: setSocketTimeout(30), because TLS takes long on small boards.",
        "device-key-unreadable": "ESP32: setCertificate and setPrivateKey with PEM, line breaks included. ESP8266: "
        "setClientRSACert or setClientECCert.",
    },
)
