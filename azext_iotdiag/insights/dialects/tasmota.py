"""Tasmota."""

from __future__ import annotations

from azext_iotdiag.insights.dialects import tls
from azext_iotdiag.insights.dialects.embedded import PUBSUB
from azext_iotdiag.insights.dialects.table import Dialect, begins, decided, nothing, number, said, works
from azext_iotdiag.insights.stages import Stage

DIALECT = Dialect(
    "tasmota",
    "Tasmota",
    r"\b(?:mqt|wif|rsl|cfg|htp): |tasmota",
    (
        begins("mqt: attempting connection"),
        begins("mqt: connecting"),
        works("mqt: connected", r"MQT: connected"),
        works("wif: connected", stage=Stage.WIFI),
        nothing("mfln not supported by tls server"),
        nothing("fingerprint:", r"MQT: (?:TLS|SHA)\w* fingerprint"),
        number("rc ", r"connect failed to \S+, rc (-?\d+)", PUBSUB | {-5: "name-not-resolved"}),
        number("tls connection error", r"TLS connection error: (\d+)", tls.BEARSSL),
        decided(
            "dps rest check", r"DPS REST check connection failed with code '(-?\d+)'", lambda match: _dps(match[1])
        ),
        said("wif: connect failed", "wifi-lost"),
        said("tls not enough memory", "device-memory-short"),
    ),
    {
        "certificate-untrusted": "Set SetOption132 0 to use the roots that are built in, and compile with "
        "USE_MQTT_AZURE_IOT.",
        "mqtt-no-ping-response": "Set MqttKeepAlive 60.",
        "clock-skew": "Set NtpServer1 to a server that the network lets through: TLS and tokens need the time.",
    },
)


def _dps(code: str) -> str:
    return f"name:{code}@dps" if code[0] in "45" and len(code) == 3 else "dps-unreached"
