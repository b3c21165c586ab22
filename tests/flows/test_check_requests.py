"""How many requests a `check` makes with each access: services limit them for all colleagues together."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.matrix import provoking
from tests.matrix.accesses import Access, check
from tests.matrix.stage import Stage, theatre

pytestmark = pytest.mark.slow
# Requests over HTTPS, of which those to the resource manager; sign-ins over AMQP are connections, and not counted.
MOST = {Access.KEYS: (15, 11), Access.READER: (12, 9), Access.SERVICE: (4, 0), Access.DEVICE: (5, 0)}
_MANY = 10_000


def asked(stage: Stage, host: str = "") -> int:
    """How many requests the lab has had, or one of its hosts."""
    records = stage.lab.call(stage.lab.state.audit.recent, _MANY)
    of_host = [each for each in records if not host or each.details.get("host") == host]
    return sum(each.action == "request" for each in of_host)


@pytest.mark.parametrize("access", Access)
def test_a_check_asks_no_more_than_this(tmp_path: Path, access: Access) -> None:
    with theatre(tmp_path) as lab, lab.stage() as stage:
        provoking.sends(stage)
        before, managed = asked(stage), asked(stage, "management.azure.com")
        seen = check(stage, access, tmp_path)
        assert seen.facts
        every, of_manager = asked(stage) - before, asked(stage, "management.azure.com") - managed
        assert 0 < every <= MOST[access][0] and of_manager <= MOST[access][1]
