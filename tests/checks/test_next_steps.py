"""The command to run next, by what was found and by the facts."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from azext_iotdiag.checks.next_steps import after
from azext_iotdiag.model.check import Check, CheckResult, Status
from azext_iotdiag.model.dps import Registration
from azext_iotdiag.model.facts import Facts, typed
from azext_iotdiag.model.finding import Entry, Finding, fail, note, warn
from azext_iotdiag.model.group import Group
from azext_iotdiag.model.homes import Home, Homes, Where
from azext_iotdiag.model.identity import Identity
from azext_iotdiag.model.keys import Admission, KeyComparison

NOW = datetime(2026, 11, 30, tzinfo=timezone.utc)
DAY = 86_400_000
MS = int(NOW.timestamp() * 1000)


def facts(**values: Any) -> Facts:
    return {name: typed(value, NOW) for name, value in {"now": NOW.timestamp(), **values}.items()}


def result(status: Status, *findings: Finding) -> CheckResult:
    return CheckResult(Check("a-check", "It is so", lambda: ()), status, findings)


def said(code: str, how: Any = fail) -> Finding:
    return how(Entry(code, "It is so"), "seen")


def device(last: int | None, authentication: str = "sas") -> Identity:
    return Identity("h", "d", last_activity=last, authentication=authentication)


@pytest.mark.parametrize(("code", "given", "command"), [
    ("device-connected", facts(), "az iot diag monitor events --login @hub.txt --device-id DEVICE"),
    ("device-disconnected", facts(identity=device(MS - DAY)),
     "az iot diag monitor events --login @hub.txt --device-id DEVICE --since 2026-11-28T23:59:00Z"),
    ("device-disconnected", facts(identity=device(MS - 8 * DAY)),
     "az iot diag key test --login @hub.txt --device-id DEVICE --key @key.txt"),
    ("device-never-seen", facts(identity=device(None)),
     "az iot diag key test --login @hub.txt --device-id DEVICE --key @key.txt"),
    ("device-never-seen", facts(identity=device(None, "selfSigned")),
     "az iot diag key test --login @hub.txt --device-id DEVICE --certificate device.pem"),
    ("device-never-seen", facts(), ""),
    ("dps-assigned", facts(registration=Registration("r", hub="hub-2.azure-devices.net", device="d 2")),
     "az iot diag device show --hub-name hub-2 --device-id 'd 2'"),
    ("dps-assigned", facts(registration=Registration("r", hub="hub-2.x"), identity=device(None)), ""),
    ("dps-assigned", facts(), ""),
    ("device-assigned-elsewhere",
     facts(registration=Registration("r", hub="hub-2.x", device="d"), identity=device(None)),
     "az iot diag check --hub-name hub-2 --device-id d"),
    ("device-assigned-elsewhere", facts(), ""),
    ("no-such-code", facts(), ""),
])  # fmt: skip
def test_what_follows_from_what_is_as_it_should_be(code: str, given: Facts, command: str) -> None:
    assert after([result(Status.PASS, said(code, note))], given) == command


def test_a_refusal_at_the_door_leads_to_the_registry() -> None:
    tried = facts(admission=Admission("hub-1.azure-devices.net", "d", "HTTPS", False))
    refused = [result(Status.FAIL, said("device-not-let-in"))]
    assert after(refused, tried) == "az iot diag key test --hub-name hub-1 --connection-string @device.txt"
    compared = {**tried, **facts(key_comparison=KeyComparison("hub-1", "d"))}
    assert after(refused, compared) == "az iot diag explain device-not-let-in"


def test_what_is_wrong_counts_most_and_what_was_not_seen_next() -> None:
    fine = result(Status.PASS, said("device-connected", note))
    blind = result(Status.ERROR, said("registry-refused"))
    wrong = result(Status.FAIL, said("one", warn), said("two"), said("three"))
    assert after([fine, blind, wrong], facts()) == "az iot diag explain two"
    assert after([fine, blind], facts()) == "az iot diag explain registry-refused"
    known = result(Status.FAIL, said("three"), said("device-unknown"))
    assert after([wrong, known], facts()) == "az iot diag device list --login @hub.txt"
    assert after([], facts()) == ""


def test_of_what_is_fine_the_last_check_saw_most() -> None:
    first = result(Status.PASS, said("nothing-came", note))
    last = result(Status.WARN, said("device-connected", note))
    assert "monitor events" in after([first, last], facts()) and "summary" in after([last, first], facts())


HUB, APP, DPS = (Home(where, f"x-{where.name.lower()}.azure.net", "x") for where in (Where.HUB, Where.APP, Where.DPS))


@pytest.mark.parametrize(("code", "given", "command"), [
    ("device-in-several-places", facts(homes=Homes("d 7", (HUB, APP))),
     "az iot diag check --hub-name x-hub --device-id 'd 7'"),
    ("device-in-several-places", facts(homes=Homes("d7", (DPS, APP, HUB))),
     "az iot diag check --app-id x-app --device-id d7"),
    ("device-in-several-places", facts(homes=Homes("d7", (DPS,))), ""),
    ("device-in-several-places", facts(), ""),
    ("group-quiet", facts(group=Group("hub", examples=("p 1", "p2"))),
     "az iot diag check --login @hub.txt --device-id 'p 1'"),
    ("group-quiet", facts(group=Group("hub")), ""),
    ("group-quiet", facts(), ""),
    ("works-here", facts(admission=Admission("hub-1.azure-devices.net", "d", "HTTPS", True)),
     "az iot diag network test --host hub-1.azure-devices.net --script sh"),
    ("works-here", facts(), ""),
    ("device-not-let-in", facts(), ""),
    # The newest message that a hub may still hold.
    ("device-disconnected", facts(identity=device(MS - 7 * DAY)),
     "az iot diag monitor events --login @hub.txt --device-id DEVICE --since 2026-11-22T23:59:00Z"),
    ("device-disconnected", facts(identity=device(MS - 7 * DAY - 1)),
     "az iot diag key test --login @hub.txt --device-id DEVICE --key @key.txt"),
    ("device-disconnected", {"identity": facts(identity=device(MS))["identity"]},
     "az iot diag key test --login @hub.txt --device-id DEVICE --key @key.txt"),
])  # fmt: skip
def test_what_facts_fill_in(code: str, given: Facts, command: str) -> None:
    assert after([result(Status.PASS, said(code, note))], given) == command
