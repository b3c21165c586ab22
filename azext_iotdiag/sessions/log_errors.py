"""`logs errors` of exported files: rows are read one by one, and what they come to is told at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from azext_iotdiag.insights import log_errors
from azext_iotdiag.insights.log import Log, TooVaried
from azext_iotdiag.insights.log_rows import NotARow
from azext_iotdiag.model.log_table import LogTable
from azext_iotdiag.model.resource_log import LogRead, ReadingInterrupted, RowsRead, Unread
from azext_iotdiag.streams import tables
from azext_iotdiag.streams.recorded import Place

PROGRESS = 100_000  # rows, after which it is said how far the reading is

Hear = Callable[[RowsRead | ReadingInterrupted], None]


@dataclass(frozen=True)
class LogErrorsAsked:
    """What `logs errors` is asked for.

    `files` are read where there are any, and else the rows of a workspace since `since`, in milliseconds since 1970.
    `device` is a pattern of the devices that are meant. `timeline` tells whether its rows are wanted, too.
    """

    files: tuple[str, ...] = ()
    since: int = 0
    device: str | None = None
    timeline: bool = False


class Taken:
    """The rows of pages. The rows at the edge of two pages come twice, and count once."""

    def __init__(self) -> None:
        self.log, self.unread, self.partial = Log(), Unread(), ""
        self._edge: frozenset[tuple[object, ...]] = frozenset()

    def page(self, page: LogTable, hear: Hear) -> None:
        """Take in a page."""
        before = self.log.rows // PROGRESS
        for number, (row, record) in enumerate(zip(page.rows, page.records()), 1):
            if row not in self._edge:
                place = Place("the workspace", "row", number)
                self.unread = _take(self.log, tables.TableRow(place, record), self.unread)
        last = page.rows[-1][0] if page.rows else None
        self._edge = frozenset(row for row in page.rows if row[0] == last)
        self.partial = page.partial if page.partial and not page.rows else ""
        if self.log.rows // PROGRESS > before:
            hear(RowsRead(self.log.rows))


def read_files(
    paths: Iterable[str],
    hear: Hear,
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


def _take(log: Log, each: tables.TableRow | tables.Damaged, unread: Unread) -> Unread:
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
