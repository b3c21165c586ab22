"""A device uploads files to the storage that its hub names."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import check
from azext_iotdiag.knowledge.hub.file_upload import DEFAULT_STORAGE_ENDPOINT_NOT_CONFIGURED
from azext_iotdiag.model.finding import Finding, fail
from azext_iotdiag.model.goal import Goal
from azext_iotdiag.model.hub_settings import HubSettings


@check("The hub has storage for uploads")
def uploads_set_up(hub_settings: HubSettings, goal: Goal | None = None) -> Iterator[Finding]:
    """Most hubs need none, so that it is no fault where no upload is missed."""
    if goal is Goal.FILE_UPLOAD and not hub_settings.upload_container:
        message = f"{hub_settings.host} names no container for uploads"
        yield fail(DEFAULT_STORAGE_ENDPOINT_NOT_CONFIGURED, message, hub=hub_settings.host)
