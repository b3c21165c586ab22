"""The Azure IoT middleware for FreeRTOS, and coreMQTT."""

from __future__ import annotations

import re

from azext_iotdiag.insights.dialects.c_sdk import CONNACK
from azext_iotdiag.insights.dialects.embedded import RESULTS
from azext_iotdiag.insights.dialects.table import (
    Dialect,
    Exactness,
    begins,
    decided,
    follows,
    nothing,
    number,
    said,
    works,
    wraps,
)
from azext_iotdiag.insights.stages import Stage

_REFUSED = "device-refused mqtt-server-unavailable mqtt-client-id-refused"
# azure_iot_mqtt.h
_MQTT = {
    2: "device-memory-short",
    3: "connection-dropped",
    4: "connack-missing",
    7: "connack-missing",
    10: "mqtt-no-ping-response",
}


def _established(match: re.Match[str]) -> str | None:
    error = int(match[2], 16)
    if error == 6:
        return "dps-401" if "provisioning" in match[1].lower() else _REFUSED
    return _MQTT.get(error)


DIALECT = Dialect(
    "freertos",
    "the Azure IoT middleware for FreeRTOS",
    r"eazureiot|azureiot_|azureiotmqtt|azureiothub_?client|coremqtt|mqtt error=0x|core error=0x|az iot:|"
    r"lmbedtlserror|core_mqtt",
    (
        begins("creating a tls connection", r"creating a TLS connection"),
        begins("creating an mqtt connection"),
        works("connack", r"CONNACK response code: 0\b"),
        works("mqtt connection established"),
        works("mqtt connection is established"),
        works("acquired iothub", stage=Stage.PROVISIONED),
        nothing("core error=0x0000"),
        number("core error=0x8", r"core error=(0x8[0-9a-f]{7})\b", RESULTS),
        nothing("packet type=", r"packet type=\d+", whole=False),
        nothing("receivedbytes", r"ReceivedBytes=\d+", whole=False),
        number("connack response code", r"CONNACK response code: ?(\d+)", CONNACK),
        decided(
            "mqtt error=",
            r"failed to establish MQTT connection: Server=(\S+?),? MQTT error=(0x[0-9a-f]+)",
            _established,
            exactness=Exactness.WRAPPER,
        ),
        number("mqtt error=", r"MQTT error=(0x[0-9a-f]{8})", _MQTT | {6: _REFUSED}, exactness=Exactness.WRAPPER),
        said("connack recv failed", "connack-missing"),
        said("handling of keep alive failed", "mqtt-no-ping-response"),
        decided(
            "registration failed with error",
            r"registration failed with error (\d+)",
            lambda match: f"name:{match[1]}@dps",
        ),
        said("device is disabled", "dps-disabled", r"\bdevice is disabled\."),
        wraps("failed to connect to", "sdk-connection-failed", r"failed to connect to \S+ with error -?\d+"),
        follows("tls_freertos_connect"),
        follows("mqtt operation failed with status"),
        *(follows(key, "connection-dropped") for key in ("status=mqttrecvfailed", "status=mqttsendfailed")),
        said("eazureiotoutofmemory", "device-memory-short"),
        said("erroroutofmemory", "device-memory-short"),
        said("tokengenerationfailed", "key-malformed"),
        said("errorpublishfailed", "connection-dropped"),
        said("subackwaittimeout", "request-unanswered"),
        works("publish acknowledged", stage=Stage.MESSAGE),
    ),
    {
        "certificate-untrusted": "Set azureiotROOT_CA_PEM in demo_config.h to the current roots, each line with "
        "its \\r\\n.",
        "device-root-unusable": "Set azureiotROOT_CA_PEM in demo_config.h to the current roots, each line with "
        "its \\r\\n.",
        "device-memory-short": "Enlarge configTOTAL_HEAP_SIZE, democonfigNETWORK_BUFFER_SIZE and the TLS "
        "content length.",
        "clock-skew": "Wait for SNTP before AzureIoTHubClient_Connect, because tokens are made with the "
        "callback of the time.",
        "mqtt-no-ping-response": "Lower azureiotconfigKEEP_ALIVE_TIMEOUT_SECONDS, and call the process loop "
        "more often.",
        "device-key-unreadable": "Set democonfigCLIENT_CERTIFICATE_PEM and democonfigCLIENT_PRIVATE_KEY_PEM, each line "
        "with its \\r\\n.",
    },
)
