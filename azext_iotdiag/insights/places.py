"""Which service a line is about: its own words decide, then those of the lines before it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

NEAR = 10  # lines before it that may decide
_LONGEST = 2_048  # characters of a line that is remembered

_DPS = re.compile(
    r"azure-devices-provisioning|\$dps/|registrationstate|id_?scope|/registrations/|\bdps\b|provisioningdevice|"
    r"prov_device|prov_transport|\bprov_|provisioning(?:transport|device|client| client|service| service)|"
    r"az_iot_provisioning|azure_iot_provisioning|aziotprovisioning|trackingid.{1,200}timestamputc",
    re.I,
)
_HUB = re.compile(
    r"\.azure-devices\.|\$iothub/|devices/[^/\s]+/messages|deviceclient|iothub[_ ]?client|iot ?hub\b|"
    r"device_client|hub client",
    re.I,
)
_ANSWER_OF_HUB = re.compile(r"exceptionmessage", re.I)  # the provisioning service passes it on, too
_CENTRAL = re.compile(r"azureiotcentral|iot central", re.I)
_STORAGE = re.compile(r"blob\.core\.|\bblob\b|putblock|put block", re.I)
_LEFT_DPS = re.compile(
    r"assigned to|assigned ?hub|registration (?:successful|complete)|registered to hub|successfully (?:provisioned|"
    r"registered)|provisioning complete|registered device successfully|status_assigned|registration state: 2|"
    r"acquired iot ?hub",
    re.I,
)
_URL = re.compile(r"\bhttps?://(?!127\.|localhost|%2f|/)\[?([\w.-]+)", re.I)
_AZURE = re.compile(r"azure|windows\.net|microsoft", re.I)


def of(line: str) -> str:
    """The service that a line names: dps, hub, central, storage, amqp, other for a host that is none of them, or ""."""
    if _STORAGE.search(line):
        return "storage"
    if "$cbs" in line.lower():
        return "amqp"
    if _CENTRAL.search(line):
        return "central"
    if _DPS.search(line):
        return "dps"
    if _HUB.search(line) or _ANSWER_OF_HUB.search(line):
        return "hub"
    url = _URL.search(line)
    return "other" if url and not _AZURE.search(url[1]) else ""


def service(line: str, before: Callable[[], Sequence[str]]) -> str:
    """Whether a line is about hub or dps, by its own words or by those before it; "" where neither tells."""
    place = of(line)
    if place == "hub" and not _HUB.search(line):
        place = ""
    return place if place in ("dps", "hub") else "" if place else near(before())


def near(before: Sequence[str]) -> str:
    """The service that the nearest of the lines before names, "" where none does."""
    for line in reversed(before[-NEAR:]):
        if place := _told(line) if len(line) <= _LONGEST else _tells(line):
            return place
    return ""


def _tells(line: str) -> str:
    """The service that a line before names, or to which it leads on."""
    if _LEFT_DPS.search(line):
        return "hub"
    place = of(line)
    return "" if place == "other" else place


# Failures that follow each other share the lines before them: each of these is searched once.
_told = lru_cache(maxsize=8 * NEAR)(_tells)


def statuses(status: str, place: str) -> Iterable[str]:
    """The names under which a status of HTTP is known, by the service that says it; none for a foreign one."""
    if place == "other":
        return ()
    if place == "storage":
        return ("storage-refuses-upload",) if status in ("403", "404", "409", "400") else (f"hub:{status}",)
    return (f"{place}:{status}",) if place else (f"hub:{status}", f"dps:{status}")
