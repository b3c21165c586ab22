"""How IoT Hub changes, limits and shows twins.

https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-device-twins
"""

from __future__ import annotations

import copy
import math
import re
from collections.abc import Mapping
from typing import Any

from azext_iotdiag.lab.hub import edge
from azext_iotdiag.lab.hub.dates import written
from azext_iotdiag.lab.hub.identities import Device
from azext_iotdiag.lab.hub.refusal import HubRefusal
from azext_iotdiag.lab.hub.twin import Twin, TwinProperties

TAGS, DESIRED, REPORTED = "tags", "properties.desired", "properties.reported"
LARGEST = {TAGS: 8 * 1024, DESIRED: 32 * 1024, REPORTED: 32 * 1024}  # by the hub's own way of counting, see `size`
DEEPEST = 10  # objects within each other below tags, desired or reported
LONGEST_KEY = 1024  # bytes
LONGEST_STRING = 4096  # bytes
ARRAYS_SINCE = "2019-10-01"  # Azure/azure-iot-explorer#305; the device SDKs raised their api-version for it, too
SMALLEST_INTEGER, LARGEST_INTEGER = -(2**52), 2**52 - 1

_READ_ONLY = frozenset({"$metadata", "$version"})  # what a client read and sends back is left out, not refused
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_NOT_IN_KEYS = re.compile("[\x00-\x1f\x7f-\x9f.$ ]")


def update(twin: Twin, patch: Any, now: float) -> dict[str, Any] | None:
    """Change tags and desired properties as the service asks: null removes, objects merge, anything else replaces.

    `now` is in seconds since 1970. Returns what the device is told, or None where desired properties did not change.
    Raises HubRefusal and changes nothing then.
    """
    return _write(twin, patch, now, replacing=False)


def replace(twin: Twin, document: Any, now: float) -> dict[str, Any] | None:
    """Put tags and desired properties in the place of those that were there, as far as the document holds them.

    Otherwise as `update`.
    """
    return _write(twin, document, now, replacing=True)


def report(twin: Twin, patch: Any, now: float) -> int:
    """Change reported properties as the device asks, and return their new version. Raises HubRefusal."""
    twin.reported = _changed(twin.reported, _object(patch, REPORTED), REPORTED, _stamp(now), replacing=False)
    return twin.reported.version


def judge_arrays(given: Any, api_version: str) -> None:
    """Refuse arrays where the api-version is older than they are. Raises HubRefusal.

    Source of the words: Azure/azure-iot-sdk-csharp#65.
    """
    if api_version[: len(ARRAYS_SINCE)] >= ARRAYS_SINCE:
        return
    waiting = [given]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            wrong = "Provided json is not a valid 'tags' or 'properties' object: arrays are not supported."
            raise HubRefusal(400004, wrong)
        if isinstance(part, Mapping):
            waiting += part.values()


def check_etag(if_match: str, etag: str) -> None:
    """Raises HubRefusal unless an If-Match header, which may be empty, lets a write pass."""
    wanted = if_match.strip().removeprefix("W/").strip('"')
    if wanted not in ("", "*", etag):
        raise HubRefusal(412001, f"the etag is {etag}, not {wanted}")


def document(device: Device, twin: Twin) -> dict[str, Any]:
    """The whole twin of a device as the hub's REST API shows it."""
    primary, secondary = device.thumbprints
    shown: dict[str, Any] = {
        "deviceId": device.device_id,
        **({"moduleId": device.module_id} if device.module_id else {}),
        "etag": twin.etag,
        "deviceEtag": device.etag,
        "status": device.status,
        "statusUpdateTime": written(device.status_updated),
        "connectionState": "Connected" if device.connected else "Disconnected",
        "lastActivityTime": written(device.last_activity),
        "cloudToDeviceMessageCount": device.queued,
        "authenticationType": device.authentication,
        "x509Thumbprint": {"primaryThumbprint": primary or None, "secondaryThumbprint": secondary or None},
        "modelId": device.model_id,
        "version": twin.version,
    }
    if device.status_reason:
        shown["statusReason"] = device.status_reason
    if device.configurations:
        shown["configurations"] = {name: {"status": "Applied"} for name in device.configurations}
    if twin.tags:
        shown["tags"] = copy.deepcopy(twin.tags)
    return {
        **shown,
        "properties": {"desired": twin.desired.document(), "reported": twin.reported.document()},
        "capabilities": {"iotEdge": device.edge},
        **edge.scopes(device),
    }


def size(value: Any) -> int:
    """The size of a value as the hub counts it: text by its bytes without control characters, numbers 8, booleans 4."""
    if isinstance(value, Mapping):
        return sum(size(key) + size(part) for key, part in value.items())
    if isinstance(value, list):
        return sum(map(size, value))
    if isinstance(value, str):
        return len(_CONTROL.sub("", value).encode("utf-8", "surrogatepass"))
    return 4 if isinstance(value, bool) or value is None else 8


