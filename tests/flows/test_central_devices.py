"""Devices of an IoT Central application of the lab: shown, listed and summarised, each with its status."""

from __future__ import annotations

import json

import pytest

from tests.flows.conftest import Flow
from tests.plugins import az as plugin

pytestmark = pytest.mark.slow


def device(flow: Flow, *arguments: str, token: str = "") -> plugin.Run:
    app = flow.lab.description["central"][0]
    environment = flow.lab.description["environment"]
    given = ("--app-id", app["appId"], "--token", token or app["token"])
    run = plugin.az("iot", "diag", "device", *arguments, *given, environment=environment)
    assert app["token"] not in run.out.decode() + run.err and "Traceback" not in run.err
    return run


@pytest.mark.parametrize(
    ("name", "connection", "template", "code"),
    [
        ("thermostat-good", "central-provisioned", "central-template-assigned", 0),
        ("thermostat-new", "central-registered", "central-template-assigned", 4),
        ("thermostat-blocked", "central-blocked", "central-template-assigned", 4),
        ("stranger", "central-provisioned", "central-unassociated", 4),
        ("unapproved", "central-blocked-or-waiting", "central-unassociated", 4),
    ],
)
def test_show(flow: Flow, name: str, connection: str, template: str, code: int) -> None:
    def come() -> None:
        member = flow.lab.state.apps[0].add("unapproved", "Came by itself")
        flow.lab.state.apps[0].enable(member, False)

    flow.lab.call(come)
    run = device(flow, "show", "-d", name)
    told = json.loads(run.out)
    assert (told["connection"]["status"], told["template"]["status"], run.code) == (connection, template, code)


def test_how_a_device_signs_in(flow: Flow) -> None:
    run = device(flow, "show", "-d", "thermostat-good")
    told = json.loads(run.out)["central"]["authentication"]
    app = flow.lab.state.apps[0]
    assert (told["type"], told["enrollment"], told["idScope"]) == ("symmetricKey", "group", app.id_scope)
    keys = app.members["thermostat-good"].identity
    assert keys.primary.reveal() not in run.out.decode() and keys.secondary.reveal() not in run.out.decode()


def test_nobody_of_this_id(flow: Flow) -> None:
    run = device(flow, "show", "-d", "nobody")
    assert (json.loads(run.out)["connection"]["status"], run.code) == ("central-404", 4)


def test_list_and_summary_of_many(flow: Flow) -> None:
    """More than one page, at the pace of the application: it never has to refuse."""

    def many() -> None:
        for number in range(250):
            flow.lab.state.apps[0].add(f"more-{number}", "One of many").provisioned = True

    flow.lab.call(many)
    before = len(flow.lab.state.apps[0].members)
    told = json.loads(device(flow, "summary").out)
    assert told["devices"] == before == 255 and told["calls"] == 3 and told["complete"]
    counts = {each["status"]: each["count"] for each in told["connection"]}
    assert counts == {
        "central-provisioned": 253, "central-registered": 1, "central-blocked": 1, "central-blocked-or-waiting": 0,
    }  # fmt: skip
    assert {each["template"]: each["count"] for each in told["template"]}[None] == 251
    run = device(flow, "list", "-o", "json")
    assert run.code == 0 and len({each["device"] for each in run.messages}) == 255
    run = device(flow, "list", "--status", "blocked", "-o", "json")
    assert [each["device"] for each in run.messages] == ["thermostat-blocked"]
    run = device(flow, "list", "--template", "none", "-o", "tsv", "--query", "device")
    assert len(run.out.splitlines()) == 251


def test_a_token_that_opens_nothing(flow: Flow) -> None:
    wrong = "SharedAccessSignature sr=x&sig=" + "A" * 43 + "%3D&skn=lab&se=1900000000"
    for command in (("summary",), ("list",), ("show", "-d", "stranger")):
        run = device(flow, *command, token=wrong)
        assert run.code == 5 and "central-401" in run.out.decode() + run.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("show",), "--device-id names the device"),
        (("list", "--quiet-since", "12h"), "IoT Central does not report"),
        (("list", "--status", "connected"), "devices of an IoT hub"),
        (("summary", "--login", "x"), "--login is for an IoT hub"),
    ],
)
def test_wrong_arguments(flow: Flow, arguments: tuple[str, ...], words: str) -> None:
    run = device(flow, *arguments)
    assert run.code == 1 and words in run.err, run.err
