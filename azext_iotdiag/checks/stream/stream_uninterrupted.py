"""A connection that breaks and heals loses nothing, but it is worth knowing."""

from azext_iotdiag.checks.declare import check
from azext_iotdiag.checks.stream.partitions_readable import finding_of
from azext_iotdiag.model.finding import Severity


@check("The connection held")
def stream_uninterrupted(stream):
    for failure in stream.interruptions:
        yield finding_of(failure, Severity.WARN)
