"""Clients for Go and Rust that the community made."""

from __future__ import annotations

import re

from azext_iotdiag.insights.dialects.c_sdk import CONNACK
from azext_iotdiag.insights.dialects.services import twin
from azext_iotdiag.insights.dialects.table import Dialect, Exactness, begins, decided, each, said, works

_RUST = {
    "refusedprotocolversion": 1,
    "badclientid": 2,
    "serviceunavailable": 3,
    "badusernamepassword": 4,
    "notauthorized": 5,
}


def _rust(match: re.Match[str]) -> str | None:
    return CONNACK.get(_RUST.get(match[1].lower(), 0))


DIALECT = Dialect(
    "community",
    "a community client for Go or Rust",
    r"iotdevice|amenzhinsky|rumqtt|goroutine \d|\.go:\d+|paho\.golang|\.rs:\d+|thread 'main' panicked|x509: ",
    (
        begins("connecting to", r"\bconnecting to \S+\.azure-devices"),
        works("connection established", r"connection established\b"),
        said("unacceptable_protocol_version", "mqtt-version-refused"),
        *each(("{shutdown,not_authorized}", "bad_username_or_password"), "device-refused"),
        said("client_identifier_not_valid", "mqtt-client-id-refused"),
        decided("connection refused, return code", r"connection refused, return code: `(\w+)`", _rust),
        *each(
            ("network error : not authorized", "connect: not authorized", "connection refused: not authorized"),
            "device-refused",
        ),
        said("not authorized", "device-refused", r"(?<!callback )\bnot Authorized\b", own=True),
        said("bad user name or password", "device-refused", own=True),
        said("identifier rejected", "mqtt-client-id-refused", own=True),
        said("server unavailable", "mqtt-server-unavailable", own=True),
        said("unacceptable protocol version", "mqtt-version-refused", own=True),
        decided("request failed with", r"request failed with (\d{3}) response code", lambda match: twin(match[1])),
        said("network error :", "connection-dropped", r"network error : EOF"),
        said("pingresp not received", "mqtt-no-ping-response"),
        said("context deadline exceeded", "server-silent sdk-operation-timeout", exactness=Exactness.WRAPPER),
    ),
    {
        "certificate-untrusted": "Go reads the system's roots: install ca-certificates in the image. Rust: give "
        "the root to the client.",
        "clock-skew": "Start the program after the clock is set (systemd: After=time-sync.target).",
        "mqtt-no-ping-response": "Go: opts.SetKeepAlive(60 * time.Second). "
        "Rust: options.set_keep_alive(Duration::from_secs(60)).",
    },
)