def _write(twin: Twin, given: Any, now: float, *, replacing: bool) -> dict[str, Any] | None:
    asked = _object(given, "the twin")
    properties = _object(asked.get("properties") or {}, "properties")
    tags, desired, told = twin.tags, twin.desired, None
    if "tags" in asked:
        wanted = _object(asked["tags"] or {}, TAGS)
        tags = {} if replacing or asked["tags"] is None else copy.deepcopy(tags)
        _merge(tags, {}, wanted, {})
        _judge(tags, TAGS)
    if "desired" in properties:
        wanted, whole = _object(properties["desired"] or {}, DESIRED), replacing or properties["desired"] is None
        desired = _changed(desired, wanted, DESIRED, _stamp(now, twin.desired.version + 1), replacing=whole)
        told = desired.for_device() if whole else {**copy.deepcopy(_writable(wanted)), "$version": desired.version}
    twin.tags, twin.desired = tags, desired
    twin.revision += 1
    return told


def _changed(
    old: TwinProperties, patch: Mapping[str, Any], where: str, stamp: dict[str, Any], *, replacing: bool
) -> TwinProperties:
    new = TwinProperties({}, {}, old.version + 1) if replacing else copy.deepcopy(old)
    new.version = old.version + 1
    _merge(new.values, new.metadata, _writable(patch), stamp)
    _judge(new.values, where)
    return new


def _merge(values: dict[str, Any], metadata: dict[str, Any], patch: Mapping[str, Any], stamp: dict[str, Any]) -> None:
    """Merge as RFC 7396 says; whatever is written, and all that holds it, gets the stamp."""
    for key, value in patch.items():
        if value is None:
            values.pop(key, None)
            metadata.pop(key, None)
        elif isinstance(value, dict):
            if not isinstance(values.get(key), dict):
                values[key], metadata[key] = {}, {}
            _merge(values[key], metadata.setdefault(key, {}), value, stamp)
        else:
            values[key], metadata[key] = copy.deepcopy(value), dict(stamp)
    metadata.update(stamp)


def _stamp(now: float, version: int | None = None) -> dict[str, Any]:
    """When, and for desired properties in which version; reported ones carry no version of their own."""
    stamp: dict[str, Any] = {"$lastUpdated": written(now)}
    return stamp if version is None else {**stamp, "$lastUpdatedVersion": version}


def _writable(patch: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in patch.items() if key not in _READ_ONLY}


def _object(value: Any, what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise HubRefusal(400004, f"{what} must be a JSON object")
    _judge_shape(value, what, 0)
    return value


def _judge_shape(value: Any, where: str, depth: int) -> None:
    """Refuse what may stand nowhere in a twin. Depth and keys come first: nothing else may then recurse without end."""
    if isinstance(value, (dict, list)) and depth > DEEPEST + 3:  # the twin, properties and desired stand above
        raise HubRefusal(400004, f"{where} is nested deeper than {DEEPEST} levels")
    if isinstance(value, dict):
        for part in value.values():
            _judge_shape(part, where, depth + 1)
    elif isinstance(value, list):
        for part in value:
            _judge_shape(part, where, depth + 1)


def _judge(values: dict[str, Any], where: str) -> None:
    _judge_value(values, where, 0)
    if (found := size(values)) > LARGEST[where]:
        raise HubRefusal(400004, f"{where} would have {found} bytes; the limit is {LARGEST[where]}")


def _judge_value(value: Any, where: str, depth: int) -> None:
    if isinstance(value, (dict, list)) and depth > DEEPEST:
        raise HubRefusal(400004, f"{where} is nested deeper than {DEEPEST} levels")
    if isinstance(value, dict):
        for key, part in value.items():
            if not key or _NOT_IN_KEYS.search(key) or len(key.encode("utf-8", "surrogatepass")) > LONGEST_KEY:
                raise HubRefusal(
                    400004,
                    f"{where} holds the key {key[:40]!r}; a key has at most {LONGEST_KEY} bytes and neither '.', '$', "
                    "a space nor a control character",
                )
            if part is None:  # within an array, because elsewhere null removes: Azure/azure-iot-sdk-csharp#1741
                raise HubRefusal(400004, f"Value of Property or Tag cannot be null. Error inProperty/Tag {key}")
            _judge_value(part, where, depth + 1)
    elif isinstance(value, list):
        if None in value:  # Azure/iotedge#4159
            raise HubRefusal(400004, f"{where} holds null within an array")
        for part in value:
            _judge_value(part, where, depth + 1)
    elif isinstance(value, str):
        if len(value.encode("utf-8", "surrogatepass")) > LONGEST_STRING:
            raise HubRefusal(400004, f"{where} holds a text of more than {LONGEST_STRING} bytes")
    elif isinstance(value, bool) or value is None:
        return
    elif isinstance(value, int) and not SMALLEST_INTEGER <= value <= LARGEST_INTEGER:
        raise HubRefusal(400004, f"{where} holds an integer beyond {SMALLEST_INTEGER} to {LARGEST_INTEGER}")
    elif isinstance(value, float) and not math.isfinite(value):
        raise HubRefusal(400004, f"{where} holds {value}, which JSON does not have")
