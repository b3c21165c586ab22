"""Where `logs errors` reads rows from: exported files, or the workspace of a hub."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azext_iotdiag.model.resource_log import LogRead
from azext_iotdiag.sessions import log_errors

if TYPE_CHECKING:
    from azext_iotdiag.probes.context import Context


def read(context: Context | None, asked: log_errors.LogErrorsAsked, hear: log_errors.Hear) -> LogRead:
    """What the rows come to; `context` is None where files are read."""
    if context is None:
        return log_errors.read_files(asked.files, hear, asked.device, asked.timeline)
    from azext_iotdiag.sessions import workspace_errors  # it loads what asks services, which files do not need

    return workspace_errors.read_workspace(context, asked, hear)
