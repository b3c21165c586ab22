"""What probes share: connections, and tokens of az's login that are asked for once."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from azext_iotdiag.model.access import OpenedBy
from azext_iotdiag.model.facts import Facts, given
from azext_iotdiag.model.target import Secret, Target
from azext_iotdiag.probes.catalogue import Probe
from azext_iotdiag.probes.context import Access, Context
from azext_iotdiag.probes.gather import gather

SECONDS = 10.0


class Login:
    """az's login, which is for one thread; `most` is how many were in it at the same time."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.most = self._inside = 0

    def token(self, service: str) -> Secret:
        self.calls.append(service)
        self._inside += 1
        self.most = max(self.most, self._inside)
        threading.Event().wait(0.02)
        self._inside -= 1
        return Secret(f"Bearer {service}")


def test_each_token_is_asked_for_once_and_never_two_at_a_time() -> None:
    login = Login()
    targets = {"hub": Target(hub="h"), "dps": Target(dps="d"), "central": Target(app="a")}
    opened = {
        name: Target(target.hub, app=target.app, dps=target.dps, authorization=lambda name=name: login.token(name))
        for name, target in targets.items()
    }  # fmt: skip
    context = Context(**opened)
    asked: list[str] = []

    def ask(access: Access) -> None:
        target = context.target(access)
        assert target is not None and target.authorization is not None
        asked.append(target.authorization().reveal())

    threads = [
        threading.Thread(target=ask, args=(each,))
        for each in (Access.HUB, Access.DPS, Access.CENTRAL) for _ in range(4)
    ]  # fmt: skip
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
    assert sorted(login.calls) == ["central", "dps", "hub"] and login.most == 1
    assert sorted(set(asked)) == ["Bearer central", "Bearer dps", "Bearer hub"] and len(asked) == 12


def test_what_opens_the_hub_instead_is_asked_for_once_and_keeps_no_token_waiting() -> None:
    began, go, other = threading.Event(), threading.Event(), Target(hub="h", policy="p", credential=Secret("a2V5"))
    calls = []

    def instead() -> Target:
        calls.append(None)
        began.set()
        go.wait(SECONDS)
        return other

    context = Context(hub=Target(hub="h", authorization=lambda: Secret("Bearer x"), instead=instead))
    hub = context.hub
    assert hub is not None and hub.instead is not None and hub.authorization is not None
    threads = [threading.Thread(target=hub.instead) for _ in range(3)]
    for thread in threads:
        thread.start()
    assert began.wait(SECONDS)
    assert hub.authorization().reveal() == "Bearer x"
    go.set()
    for thread in threads:
        thread.join(SECONDS)
    assert len(calls) == 1 and hub.instead() is other


LOGIN = Target(hub="h", origin="az", authorization=lambda: Secret("Bearer x"))
KEY = Target(hub="h", origin="az", policy="p", credential=Secret("a2V5"))


@pytest.mark.parametrize(("found", "asked", "opened"), [
    (KEY, True, OpenedBy(policy="p", key_found=True)),
    (None, True, OpenedBy(by_login=True)),
    (KEY, False, OpenedBy(by_login=True)),
])  # fmt: skip
def test_what_opened_the_hub_in_the_end_is_a_fact(found: Target | None, asked: bool, opened: OpenedBy) -> None:
    """Where the hub refuses the login, a key opens it in its place, if one can be had."""

    def measure(context: Context, end: float, facts: Facts) -> int:
        if asked:
            context.hub.instead()
        return 1

    context = Context(hub=replace(LOGIN, instead=lambda: found))
    facts = dict(gather(["one"], context, probes={"one": Probe(measure, "a test", "the value")}))
    assert facts["one"].value == 1 and facts["access"].value == opened


def test_how_a_hub_was_opened_is_not_told_anew() -> None:
    known = given(0.0, access=OpenedBy(policy="q"))
    context = Context(hub=replace(LOGIN, instead=lambda: KEY))
    assert "access" not in dict(gather([], context, known=known))


def test_a_late_probe_holds_up_no_other() -> None:
    """It sits in a request, with a connection of its own, and the others of its host go on."""
    go = threading.Event()

    def late(context, end, facts):
        context.connections.take("h")
        go.wait(SECONDS)

    def quick(context, end, facts):
        context.connections.take("h")
        return "done"

    probes = {
        "late": Probe(late, "a test", "a step", seconds=0.2),
        "quick": Probe(quick, "a test", "a step"),
    }
    facts = dict(gather(("late", "quick"), Context(), probes=probes))
    go.set()
    assert facts["quick"].value == "done" and facts["late"].failure is not None


def test_the_end_of_a_diagnosis_closes_what_is_idle() -> None:
    context = Context()
    assert dict(gather((), context, probes={})) == {}
    assert context.connections._closed and context.stop.is_set()
