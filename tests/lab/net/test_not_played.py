"""What the lab does not play is said, and nothing that Azure answers is called missing."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from pathlib import Path

import pytest

from azext_iotdiag.credential import sas
from azext_iotdiag.lab.central import application as apps
from azext_iotdiag.lab.lab import new_lab
from azext_iotdiag.lab.net import not_played
from azext_iotdiag.lab.net.not_played import BELOW, NotPlayed
from azext_iotdiag.lab.net.router import ANY
from tests.plugins.lab_requests import arm, ask

NOW = 1_900_000_000
OTHERWISE = "OPTIONS"  # a method that no service has


def of_hub(state, path, method):
    hub = state.hub
    shown = sas.sign(hub.host, sas.iothub_key(hub.policies["iothubowner"].primary.reveal()), NOW + 60, "iothubowner")
    answer = ask(state, f"https://{hub.host}/{path}?api-version=2021-04-12", method=method, authorization=shown)
    return answer.status, answer.body["Message"]


def of_provisioning(state, path, method):
    dps = state.provisioning[0]
    name, policy = next(iter(dps.policies.items()))
    shown = sas.sign(dps.host, sas.iothub_key(policy.primary.reveal()), NOW + 60, name)
    answer = ask(state, f"https://{dps.host}/{path}?api-version=2021-10-01", method=method, authorization=shown)
    return answer.status, answer.body["message"]


def of_central(state, path, method):
    (app,) = state.apps
    app.asked.clear()  # the limit on requests is not what this is about
    shown = app.tokens[apps.TOKEN_NAME].text(app.app.id)
    answer = ask(state, f"https://{app.host}/api/{path}?api-version=2022-07-31", method=method, authorization=shown)
    return answer.status, answer.body["error"]["message"]


def managed(state, what, path, method):
    version = "2023-06-30" if what is state.hub else "2022-02-05"
    answer = arm(state, f"{state.tenant.path_of(what)}/{path}", method=method, body={}, version=version)
    return answer.status, answer.body["error"]["message"] if answer.status >= 400 else ""


def of_advisor(state, path, method):
    scope = f"{state.tenant.subscriptions[0].path}/providers/Microsoft.Advisor"
    answer = arm(state, f"{scope}/{path}", method=method, body={}, version="2020-01-01")
    return answer.status, answer.body["error"]["message"] if answer.status >= 400 else ""


SERVICES = {
    "advisor": (not_played.ADVISOR, of_advisor),
    "hub": (not_played.HUB, of_hub),
    "provisioning": (not_played.PROVISIONING, of_provisioning),
    "central": (not_played.CENTRAL, of_central),
    "managed hub": (not_played.MANAGED_HUB, lambda state, *call: managed(state, state.hub, *call)),
    "managed provisioning": (
        not_played.MANAGED_PROVISIONING, lambda state, *call: managed(state, state.provisioning[0], *call),
    ),
}  # fmt: skip


@pytest.fixture
def state():
    return new_lab(clock=lambda: float(NOW))


def paths(gap: NotPlayed) -> set[str]:
    """Paths that a gap is about, with something below it and with nothing."""
    whole = "/".join("x" if part == ANY else part for part in gap.path if part != BELOW)
    return {whole, f"{whole}/y/z"} if gap.path[-1] == BELOW else {whole}


@pytest.mark.parametrize("service", SERVICES)
def test_each_gap_is_said_by_its_service(state, service):
    gaps, asked = SERVICES[service]
    for gap in gaps:
        for path in paths(gap):
            told = asked(state, path, gap.method or OTHERWISE)
            assert told == (501, f"The lab does not play {gap.what}."), (path, told)


@pytest.mark.parametrize("service", SERVICES)
def test_what_azure_does_not_have_either_is_missing(state, service):
    status, told = SERVICES[service][1](state, "nothing/at/all", "GET")
    assert status == 404 and "not play" not in told


def test_the_reference_names_what_is_not_there_yet():
    text = (Path(__file__).parents[3] / "docs" / "lab-reference.md").read_text(encoding="utf-8")
    said = text.partition("## What a lab does not do")[2]
    for what in ("jobs", "digital twins", "configurations", "commands and exports of IoT Central", "status 501"):
        assert what in said, what


def test_an_audit_can_tell_it(state):
    answer = ask(state, f"https://{state.hub.host}/jobs/v2/1?api-version=2021-04-12")
    assert answer.status == 501 and answer.reason == "The lab does not play jobs."


def requests_of_az() -> list[tuple[str, str]]:
    """What az's own library asks of a hub: methods, and paths below the hub with their places for ids."""
    package = importlib.import_module("azure.mgmt.iothub.operations")
    found = []
    for module in pkgutil.iter_modules(package.__path__):
        text = inspect.getsource(importlib.import_module(f"{package.__name__}.{module.name}"))
        for builder in re.findall(r"^def build_.*?(?=^def |^class |\Z)", text, re.DOTALL | re.MULTILINE):
            url = re.search(r"/iothubs/\{\w+\}/([^\"]+)\"", builder, re.IGNORECASE)
            method = re.search(r'method="(\w+)"', builder)
            if url and method:
                found.append((method[1], url[1]))
    return found


def test_nothing_that_az_can_ask_of_a_hub_is_called_missing(state):
    asked = requests_of_az()
    assert len(asked) >= 25 and ("POST", "failover") in asked
    for method, path in asked:
        path = path.replace("{eventHubEndpointName}", "events").replace("{keyName}", "service")
        path = re.sub(r"\{\w+\}", "x", path)
        status, told = managed(state, state.hub, path, method)
        assert "There is nothing at" not in told and status not in (405, 500), (method, path, told)
