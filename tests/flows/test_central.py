"""`monitor events --app-id` against the lab's IoT Central application: all hubs behind it, their tokens, refusals."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from azext_iotdiag.lab.central import application as central
from azext_iotdiag.lab.central import samples
from azext_iotdiag.lab.process import server
from tests.flows.conftest import Flow
from tests.plugins.lab_fixture import open_lab
from tests.plugins.sending import device

APP = ("--app-id", "lab-app")
ALL = ("--since", "1h")


@pytest.fixture
def flow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flow]:
    """A lab whose application's devices send often."""
    monkeypatch.setattr(server, "CHATTER_SECONDS", 0.25)
    with open_lab(tmp_path) as lab:
        made = Flow(lab)
        (described,) = lab.description["central"]
        made.environment |= {"AZURE_IOTDIAG_TOKEN": described["token"]}
        (app,) = lab.state.apps
        made.secrets |= {each.hub.policies["service"].primary.reveal() for each in app.hubs}
        made.secrets |= {member.identity.primary.reveal() for member in app.members.values()}
        made.secrets.add(app.tokens[central.TOKEN_NAME].key.reveal())
        yield made


def test_all_hubs_are_read_as_one_stream(flow) -> None:
    run = flow.monitor(*APP, "--max-messages", "12", "--debug", *ALL)
    assert run.code == 0
    shown = run.messages
    assert {each["device"] for each in shown} == {"thermostat-good", "thermostat-odd", "stranger"}
    assert {each["partition"].partition("/")[0] for each in shown} == {"0", "1"}
    assert "Receiving from 4 of 4 partitions of 2 hubs" in run.err
    assert "hidden by the filter" not in run.err


def test_one_device_of_the_application(flow) -> None:
    run = flow.monitor(*APP, "--device-id", "stranger", "--max-messages", "2", *ALL)
    assert (run.code, {each["device"] for each in run.messages}) == (0, {"stranger"})
    run = flow.monitor(*APP, "--device-id", "thermostat-new", "--duration", "2", *ALL)
    assert (run.code, run.out) == (4, b"") and "[device-silent]" in run.err


def test_a_device_that_the_application_does_not_know_is_not_waited_for(flow) -> None:
    flow.timing = {"silences": (0.5,)}
    run = flow.monitor(*APP, "--device-id", "nobody", "--timeout", "300")
    assert (run.code, run.out) == (4, b"") and "[central-404]" in run.err
    assert "Ended: the service does not know the device." in run.err


def test_tokens_are_renewed_before_they_end(flow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(central, "EVENT_TOKEN_SECONDS", 4)
    run = flow.monitor(*APP, "--duration", "10")
    assert run.code == 0 and "broke" not in run.err
    times = [each["enqueued"] for each in run.messages]
    assert max(times) > time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(time.time() - 4))
    records = flow.lab.call(flow.lab.state.audit.recent, 10_000)
    asked = [each for each in records if each.service == "central" and "generateEventSasTokens" in str(each.data())]
    assert 4 <= len(asked) <= 8


def test_a_hub_that_refuses_does_not_hide_the_other(flow) -> None:
    hub = flow.lab.state.apps[0].hubs[1].hub
    flow.lab.call(hub.settings.update, {"publicNetworkAccess": "Disabled"})
    run = flow.monitor(*APP, "--max-messages", "3", "--timeout", "20", *ALL)
    assert {each["partition"].partition("/")[0] for each in run.messages} == {"0"}
    assert run.code == 5 and "[token-refused]" in run.err and hub.stream.host in run.err


@pytest.mark.parametrize(("spoil", "code", "words"), [
    (lambda app, _token: app.tokens.clear(), 4, "[central-401]"),
    (lambda app, _token: app.roles.clear() or app.hubs.clear(), 3, "names no hub"),
])  # fmt: skip
def test_an_application_that_refuses(flow, spoil, code: int, words: str) -> None:
    flow.lab.call(spoil, flow.lab.state.apps[0], "")
    run = flow.monitor(*APP, "--duration", "5")
    assert (run.code, run.out) == (code, b"") and words in run.err


