"""ESPHome."""

from __future__ import annotations

from azext_iotdiag.insights.dialects.table import Dialect, begins, each, follows, said, works
from azext_iotdiag.insights.stages import Stage

DIALECT = Dialect(
    "esphome",
    "ESPHome",
    r"\[[cdiwe]\]\[[\w.]+:\d+\]|esphome",
    (
        begins("connecting to mqtt"),
        works("mqtt connected!"),
        works("wifi connected!", stage=Stage.WIFI),
        *each(("mqtt disconnected: not authorized", "mqtt disconnected: malformed credentials"), "device-refused"),
        said("mqtt disconnected: server unavailable", "mqtt-server-unavailable"),
        said("mqtt disconnected: identifier rejected", "mqtt-client-id-refused"),
        said("mqtt disconnected: unacceptable protocol version", "mqtt-version-refused"),
        said("mqtt disconnected: tls bad fingerprint", "certificate-untrusted"),
        said("mqtt disconnected: not enough space", "device-memory-short"),
        follows("tcp disconnected", "mqtt-connection-closed"),
        said("wifi disconnected", "wifi-lost", r"WiFi disconnected\b"),
        said("disconnected ssid=", "wifi-lost", r"disconnected ssid='[^']*'.{0,60}reason='(?!Association Leave)"),
        said("couldn't resolve ip address for", "name-not-resolved"),
    ),
    {
        "certificate-untrusted": "Set mqtt.certificate_authority to the root as PEM.",
        "clock-skew": "Add a time component (platform: sntp) to the configuration.",
        "mqtt-no-ping-response": "Set mqtt.keepalive below the idle limit of the network, such as 60s.",
    },
)
