"""The check `cloud-messages-taken`."""

from __future__ import annotations

from azext_iotdiag.checks.commands.cloud_messages_taken import cloud_messages_taken
from tests.checks.facts import identity
from tests.checks.judging import verdict


def test_the_queue_of_a_device() -> None:
    assert verdict(cloud_messages_taken, identity=identity()) == ("pass", [])
    assert verdict(cloud_messages_taken, identity=identity(queued=49)) == ("pass", [("cloud-messages-wait", "note")])
    assert verdict(cloud_messages_taken, identity=identity(queued=50)) == ("fail", [("hub-403004", "fail")])
