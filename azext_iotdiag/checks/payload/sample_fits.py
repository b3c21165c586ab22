"""Messages that arrive may still hold what the reader cannot use."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import CouldNotLook, check
from azext_iotdiag.knowledge import lookup
from azext_iotdiag.knowledge.assignment import TEMPLATE_NOT_READ
from azext_iotdiag.model.finding import Finding, Severity, fail, warn
from azext_iotdiag.model.newest_messages import NewestMessages


@check("The last messages of the device fit their model")
def sample_fits(newest_messages: NewestMessages) -> Iterator[Finding]:
    """Without a model only the form of messages is judged. What looks wrong there may be as it should: binary data."""
    sample = newest_messages.sample
    if sample is not None and sample.lacking == TEMPLATE_NOT_READ.code:
        raise CouldNotLook(
            warn(
                TEMPLATE_NOT_READ,
                f"the template of {newest_messages.device!r} was not read; its messages were not compared with it",
            )
        )
    for each in sample.faults if sample is not None else ():
        assert sample is not None
        least = Severity.WARN if sample.model else Severity.FAIL
        if each.severity.rank < least.rank:
            continue
        say = fail if each.severity is Severity.FAIL and sample.model else warn
        where = f" at {each.path}" if each.path else ""
        by = f", judged by {sample.model}" if sample.model else ""
        (entry,) = (entry for entry in lookup.find(each.code) if entry.code == each.code)
        message = f"{each.times} of the last {sample.messages} messages of {newest_messages.device!r}{where}{by}"
        yield say(entry, message, path=each.path, times=each.times)
