"""A hub's name becomes its host, a policy and a key through az's account; the lab is the resource manager, over TLS."""

from __future__ import annotations

import pytest
from azure.cli.core.azclierror import (
    AzureConnectionError,
    ForbiddenError,
    InvalidArgumentValueError,
    MutuallyExclusiveArgumentError,
    RequiredArgumentMissingError,
    ResourceNotFoundError,
    UnauthorizedError,
)
from knack.validators import DefaultStr

from azext_iotdiag._validators import account
from azext_iotdiag.clients.arm import Arm, ArmError
from azext_iotdiag.lab.hub.identities import Policy, new_key
from azext_iotdiag.lab.tenant.roles import READER
from azext_iotdiag.lab.tenant.tenant import Subscription
from azext_iotdiag.login.account import Account
from tests import validating
from tests.credential.malformed import HUB
from tests.plugins.lab_fixture import open_lab
from tests.plugins.lab_requests import token

ARM = "https://management.azure.com"


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with open_lab(tmp_path_factory.mktemp("lab")) as lab:
        yield lab


@pytest.fixture
def lab(running):
    """The lab; what a test changes in the hub is put back."""
    hub = running.state.hub
    policies, assignments = dict(hub.policies), list(running.state.tenant.assignments)
    yield running
    running.state.tenant.assignments[:] = assignments
    hub.policies = policies
    hub.settings.update({"disableLocalAuth": False, "publicNetworkAccess": "Enabled", "networkRuleSets": None})
    del running.state.tenant.subscriptions[1:]


@pytest.fixture
def cmd(tmp_path, monkeypatch):
    return validating.command(str(tmp_path), monkeypatch)


@pytest.fixture
def sign_in(lab, cmd, monkeypatch):
    """Be signed in to az as the service principal that has a role, or with a token of the test's own.

    The resource manager's name leads to the lab, whatever `cmd` made of the environment.
    """
    for name, text in lab.description["environment"].items():
        monkeypatch.setenv(name, text)
    leads = f"management.azure.com:443=127.0.0.1:{lab.running.ports['https']}"
    monkeypatch.setenv("AZURE_IOTDIAG_CONNECT_TO", leads)
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)

    def as_(role="Owner", text=None, others=None):
        azure = lab.state.tenant
        shown = text or token(lab.state, azure.named("servicePrincipal", role))
        mine = azure.subscriptions[0]
        made = Account(ARM, lambda: shown, mine.id, mine.name, others or {})
        monkeypatch.setattr(account, "signed_in", lambda _cmd: made)

    return as_


def found(cmd, name="lab-hub", **given):
    return validating.monitor(cmd, login=None, hub_name=name, **given).target


@pytest.mark.parametrize("name", ["lab-hub", "LAB-Hub", "lab-hub.azure-devices.net", "Lab-Hub.Azure-Devices.NET"])
@pytest.mark.parametrize("group", [None, "lab-group", "LAB-GROUP"])
def test_a_hub_is_found_and_the_key_with_the_fewest_rights_is_taken(lab, cmd, sign_in, name, group):
    sign_in()
    target = found(cmd, name, resource_group_name=group)
    assert (target.hub, target.policy) == ("lab-hub.azure-devices.net", "service")
    assert target.credential == lab.state.hub.policies["service"].primary
    assert (
        target.origin
        == "Using the key of the policy service of lab-hub (resource group lab-group), read with az's login."
    )


def test_a_query_takes_a_policy_that_may_read_the_registry(lab, cmd, sign_in):
    sign_in()
    query = {"device_query": "SELECT * FROM devices"}
    target = found(cmd, **query)
    assert target.policy == "service" and target.registry is not None, "messages take no more than that"
    target = found(cmd, **query, auth_type="key")
    assert target.policy == "iothubowner" and target.for_registry() is target
    rights = frozenset({"ServiceConnect", "RegistryRead"})
    lab.state.hub.policies["diag"] = Policy("diag", rights, new_key(), new_key())
    assert found(cmd, **query, auth_type="key").policy == "diag"