@pytest.mark.parametrize(("arguments", "environment", "words"), [
    ((*APP, "--login", "x"), {}, "--login is for an IoT hub"),
    ((*APP, "--reader", "sdk"), {}, "--reader sdk reads one hub"),
    ((*APP, "--device-query", "SELECT * FROM devices"), {}, "--device-query is for an IoT hub"),
    (("--app-id", "a/b"), {}, "can be no application's"),
    ((*APP, "--central-dns-suffix", "x y"), {}, "can be no domain"),
    (("--token", "x"), {}, "--token belongs to an IoT Central application"),
    (APP, {"AZURE_IOTDIAG_TOKEN": "SharedAccessSignature sr=x"}, "no API token of IoT Central"),
])  # fmt: skip
def test_arguments_that_are_wrong(flow, arguments, environment, words: str) -> None:
    run = flow.monitor(*arguments, "--duration", "5", **environment)
    assert (run.code, run.out) == (1, b"") and words in run.err


def test_the_sample_messages_are_what_their_names_say() -> None:
    sent = [samples.DEVICES[0].message(number) for number in range(2)]
    assert [json.loads(each.body).keys() for each in sent] == [{"temperature", "humidity", "state"}, {"voltage"}]
    assert [each.component for each in sent] == ["", "battery"]


FOUND = {
    ("misspelt-name", "$.temprature"), ("misspelt-name", "$.Temperature"), ("wrong-type", "$.temperature"),
    ("not-in-enum", "$.state"), ("wrong-component", "$.voltage"), ("invalid-json", "$"),
    ("wrong-kind", "$.serialNumber"),
}  # fmt: skip


def test_each_device_is_judged_by_its_own_template(flow) -> None:
    flow.wait_for(
        lambda: sum(len(part.events) for each in flow.lab.state.apps[0].hubs
                    for part in each.hub.stream.partitions.values()) > 24, "eight messages of each device",
    )  # fmt: skip
    run = flow.validate(*APP, "--duration", "3", *ALL)
    *found, summary = run.messages
    assert run.code == 4 and summary["messages"] >= 24 and summary["devices"] == 3
    assert {(each["code"], each["path"]) for each in found if each["device"] == "thermostat-odd"} == FOUND
    assert {each["code"] for each in found if each["device"] == "stranger"} == {"central-unassociated"}
    assert not [each for each in found if each["device"] == "thermostat-good"]
    records = flow.lab.call(flow.lab.state.audit.recent, 10_000)
    asked = [each.details.get("path", "") for each in records if each.service == "central"]
    assert sorted(path for path in asked if path.startswith("/api/")) == [
        "/api/deviceTemplates/dtmi:lab:ThermostatTemplate;1", "/api/devices/stranger", "/api/devices/thermostat-good",
        "/api/devices/thermostat-odd",
    ]  # fmt: skip


def test_a_model_that_is_given_counts_more_than_the_templates(flow, tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text(json.dumps({"@id": "dtmi:x;1", "@type": "Interface", "contents": []}))
    run = flow.validate(*APP, "--model", str(tmp_path / "model.json"), "--max-messages", "6", *ALL)
    codes = {each["code"] for each in run.messages[:-1]}
    assert "unmodeled-field" in codes and "central-unassociated" not in codes


def test_an_application_that_shows_no_templates(flow) -> None:
    flow.lab.call(flow.lab.state.apps[0].members.pop, "thermostat-good")
    flow.lab.call(flow.lab.state.apps[0].templates.clear)
    run = flow.validate(*APP, "--duration", "2", *ALL)
    codes = {(each["device"], each["code"]) for each in run.messages[:-1]}
    assert ("thermostat-good", "device-not-in-app") in codes and ("thermostat-odd", "template-not-read") in codes
    assert run.code == 4


def test_a_device_signs_in_at_its_own_hub_over_mqtt(flow) -> None:
    (app,) = flow.lab.state.apps
    member = app.members["thermostat-new"]
    with device(flow.lab, member.hub.hub.host, "thermostat-new", member.identity.primary.reveal()) as send:
        send(b'{"temperature": "hot"}')
    run = flow.validate(*APP, "--device-id", "thermostat-new", "--max-messages", "1", *ALL)
    (found, summary) = run.messages
    assert (found["code"], found["path"], summary["messages"]) == ("wrong-type", "$.temperature", 1)
    assert member.identity.last_activity and not any(
        "thermostat-new" in each.hub.devices for each in app.hubs if each is not member.hub
    )
