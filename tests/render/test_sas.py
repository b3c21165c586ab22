"""The forms of a token that was made, and of what one shows."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from azext_iotdiag.checks.verdict import diagnose
from azext_iotdiag.model.check import Link
from azext_iotdiag.model.facts import given
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.token import NO_KEY, ClockFacts, Gap, SasFacts
from azext_iotdiag.render import sas as render
from azext_iotdiag.render.commands import Known
from tests.render.without_causes import without_causes

NOW = 1_796_040_000.0  # 2026-11-30T12:00:00Z
HOST = "hub.azure-devices.net"
DEVICE = f"{HOST}/devices/pump-7"
TOKEN = SasFacts(
    "--sas-token", resource=DEVICE, expires=int(NOW) + 3600, wanted=DEVICE, keys=("the primary key",),
    signer="the primary key",
)  # fmt: skip
NOT_COMPARED = replace(TOKEN, wanted="", keys=(), signer="")
CLOCK = ClockFacts(HOST, 0.26, 1.04)
SAMPLES: dict[str, dict[str, Any]] = {
    "compared with all": {"token": TOKEN, "clock": CLOCK},
    "compared with nothing": {"token": NOT_COMPARED},
    "of a policy": {"token": replace(TOKEN, resource=HOST, wanted=HOST, policy="service", wanted_policy="service")},
    "ended this moment": {"token": replace(TOKEN, expires=int(NOW))},
    "ends in a second": {"token": replace(TOKEN, expires=int(NOW) + 1)},
    "for another device": {"token": replace(TOKEN, wanted=f"{HOST}/devices/valve", gap=Gap.DEVICE)},
    "made with none of the keys": {"token": replace(TOKEN, signer=NO_KEY)},
    "not whole": {"token": SasFacts("--sas-token", "sig", "is missing")},
    "with a clock ahead": {"token": TOKEN, "clock": replace(CLOCK, ahead=400.0)},
    "with a clock behind": {"token": TOKEN, "clock": replace(CLOCK, ahead=-0.6)},
    "with a clock that is right": {"token": TOKEN, "clock": replace(CLOCK, ahead=0.0)},
    "with no clock": {"token": TOKEN, "clock": Failure(Kind.SILENT, "the clock", HOST, 443, seconds=5.0)},
}


def shown(values: dict[str, Any]) -> tuple[Any, ...]:
    token = values["token"]
    typed = {"signing_keys": token.keys or None, "expected_resource": token.wanted or None}
    facts = given(NOW, **{**values, **typed})
    found = diagnose((Link.MACHINE, Link.DEVICE), facts, lambda: 0.0)
    return token, without_causes(found), facts.get("clock"), NOW, Known("hub", "pump-7")


def test_golden(golden: Callable[[str, str], None]) -> None:
    told: list[str] = []
    for name, values in SAMPLES.items():
        told += [f"== {name}", *render.lines(*shown(values))]
    golden("sas.txt", "\n".join(told) + "\n")


def test_golden_json(golden: Callable[[str, str], None]) -> None:
    told = {name: render.data(*shown(values)) for name, values in SAMPLES.items()}
    for each in told.values():
        each["verdict"] = (each["verdict"]["state"], each["verdict"]["statement"])
        del each["checks"]  # they are pinned with their verdict, and grow
    golden("sas.json", json.dumps(told, indent=1) + "\n")


def test_a_token_steers_no_terminal() -> None:
    hostile = replace(TOKEN, resource="hub\x1b[2J", policy="\x1b[31mservice")
    assert "\x1b" not in "\n".join(render.lines(*shown({"token": hostile})))


def test_a_token_that_was_made() -> None:
    ends = 1_796_040_000
    assert render.title(DEVICE, ends) == f"For {DEVICE}, until 2026-11-30T12:00:00Z:"
    made = render.made("SharedAccessSignature …", DEVICE, "", ends)
    assert made == {
        "version": 1, "sas": "SharedAccessSignature …", "resource": DEVICE, "policy": None,
        "expires": "2026-11-30T12:00:00Z",
    }  # fmt: skip
    assert render.made("s", HOST, "service", ends)["policy"] == "service"
