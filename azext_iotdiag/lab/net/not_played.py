"""What Azure answers and the lab does not play, by service: a caller is told so, and not that nothing is there.

https://learn.microsoft.com/rest/api/iothub, .../rest/api/iot-dps and .../rest/api/iotcentral
"""

from __future__ import annotations

from typing import NamedTuple

from azext_iotdiag.lab.net.router import ANY

STATUS = 501  # which no service of the lab's answers otherwise, and which clients do not send again
CODE = "NotPlayed"
BELOW = "**"  # at the end of a path: whatever comes there, and nothing, too


class NotPlayed(NamedTuple):
    """A request that is not played: `what` it asks for, in words. Any method where none is named."""

    path: tuple[str, ...]
    what: str
    method: str = ""


HUB = (
    NotPlayed(("jobs", BELOW), "jobs"),
    NotPlayed(("configurations", BELOW), "configurations"),
    NotPlayed(("devices", ANY, "applyConfigurationContent"), "configurations"),
    NotPlayed(("digitalTwins", BELOW), "digital twins"),
    NotPlayed(("messages", "serviceBound", BELOW), "feedback and notifications over HTTPS"),
)
PROVISIONING = (
    NotPlayed(("enrollments",), "changes of many enrollments at once", "POST"),
    NotPlayed(("enrollmentGroups",), "changes of many enrollment groups at once", "POST"),
)
CENTRAL = (
    *(
        NotPlayed((part, BELOW), what)
        for part, what in {
            "apiTokens": "API tokens", "dashboards": "dashboards", "dataExport": "data exports",
            "deploymentManifests": "deployment manifests", "deviceGroups": "device groups",
            "enrollmentGroups": "enrollment groups", "fileUploads": "file uploads", "jobs": "jobs",
            "organizations": "organizations", "query": "queries", "roles": "roles", "scheduledJobs": "scheduled jobs",
            "users": "users",
        }.items()
    ),
    NotPlayed(("deviceTemplates", ANY), "changes and removals of device templates"),
    NotPlayed(("devices", ANY, "commands", BELOW), "commands"),
    NotPlayed(("devices", ANY, "components", ANY, "commands", BELOW), "commands"),
    NotPlayed(("devices", ANY, "modules", ANY, BELOW), "what belongs to a module"),
    NotPlayed(("devices", ANY, "relationships", BELOW), "relationships of devices"),
    NotPlayed(("devices", ANY, "attestation"), "other attestations of a device"),
    NotPlayed(("devices", ANY, "properties"), "a replacement of all properties", "PUT"),
    NotPlayed(("devices", ANY, "components", ANY, "properties"), "a replacement of all properties", "PUT"),
)  # fmt: skip
_MANAGED = (
    NotPlayed(("privateEndpointConnections", BELOW), "private endpoints"),
    NotPlayed(("privateLinkResources", BELOW), "private endpoints"),
)
MANAGED_HUB = (
    *_MANAGED,
    NotPlayed(("jobs", BELOW), "jobs"),
    NotPlayed(("exportDevices",), "exports of devices"),
    NotPlayed(("importDevices",), "imports of devices"),
)
ADVISOR = (
    NotPlayed(("suppressions", BELOW), "suppressions of recommendations"),
    NotPlayed(("recommendations", ANY, "suppressions", BELOW), "suppressions of recommendations"),
    NotPlayed(("configurations", BELOW), "settings of Advisor"),
    NotPlayed(("metadata", BELOW), "metadata of Advisor"),
)
MANAGED_PROVISIONING = (*_MANAGED, NotPlayed(("certificates", ANY, BELOW), "certificates of authorities"))


def words(gaps: tuple[NotPlayed, ...], method: str, parts: tuple[str, ...]) -> str:
    """What to tell the caller, where the request is one that the lab does not play. Empty where it is none."""
    what = next((gap.what for gap in gaps if gap.method in ("", method) and _fits(gap.path, parts)), "")
    return f"The lab does not play {what}." if what else ""


def _fits(path: tuple[str, ...], parts: tuple[str, ...]) -> bool:
    open_ended = path[-1] == BELOW
    wanted = path[:-1] if open_ended else path
    if len(parts) < len(wanted) or (len(parts) > len(wanted) and not open_ended):
        return False
    return all(part in (ANY, given) or part.lower() == given.lower() for part, given in zip(wanted, parts))
