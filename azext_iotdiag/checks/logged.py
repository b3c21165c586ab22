"""What the hub's resource log says of one kind of operation of a device: the last refusal that nothing followed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from azext_iotdiag.checks.declare import CouldNotLook
from azext_iotdiag.knowledge import lookup
from azext_iotdiag.knowledge.commands import HUB_ANSWER_UNKNOWN
from azext_iotdiag.model.counts import counted
from azext_iotdiag.model.device_log import DeviceLog
from azext_iotdiag.model.finding import Certainty, Finding, JsonScalar, When, fail, warn, weighed
from azext_iotdiag.model.resource_log import Row
from azext_iotdiag.model.timestamps import written


def of_category(found: DeviceLog, category: str) -> Iterator[Finding]:
    """What the hub refused in a category, unless it took such an operation later. Raises CouldNotLook."""
    rows = [row for row in found.rows if row.shape.category == category]
    taken = max((row.moment for row in rows if not row.shape.code), default=0)
    yield from of_rows(found, [row for row in rows if row.shape.code and row.moment > taken])


def of_rows(found: DeviceLog, refused: Sequence[Row]) -> Iterator[Finding]:
    """What the last of these rows means, which all are errors. Raises CouldNotLook where its code is not known."""
    if not refused:
        return
    last = refused[-1]
    what = last.shape.name and f" {last.shape.name}"
    message = (
        f"The log has {counted(len(refused), 'refusal')} of {found.device!r} in {last.shape.category}, the last with "
        f"{last.shape.code}{what} for {last.shape.operation} at {written(last.moment)}"
    )
    evidence: dict[str, JsonScalar] = {
        "code": last.shape.code,
        "times": len(refused),
        "operation": last.shape.operation,
    }
    entries = lookup.find(last.shape.code, "hub")
    if not entries:
        raise CouldNotLook(warn(HUB_ANSWER_UNKNOWN, message, **evidence))
    yield weighed(
        fail(entries[0], message, **evidence), certainty=Certainty.LIKELY, when=When.WINDOW, since=last.moment
    )
