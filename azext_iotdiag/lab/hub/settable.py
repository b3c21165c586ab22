"""What the properties of a hub do in the lab: each is played, or refused with a sentence when it is changed.

https://learn.microsoft.com/rest/api/iothub/iot-hub-resource/create-or-update#iothubproperties
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from azext_iotdiag.lab.hub.notices import Terms
from azext_iotdiag.lab.net import bindings

_OUTWARD = "a lab's hub sends nothing beyond this machine"
PLAYED = frozenset({
    "authorizationPolicies", "cloudToDevice", "comments", "disableDeviceSAS", "disableLocalAuth", "disableModuleSAS",
    "enableFileUploadNotifications", "eventHubEndpoints", "ipFilterRules", "messagingEndpoints", "networkRuleSets",
    "publicNetworkAccess", "routing", "storageEndpoints",
})  # fmt: skip
NOT_PLAYED: Mapping[str, str] = {
    "allowedFqdnList": _OUTWARD,
    "restrictOutboundNetworkAccess": _OUTWARD,
    "deviceStreams": "the lab does not play device streams",
    "enableDataResidency": "a lab's data does not leave this machine",
    "encryption": "the lab encrypts no data at rest",
    "features": "a lab's hub has the features of the standard tier",
    "ipVersion": "a lab listens on IPv4 alone",
    "minTlsVersion": "a lab's ports take TLS 1.2 and later",
    "privateEndpointConnections": "the lab does not play private endpoints",
    "rootCertificate": "a lab's certificate comes from its own authority",
}
READ_ONLY = frozenset({"hostName", "locations", "provisioningState", "state"})  # sent back as they were shown

MOST_DELIVERIES = range(1, 101)
SHORTEST_LIFE, LONGEST_LIFE = 60, 2 * 86_400  # seconds that a message from the cloud waits
SHORTEST_LOCK, LONGEST_LOCK = 5, 300  # seconds that a reader of feedback or file notifications has
LONGEST_UPLOAD = 86_400  # seconds that the address for a file is valid
RETENTION_DAYS = range(1, 8)
_ACCOUNT = re.compile(r"[a-z0-9]{3,24}")
_CONTAINER = re.compile(r"(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
_DURATION = re.compile(r"P(?:(\d{1,4})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,8})M)?(?:(\d{1,9})(?:\.\d{1,9})?S)?)?")


class StorageAccount(NamedTuple):
    """A storage account: its name, the host of its blobs, and its key."""

    name: str
    host: str
    key: bytes

    def __repr__(self) -> str:
        return f"StorageAccount({self.name!r})"


class Storage(NamedTuple):
    """Where a hub's devices put files: the account, the container, and how long an address is valid."""

    account: StorageAccount
    container: str
    seconds: float


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
    feedback = _queue(made["feedback"], usual["feedback"], "cloudToDevice.feedback")
    return {**made, "maxDeliveryCount": count, "feedback": feedback}


def notifications(given: Any, usual: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of the queue of file notifications, those that are not given as usual. Raises ValueError."""
    if not isinstance(given, Mapping):
        raise ValueError("'messagingEndpoints' is no object")
    name = "fileNotifications"
    return {name: _queue(given.get(name) or {}, usual[name], f"messagingEndpoints.{name}")}


def _queue(given: Any, usual: Mapping[str, Any], what: str) -> dict[str, Any]:
    """The lock, the life and the deliveries of a queue that services read. Raises ValueError."""
    if not isinstance(given, Mapping):
        raise ValueError(f"'{what}' is no object")
    made = {name: usual[name] if given.get(name) is None else given[name] for name in usual}
    made["maxDeliveryCount"] = bindings.whole(made["maxDeliveryCount"], f"'{what}.maxDeliveryCount'")
    if made["maxDeliveryCount"] not in MOST_DELIVERIES:
        raise ValueError(f"'{what}.maxDeliveryCount' is not from 1 to 100")
    if not SHORTEST_LOCK <= seconds_of(made["lockDurationAsIso8601"]) <= LONGEST_LOCK:
        raise ValueError(f"'{what}.lockDurationAsIso8601' is not from PT5S to PT5M")
    if not SHORTEST_LIFE <= seconds_of(made["ttlAsIso8601"]) <= LONGEST_LIFE:
        raise ValueError(f"'{what}.ttlAsIso8601' is not from PT1M to P2D")
    return made


def terms(queue: Mapping[str, Any]) -> Terms:
    """How a queue treats its records, as its settings say."""
    lock, life = seconds_of(queue["lockDurationAsIso8601"]), seconds_of(queue["ttlAsIso8601"])
    return Terms(lock, life, int(queue["maxDeliveryCount"]))


def storage(given: Any, usual: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of the storage that devices put files into. Raises ValueError.

    `known` are the settings as they are: a key that comes back masked is the one that is known.
    """
    name = "$default"
    row = given.get(name) if isinstance(given, Mapping) else None
    if not isinstance(row, Mapping) or set(given) != {name}:
        raise ValueError("'storageEndpoints' is an object with '$default' alone")
    made = {key: usual[name][key] if row.get(key) is None else row[key] for key in usual[name]}
    if not SHORTEST_LIFE <= seconds_of(made["sasTtlAsIso8601"]) <= LONGEST_UPLOAD:
        raise ValueError("'storageEndpoints.$default.sasTtlAsIso8601' is not from PT1M to P1D")
    if str(row.get("authenticationType") or "keyBased").lower() != "keybased" or row.get("identity"):
        raise ValueError("the lab does not play storage by identity; give the account's connection string")
    if made["connectionString"] == masked(known)[name]["connectionString"]:
        made["connectionString"] = known[name]["connectionString"]
    container, text = made["containerName"], made["connectionString"]
    if bool(container) != bool(text):
        raise ValueError("a container and a connection string of storage are given together")
    if container and not (isinstance(container, str) and _CONTAINER.fullmatch(container)):
        raise ValueError(f"{container!r:.80} cannot be the name of a container")
    if text:
        storage_account(text)
    return {name: made}


def masked(endpoints: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of the storage as they are shown, without the account's key."""
    row = dict(endpoints["$default"])
    parts = [part.partition("=") for part in str(row["connectionString"] or "").split(";") if part]
    shown = [(name, mark, "****" if name == "AccountKey" else value) for name, mark, value in parts]
    return {"$default": {**row, "connectionString": ";".join("".join(part) for part in shown)}}


def storage_of(endpoints: Mapping[str, Any]) -> Storage | None:
    """The storage that the settings name, where they name one."""
    row = endpoints["$default"]
    if not row["containerName"]:
        return None
    account = storage_account(row["connectionString"])
    return Storage(account, row["containerName"], seconds_of(row["sasTtlAsIso8601"]))


def storage_account(text: Any) -> StorageAccount:
    """The account that a connection string names. Raises ValueError, whose text holds no key."""
    parts = dict(part.partition("=")[::2] for part in str(text).split(";") if part)
    name, key = parts.get("AccountName", ""), parts.get("AccountKey", "")
    if not _ACCOUNT.fullmatch(name):
        raise ValueError("a connection string of storage has an AccountName of 3 to 24 small letters and digits")
    try:
        decoded = base64.b64decode(key, validate=True)
    except (binascii.Error, ValueError):
        decoded = b""
    if not decoded:
        raise ValueError("a connection string of storage has an AccountKey, which is base64")
    return StorageAccount(name, f"{name}.blob.{parts.get('EndpointSuffix') or 'core.windows.net'}", decoded)


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