def test_no_policy_that_serves(lab, cmd, sign_in):
    sign_in()
    lab.state.hub.policies = {"device": lab.state.hub.policies["device"]}
    with pytest.raises(ForbiddenError, match="has the right ServiceConnect") as fault:
        found(cmd)
    assert "az iot hub policy create --hub-name lab-hub" in fault.value.recommendations[0]


@pytest.mark.parametrize(("name", "advice"), [
    ("lab-hob", "Did you mean lab-hub?"),
    ("labhub.azure-devices.net", "Did you mean lab-hub?"),
    ("something-else", "There are: lab-hub."),
])  # fmt: skip
def test_a_hub_that_is_not_there(cmd, sign_in, name, advice):
    sign_in()
    with pytest.raises(ResourceNotFoundError, match="'Lab subscription', or you have no permission") as fault:
        found(cmd, name)
    assert fault.value.recommendations == [advice]


def test_a_wrong_group(cmd, sign_in):
    sign_in()
    with pytest.raises(ResourceNotFoundError, match="Resource group 'nowhere' could not be found"):
        found(cmd, resource_group_name="nowhere")


def test_a_hub_in_another_group_or_subscription(lab, cmd, sign_in):
    azure, mine = lab.state.tenant, lab.state.tenant.subscriptions[0]
    mine.groups["other"] = "westeurope"
    far = Subscription("00000000-0000-0000-0000-000000000001", "Far away", groups={"far": "westeurope"})
    hidden = Subscription("00000000-0000-0000-0000-000000000002", "Hidden")
    azure.subscriptions += [far, hidden]
    resource = mine.find("Microsoft.Devices/IotHubs")[0]
    sign_in(others={far.id: far.name, hidden.id: hidden.name})
    with pytest.raises(ResourceNotFoundError, match="no IoT hub 'lab-hub' in the resource group 'other'") as fault:
        found(cmd, resource_group_name="other")
    assert "resource group lab-group" in fault.value.recommendations[0]
    owner = azure.named("servicePrincipal", "Owner")
    azure.assign(owner, READER, far.path)
    mine.resources.remove(resource)
    far.resources.append(resource)
    try:
        with pytest.raises(ResourceNotFoundError) as fault:
            found(cmd)
    finally:
        far.resources.remove(resource)
        mine.resources.append(resource)
        del mine.groups["other"]
    assert 'add --subscription "Far away"' in fault.value.recommendations[1]
    assert "You have permission to see no IoT hub" in fault.value.recommendations[0]


def test_a_reader_may_not_list_keys(cmd, sign_in):
    sign_in("Reader")
    with pytest.raises(ForbiddenError, match=r"Microsoft\.Devices/IotHubs/listkeys/action on /subscriptions/") as fault:
        found(cmd)
    assert "the role Contributor" in str(fault.value) and "--login" in fault.value.recommendations[1]


def test_shared_access_policies_that_are_off(lab, cmd, sign_in):
    sign_in()
    lab.state.hub.settings.update({"disableLocalAuth": True})
    with pytest.raises(ForbiddenError, match=r"disableLocalAuth.*takes no Entra token"):
        found(cmd)


@pytest.mark.parametrize(("settings", "warning"), [
    ({"publicNetworkAccess": "Disabled"}, "Public network access of lab-hub is disabled"),
    ({"networkRuleSets": {"defaultAction": "Deny", "applyToBuiltInEventHubEndpoint": True, "ipRules": []}},
     "let only 0 address ranges into the built-in endpoint of lab-hub"),
    ({"networkRuleSets": {"defaultAction": "Deny", "ipRules": []}}, ""),
])  # fmt: skip
def test_rules_that_may_refuse_the_connection_are_told(lab, cmd, sign_in, settings, warning):
    sign_in()
    lab.state.hub.settings.update(settings)
    with validating.logged() as lines:
        assert found(cmd).policy == "service"
    assert (warning in "".join(lines)) if warning else not lines


@pytest.mark.parametrize("which", ["name", "id"])
def test_an_application_of_central_is_no_hub(lab, cmd, sign_in, which):
    sign_in()
    app = lab.state.tenant.subscriptions[0].find("Microsoft.IoTCentral/iotApps")[0]
    with pytest.raises(ResourceNotFoundError) as fault:
        found(cmd, app.name if which == "name" else app.what.id)
    said = fault.value.recommendations[0]
    assert said == "An IoT Central application of that id exists: use --app-id lab-app"


