"""The Azure IoT device SDK for Java, versions 1 and 2, and paho's client for Java."""

from __future__ import annotations

import re

from azext_iotdiag.insights.dialects.c_sdk import CONNACK
from azext_iotdiag.insights.dialects.table import (
    Dialect,
    Exactness,
    Meaning,
    begins,
    decided,
    follows,
    nothing,
    said,
    whole_number,
    works,
    wraps,
)
from azext_iotdiag.insights.stages import Stage

# org.eclipse.paho.client.mqttv3.MqttException
_PAHO = {
    128: "mqtt-subscription-refused",
    32000: "connack-missing request-unanswered",
    **dict.fromkeys((32100, 32101, 32102, 32104, 32110, 32111), "sdk-no-connection"),
    **CONNACK,
}
_PAHO_WRAPPERS = {0: "", 32103: "sdk-connection-failed", 32109: "mqtt-connection-closed"}


def _paho(match: re.Match[str]) -> str | None:
    return _PAHO.get(whole_number(match[1]))


def _paho_wrapper(match: re.Match[str]) -> str | None:
    return _PAHO_WRAPPERS.get(whole_number(match[1]))


def _always(status: int) -> Meaning:
    return lambda _match: f"status:{status}"


_MQTT_EXCEPTION = r"(?:MqttException|MqttSecurityException|[A-Z][\w ]{4,60})"
DIALECT = Dialect(
    "java",
    "the Azure IoT SDK for Java, or paho",
    r"com\.microsoft\.azure\.sdk\.iot|org\.eclipse\.paho|java\.\w+\.|javax\.net|\tat \w+\.\w+|"
    r"\bat [\w.$]+\(\w+\.java:\d+\)|"
    r"qpid|disconnected_retrying",
    (
        works("connected", r"status(?: \(of [^)]{1,80}\))?\W{1,4}(?:to )?(?:new status )?CONNECTED\b"),
        works("connection_ok", r"reason\W{1,3}CONNECTION_OK\b"),
        works("connection_ok", r"(?<![\w])CONNECTED\b[^\n]{0,60}\bCONNECTION_OK\b"),
        works("mqtt connection opened successfully"),
        works("connection opened successfully"),
        begins("opening mqtt connection"),
        begins("opening connection"),
        works("dps_registration_assigned", stage=Stage.PROVISIONED),
        works("ok_empty", stage=Stage.MESSAGE),
        nothing("client_close"),
        nothing("message_cancelled_onclose"),
        nothing("(-1)", r"MqttException \(0\) *$"),
        wraps("expired_sas_token", "sdk-token-expired", r"\bEXPIRED_SAS_TOKEN\b"),
        wraps("no_network", "sdk-no-network", r"\bNO_NETWORK\b"),
        wraps("device_operation_timed_out", "sdk-operation-timeout"),
        wraps("io_error", "sdk-communication-error", r"\b(?-i:IO_ERROR)\b"),
        said(
            "quota_exceeded",
            "hub-403002 hub-403006",
            r"(?:status|response|code)[^\n]{0,30}\bQUOTA_EXCEEDED\b",
            exactness=Exactness.STATUS,
        ),
        *(
            decided(
                key.lower(),
                rf"(?:status|response|code|with)[^\n]{{0,40}}\b(?-i:{key})\b",
                _always(status),
                exactness=Exactness.STATUS,
            )
            for key, status in (
                ("BAD_FORMAT", 400),
                ("UNAUTHORIZED", 401),
                ("NOT_FOUND", 404),
                ("PRECONDITION_FAILED", 412),
                ("REQUEST_ENTITY_TOO_LARGE", 413),
                ("THROTTLED", 429),
                ("INTERNAL_SERVER_ERROR", 500),
                ("SERVER_BUSY", 503),
            )
        ),
        decided(") - ", _MQTT_EXCEPTION + r" \((\d{1,5})\)(?= - |$)", _paho, own=True),
        decided("exception: ", r"Mqtt(?:Security)?Exception: [^\n(]{1,120}\((\d{1,5})\)(?= - |\s*$)", _paho),
        decided("mqttexception (", r"MqttException \((\d{1,5})\)", _paho),
        decided("mqttexception (", r"MqttException \((\d{1,5})\)", _paho_wrapper, exactness=Exactness.WRAPPER),
        decided(") - ", r"\((321\d\d)\)", _paho_wrapper, exactness=Exactness.WRAPPER, own=True),
        said("eofexception", "mqtt-connection-closed"),
        said("broker unavailable", "mqtt-server-unavailable"),
        said("invalid client id", "mqtt-client-id-refused"),
        wraps("mqtt connection lost", "sdk-communication-error"),
        said("lost connection to the server. reconnection attempt", "mqtt-connection-closed"),
        wraps("cannot publish when mqtt client is disconnected", "sdk-no-connection"),
        wraps("unknown transport exception", "sdk-communication-error"),
        wraps("protocolexception", "sdk-communication-error"),
        wraps("transportexception", "sdk-communication-error"),
        said("finished with status failed", "dps-failed", r"finished with status FAILED"),
        said("sas token was rejected by the service", "dps-401"),
        wraps("failed to reply is allotted time", "dps-unreached"),
        decided(
            "provisioningdevicehubexception",
            r"ProvisioningDeviceHubException: ?(\d{3,6})",
            lambda match: _dps(match[1]),
        ),
        follows("provisioningdeviceclientexception", "dps-unreached"),
        said("socketexception: connection reset", "connection-dropped"),
        said("sockettimeoutexception", "server-unreachable", exactness=Exactness.END),
    ),
    {
        "certificate-untrusted": "Import the root into the JVM: keytool -importcert -cacerts -file ROOT.pem. Or "
        "set ClientOptions' "
        "SSLContext.",
        "clock-skew": "Start the program after the clock is set (systemd: After=time-sync.target).",
        "mqtt-no-ping-response": "Set keepAliveInterval(60) (seconds) in ClientOptions.",
        "device-key-unreadable": "Make the SSLContext of ClientOptions with a certificate and a key in PEM or PKCS#12.",
    },
)


def _dps(number: str) -> str:
    return f"name:{number}@dps"
