"""What services write of devices, as the model has it. Pure; whatever does not fit is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from typing import Any

from azext_iotdiag.model.central import CentralDevice
from azext_iotdiag.model.dps import Enrollment, Registration
from azext_iotdiag.model.identity import Identity

# https://learn.microsoft.com/azure/iot-edge/iot-edge-as-gateway#device-identities
_SCOPE = re.compile(r"ms-azure-iot-edge://(.+)-\d+", re.DOTALL)
_TIME = re.compile(r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:Z|\+00:00)?")


def identity(hub: str, device: str, told: Mapping[str, Any]) -> Identity:
    """The device as the hub's answer describes it, be that its twin or its identity."""
    proof = part(told, "authentication")
    prints = part(proof if proof else told, "x509Thumbprint")
    return Identity(
        hub,
        device,
        known=True,
        status=str(told.get("status") or ""),
        status_reason=str(told.get("statusReason") or ""),
        connected=told.get("connectionState") == "Connected",
        last_activity=moment(told.get("lastActivityTime")),
        authentication=str(told.get("authenticationType") or proof.get("type") or ""),
        thumbprints=tuple(str(each) for each in prints.values() if each),
        model=str(told.get("modelId") or ""),
        edge=part(told, "capabilities").get("iotEdge") is True,
        parents=bool(_parent(told)),
        gateway=found[1] if (found := _SCOPE.fullmatch(_parent(told))) else "",
        reported=_reported(part(part(told, "properties"), "reported")),
        status_updated=moment(told.get("statusUpdateTime") or told.get("statusUpdatedTime")),
        queued=told["cloudToDeviceMessageCount"] if isinstance(told.get("cloudToDeviceMessageCount"), int) else 0,
    )


def _parent(told: Mapping[str, Any]) -> str:
    """The scope above a device, empty for none. An Edge device has one of its own, in the same place as others."""
    scopes = told.get("parentScopes")
    if isinstance(scopes, list) and scopes:
        return str(scopes[0])
    return "" if part(told, "capabilities").get("iotEdge") is True else text(told, "deviceScope")


def _reported(told: Mapping[str, Any]) -> int | None:
    """When the device last reported; None for a section that no device has written, which the hub dates, too."""
    if told.get("$version") == 1 and not any(name for name in told if not name.startswith("$")):
        return None
    return moment(part(told, "$metadata").get("$lastUpdated"))


def registration(told: Mapping[str, Any]) -> Registration:
    """A registration as the service writes it."""
    code = told.get("errorCode")
    return Registration(
        str(told.get("registrationId") or ""),
        str(told.get("status") or ""),
        str(told.get("substatus") or ""),
        str(told.get("assignedHub") or ""),
        str(told.get("deviceId") or ""),
        code if isinstance(code, int) else 0,
        str(told.get("errorMessage") or ""),
        moment(told.get("lastUpdatedDateTimeUtc")),
    )


def enrollment(told: Mapping[str, Any]) -> Enrollment:
    """An enrollment or a group as the service writes it; keys are not in it."""
    hubs = told.get("iotHubs")
    return Enrollment(
        str(told.get("registrationId") or told.get("enrollmentGroupId") or ""),
        "enrollmentGroupId" in told,
        told.get("provisioningStatus") != "disabled",
        str(part(told, "attestation").get("type") or ""),
        str(told.get("allocationPolicy") or ""),
        tuple(str(each) for each in hubs) if isinstance(hubs, list) else (),
        str(told.get("deviceId") or ""),
        moment(told.get("lastUpdatedDateTimeUtc")),
        tuple(_thumbprints(part(part(told, "attestation"), "x509"))),
    )


def _thumbprints(told: Mapping[str, Any]) -> Iterator[str]:
    """The thumbprints of the certificates that an enrollment of a device's own names."""
    named = part(told, "clientCertificates")
    for each in ("primary", "secondary"):
        info = part(part(named, each), "info")
        yield from (found for name in ("sha1Thumbprint", "sha256Thumbprint") if (found := text(info, name)))


def central_device(app: str, told: Mapping[str, Any]) -> CentralDevice:
    """A device as the application's REST interface writes it."""
    return CentralDevice(
        app,
        str(told.get("id") or ""),
        True,
        told.get("provisioned") is True,
        told.get("enabled") is True,
        str(told.get("template") or ""),
        str(told.get("displayName") or ""),
        told.get("simulated") is True,
    )


def part(told: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """An object within what a service told, empty where there is none."""
    inner = told.get(name)
    return inner if isinstance(inner, dict) else {}


def objects(told: Any) -> list[Mapping[str, Any]]:
    """The objects of a list within what a service told, none where there is no list."""
    return [each for each in told if isinstance(each, dict)] if isinstance(told, list) else []


def text(told: Mapping[str, Any], name: str) -> str:
    """A text within what a service told, empty where there is none."""
    value = told.get(name)
    return value if isinstance(value, str) else ""


def number(told: Mapping[str, Any], name: str) -> int:
    """A whole number within what a service told, 0 where there is none."""
    value = told.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def moment(text: Any) -> int | None:
    """Milliseconds since 1970 of a time as hubs write it; None for the year 1, which means never."""
    found = _TIME.fullmatch(text) if isinstance(text, str) else None
    if found is None or found[1].startswith("0001"):
        return None
    try:
        moment = datetime.fromisoformat(found[1]).replace(tzinfo=timezone.utc)
    except ValueError:
        return None
    return int(moment.timestamp()) * 1000 + int((found[2] or "0")[:3].ljust(3, "0"))
