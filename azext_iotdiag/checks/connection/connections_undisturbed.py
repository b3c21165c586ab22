"""The log of connections shows what no state of a device shows: a rival, a renewal that failed, a connection cut."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import check
from azext_iotdiag.knowledge import lookup, patterns
from azext_iotdiag.model.device_log import DeviceLog
from azext_iotdiag.model.finding import Certainty, Finding, Severity, When, warn, weighed
from azext_iotdiag.model.identity import Identity
from azext_iotdiag.model.resource_log import CONNECTIONS
from azext_iotdiag.model.timestamps import written

# What these say is that the device is not let in: see `sign_ins_accepted`.
OF_ADMISSION = (
    patterns.KEY_REFUSED_SINCE, patterns.CERTIFICATE_REFUSED_SINCE, patterns.SITE_REFUSED, patterns.HUB_REFUSES_ALL,
)  # fmt: skip
_LATE_MS = 300_000
# What these say is that the hub takes no message: see `messages_taken`.
OF_INGRESS = (patterns.THROTTLED,)


@check("The log shows no disturbed connection", at_most=Certainty.LIKELY)
def connections_undisturbed(device_log: DeviceLog, identity: Identity | None = None) -> Iterator[Finding]:
    """What the device did successfully after the last row of a pattern clears it.

    Where no pattern explains it, a warning says how the last connection ended. One end by itself is no fault.
    """
    from azext_iotdiag.insights import device_rows  # loaded where there is a log

    known = list(device_rows.recognised(device_log))
    if identity is not None and identity.known and all(each.finding.severity is Severity.NOTE for each in known):
        failed = device_rows.renewal_failed(device_log)
        if failed is not None and not _came_since(identity, failed.last):
            known = [failed]
    for each in known:
        if each.finding.entry not in (*OF_ADMISSION, *OF_INGRESS):
            yield weighed(each.finding, certainty=Certainty.LIKELY, when=When.WINDOW, since=each.last)
    of_connection = [row for row in device_log.rows if row.shape.category == CONNECTIONS]
    last = of_connection[-1] if of_connection and not known else None
    if last is not None and last.shape.ends and last.shape.code:
        for entry in lookup.find(last.shape.code, "hub")[:1]:
            message = (
                f"The last connection of {device_log.device!r} in the log ended with {last.shape.code} at "
                f"{written(last.moment)}, and no other began"
            )
            ended = warn(entry, message, code=last.shape.code)
            yield weighed(ended, certainty=Certainty.LIKELY, when=When.WINDOW, since=last.moment)


def _came_since(identity: Identity, moment: int) -> bool:
    """Whether the hub shows a sign of the device after a moment, which it may show as much too late as that."""
    signs = [each for each in (identity.last_activity, identity.reported) if each is not None]
    return identity.connected or any(each > moment + _LATE_MS for each in signs)
