"""Zephyr and the nRF Connect SDK."""

from __future__ import annotations

from azext_iotdiag.insights.dialects import tls
from azext_iotdiag.insights.dialects.c_sdk import CONNACK
from azext_iotdiag.insights.dialects.sockets import BSD, NEWLIB
from azext_iotdiag.insights.dialects.table import Dialect, begins, decided, follows, nothing, number, works, wraps
from azext_iotdiag.insights.stages import Stage

# Which of the two a build uses stands nowhere in its log, so that only what both say counts.
_ERRNO = {**{code: means for code, means in BSD.items() if code not in NEWLIB}, **NEWLIB}
DIALECT = Dialect(
    "zephyr",
    "Zephyr, or the nRF Connect SDK",
    r"<(?:err|inf|wrn|dbg)> \w+|booting zephyr|booting nrf connect|azure_iot_hub|mqtt_evt_|nrf_|lte_lc|zephyr os",
    (
        begins("connecting to azure iot hub"),
        begins("azure_iot_hub_evt_connecting"),
        works("azure_iot_hub_evt_connected"),
        works("azure_iot_hub_evt_ready"),
        works("mqtt client connected"),
        works("registration state: 2", stage=Stage.PROVISIONED),
        works("network connected", stage=Stage.WIFI),
        decided(
            "tls handshake error: -",
            r"TLS handshake error: -([0-9a-f]{2,4})\b",
            lambda match: tls.mbedtls("0x" + match[1]),
        ),
        nothing("is the device certificate valid"),
        nothing("result = 0", r"id = \d+,? result = 0\b"),
        nothing("state transition"),
        nothing("ca certificate already exists"),
        nothing("sec tag", r"sec(?:urity)? tag:? ?\d+", whole=False),
        number("rejected with return code", r"rejected with return code (\d+)", CONNACK),
        number("mqtt connect failed", r"mqtt connect failed -?(\d+)", _ERRNO, own=True),
        number("mqtt_connect", r"mqtt_connect\w*[^\n]{0,20}(?:error|failed|:)[^\d\n-]{0,4}-(\d{1,3})\b", _ERRNO),
        number("getaddrinfo", r"getaddrinfo\(\) failed, error (-?\d+)", {0: ""}, other="name-not-resolved"),
        number("error", r"\b(?:err|error|errno)[^\w\n-]{1,3}-(\d{2,3})\b", _ERRNO, own=True),
        decided(
            "indicates a non-retriable error", r"status code (\d{3}) indicates", lambda match: f"name:{match[1]}@dps"
        ),
        decided("extended error code", r"extended error code: (\d{6})", lambda match: f"name:{match[1]}@dps"),
        wraps("dps retry max count", "dps-unreached", r"DPS retry max count \(\d+\) exceeded"),
        wraps("the registration process is terminated", "dps-unreached"),
        follows("azure_iot_hub_evt_connection_failed", "sdk-connection-failed"),
        follows("azure_iot_hub_evt_disconnected", "mqtt-connection-closed"),
    ),
    {
        "certificate-untrusted": "Provision the root into the security tag that the socket uses (nRF91: modem "
        "credentials).",
        "device-root-unusable": "Provision the root into the security tag that the socket uses (nRF91: modem "
        "credentials).",
        "device-memory-short": "Enlarge CONFIG_MBEDTLS_HEAP_SIZE and CONFIG_MBEDTLS_SSL_MAX_CONTENT_LEN, or the "
        "MQTT buffers.",
        "clock-skew": "Wait for date_time or SNTP before tokens are made.",
        "mqtt-no-ping-response": "Set CONFIG_MQTT_KEEPALIVE below the idle limit of the network, such as 120 s.",
        "device-key-unreadable": "Provision certificate and key as PEM into the security tag.",
    },
)
