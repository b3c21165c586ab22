"""Messages of the devices that were asked for came, and a filter for something else hid them."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import check
from azext_iotdiag.checks.reader.partitions_opened import partitions_opened
from azext_iotdiag.checks.reader.partitions_readable import partitions_readable
from azext_iotdiag.knowledge.stream import HIDDEN_BY_FILTER
from azext_iotdiag.model.counts import counted
from azext_iotdiag.model.finding import Finding, fail
from azext_iotdiag.model.hidden_messages import HiddenMessages
from azext_iotdiag.model.stream import StreamRequest

DEVICE_OPTION = "--device-id"


@check("The filters let messages through", after=(partitions_readable, partitions_opened))
def filters_let_through(request: StreamRequest, hidden_messages: HiddenMessages) -> Iterator[Finding]:
    by_filter = dict(hidden_messages.by_filter)
    if request.device:  # whether that device sends is for another check
        by_filter.pop(DEVICE_OPTION, None)
    hidden = sum(by_filter.values())
    if request.shown or not hidden:
        return
    by = ", ".join(f"{count} by {option}" for option, count in sorted(by_filter.items(), key=lambda item: -item[1]))
    whose = f" of {request.device!r}" if request.device else ""
    yield fail(
        HIDDEN_BY_FILTER,
        f"{counted(hidden, 'message')}{whose} came, and none was shown: {by}",
        hidden=hidden,
        filters=", ".join(sorted(by_filter)),
    )
