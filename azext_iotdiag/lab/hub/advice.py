"""What Azure Advisor finds wrong with a hub, and the causes that the lab sees in it.

https://learn.microsoft.com/azure/advisor/advisor-reference-reliability-recommendations (IoT Hub), and
.../advisor-reference-operational-excellence-recommendations. Azure looks every six hours; the lab looks when asked.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from azext_iotdiag.lab.net import bindings

if TYPE_CHECKING:
    from azext_iotdiag.lab.hub.runtime import Runtime

HIGH_AVAILABILITY, OPERATIONAL_EXCELLENCE = "HighAvailability", "OperationalExcellence"
# Azure does not say how many it takes. Two clients with one identity take turns without end.
STORM_TAKEOVERS, STORM_SECONDS = 3, 600.0
REMEMBERED_SECONDS = 86_400.0
# The prefix of the client's name, the language, the repository, and the oldest version that is not outdated.
# Sources: for .NET, Advisor's own example; for C and Node, the releases with long-term support LTS_02_2020 and
# lts_09_2019; version 1 of the Python SDK is retired. Azure's limits for other clients are not known.
_SDKS = (
    ("iothubclient/", "C", "azure-iot-sdk-c", (1, 3, 8)),
    (".NET/", "C#", "azure-iot-sdk-csharp", (1, 22, 0)),
    ("Microsoft.Azure.Devices.Client/", "C#", "azure-iot-sdk-csharp", (1, 22, 0)),
    ("azure-iot-device/", "Node", "azure-iot-sdk-node", (1, 11, 2)),
    ("azure-iot-device-iothub-py/", "Python", "azure-iot-sdk-python", (2, 0, 0)),
)
_VERSION = re.compile(r"(\d+)\.(\d+)(?:\.(\d+))?")


@dataclass(frozen=True)
class Recommendation:
    """A row of Advisor about a hub; `type_id` is the id that all rows of this kind have."""

    type_id: str
    category: str
    impact: str
    text: str
    learn_more: str
    details: Mapping[str, str] = field(default_factory=dict)


def recommendations(runtime: Runtime) -> list[Recommendation]:
    """What Advisor says of a hub now."""
    return [*_storm(runtime), *_old_sdks(runtime), *_fallback_off(runtime)]


def _storm(runtime: Runtime) -> Iterator[Recommendation]:
    if any(_stormy(times, runtime.clock()) for times in runtime.takeovers.values()):
        yield Recommendation(
            "8d7efd88-c891-46be-9287-0aec2fabd51c", HIGH_AVAILABILITY, "Medium",
            "IoT Hub Potential Device Storm Detected", "https://aka.ms/IotHubDeviceStorm",
        )  # fmt: skip


def _stormy(times: list[float], now: float) -> bool:
    """Whether a device's connections replaced each other often enough, lately."""
    lately = [each for each in times if now - each <= REMEMBERED_SECONDS]
    rows = zip(lately, lately[STORM_TAKEOVERS - 1 :])
    return any(last - first <= STORM_SECONDS for first, last in rows)


def _old_sdks(runtime: Runtime) -> Iterator[Recommendation]:
    """A row for each version of an SDK that is too old."""
    counts: Counter[tuple[str, str, str, str]] = Counter()
    for device in runtime.hub.devices.values():
        if (old := _outdated(device.sdk)) is not None:
            counts[old] += 1
    for (language, repository, current, wanted), count in sorted(counts.items()):
        url = f"https://github.com/Azure/{repository}"
        yield Recommendation(
            "d448c687-b808-4143-bbdc-02c35478198a", HIGH_AVAILABILITY, "Medium",
            "Upgrade device client SDK to a supported version for IotHub", "https://aka.ms/iothubsdk",
            {
                "language": language, "version": wanted, "currentVersion": current, "deviceCount": str(count),
                "hubName": runtime.hub.name, "recommendedActionLearnMore": url, "releaseNotes": f"{url}/releases",
            },
        )  # fmt: skip


def _outdated(sdk: str) -> tuple[str, str, str, str] | None:
    """The language, the repository, the version, and the version that is wanted, where an SDK is too old."""
    for prefix, language, repository, oldest in _SDKS:
        found = _VERSION.match(sdk, len(prefix)) if sdk.lower().startswith(prefix.lower()) else None
        if found is not None and tuple(int(part or 0) for part in found.groups()) < oldest:
            return language, repository, found[0], ".".join(map(str, oldest))
    return None


def _fallback_off(runtime: Runtime) -> Iterator[Recommendation]:
    fallback = runtime.hub.settings.properties["routing"].get("fallbackRoute")
    if not fallback or not bindings.truth(fallback.get("isEnabled"), "'isEnabled'"):
        yield Recommendation(
            "31e5d980-53b5-4475-855e-b6d71b70c2af", OPERATIONAL_EXCELLENCE, "Low", "IoT Hub Fallback Route Disabled",
            "https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-messages-d2c#fallback-route",
        )  # fmt: skip
