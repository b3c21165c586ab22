"""Mosquitto's clients and bridge, and libmosquitto."""

from __future__ import annotations

from azext_iotdiag.insights.dialects.c_sdk import CONNACK
from azext_iotdiag.insights.dialects.table import Dialect, Exactness, begins, number, said, works, wraps

DIALECT = Dialect(
    "mosquitto",
    "mosquitto",
    r"mosquitto|^\d{10}: |client \S+ sending connect|client \S+ received connack|openssl error|connecting bridge",
    (
        begins("sending connect", r"sending CONNECT\b"),
        begins("connecting bridge"),
        works("received connack", r"received CONNACK \(0\)|received CONNACK \(\d, ?0\)"),
        number("received connack", r"received CONNACK \(([1-5])\)", CONNACK),
        said("connection error: connection refused: not authorised", "device-refused"),
        said("the connection was refused.", "connection-refused mqtt-server-unavailable", exactness=Exactness.END),
        said("unable to connect (", "connection-refused server-unreachable", exactness=Exactness.END),
        said("lookup error.", "name-not-resolved"),
        said("a network protocol error occurred", "mqtt-version-refused mqtt-connection-closed"),
        said("problem setting tls options", "device-root-unusable", r"problem setting TLS options: file not found"),
        said("the client is not currently connected", "sdk-no-connection", exactness=Exactness.WRAPPER),
        said("the connection was lost", "mqtt-connection-closed", exactness=Exactness.END),
        said("socket error on client local.", "mqtt-connection-closed", exactness=Exactness.END),  # that of a bridge
        wraps("a tls error occurred", "tls-handshake-failed"),
        number("suback", r"Subscribed \(mid: \d+\): (128)\b", {128: "mqtt-subscription-refused"}),
        said("all subscription requests were denied", "mqtt-subscription-refused"),
    ),
    {
        "certificate-untrusted": "Name the root: --cafile ROOT.pem, or bridge_cafile in mosquitto.conf.",
        "device-root-unusable": "Give --cafile (or bridge_cafile) the path of a file that exists.",
        "mqtt-version-refused": "Set -V mqttv311, or bridge_protocol_version mqttv311.",
        "mqtt-no-ping-response": "Set -k 60, or keepalive_interval 60.",
        "clock-skew": "Set the clock of the machine that makes the token, and of this one.",
        "sas-expired": "A bridge makes no tokens: replace remote_password before its token ends, and restart.",
    },
)
