"""Where the hub lost all messages, those of one device are lost, too."""

from __future__ import annotations

from tests.checks.test_doctor import stream
from tests.checks.test_hub_metrics import codes, counted, judged


def test_where_all_messages_are_lost_those_of_the_device_are_too() -> None:
    found = judged(counted(built_in=0, orphaned=100), newest_messages=stream(None))
    assert found.link is not None and (found.link.value, codes(found.reasons)) == ("routing", ["route-orphaned"])


def test_what_some_devices_lost_breaks_nothing() -> None:
    assert judged(counted(built_in=99, orphaned=1)).link is None


def test_a_hub_that_counts_nothing_at_the_built_in_endpoint_lost_all_too() -> None:
    """A metric without a value in that time is not told: the count of lost messages says it alone."""
    assert counted(accepted=1, built_in=None, orphaned=1).lost_all
    assert not counted(accepted=2, built_in=None, orphaned=1).lost_all
