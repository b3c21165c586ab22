"""An identity that was made again is told from the one that sent the last message."""

from __future__ import annotations

import pytest

from azext_iotdiag.checks.admission.identity_lasts import identity_lasts
from azext_iotdiag.model.identity import Identity
from azext_iotdiag.model.newest_messages import NewestMessages
from tests.checks.judging import finding, verdict

NOW = 1_700_000_000.0
SENT = NewestMessages("d", 1_699_999_940_000, generation="638")
NEVER = Identity("h", "d")


def test_an_earlier_generation_sent_the_last_message() -> None:
    facts = {"identity": NEVER, "newest_messages": SENT, "generation": "639", "now": NOW}
    assert verdict(identity_lasts, **facts) == ("fail", [("identity-made-again", "fail")])
    assert finding(identity_lasts, **facts).evidence == {"device": "d", "generation": "639", "before": "638"}


@pytest.mark.parametrize(("identity", "newest", "generation"), [
    (NEVER, SENT, "638"),
    (NEVER, SENT, ""),  # the registry did not tell
    (NEVER, NewestMessages("d", 1_699_999_940_000), "639"),  # an Event Hub that is no hub's writes no generation
    (NEVER, NewestMessages("d"), "639"),
    (Identity("h", "d", last_activity=1), SENT, "639"),  # it has come back
])  # fmt: skip
def test_what_shows_no_new_identity(identity: Identity, newest: NewestMessages, generation: str) -> None:
    facts = {"identity": identity, "newest_messages": newest, "generation": generation, "now": NOW}
    assert verdict(identity_lasts, **facts) == ("pass", [])
