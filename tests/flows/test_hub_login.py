"""What opens a hub that is named: az's login first, then a key, and what is said where the hub refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from azext_iotdiag.lab.tenant.roles import DPS_READER, HUB_CONTRIBUTOR, HUB_READER, REGISTRY_CONTRIBUTOR, Role
from tests.flows.conftest import Flow
from tests.plugins import az as plugin

pytestmark = pytest.mark.slow
Run = Callable[..., plugin.Run]
SUMMARY, SHOW = ("device", "summary"), ("device", "show", "-d", "device-1")
RENEW = ("key", "renew", "-d", "device-1", "--key-type", "swap", "--yes")
TWINS_ONLY = Role("Twins only", "00000000-0000-0000-0000-000000000003", data_actions=("*/twins/read",))
OPEN_TO_ONE = {"defaultAction": "Deny", "ipRules": [{"filterName": "a", "action": "Allow", "ipMask": "192.0.2.1"}]}
MODEL = {"@context": "dtmi:dtdl:context;2", "@id": "dtmi:example:thermostat;1", "@type": "Interface", "contents": []}
LOGGED_IN, BY_KEY = "with az's login", "Using the key of its policy registryRead instead"


@pytest.fixture
def run(run_as: Run) -> Run:
    """Run a command on the lab's hub by its name, as the service principal with a role, and with data roles."""
    return run_as


@pytest.mark.parametrize("command", [SUMMARY, SHOW, ("device", "list"), ("key", "test", "-d", "device-1")])
def test_a_data_role_opens_the_hub_without_any_key(flow: Flow, run: Run, command: tuple[str, ...]) -> None:
    done = run(command, role="Reader", data=(HUB_READER,))  # who may not list the keys
    assert done.code in (0, 4) and LOGGED_IN in done.err and "refuses" not in done.err, done.err
    assert json.loads(done.out.splitlines()[0] if command[1] == "list" else done.out)


def test_an_owner_without_a_data_role_gets_a_key_and_is_told(run: Run) -> None:
    done = run(SUMMARY)
    assert done.code == 0 and json.loads(done.out)["devices"] == 3
    assert "no role of yours there allows Microsoft.Devices/IotHubs/devices/read and " in done.err
    assert "twins/read, as the role IoT Hub Data Reader does" in done.err
    assert done.err.count(BY_KEY) == 1


def test_the_missing_right_alone_is_named(run: Run) -> None:
    done = run(("key", "test", "-d", "device-1"), data=(TWINS_ONLY,))
    assert "allows Microsoft.Devices/IotHubs/devices/read, as" in done.err and BY_KEY in done.err


def test_reading_with_the_login_and_writing_with_a_key(run: Run) -> None:
    done = run(RENEW, data=(HUB_READER,))
    assert done.code == 0 and LOGGED_IN in done.err and "key of its policy registryReadWrite instead" in done.err
    assert "devices/write, as the role IoT Hub Data Contributor does" in done.err
    done = run(RENEW, data=(HUB_CONTRIBUTOR, REGISTRY_CONTRIBUTOR))
    assert done.code == 0 and "instead" not in done.err


@pytest.mark.parametrize("options", [(), ("--auth-type", "login")])
@pytest.mark.parametrize("command", [("device", "list"), SUMMARY])
def test_public_access_that_is_off_is_the_one_cause_that_is_shown(flow, run, command, options) -> None:
    flow.lab.call(flow.lab.state.hub.settings.update, {"publicNetworkAccess": "Disabled"})
    done = run(command, *options, "-o", "json")
    assert done.code == 5 and "its public network access is disabled" in done.err
    after = " ".join(done.err.partition("[registry-refused]")[2].split())
    assert "switched-off public access keeps this machine out" in after
    assert "lacks the right" not in after and "no role" not in after and "no longer" not in after


def test_login_uses_no_key(run: Run) -> None:
    done = run(SUMMARY, "--auth-type", "login")
    assert done.code == 5 and "refuses az's login: no role of yours" in done.err and "Using the key" not in done.err


def test_key_uses_no_login(run: Run) -> None:
    done = run(SUMMARY, "--auth-type", "key", data=(HUB_READER,))
    assert done.code == 0 and LOGGED_IN not in done.err.replace("read with az's login", "")
    assert "Using the key of the policy registryRead" in done.err


def test_nobody_to_let_in(run: Run) -> None:
    done = run(SUMMARY, role="Reader")
    assert done.code == 5 and "Nor is there a key: You may not do Microsoft.Devices/IotHubs/listkeys" in done.err


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"publicNetworkAccess": "Disabled"}, "its public network access is disabled"),
        ({"networkRuleSets": OPEN_TO_ONE}, "its network rules let in only 1 address ranges"),
    ],
)
def test_the_reason_is_narrowed_by_what_the_hub_is_set_to(flow: Flow, run: Run, settings: dict, words: str) -> None:
    flow.lab.call(flow.lab.state.hub.settings.update, settings)
    done = run(SUMMARY, data=(HUB_READER,))
    assert done.code == 5 and words in done.err and "no role of yours" not in done.err


def test_policies_that_are_switched_off(flow: Flow, run: Run) -> None:
    flow.lab.call(flow.lab.state.hub.settings.update, {"disableLocalAuth": True})
    done = run(SUMMARY)
    assert done.code == 5 and "so no key opens it, either" in done.err and "Using the key" not in done.err
    done = run(SUMMARY, "--auth-type", "key")
    assert done.code == 1 and "--auth-type login" in done.err
    assert run(SUMMARY, data=(HUB_READER,)).code == 0


def test_a_login_that_gives_no_token_for_hubs(run: Run) -> None:
    done = run(SUMMARY, tokenless=True)
    assert done.code == 0 and "gives no token for IoT Hub (not supported); using a key" in done.err
    assert run(SUMMARY, "--auth-type", "login", tokenless=True).code == 1


