"""What a network security perimeter around a hub keeps out."""

from __future__ import annotations

import pytest

from azext_iotdiag.checks.admission.perimeter_lets_in import perimeter_lets_in
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.hub_settings import HubSettings, Perimeter
from azext_iotdiag.model.newest_messages import NewestMessages
from azext_iotdiag.model.verdict import State
from tests.checks.judging import verdict
from tests.checks.test_doctor import HOUR, device, hub, judged, stream

NOW = 1_700_000_000.0
INSIDE = HubSettings("h", in_perimeter=True)
NO_RIGHT = Failure(Kind.UNAUTHORIZED, "the perimeters", "management", 443, condition="AuthorizationFailed")


@pytest.mark.parametrize(
    ("perimeters", "status", "severity"),
    [
        ((Perimeter("p", "Enforced", 0),), "fail", "fail"),
        ((Perimeter("p", "Enforced", 2),), "warn", "warn"),
        ((Perimeter("p", "Learning", 0),), "pass", "note"),
        ((Perimeter("p", "Enforced"),), "error", "warn"),  # its rules have a shape that is not known
        ((Perimeter("p", "Sealed", 0),), "error", "warn"),  # a mode that is not known
        ((), "error", "warn"),
    ],
)
def test_verdict(perimeters, status, severity) -> None:
    told = verdict(perimeter_lets_in, hub_settings=INSIDE, now=NOW, perimeters=perimeters)
    assert told == (status, [("hub-in-perimeter", severity)])


def test_without_the_right_to_look_it_is_not_known() -> None:
    told = verdict(perimeter_lets_in, hub_settings=INSIDE, now=NOW, perimeters=NO_RIGHT)
    assert told == ("error", [("manager-refuses", "warn")])


def test_a_device_whose_messages_came_is_let_in() -> None:
    facts = {"hub_settings": INSIDE, "now": NOW, "perimeters": ()}
    assert verdict(perimeter_lets_in, newest_messages=NewestMessages("pump", came=1), **facts) == ("pass", [])
    facts = {"hub_settings": hub(in_perimeter=True), "perimeters": (Perimeter("p", "Enforced", 0),)}
    assert judged(identity=device(), newest_messages=stream(20), **facts).state is State.HEALTHY
    assert judged(identity=device(2 * HOUR), newest_messages=stream(None), **facts).state is State.BROKEN
