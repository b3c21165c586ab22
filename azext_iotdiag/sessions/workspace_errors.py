"""`logs errors` of a service: the rows of its log in a workspace, which a diagnostic setting names."""

from __future__ import annotations

from azext_iotdiag.checks.failures import Service, finding_of
from azext_iotdiag.clients.arm import DPS_TYPE, is_of
from azext_iotdiag.insights import log_errors
from azext_iotdiag.model.failure import StepFailed
from azext_iotdiag.model.resource_log import LogRead, ReadingInterrupted
from azext_iotdiag.probes import workspace_log
from azext_iotdiag.probes.context import Context
from azext_iotdiag.sessions.log_errors import Hear, LogErrorsAsked, Taken


def read_workspace(context: Context, asked: LogErrorsAsked, hear: Hear) -> LogRead:
    """What the rows of a hub or provisioning service come to. After Ctrl-C, what the rows so far come to."""
    taken, failure, whole = Taken(), None, True
    try:
        with workspace_log.opened(context) as log:
            # Of all devices: what befell one may have befallen its whole site.
            for page in log.pages(asked.since / 1000, context.now()):
                taken.page(page, hear)
    except StepFailed as failed:
        failure = finding_of(Service.WORKSPACE, failed.failure)
    except KeyboardInterrupt:
        whole = False
        hear(ReadingInterrupted(taken.log.rows))
    found = log_errors.found(taken.log, asked.device, asked.timeline)
    resource = context.resource
    return found._replace(
        unread=taken.unread, whole=whole, hub=resource.host if resource is not None else "", since=asked.since,
        partial=taken.partial, failure=failure, of_dps=resource is not None and is_of(resource.id, DPS_TYPE),
    )  # fmt: skip
