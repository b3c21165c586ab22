"""NetX Duo with its Azure IoT middleware (Azure RTOS, ThreadX)."""

from __future__ import annotations

from azext_iotdiag.insights.dialects.c_sdk import CONNACK
from azext_iotdiag.insights.dialects.embedded import RESULTS
from azext_iotdiag.insights.dialects.table import (
    Dialect,
    Exactness,
    begins,
    each,
    follows,
    nothing,
    number,
    said,
    works,
)
from azext_iotdiag.insights.stages import Stage

_TLS, _KEY = "tls-handshake-failed", "device-key-unreadable"
# nxd_mqtt_client.h, nx_azure_iot.h, nx_secure_tls.h, nx_secure_x509.h, nx_api.h
STATUSES = {
    0x10001: "",
    0x10011: "",
    0x2000B: "",
    0x2000D: "",
    0x10002: "sdk-no-connection",
    0x10005: "sdk-connection-failed",
    0x10007: "connection-dropped",
    0x38: "connection-dropped",
    **dict.fromkeys((0x10006, 0x1000B, 0x1000D, 0x129, 0x12D, 0x135), "device-memory-short"),
    **{0x10080 + code: means for code, means in CONNACK.items()},
    0x2000C: "mqtt-connection-closed",
    0x20014: "request-unanswered",
    0x20015: "hub-429001",
    0x20017: "sdk-token-expired",
    0x29: "server-silent",
    **dict.fromkeys((0x107, 0x10F, 0x110, 0x20011), _TLS),
    **dict.fromkeys((0x10C, 0x117, 0x119, 0x11B, 0x18C, 0x1A4, 0x1A5, 0x1A6), "certificate-untrusted"),
    0x114: f"{_TLS} tls-client-certificate-refused",
    0x193: "certificate-expired",
    0x194: "certificate-not-yet-valid",
    0x195: "certificate-for-another-name",
    **dict.fromkeys((*range(0x184, 0x18A), 0x19D), _KEY),
    **RESULTS,
    **dict.fromkeys((0xA1, 0xA2, 0xA3, 0xA9), "name-not-resolved"),
}
_DNS = dict.fromkeys((0xA1, 0xA2, 0xA3, 0xA9), "name-not-resolved")
# Those that a program prints by name.
_NAMES = {
    "nxd_mqtt_connect_failure": "sdk-connection-failed",
    "nxd_mqtt_not_connected": "sdk-no-connection",
    "nxd_mqtt_communication_failure": "connection-dropped",
    "nxd_mqtt_error_bad_username_password": "device-refused",
    "nxd_mqtt_error_not_authorized": "device-refused",
    "nxd_mqtt_error_server_unavailable": "mqtt-server-unavailable",
    "nx_dns_query_failed": "name-not-resolved",
    "nx_dns_no_server": "name-not-resolved",
}
_CODE = r"(0x[0-9a-f]{1,8}|-?\d{1,10})\b"

DIALECT = Dialect(
    "netxduo",
    "NetX Duo",
    r"disconnected from iothub!|"
    r"nx_azure|netx|azure rtos|threadx|nxd_|iothub client connect fail|mqtt connect fail status|nx_secure|nx_status",
    (
        begins("host name:", r"iothub host name: ?\S+; ?device id"),
        works("connected to iothub", r"^\W*connected to iothub\b"),
        works("registered device successfully", stage=Stage.PROVISIONED),
        works("sntp time sync successfully", stage=Stage.CLOCK),
        works("ip address:", stage=Stage.WIFI),
        nothing("backoff for", r"connection backoff for \d+ seconds"),
        nothing("status=0", r"\bstatus=0\b", whole=False),
        number("dns resolve fail", r"DNS RESOLVE FAIL status: " + _CODE, _DNS, other="name-not-resolved"),
        number("fail status", r"(?:MQTT|TLS|TCP)[\w ]* FAIL status: " + _CODE, STATUSES),
        number("error code =", r"error code ?= ?" + _CODE, STATUSES, own=True),
        number("nx_", r"\bnx_\w+[^\n]{0,40}?\(" + _CODE, STATUSES),
        number("fail", r"fail(?:ed|ure)?\W{1,4}(?:error |status |code )?\W{0,3}" + _CODE, STATUSES, own=True),
        *(
            number(key, r"\b(?:error status|status)[^\w-]{1,4}" + _CODE, STATUSES, own=True)
            for key in ("error status", "status: 0x")
        ),
        number("failed", r"\bnx_\w+ (?:create|connect)? ?failed[^\d-]{0,20}" + _CODE, STATUSES),
        *(
            said(name, means, rf"(?:status|error|fail\w*|returned)\b[^\n]{{0,24}}\b{name}\b")
            for name, means in _NAMES.items()
        ),
        said("unixtime get failed", "clock-skew"),
        said("sntp time sync failed", "clock-skew"),
        *each(("failed to set sntp", "failed to sync time"), "clock-skew"),
        said("token generation failed", "key-malformed"),
        said("mqtt not connected", "sdk-no-connection", exactness=Exactness.WRAPPER),
        follows("failed on nx_azure_iot_hub_client"),
        follows("initialize iothub failed"),
    ),
    {
        "certificate-untrusted": "Update the root in nx_azure_iot_cert.c, and add it with "
        "nx_secure_x509_certificate_initialize.",
        "device-root-unusable": "Update the root in nx_azure_iot_cert.c, and add it with "
        "nx_secure_x509_certificate_initialize.",
        "device-memory-short": "Enlarge NX_AZURE_IOT_TLS_METADATA_BUFFER_SIZE, the packet pool and the "
        "certificate buffers.",
        "clock-skew": "Wait for SNTP, and hand its time to nx_azure_iot_create.",
        "mqtt-no-ping-response": "Set NX_AZURE_IOT_MQTT_KEEP_ALIVE below the idle limit of the network.",
        "device-key-unreadable": "Put certificate and key as DER into sample_device_identity.c, with its type.",
    },
)
