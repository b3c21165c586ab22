"""How far a device had come when it said a code: the order in which things must work before data arrives."""

from __future__ import annotations

from enum import IntEnum

from azext_iotdiag.knowledge.lookup import NAMES


class Stage(IntEnum):
    """What has to work, one after the other."""

    MEMORY = 0
    CLOCK = 1
    KEY = 2
    WIFI = 3
    NAME = 4
    REACH = 5
    PROXY = 6
    TLS = 7
    PROVISIONED = 8
    SIGN_IN = 9
    LINK = 10
    MESSAGE = 11


_BY_CODE = {
    **dict.fromkeys(("device-memory-short",), Stage.MEMORY),
    **dict.fromkeys(("clock-skew",), Stage.CLOCK),
    **dict.fromkeys(("device-key-unreadable", "device-root-unusable"), Stage.KEY),
    **dict.fromkeys(("wifi-lost",), Stage.WIFI),
    **dict.fromkeys(("name-not-resolved",), Stage.NAME),
    **dict.fromkeys(("mqtt-subscription-refused", "hub-409002"), Stage.LINK),
    **dict.fromkeys(
        ("puback-missing", "closed-before-sent", "mqtt-twin-400", "mqtt-twin-429", "mqtt-twin-500", "service-busy",
         "request-unanswered", "reader-displaced", "entity-missing", "storage-refuses-upload"),
        Stage.MESSAGE,
    ),
    **dict.fromkeys(("hub-404001", "hub-403012", "hub-403001", "hub-401002", "hub-401003"), Stage.SIGN_IN),
}  # fmt: skip
_BY_FILE = {
    "device_key": Stage.KEY,
    "network": Stage.REACH,
    "interference": Stage.REACH,
    "tls": Stage.TLS,
    "device_certificate": Stage.TLS,
    "hub.unauthorized": Stage.SIGN_IN,
    "hub.connections": Stage.SIGN_IN,
}
_NO_FAULT = frozenset({"mqtt-accepted", "dps-assigned", "dps-assigning", "dps-unassigned", "sas-lasts-long"})
# A connection ended, and its end tells no reason.
_ENDS = frozenset({"connection-dropped", "mqtt-connection-closed", "hub-404104", "connection-reset"})


def of(code: str) -> Stage:
    """The stage at which a device is that says this code."""
    if code.startswith("proxy-") or code == "websocket-refused":
        return Stage.PROXY
    file = NAMES.get(code, "")
    if code.startswith("dps-"):
        return Stage.PROVISIONED
    if code in _BY_CODE:
        return _BY_CODE[code]
    return _BY_FILE.get(file, Stage.MESSAGE if file.startswith("hub.") else Stage.SIGN_IN)


def is_end(code: str) -> bool:
    """Whether the code says that a connection ended, and no more."""
    return code in _ENDS


def is_wrapper(code: str) -> bool:
    """Whether a client gives this name to many failures."""
    return code.startswith("sdk-") or code == "sdk-connection-failed"


def is_failure(code: str) -> bool:
    """Whether a device that says this has trouble."""
    return code not in _NO_FAULT
