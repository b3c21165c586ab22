"""The check `central-answers`."""

from __future__ import annotations

from azext_iotdiag.checks.admission.central_answers import central_answers
from azext_iotdiag.model.central import CentralReached
from azext_iotdiag.model.failure import Failure, Kind
from tests.checks.judging import verdict


def test_an_application() -> None:
    refused = Failure(Kind.UNAUTHORIZED, "the list of devices", "app", 443, condition="http:403")
    assert verdict(central_answers, central_reached=CentralReached("app", 3)) == ("pass", [])
    assert verdict(central_answers, central_reached=CentralReached("app", 0)) == (
        "pass", [("central-without-devices", "note")],
    )  # fmt: skip
    assert verdict(central_answers, central_reached=refused) == ("error", [("central-403", "warn")])