def test_login_contradicts_a_string(flow: Flow) -> None:
    done = flow.judged(plugin.az("iot", "diag", *SUMMARY, "--auth-type", "login", environment=flow.environment))
    assert done.code == 1 and "AZURE_IOTDIAG_LOGIN" in done.err and "holds a key" in done.err


QUERY = ("monitor", "events", "--since", "1h", "--max-messages", "1", "--device-query", "SELECT * FROM devices")
SILENT = ("monitor", "events", "-d", "device-1", "--duration", "1")


def test_a_query_asks_with_the_login_and_reads_with_a_key(flow: Flow, run: Run) -> None:
    flow.send(b"{}")
    done = run(QUERY, data=(HUB_READER,))
    assert done.code == 0 and done.messages[0]["device"] == "device-1", done.err
    assert "Using the key of the policy service of lab-hub" in done.err and "instead" not in done.err
    assert "with az's login which devices the query picks" in done.err


def test_a_query_takes_a_key_where_the_login_is_refused(flow: Flow, run: Run) -> None:
    flow.send(b"{}")
    done = run(QUERY)
    assert done.code == 0 and done.err.count(BY_KEY) == 1, done.err
    assert "no role of yours there allows Microsoft.Devices/IotHubs/devices/read" in done.err
    done = run(QUERY, "--auth-type", "key", data=(HUB_READER,))
    assert done.code == 0 and "Using the key of the policy iothubowner of lab-hub" in done.err
    assert "Asking lab-hub (" not in done.err


def test_a_silent_device_is_asked_about_with_the_login(run: Run) -> None:
    done = run(SILENT, data=(HUB_READER,))
    assert done.code == 4 and "device-never-seen" in done.err, done.err
    assert "Asking lab-hub.azure-devices.net with az's login what it knows of device-1" in done.err
    assert "refuses az's login" not in done.err


def test_a_silent_device_is_asked_about_with_the_key_of_the_messages(run: Run) -> None:
    done = run(SILENT)
    assert done.code == 4 and "Using the key of its policy service instead" in done.err, done.err
    assert "refuses az's login: no role of yours there allows Microsoft.Devices/IotHubs/twins/read" in done.err
    assert "gives no token for IoT Hub (not supported); using a key" in run(SILENT, tokenless=True).err


PROPERTIES = ("monitor", "properties", "-d", "device-1", "--duration", "1")


@pytest.mark.parametrize("command", [PROPERTIES, ("validate", *PROPERTIES[1:])], ids=lambda command: command[0])
def test_properties_are_looked_at_with_the_login_or_a_key(flow: Flow, run: Run, tmp_path: Path, command) -> None:
    (tmp_path / "model.json").write_text(json.dumps(MODEL), encoding="utf-8")
    command = (*command, *(("--model", str(tmp_path / "model.json")) if command[0] == "validate" else ()))
    done = run(command)
    assert "no role of yours there allows Microsoft.Devices/IotHubs/twins/read, as" in done.err, done.err
    assert "Using the key of its policy service instead" in done.err and done.code in (0, 4)
    done = run(command, "--auth-type", "login")
    assert done.code in (4, 5) and "Using the key" not in done.err and "as the role IoT Hub Data Reader" in done.err
    done = run(command, "--auth-type", "key")
    assert done.code in (0, 4) and "Using the key of the policy service of lab-hub" in done.err
    done = run(command, "--auth-type", "login", role="Reader", data=(HUB_READER,))
    assert done.code in (0, 4) and LOGGED_IN in done.err and "refuses" not in done.err
    string = flow.environment["AZURE_IOTDIAG_LOGIN"]
    done = flow.judged(plugin.az("iot", "diag", *command, "--auth-type", "login", "-l", string))
    assert done.code == 1 and "--login holds a key" in done.err


GROUP = ("device", "show", "--eid", "devices", "--dps-name")


@pytest.mark.parametrize("name", ["lab-dps", "LAB-DPS", "lab-dps.azure-devices-provisioning.net"])
def test_a_provisioning_service_is_opened_by_its_name(run: Run, name: str) -> None:
    done = run((*GROUP, name), role="Reader", data=(DPS_READER,))
    assert done.code == 0 and json.loads(done.out)["provisioning"]["enrollment"]["group"] is True, done.err
    assert "Asking lab-dps (resource group lab-group) with az's login" in done.err and "refuses" not in done.err


def test_a_provisioning_service_is_opened_with_a_key_where_it_refuses_the_login(flow: Flow, run: Run) -> None:
    done = run((*GROUP, "lab-dps"))
    assert done.code == 0 and done.err.count("Using the key of its policy provisioningserviceowner instead") == 1
    assert "provisioningServices/enrollments/read and " in done.err and "Device Provisioning Service Data" in done.err
    done = run((*GROUP, "lab-dps"), "--auth-type", "login")
    assert done.code == 5 and "Using the key" not in done.err
    done = run((*GROUP, "lab-dps"), "--auth-type", "key")
    assert done.code == 0 and "Using the key of the policy provisioningserviceowner of lab-dps" in done.err
    flow.lab.call(flow.lab.state.provisioning[0].network.update, {"publicNetworkAccess": "Disabled"})
    assert "its public network access is disabled" in run((*GROUP, "lab-dps")).err


def test_a_provisioning_service_that_is_not_there(run: Run) -> None:
    done = run((*GROUP, "lab-dsp"))
    assert done.code == 3 and "Did you mean lab-dps?" in done.err
    done = run((*GROUP, "lab-dps"), "--dps-login", "x")
    assert done.code == 1 and "both say which provisioning service" in done.err
