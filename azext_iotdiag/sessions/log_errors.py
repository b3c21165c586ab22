"""`logs errors` of exported files: rows are read one by one, and what they come to is told at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from azext_iotdiag.insights import log_errors
from azext_iotdiag.insights.log import Log, TooVaried
from azext_iotdiag.insights.log_rows import NotARow
from azext_iotdiag.model.resource_log import LogRead, ReadingInterrupted, RowsRead, Unread
from azext_iotdiag.streams import tables
from azext_iotdiag.streams.recorded import Place

PROGRESS = 100_000  # rows, after which it is said how far the reading is


def read_files(
    paths: Iterable[str],
    hear: Callable[[RowsRead | ReadingInterrupted], None],
    device: str | None = None,
    timeline: bool = False,
) -> LogRead:
    """What the rows in files come to. After Ctrl-C, what the rows so far come to.

    Args:
        paths: Files, and - for standard input.
        hear: Gets events while the files are read.
        device: A pattern of the devices that are meant, None for all.
        timeline: Whether the rows of `device`, by its exact id, are wanted, too.
    """
    log, unread, whole = Log(), Unread(), True
    try:
        for path in paths:
            for each in tables.rows(path):
                unread = _take(log, each, unread)
                if log.rows and not log.rows % PROGRESS:
                    hear(RowsRead(log.rows))
    except KeyboardInterrupt:
        whole = False
        hear(ReadingInterrupted(log.rows))
    return log_errors.found(log, device, timeline)._replace(unread=unread, whole=whole)


def _take(log: Log, each: tables.Found | tables.Damaged, unread: Unread) -> Unread:
    """Take in a row, or count it among those that cannot be read."""
    if isinstance(each, tables.Damaged):
        return _more(unread, each.place, each.why)
    try:
        log.add(each.row)
    except (NotARow, TooVaried) as wrong:
        return _more(unread, each.place, str(wrong))
    return unread


def _more(unread: Unread, place: Place, why: str) -> Unread:
    where = f"{place.path}, {place.unit} {place.number}" if place.unit else place.path
    return Unread(unread.times + 1, unread.first or f"{where}: {why}")
