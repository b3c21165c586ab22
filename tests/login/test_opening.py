"""Which way opens a service: az's login or a key, and what is said where one of them does not."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest

from azext_iotdiag.login import rights
from azext_iotdiag.login.errors import KeysOff, MessagesClosed, NoPolicy, NotAllowed, NotFound, NotReachable
from azext_iotdiag.login.opening import Named, find_dps, find_hub, open_application
from azext_iotdiag.model.failure import Failure, Kind, StepFailed
from azext_iotdiag.model.target import Target
from tests.login.arm import ALL, HUB, KEY, Arm, denied, dps, hub, not_signed_in, policies
from tests.login.threads import wait_in
from tests.plugins.http_in_memory import to

KEYS = f"{HUB}/listkeys"
GROUPS = f"{HUB}/eventHubEndpoints/events/ConsumerGroups"
PERMISSIONS = f"{HUB}/providers/Microsoft.Authorization/permissions"
DPSES = "/subscriptions/s1/providers/Microsoft.Devices/provisioningServices"


class Case:
    """A hub that was found, and what was warned of."""

    def __init__(self, auth_type: str | None = None, answers: dict | None = None, **properties):
        self.warned: list[str] = []
        self.arm = Arm(hubs=[hub(**properties)], answers={KEYS: policies(**ALL), **(answers or {})})
        self.serve = self.arm.serve
        account = replace(self.arm.account(), http=to(lambda *asked: self.serve(*asked), self.arm.asked))
        self.named: Named = find_hub(account, "north", None, auth_type, self.warned.append)

    def instead(self, needed: frozenset[str] = rights.REGISTRY_READ) -> Target | None:
        opened = self.named.open(needed)
        assert opened.instead is not None
        return opened.instead()


def test_the_login_comes_first_and_asks_for_no_key() -> None:
    case = Case()
    opened = case.named.open(rights.REGISTRY_READ)
    assert opened.authorization is not None and opened.credential is None
    assert opened.authorization().reveal() == "Bearer for https://iothubs.azure.net"
    assert opened.origin == "Asking north (resource group g) with az's login."
    assert len(case.arm.asked) == 1 and case.warned == []


def test_a_key_is_the_one_with_the_fewest_rights() -> None:
    opened = Case("key").named.open(frozenset({"ServiceConnect"}))
    assert opened.policy == "service" and opened.credential is not None and opened.credential.reveal() == KEY
    assert opened.origin.startswith("Using the key of the policy service of north (resource group g)")
    with pytest.raises(NoPolicy) as error:
        Case("key", {KEYS: policies(device="DeviceConnect")}).named.open(rights.REGISTRY_READ)
    assert error.value.rights == ("RegistryRead",)


def test_a_refused_login_gets_a_key_once_and_says_why() -> None:
    case = Case(None, {PERMISSIONS: [{"dataActions": ["*/twins/read"]}]})
    found = case.instead()
    assert found is not None and found.policy == "iothubowner"
    assert case.warned == [
        "north refuses az's login: no role of yours there allows Microsoft.Devices/IotHubs/devices/read, as the role "
        "IoT Hub Data Reader does. Using the key of its policy iothubowner instead."
    ]


def test_many_that_are_refused_at_once_share_one_key() -> None:
    case = Case()
    opened = case.named.open(rights.REGISTRY_READ)
    found: list[Target | None] = []
    serve, begun = case.arm.serve, threading.Event()

    def serve_late(*asked: Any) -> Any:
        """The first request is answered when all threads want the key."""
        if not begun.is_set():
            begun.set()
            for each in threads:
                wait_in("answer", each)
        return serve(*asked)

    def refused() -> None:
        assert opened.instead is not None
        found.append(opened.instead())

    case.serve = serve_late
    threads = [threading.Thread(target=refused) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(10)
    assert len(found) == 4 and len(set(map(id, found))) == 1 and len(case.warned) == 1
    assert len([each for each in case.arm.asked if "listkeys" in each]) == 1


@pytest.mark.parametrize(("permissions", "properties", "words"), [
    ([{"dataActions": ["*"]}], {}, "your roles there allow it, but a newly assigned role takes"),
    ([{"dataActions": ["*"]}], {"publicNetworkAccess": "Disabled"}, "its public network access is disabled"),
    ([{"dataActions": ["*"]}], {"networkRuleSets": {"defaultAction": "Deny", "ipRules": [1]}}, "only 1 address ranges"),
    ([], {}, "no role of yours there allows Microsoft.Devices/IotHubs/devices/read"),
    ([{"dataActions": ["*"], "notDataActions": ["*/read"]}], {}, "as the role IoT Hub Data Reader does"),
    (denied(), {}, "you may lack a role there such as IoT Hub Data Reader"),
])  # fmt: skip
def test_why_a_login_is_refused(permissions, properties: dict, words: str) -> None:
    case = Case(None, {PERMISSIONS: permissions}, **properties)
    case.instead()
    assert words in case.warned[0]


def test_a_login_alone_gets_no_key() -> None:
    case = Case("login")
    assert case.instead() is None and "Using the key" not in case.warned[0]
    assert not [each for each in case.arm.asked if "listkeys" in each]


def test_keys_that_are_off_or_closed() -> None:
    case = Case(None, disableLocalAuth=True)
    assert case.instead() is None and case.warned[0].endswith("so no key opens it, either.")
    with pytest.raises(KeysOff):
        Case("key", disableLocalAuth=True).named.open(rights.REGISTRY_READ)
    case = Case(None, {KEYS: denied()})
    assert case.instead() is None and "Nor is there a key: You may not do" in case.warned[0]
    with pytest.raises(NotAllowed) as error:
        Case("key", {KEYS: denied()}).named.open(rights.REGISTRY_READ)
    assert error.value.request is not None and error.value.request.role == "Contributor"


def test_a_login_without_a_token_for_hubs_gets_a_key_at_once() -> None:
    case = Case()
    case.arm.tokens[rights.HUB_RESOURCE] = not_signed_in()
    opened = case.named.open(rights.REGISTRY_READ)
    assert opened.policy == "iothubowner" and opened.authorization is None
    assert case.warned == ["az's login gives no token for IoT Hub (Please run 'az login'.); using a key."]
    case = Case(None, disableLocalAuth=True)
    case.arm.tokens[rights.HUB_RESOURCE] = not_signed_in()
    with pytest.raises(KeysOff):
        case.named.open(rights.REGISTRY_READ)


def test_entra_that_stays_silent_is_not_reachable() -> None:
    case = Case()
    failure = Failure(Kind.SILENT, "the answer to az's login", "login.example", 443, seconds=8.0)
    case.arm.tokens[rights.HUB_RESOURCE] = StepFailed(failure)
    with pytest.raises(NotReachable) as error:
        case.named.open(rights.REGISTRY_READ)
    assert str(error.value) == "the answer to az's login did not come from login.example after 8 s: silent."


def test_messages_take_a_key_and_the_registry_the_login() -> None:
    opened = Case().named.for_messages()
    assert (opened.policy, opened.authorization) == ("service", None)
    registry = opened.for_registry()
    assert registry.authorization is not None and registry.instead is not None
    assert opened.for_registry() is registry, "it is opened once"
    assert registry.instead() is not None
    by_key = Case("key").named.for_messages(queries=True)
    assert by_key.policy == "iothubowner" and by_key.for_registry() is by_key


def test_messages_that_cannot_be_read() -> None:
    with pytest.raises(MessagesClosed, match="takes no Entra token"):
        Case(None, disableLocalAuth=True).named.for_messages()
    with pytest.raises(NotFound) as error:
        Case(None, {GROUPS: [{"name": "$Default"}, {"name": "diag"}]}).named.for_messages(consumer_group="diga")
    assert (error.value.near, error.value.known, error.value.service) == (("diag",), ("$Default", "diag"), "north")
    assert Case(None, {GROUPS: denied()}).named.for_messages(consumer_group="diga").policy == "service"


@pytest.mark.parametrize(("properties", "warned"), [
    ({"publicNetworkAccess": "Disabled"}, True), ({}, False), ({"networkRuleSets": {"defaultAction": "Deny"}}, False),
    ({"networkRuleSets": {"defaultAction": "Deny", "applyToBuiltInEventHubEndpoint": True}}, True),
])  # fmt: skip
def test_rules_of_the_network_are_warned_of(properties: dict, warned: bool) -> None:
    case = Case(None, **properties)
    case.named.for_messages()
    assert bool(case.warned) == warned


def test_a_provisioning_service() -> None:
    path = dps()["id"]
    arm = Arm(answers={DPSES: [dps(ipFilterRules=[{}])], f"{path}/listkeys": policies(owner="EnrollmentRead")})
    warned: list[str] = []
    found = find_dps(arm.account(), "front", warn=warned.append)
    opened = found.open(rights.ENROLLMENT_READ, rights.READ_ENROLLMENT_KEYS)
    assert opened.dps == "front.azure-devices-provisioning.net" and opened.instead is not None
    instead = opened.instead()
    assert instead is not None and instead.policy == "owner"
    assert "its IP filter rules may keep this machine out; or no role" in warned[0]
    assert "as the role Device Provisioning Service Data Contributor does" in warned[0]
    with pytest.raises(NoPolicy):
        find_dps(arm.account(), "front", auth_type="key").open(rights.DPS_RIGHTS)


def test_what_to_ask_an_administrator_for() -> None:
    case = Case(None, {PERMISSIONS: [{"dataActions": ["*/devices/read"]}]})
    request = case.named.missing(rights.QUERY)
    assert request is not None
    assert (request.role, request.scope) == ("IoT Hub Data Reader", HUB)
    assert request.why == "It allows Microsoft.Devices/IotHubs/twins/read."
    assert (
        request.command
        == f'az role assignment create --assignee YOUR-NAME --role "IoT Hub Data Reader" --scope "{HUB}"'
    )
    assert Case(None, {PERMISSIONS: [{"dataActions": ["*"]}]}).named.missing(rights.QUERY) is None


def test_an_application_is_opened_without_asking_anybody() -> None:
    arm = Arm()
    opened = open_application(arm.account(), "app.azureiotcentral.com")
    assert opened.authorization is not None and arm.asked == []
    assert opened.authorization().reveal() == "Bearer for https://apps.azureiotcentral.com"
