"""All checks in the order in which they run: the table of contents. To add one, write its file and list it here."""

from azext_iotdiag.checks.stream.heartbeats_kept import heartbeats_kept
from azext_iotdiag.checks.stream.messages_came import messages_came
from azext_iotdiag.checks.stream.partitions_opened import partitions_opened
from azext_iotdiag.checks.stream.partitions_readable import partitions_readable
from azext_iotdiag.checks.stream.stream_uninterrupted import stream_uninterrupted

GROUPS = {
    "stream": (partitions_readable, partitions_opened, stream_uninterrupted, messages_came, heartbeats_kept),
}

ALL = tuple(check for group in GROUPS.values() for check in group)
