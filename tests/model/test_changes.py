"""Changes of several sources, as one list."""

from __future__ import annotations

from azext_iotdiag.model.changes import Changes, HistoryChange, HistoryPart, Source
from azext_iotdiag.model.failure import Failure, Kind

REFUSED = Failure(Kind.UNAUTHORIZED, "the activity log", "management.azure.com", 443)


def test_the_newest_comes_first_and_what_is_older_than_asked_is_left_out() -> None:
    old, first, second = (HistoryChange(at, Source.TWIN, "property a") for at in (99, 100, 101))
    same = HistoryChange(101, Source.ACTIVITY, "z")
    found = Changes("hub", 100, (HistoryPart(Source.TWIN, (old, first, second)), HistoryPart(Source.ACTIVITY, (same,))))
    assert found.listed == (same, second, first)


def test_a_source_that_could_not_be_read_is_named() -> None:
    unread = HistoryPart(Source.ACTIVITY, failure=REFUSED)
    assert Changes("hub", 0, (HistoryPart(Source.TWIN), unread)).unread == (unread,)