def test_a_token_that_is_no_good(lab, cmd, sign_in):
    sign_in(text="a.b.c")
    with pytest.raises(UnauthorizedError, match="InvalidAuthenticationToken"):
        found(cmd)


def test_nobody_answers(cmd, sign_in, monkeypatch):
    sign_in()
    monkeypatch.setenv("AZURE_IOTDIAG_CONNECT_TO", "management.azure.com:443=127.0.0.1:1")
    with pytest.raises(AzureConnectionError, match=r"management\.azure\.com"):
        found(cmd)


def test_who_says_which_hub(lab, cmd, sign_in, monkeypatch):
    sign_in()
    with pytest.raises(MutuallyExclusiveArgumentError):
        validating.monitor(cmd, hub_name="lab-hub")
    with pytest.raises(RequiredArgumentMissingError, match="None of --hub-name, --login"):
        validating.monitor(cmd, login=None)
    assert validating.monitor(cmd, login=None, hub_name=DefaultStr("lab-hub")).target.policy == "service"
    assert validating.monitor(cmd, hub_name=DefaultStr("lab-hub")).target.origin == ""
    with validating.logged() as lines:
        validating.monitor(cmd, resource_group_name="x")
    assert "WARNING --resource-group has no effect: --login says which hub." in lines
    monkeypatch.setenv("AZURE_IOTDIAG_LOGIN", HUB)
    assert validating.monitor(cmd, login=None, hub_name=DefaultStr("lab-hub")).target.origin == ""
    assert validating.monitor(cmd, login=None, hub_name="lab-hub").target.origin


@pytest.mark.parametrize(
    "name", ["", "a b", "a_b", "x" * 51, "lab-hub.example.com", "https://lab-hub.azure-devices.net", "hüb"]
)
def test_what_is_no_name_is_refused_before_anybody_is_asked(cmd, monkeypatch, name):
    validating.refuse_sockets(monkeypatch)
    with pytest.raises(InvalidArgumentValueError, match="--hub-name"):
        found(cmd, name)


def test_all_else_is_judged_before_anybody_is_asked(cmd, monkeypatch):
    validating.refuse_sockets(monkeypatch)
    with pytest.raises(InvalidArgumentValueError, match="--duration"):
        found(cmd, duration=0)
    for login, name in ((None, "lab-hub"), (HUB, None)):
        with pytest.raises(InvalidArgumentValueError, match="takes no Entra token"):
            validating.monitor(cmd, login=login, hub_name=name, auth_type="login")


@pytest.mark.parametrize("group", ["$Default", "$default", "diag", "Diag"])
def test_a_consumer_group_that_the_hub_has(sign_in, lab, cmd, group):
    sign_in()
    lab.state.hub.stream.consumer_groups.add("diag")
    assert found(cmd, consumer_group=group).hub == lab.state.hub.host


def test_a_consumer_group_that_is_missing_is_answered_with_those_there_are(sign_in, lab, cmd):
    sign_in()
    lab.state.hub.stream.consumer_groups.add("diag")
    with pytest.raises(ResourceNotFoundError, match="no consumer group 'diga'") as fault:
        found(cmd, consumer_group="diga")
    near, make = fault.value.recommendations
    assert near == "Did you mean diag?"
    assert make == "Or make it: az iot hub consumer-group create --hub-name lab-hub --name diga"
    with pytest.raises(ResourceNotFoundError) as fault:
        found(cmd, consumer_group="zzz")
    assert fault.value.recommendations[0] == "There are: $Default, diag."


def test_whoever_may_not_list_consumer_groups_may_still_read_with_one(sign_in, lab, cmd, monkeypatch):
    def refused(_arm, _hub):
        raise ArmError(403, "AuthorizationFailed", "no")

    sign_in()
    monkeypatch.setattr(Arm, "consumer_groups", refused)
    assert found(cmd, consumer_group="zzz").hub == lab.state.hub.host
