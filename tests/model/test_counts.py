"""Counts with their noun."""

from __future__ import annotations

import pytest

from azext_iotdiag.model.counts import counted
from azext_iotdiag.model.hidden_messages import HiddenMessages, Seen


@pytest.mark.parametrize(("count", "plural", "told"), [
    (0, "", "0 messages"), (1, "", "1 message"), (2, "", "2 messages"), (1000, "", "1,000 messages"),
    (1, "mice", "1 message"), (2, "mice", "2 mice"),
])  # fmt: skip
def test_counted(count: int, plural: str, told: str) -> None:
    assert counted(count, "message", plural) == told


def test_hidden_messages_are_added_up() -> None:
    assert HiddenMessages().hidden == 0
    assert HiddenMessages({"--device-id": 3, "--property-filter": 2}, {"d": Seen(3, 1)}).hidden == 5
