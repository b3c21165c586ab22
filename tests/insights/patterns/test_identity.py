"""When take-overs say that several clients use one identity, and what tells these clients from each other."""

from __future__ import annotations

from typing import Any

import pytest

from azext_iotdiag.insights.patterns.identity import shared
from azext_iotdiag.insights.patterns.life import Life
from azext_iotdiag.model.resource_log import Recognised
from tests.insights.patterns.lives import lived, row

A, B = {"address": "10.0.0.XXX", "sdk": "py"}, {"address": "10.0.1.XXX", "sdk": "py"}


def fight(taken: int, clients: list[dict[str, str]], *, every: float = 60, lost: int = 0, code: str = "400027") -> Life:
    """Connects of clients, one after the other, and after them ends by a take-over and others."""
    found = lived("0 +")
    connects = [row(each, "+", **client) for each, client in enumerate(clients)]
    rows = [f"{100 + each * every} -{code}" for each in range(taken)]
    rows += [f"{1_000_000 + each * 600} -404104" for each in range(lost)]
    return found._replace(connects=connects, ends=lived(", ".join(rows)).ends)


@pytest.mark.parametrize(("life", "said"), [
    (fight(3, [A, B, A, B]), True),
    (fight(2, [A, B, A, B]), False),
    (fight(3, [A, B, A, A]), False),  # two changes
    (fight(6, [A, A, A, A]), True),
    (fight(5, [A, A, A, A]), False),
    (fight(6, [A, B, B, B]), True),
    (fight(3, [A, B, A, B], every=900), True),
    (fight(3, [A, B, A, B], every=900.002), False),
    (fight(3, [A, B, A, B], lost=3), True),
    (fight(3, [A, B, A, B], lost=4), False),
    (fight(3, [A, B, A, B], code="409002"), True),
    (fight(3, [A, B, A, B], code="404104"), False),
])  # fmt: skip
def test_when_an_identity_is_shared(life: Life, said: bool) -> None:
    assert (shared(life) is not None) is said


def evidence(found: Recognised | None) -> dict[str, Any]:
    assert found is not None
    return dict(found.finding.evidence)


def test_the_numbers() -> None:
    found = shared(fight(3, [A, B, A, B], every=61.25))
    assert evidence(found) == {"takeOvers": 3, "apartSeconds": 61.2, "clients": 2, "changes": 3}
    assert evidence(shared(fight(6, [A, A, A]))) == {"takeOvers": 6, "apartSeconds": 60.0, "clients": 1, "changes": 0}
    assert evidence(shared(fight(6, [A, B, B]))) == {"takeOvers": 6, "apartSeconds": 60.0, "clients": 2, "changes": 1}


@pytest.mark.parametrize(("clients", "words"), [
    ([A, B, A, B], "They alternate between 10.0.0.XXX and 10.0.1.XXX."),
    ([A, {"address": "10.0.0.XXX", "sdk": "c"}] * 2, "They alternate between c and py."),
    ([A, {"address": "10.0.1.XXX", "sdk": ""}] * 2, "They alternate between 10.0.0.XXX py and 10.0.1.XXX no name."),
    ([{**A, "protocol": "Mqtt"}, {**A, "protocol": "Amqp"}] * 2, "They alternate between Amqp and Mqtt."),
    ([{"address": each} for each in "abcd"], "They alternate between a and b and c."),
    ([A] * 4, "All connects come from one address with one SDK: a gateway, or a client that was not closed."),
])  # fmt: skip
def test_what_tells_the_clients_apart(clients: list[dict[str, str]], words: str) -> None:
    found = shared(fight(6, clients))
    assert found is not None and found.finding.message.endswith(words)
