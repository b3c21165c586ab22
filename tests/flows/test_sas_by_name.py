"""Tokens for hubs and provisioning services that are named: whose key signs, which may have, who may read them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import pytest

from azext_iotdiag.credential import sas
from azext_iotdiag.lab.dps.service import Attestation, Enrollment
from azext_iotdiag.lab.tenant.roles import DPS_CONTRIBUTOR, DPS_READER, HUB_READER
from azext_iotdiag.model.target import Secret
from tests.flows.conftest import Flow
from tests.plugins import az as plugin

pytestmark = pytest.mark.slow
Run = Callable[..., plugin.Run]
CREATE, INSPECT = ("sas", "create"), ("sas", "inspect", "--sas-token")
OF_DEVICE = (*CREATE, "-d", "device-1")
DPS = ("--dps-name", "lab-dps")
REGISTRATION = (*CREATE, *DPS, "--rid", "pump")


@pytest.fixture
def pump(flow: Flow) -> Attestation:
    """An individual enrollment of the provisioning service, by its keys."""
    made = Enrollment("pump")
    flow.lab.call(flow.lab.state.provisioning[0].enrollments.__setitem__, "pump", made)
    flow.secrets |= {made.attestation.primary.reveal(), made.attestation.secondary.reveal()}
    return made.attestation


def made(done: plugin.Run) -> dict:
    assert done.code == 0, done.err
    return json.loads(done.out)


def signed(text: str, key: Secret) -> bool:
    return sas.matches(sas.read(text), sas.iothub_key(key.reveal()))


def codes(done: plugin.Run) -> list[str]:
    return [finding["code"] for check in json.loads(done.out)["checks"] for finding in check["findings"]]


@pytest.mark.parametrize("which", ["primary", "secondary"])
def test_a_devices_key_is_read_with_a_data_role(flow: Flow, run_as: Run, which: str) -> None:
    done = run_as(OF_DEVICE, "--key-type", which, role="Reader", data=(HUB_READER,), hands_out=True)
    told = made(done)
    assert (told["resource"], told["policy"]) == (f"{flow.lab.state.hub.host}/devices/device-1", None)
    assert signed(told["sas"], getattr(flow.lab.state.hub.devices["device-1"], which))
    assert "Asking lab-hub (resource group lab-group) with az's login." in done.err and "refuses" not in done.err
    done = run_as((*INSPECT, told["sas"]), role="Reader", data=(HUB_READER,))
    assert (done.code, codes(done)) == (0, []) and json.loads(done.out)["signedWith"] == f"the {which} key"


def test_a_devices_key_is_read_with_a_policys_where_the_login_is_refused(run_as: Run) -> None:
    done = run_as(OF_DEVICE, hands_out=True)
    assert made(done) and "Using the key of its policy registryRead instead" in done.err
    assert "IotHubs/devices/read, as the role IoT Hub Data Reader does" in done.err
    done = run_as(OF_DEVICE, "--auth-type", "key", hands_out=True)
    assert made(done) and "Using the key of the policy registryRead of lab-hub" in done.err
    done = run_as(OF_DEVICE, "--auth-type", "login")
    assert done.code == 1 and "to the role IoT Hub Data Reader" in done.err and "Using the key" not in done.err


@pytest.mark.parametrize(
    ("more", "policy", "which"),
    [((), "service", "primary"), (("--policy-name", "device", "--kt", "secondary"), "device", "secondary")],
)
def test_a_policys_key_is_read_from_the_resource_manager(
    flow: Flow, run_as: Run, more: tuple[str, ...], policy: str, which: str
) -> None:
    done = run_as(CREATE, *more, hands_out=True)
    told = made(done)
    assert (told["resource"], told["policy"]) == (flow.lab.state.hub.host, policy)
    assert signed(told["sas"], getattr(flow.lab.state.hub.policies[policy], which))
    assert f"Using the {which} key of the policy {policy} (" in done.err and "read with az's login" in done.err
    done = run_as((*INSPECT, told["sas"]))
    assert (done.code, codes(done)) == (0, [])
    assert json.loads(done.out)["signedWith"] == f"the {which} key of {policy}"
    assert "Comparing with the keys of the policies of lab-hub" in done.err


def test_a_token_that_names_another_policy_than_the_one_that_signed(flow: Flow, run_as: Run) -> None:
    hub, ends = flow.lab.state.hub, int(time.time()) + 60
    key = sas.iothub_key(hub.policies["service"].primary.reveal())
    done = run_as((*INSPECT, sas.sign(hub.host, key, ends, "iothubowner")))
    assert (done.code, codes(done)) == (4, ["sas-policy-differs"]) and "it should name skn=service" in done.out.decode()
    done = run_as((*INSPECT, sas.sign(hub.host, sas.iothub_key("AAAA"), ends, "gone")))
    assert (done.code, codes(done)) == (4, ["sas-signed-by-another-key"]) and "has no policy 'gone'" in done.err
    done = run_as((*INSPECT, sas.sign(f"{hub.host}/devices/device-1", sas.iothub_key("AAAA"), ends)))
    assert (done.code, codes(done)) == (4, ["sas-signed-by-another-key"])


@pytest.mark.parametrize(
    ("more", "action"), [((), "IotHubs/listkeys/action"), (DPS, "provisioningServices/listkeys/action")]
)
def test_whoever_may_not_list_keys_hears_which_right_is_missing(
    run_as: Run, more: tuple[str, ...], action: str
) -> None:
    done = run_as((*CREATE, *more), role="Reader", data=(HUB_READER,))
    assert done.code == 1 and f"You may not do Microsoft.Devices/{action}" in done.err
    assert "the role Contributor" in done.err and ("provisioning service, which needs no" in done.err) == bool(more)


@pytest.mark.parametrize(
    ("path", "policy", "words"),
    [("", "service", "IotHubs/listkeys/action"), ("/devices/device-1", "", "to the role IoT Hub Data Reader")],
)
@pytest.mark.parametrize(("lasts", "code"), [(60, 5), (-60, 4)])
def test_a_token_is_judged_where_its_keys_may_not_be_read(
    flow: Flow, run_as: Run, path: str, policy: str, words: str, lasts: int, code: int
) -> None:
    """Nothing is concluded of its signature, and what is wrong all the same comes first."""
    text = sas.sign(flow.lab.state.hub.host + path, sas.iothub_key("AAAA"), int(time.time()) + lasts, policy)
    done = run_as((*INSPECT, text), role="Reader")
    assert done.code == code and "The keys could not be read: " in done.err and words in done.err, done.err
    told = json.loads(done.out)
    assert told["signedWith"] is None and told["wanted"] == flow.lab.state.hub.host + path
    assert codes(done) == ([] if lasts > 0 else ["sas-expired"])


def test_a_key_that_is_given_is_compared_without_asking_anybody(flow: Flow, run_as: Run) -> None:
    device = flow.lab.state.hub.devices["device-1"]
    key = device.primary.reveal()
    text = sas.sign(f"{flow.lab.state.hub.host}/devices/device-1", sas.iothub_key(key), int(time.time()) + 60)
    done = run_as((*INSPECT, text, "--key", key, "-d", "device-1"), role="Reader")
    assert done.code == 0 and json.loads(done.out)["signedWith"] == "the key" and not done.err


def test_tokens_that_open_nothing_are_said_to(flow: Flow, run_as: Run) -> None:
    flow.lab.call(flow.lab.state.hub.settings.update, {"disableLocalAuth": True, "disableDeviceSAS": True})
    assert "switched off (disableLocalAuth): it opens nothing" in run_as(CREATE, hands_out=True).err
    assert "(disableDeviceSAS)" in run_as(OF_DEVICE, data=(HUB_READER,), hands_out=True).err


@pytest.mark.parametrize(
    ("command", "code", "words"),
    [
        ((*CREATE, "-d", "Device-1"), 3, "knows no device 'Device-1'"),
        ((*CREATE, "--policy-name", "nobody"), 3, "lab-hub has no policy 'nobody'"),
        ((*CREATE, "-d", "device-1", "-m", "nothing"), 3, "knows no module 'nothing' of the device 'device-1'"),
        ((*CREATE, "--policy-name", "service", "-d", "device-1"), 1, "--policy-name is for a token of a policy"),
        ((*CREATE, "--id-scope", "0ne1"), 1, "both say whose token it is"),
        ((*CREATE, "--enrollment-id", "devices"), 1, "--dps-name is missing"),
        ((*CREATE, *DPS, "-d", "device-1"), 1, "means a device of a hub"),
        ((*CREATE, *DPS, "--eid", "devices"), 1, "--registration-id is missing"),
        ((*CREATE, *DPS, "--rid", "nobody"), 3, "knows no individual enrollment 'nobody'"),
        ((*CREATE, *DPS, "--rid", "x", "--eid", "nobody"), 3, "knows no enrollment group 'nobody'"),
        ((*CREATE, "--dps-name", "lab-dsp"), 3, "Did you mean lab-dps?"),
    ],
)
def test_what_cannot_be_made(run_as: Run, command: tuple[str, ...], code: int, words: str) -> None:
    done = run_as(command)
    assert done.code == code and words in done.err and not done.out, done.err


def test_a_registrations_key_is_read_with_the_role_that_shows_it(flow: Flow, run_as: Run, pump: Attestation) -> None:
    told = made(run_as(REGISTRATION, role="Reader", data=(DPS_CONTRIBUTOR,), hands_out=True))
    assert told["resource"] == f"{flow.lab.state.provisioning[0].id_scope}/registrations/pump"
    assert told["policy"] == "registration" and signed(told["sas"], pump.primary)
    done = run_as((*INSPECT, told["sas"], *DPS), role="Reader", data=(DPS_CONTRIBUTOR,))
    assert (done.code, codes(done)) == (0, []) and json.loads(done.out)["signedWith"] == "the primary key"


@pytest.mark.usefixtures("pump")
def test_a_reader_of_the_provisioning_service_is_shown_no_keys(run_as: Run) -> None:
    done = run_as(REGISTRATION, role="Reader", data=(DPS_READER,))
    assert done.code == 1 and "attestationmechanism/details/action" in done.err
    assert "Device Provisioning Service Data Contributor" in done.err
    done = run_as(REGISTRATION, data=(DPS_READER,), hands_out=True)
    assert made(done) and "Using the key of its policy provisioningserviceowner instead" in done.err


def test_a_groups_key_is_read_and_derived_from(flow: Flow, run_as: Run) -> None:
    told = made(run_as((*REGISTRATION, "--eid", "devices"), hands_out=True))
    group = flow.lab.state.provisioning[0].groups["devices"].attestation.primary
    derived = sas.derive(sas.iothub_key(group.reveal()), "pump")
    assert signed(told["sas"], Secret(derived))
    done = run_as((*INSPECT, told["sas"], *DPS, "--eid", "devices"))
    assert json.loads(done.out)["signedWith"] == "the key derived from the group's primary key"
    done = run_as((*INSPECT, told["sas"], *DPS))
    assert done.code == 3 and "name that with --enrollment-id" in done.err


def test_a_key_that_is_given_takes_the_id_scope_of_the_named_service(
    flow: Flow, run_as: Run, pump: Attestation
) -> None:
    told = made(run_as((*REGISTRATION, "--key", pump.secondary.reveal()), role="Reader", hands_out=True))
    assert told["resource"] == f"{flow.lab.state.provisioning[0].id_scope}/registrations/pump"
    assert signed(told["sas"], pump.secondary)


def test_a_policy_of_the_provisioning_service(flow: Flow, run_as: Run) -> None:
    told = made(run_as((*CREATE, *DPS), hands_out=True))
    dps = flow.lab.state.provisioning[0]
    assert (told["resource"], told["policy"]) == (dps.host, "provisioningserviceowner")
    done = run_as((*INSPECT, told["sas"], *DPS))
    assert json.loads(done.out)["signedWith"] == "the primary key of provisioningserviceowner"
    assert (done.code, codes(done)) == (0, [])
