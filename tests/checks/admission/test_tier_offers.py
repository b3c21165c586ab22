"""The check `tier-offers`."""

from __future__ import annotations

from typing import Any

import pytest

from azext_iotdiag.checks.admission.tier_offers import tier_offers
from azext_iotdiag.model.goal import Goal
from azext_iotdiag.model.hub_settings import HubSettings
from azext_iotdiag.model.identity import Identity
from azext_iotdiag.model.newest_messages import NewestMessages
from tests.checks.judging import verdict

BASIC, STANDARD = HubSettings("h", sku="B1", tier="Basic"), HubSettings("h", sku="S1", tier="Standard")
SEEN, NEVER = Identity("h", "d", last_activity=1), Identity("h", "d")
FAIL, WARN, PASS = ("fail", [("hub-403010", "fail")]), ("warn", [("hub-403010", "warn")]), ("pass", [])


@pytest.mark.parametrize(("facts", "judged"), [
    ({"goal": Goal.TWIN}, FAIL), ({"goal": Goal.METHODS}, FAIL), ({"goal": Goal.C2D}, FAIL),
    ({"goal": Goal.TELEMETRY}, PASS), ({"goal": Goal.FILE_UPLOAD}, PASS), ({}, PASS),
    ({"goal": Goal.TELEMETRY, "identity": SEEN}, WARN),  # came, and nothing of it is there
    ({"goal": Goal.TELEMETRY, "identity": SEEN, "newest_messages": NewestMessages("d", came=1)}, PASS),
    ({"goal": Goal.TELEMETRY, "identity": NEVER}, PASS),
])  # fmt: skip
def test_a_hub_of_the_basic_tier(facts: dict[str, Any], judged: Any) -> None:
    assert verdict(tier_offers, hub_settings=BASIC, **facts) == judged
    assert verdict(tier_offers, hub_settings=STANDARD, **facts) == PASS
