"""Event Hubs SDKs of others go on at an offset of a geo-replicated namespace, which is no number."""

from __future__ import annotations

import pytest

from tests.conformance.test_event_hub import bodies, read
from tests.plugins.lab_fixture import open_lab
from tests.plugins.reading import send

__all__ = ["read"]
BODIES = [b'{"n":%d}' % number for number in range(5)]


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """A lab with a geo-replicated namespace, in which a device without a player has sent five messages."""
    with open_lab(tmp_path_factory.mktemp("lab"), scenario="geo-replicated") as lab:
        send(lab, *BODIES, device="spare-1")
        yield lab


def test_reading_goes_on_at_an_offset(lab, read) -> None:
    partition = lab.state.hub.partition_of("spare-1")
    offset = next(event.offset for event in partition.events if event.message.endswith(BODIES[1]))
    came = read(count=3, partition=partition.id, position=offset)
    assert bodies(came)[:3] == BODIES[2:]
    assert all(event["offset"].startswith("0:") for event in came["events"])
