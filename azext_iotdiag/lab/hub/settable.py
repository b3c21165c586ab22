"""What the properties of a hub do in the lab: each is played, or refused with a sentence when it is changed.

https://learn.microsoft.com/rest/api/iothub/iot-hub-resource/create-or-update#iothubproperties
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from azext_iotdiag.lab.net import bindings

_UPLOAD = "the lab does not play file upload"
_OUTWARD = "a lab's hub sends nothing beyond this machine"
PLAYED = frozenset({
    "authorizationPolicies", "cloudToDevice", "comments", "disableDeviceSAS", "disableLocalAuth", "disableModuleSAS",
    "eventHubEndpoints", "ipFilterRules", "networkRuleSets", "publicNetworkAccess", "routing",
})  # fmt: skip
NOT_PLAYED: Mapping[str, str] = {
    "allowedFqdnList": _OUTWARD,
    "restrictOutboundNetworkAccess": _OUTWARD,
    "deviceStreams": "the lab does not play device streams",
    "enableDataResidency": "a lab's data does not leave this machine",
    "enableFileUploadNotifications": _UPLOAD,
    "encryption": "the lab encrypts no data at rest",
    "features": "a lab's hub has the features of the standard tier",
    "ipVersion": "a lab listens on IPv4 alone",
    "messagingEndpoints": _UPLOAD,
    "minTlsVersion": "a lab's ports take TLS 1.2 and later",
    "privateEndpointConnections": "the lab does not play private endpoints",
    "rootCertificate": "a lab's certificate comes from its own authority",
    "storageEndpoints": _UPLOAD,
}
READ_ONLY = frozenset({"hostName", "locations", "provisioningState", "state"})  # sent back as they were shown

MOST_DELIVERIES = range(1, 101)
SHORTEST_LIFE, LONGEST_LIFE = 60, 2 * 86_400  # seconds that a message from the cloud waits
RETENTION_DAYS = range(1, 8)
_DURATION = re.compile(r"P(?:(\d{1,4})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,8})M)?(?:(\d{1,9})(?:\.\d{1,9})?S)?)?")


def judge(given: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """Raise ValueError for a property that changes and is not played. `now` holds the properties as they are."""
    for name, why in NOT_PLAYED.items():
        value = given.get(name)
        if value and value != now.get(name):
            raise ValueError(f"'{name}' cannot be changed in a lab: {why}")


def cloud_to_device(given: Any, usual: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of messages to devices, those that are not given as usual. Raises ValueError."""
    if not isinstance(given, Mapping):
        raise ValueError("'cloudToDevice' is no object")
    made = {**usual, **{name: value for name, value in given.items() if name in usual and value is not None}}
    count = bindings.whole(made["maxDeliveryCount"], "'cloudToDevice.maxDeliveryCount'")
    if count not in MOST_DELIVERIES:
        raise ValueError("'cloudToDevice.maxDeliveryCount' is not from 1 to 100")
    if not SHORTEST_LIFE <= seconds_of(made["defaultTtlAsIso8601"]) <= LONGEST_LIFE:
        raise ValueError("'cloudToDevice.defaultTtlAsIso8601' is not from PT1M to P2D")
    if made["feedback"] != usual["feedback"]:
        raise ValueError("'cloudToDevice.feedback' cannot be changed in a lab: feedback has the usual times")
    return {**made, "maxDeliveryCount": count}


def retention_days(given: Any, partitions: int, now: int) -> int:
    """The retention that 'eventHubEndpoints' asks for. Raises ValueError, also for another number of partitions."""
    events = given.get("events") if isinstance(given, Mapping) else None
    if events is None:
        return now
    if not isinstance(events, Mapping):
        raise ValueError("'eventHubEndpoints.events' is no object")
    if bindings.whole(events.get("partitionCount"), "'partitionCount'") not in (None, partitions):
        raise ValueError("'partitionCount' cannot be changed, as on Azure; start a lab with --partition-count")
    days = bindings.whole(events.get("retentionTimeInDays"), "'retentionTimeInDays'")
    if days is not None and days not in RETENTION_DAYS:
        raise ValueError("'retentionTimeInDays' is not from 1 to 7")
    return now if days is None else days


def seconds_of(duration: Any) -> float:
    """The seconds of a duration as ISO 8601 writes it, such as PT1H. Raises ValueError."""
    found = _DURATION.fullmatch(duration) if isinstance(duration, str) else None
    if found is None or not any(found.groups()):
        raise ValueError(f"{duration!r:.40} is no duration such as PT1H")
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds
