"""The log shows uploads of files that the hub refused."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks import logged
from azext_iotdiag.checks.declare import check
from azext_iotdiag.model.device_log import DeviceLog
from azext_iotdiag.model.finding import Certainty, Finding

UPLOADS = "FileUploadOperations"


@check("The log shows no refused upload", at_most=Certainty.LIKELY)
def uploads_taken(device_log: DeviceLog) -> Iterator[Finding]:
    """An upload that was taken later shows that the device got over it."""
    yield from logged.of_category(device_log, UPLOADS)
