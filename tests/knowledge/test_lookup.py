"""Look-up by name: every name of every entry, in its contexts, and no more loaded than is needed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from azext_iotdiag.knowledge import catalogue, lookup
from azext_iotdiag.model.finding import Entry
from tests.knowledge import service_codes
from tests.plugins.rows import all_rows

CHECKOUT = Path(__file__).parents[2]


def codes(name: str, context: str = "") -> list[str]:
    return [entry.code for entry in lookup.find(name, context)]


def test_the_index_holds_every_name() -> None:
    wanted = {
        name: area.__name__.partition(".knowledge.")[2]
        for area in catalogue.AREAS
        for entry in vars(area).values()
        if isinstance(entry, Entry)
        for name in (entry.code, *entry.aliases)
    }
    assert wanted == lookup.NAMES, "run make docs"


@all_rows("entry", catalogue.ALL, ids=lambda entry: entry.code)
def test_found_under_each_name(entry: Entry) -> None:
    for name in (entry.code, *entry.aliases):
        for spelt in (name, f" {name.upper()}\n", name.lower()):
            assert entry in lookup.find(spelt)
            assert any(entry is found for found in lookup.find(spelt))


@pytest.mark.parametrize("name", ["", " ", "no-such-code", "401", "hub:"])
def test_not_found(name: str) -> None:
    assert lookup.find(name, "mqtt") == ()


@pytest.mark.parametrize(
    ("name", "context", "found"),
    [
        ("401", "", ["hub-401000", "dps-401", "central-401", "token-refused"]),
        ("401", "hub", ["hub-401000"]),
        ("401", "dps", ["dps-401"]),
        ("401", "central", ["central-401"]),
        ("401", "amqp", ["token-refused"]),
        ("401002", "", ["hub-401002", "dps-401"]),
        ("401002", "hub", ["hub-401002"]),
        ("401002", "dps", ["dps-401"]),
        ("404103", "dps", []),
        ("404102", "hub", ["hub-404103"]),
        ("5", "", ["device-refused"]),
        ("5", "mqtt", ["device-refused"]),
        ("5", "hub", []),
        ("ECONNREFUSED", "mqtt", ["connection-refused"]),
        ("unassigned", "", ["dps-unassigned", "central-unassociated"]),
        ("Device_Disabled", "", ["hub-403012", "central-moved"]),
        ("IotHubUnauthorizedAccess", "", ["hub-401002", "dps-linked-hub-refuses"]),
    ],
)
def test_a_name_means_what_it_means_there(name: str, context: str, found: list[str]) -> None:
    assert codes(name, context) == found


@all_rows(("number", "name"), [pair.split(":") for pair in service_codes.HUB.split()])
def test_every_code_of_a_hub(number: str, name: str) -> None:
    (entry,) = lookup.find(number, "hub")
    assert lookup.find(name, "hub") == (entry,)


@all_rows("name", service_codes.DPS.split())
def test_every_code_of_provisioning(name: str) -> None:
    assert len(lookup.find(name, "dps")) == 1


@all_rows("name", (*service_codes.CENTRAL, *service_codes.CONNECTION, *service_codes.AMQP.split()))
def test_every_status_and_condition(name: str) -> None:
    assert lookup.find(name)


@all_rows("number", service_codes.CONNACK.split())
def test_every_return_code_of_mqtt(number: str) -> None:
    assert len(lookup.find(number, "mqtt")) == 1


@all_rows(
    ("context", "number"),
    [(context, number) for context, all_ in service_codes.HTTP.items() for number in all_.split()],
)
def test_every_http_status_in_its_context(context: str, number: str) -> None:
    assert len(lookup.find(number, context)) == 1


LOADED = """
import sys
from azext_iotdiag.knowledge import lookup
assert lookup.find("401003")
print(*sorted(name for name in sys.modules if name.startswith("azext_iotdiag.knowledge.")))
"""


def test_one_code_loads_one_area() -> None:
    run = subprocess.run(
        [sys.executable, "-c", LOADED], capture_output=True, text=True, cwd=CHECKOUT, timeout=60, check=True
    )
    assert [name.removeprefix("azext_iotdiag.knowledge.") for name in run.stdout.split()] == [
        "hub",
        "hub.unauthorized",
        "index",
        "lookup",
    ]
