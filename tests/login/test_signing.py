"""Whose key signs a token, and which keys may have signed one."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from azext_iotdiag.clients import keys as stored
from azext_iotdiag.credential import inspection, sas
from azext_iotdiag.credential.connection_string import DeviceConnectionString, DpsConnectionString, HubConnectionString
from azext_iotdiag.credential.expectation import NamedRegistration, Said
from azext_iotdiag.login import signing, token_keys
from azext_iotdiag.login.errors import KeysHidden, NoKeys, NotFound, NotReachable, What
from azext_iotdiag.login.opening import Named, find_dps, find_hub
from azext_iotdiag.login.signing import TokenWanted
from azext_iotdiag.model.failure import Failure, Kind, StepFailed
from azext_iotdiag.model.keys import EnrollmentKeys, RegistryKeys
from azext_iotdiag.model.target import Secret
from tests.login.arm import ALL, HUB, KEY, OTHER_KEY, Arm, denied, dps, hub, policies

PRIMARY, SECONDARY = (Secret(base64.b64encode(bytes([n]) * 32).decode()) for n in (1, 2))
HOST = "north.azure-devices.net"
DPSES = "/subscriptions/s1/providers/Microsoft.Devices/provisioningServices"
SERVICE = HubConnectionString(HOST, "service", PRIMARY)


class Stored:
    """What a registry and a provisioning service hold, in the place of the clients that read it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch):
        self.registry: Any = RegistryKeys(HOST, "d", "", "sas", PRIMARY, SECONDARY)
        self.enrollment: Any = EnrollmentKeys("symmetricKey", PRIMARY, SECONDARY)
        self.asked: list[Any] = []
        monkeypatch.setattr(
            stored, "read", lambda target, device, _now, module="": self._of("registry", device, module)
        )
        monkeypatch.setattr(
            stored, "of_enrollment", lambda target, id_, group, _now: self._of("enrollment", id_, group)
        )

    def _of(self, what: str, *asked: Any) -> Any:
        self.asked.append(asked)
        found = getattr(self, what)
        if isinstance(found, Exception):
            raise found
        return found


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Stored:
    return Stored(monkeypatch)


def named(**properties: Any) -> Named:
    return find_hub(Arm(hubs=[hub(**properties)], answers={f"{HUB}/listkeys": policies(**ALL)}).account(), "north")


def provisioning(**rights: str) -> Named:
    answers = {DPSES: [dps()], f"{dps()['id']}/listkeys": policies(**rights)}
    return find_dps(Arm(answers=answers).account(), "front")


def failed(kind: Kind) -> StepFailed:
    return StepFailed(Failure(kind, "the keys", HOST, 443, description="said"))


@pytest.mark.parametrize(("key_type", "key"), [("primary", KEY), ("secondary", OTHER_KEY)])
def test_a_policy_with_the_fewest_rights(key_type: str, key: str) -> None:
    said: list[str] = []
    found = signing.signer(named(), TokenWanted(key_type=key_type), said.append)
    assert (found.key.reveal(), found.resource, found.policy) == (key, HOST, "service")
    assert said == [
        f"Using the {key_type} key of the policy service (ServiceConnect) of north (resource group g), "
        "read with az's login."
    ]


def test_a_policy_by_its_name() -> None:
    said: list[str] = []
    found = signing.signer(named(disableLocalAuth=True), TokenWanted(policy="iothubowner"), said.append)
    assert found.policy == "iothubowner" and said[1].endswith("(disableLocalAuth): it opens nothing.")
    with pytest.raises(NotFound, match="north has no policy 'x'") as error:
        signing.signer(named(), TokenWanted(policy="x"), said.append)
    assert (error.value.what, error.value.known) == (What.POLICY, ("iothubowner", "service"))
    with pytest.raises(NotFound, match="with the right EnrollmentRead and RegistrationStatusRead"):
        signing.signer(provisioning(owner="EnrollmentRead"), TokenWanted(), said.append)


def test_a_device_and_a_module(kept: Stored) -> None:
    said: list[str] = []
    found = signing.signer(named(disableDeviceSAS=True), TokenWanted(device="d", key_type="secondary"), said.append)
    assert (found.key, found.resource, found.policy) == (SECONDARY, f"{HOST}/devices/d", "")
    assert said[0].startswith("Asking north") and "takes no tokens of devices" in said[1]
    found = signing.signer(named(disableDeviceSAS=True), TokenWanted(device="d", module="m"), said.append)
    assert found.resource == f"{HOST}/devices/d/modules/m" and len(said) == 3
    assert kept.asked == [("d", ""), ("d", "m")]


def test_strings_need_no_account(kept: Stored) -> None:
    string = DeviceConnectionString(HOST, "d", key=PRIMARY)
    assert signing.signer(None, TokenWanted(string=string), print).resource == f"{HOST}/devices/d"
    assert signing.signer(None, TokenWanted(service=SERVICE), print).policy == "service" and kept.asked == []
    found = signing.signer(None, TokenWanted(service=SERVICE, device="d", key_type="secondary"), print)
    assert (found.key, found.policy) == (SECONDARY, "")


@pytest.mark.parametrize(("kind", "error"), [
    (Kind.MISSING, NotFound), (Kind.UNAUTHORIZED, KeysHidden), (Kind.SILENT, NotReachable),
])  # fmt: skip
def test_keys_that_cannot_be_read(kept: Stored, kind: Kind, error: type[Exception]) -> None:
    kept.registry = kept.enrollment = failed(kind)
    with pytest.raises(error):
        signing.registry_keys(token_keys.place(Said(), named()), "d", "")
    with pytest.raises(error):
        signing.enrollment_keys(provisioning(), NamedRegistration(id="r"), lambda _: None)


def test_what_is_not_there_is_named_in_full(kept: Stored) -> None:
    kept.registry = kept.enrollment = failed(Kind.MISSING)
    target = token_keys.place(Said(), named())
    for call, words in (
        (lambda: signing.registry_keys(target, "d", "m"), "knows no module 'm' of the device 'd'."),
        (lambda: signing.enrollment_keys(provisioning(), NamedRegistration(id="r", group="g"), print),
         "knows no enrollment group 'g'."),
        (lambda: signing.enrollment_keys(provisioning(), NamedRegistration(id="r"), print),
         "knows no individual enrollment 'r'."),
    ):  # fmt: skip
        with pytest.raises(NotFound, match=words):
            call()


def test_what_has_no_keys(kept: Stored) -> None:
    kept.registry, kept.enrollment = RegistryKeys(HOST, "d", "", "selfSigned"), EnrollmentKeys("x509")
    with pytest.raises(NoKeys, match="d: the device has no keys; its authentication is selfSigned"):
        signing.signer(named(), TokenWanted(device="d"), lambda _: None)
    with pytest.raises(NoKeys, match="r: the enrollment has no keys; its authentication is x509"):
        signing.enrollment_keys(provisioning(), NamedRegistration(id="r"), lambda _: None)


def test_a_registration(kept: Stored) -> None:
    derived = sas.derive(sas.iothub_key(PRIMARY.reveal()), "r")
    cases: list[tuple[Named | None, NamedRegistration, str]] = [
        (None, NamedRegistration("0ne9", "r", key=SECONDARY), SECONDARY.reveal()),
        (None, NamedRegistration("0ne9", "r", group_key=PRIMARY), derived),
        (provisioning(), NamedRegistration(id="r"), PRIMARY.reveal()),
        (provisioning(), NamedRegistration(id="r", group="g"), derived),
    ]
    for service, asked, key in cases:
        found = signing.signer(service, TokenWanted(registration=asked), lambda _: None)
        scope = "0ne9" if service is None else "0ne1"
        assert (found.key.reveal(), found.resource, found.policy) == (key, f"{scope}/registrations/r", "registration")
    assert kept.asked == [("r", False), ("g", True)]


def token(resource: str, key: Secret | str = PRIMARY, policy: str = "") -> str:
    text = key if isinstance(key, str) else key.reveal()
    return sas.sign(resource, sas.iothub_key(text), 2_000_000_000, policy)


def judged(text: str, said: Said, service: Named | None, told: list[str] | None = None) -> tuple[str, str]:
    held = token_keys.of_token(text, said, service, ([] if told is None else told).append)
    assert held.unread is None
    facts = inspection.inspect(text, held.expected)
    return facts.signer, facts.wanted


def test_who_signed_a_token_of_a_hub_that_was_named(kept: Stored) -> None:
    told: list[str] = []
    device = f"{HOST}/devices/d"
    assert judged(token(device, SECONDARY), Said(), named()) == ("the secondary key", device)
    assert kept.asked == [("d", "")]
    found = judged(token(HOST, OTHER_KEY, "service"), Said(), named(), told)
    assert found == ("the secondary key of service", HOST) and "Comparing with the keys" in told[0]
    judged(token(HOST, KEY, "gone"), Said(), named(), told)
    assert told[-1] == "north has no policy 'gone', which the token names."
    asked = len(kept.asked)
    token_keys.of_token("no token", Said(device="d"), named(), print)
    assert len(kept.asked) == asked, "nothing of it can be compared, so no service is asked"


def test_who_signed_a_token_of_a_registration(kept: Stored) -> None:
    resource = "0ne1/registrations/r"
    assert judged(token(resource, PRIMARY, "registration"), Said(), provisioning()) == ("the primary key", resource)
    given = Said(registration=NamedRegistration(id="r", key=SECONDARY))
    assert judged(token(resource, SECONDARY), given, provisioning()) == ("the key", resource)
    assert kept.asked == [("r", False)]


def test_who_signed_by_the_string_of_a_hub(kept: Stored) -> None:
    device = f"{HOST}/devices/d"
    assert judged(token(device, PRIMARY), Said(service=SERVICE), None) == ("the primary key", device)
    assert judged(token(HOST, PRIMARY, "service"), Said(service=SERVICE), None) == ("the key of service", HOST)
    assert kept.asked == [("d", "")]


@pytest.mark.parametrize("by_name", [True, False])
def test_a_token_tells_much_without_its_keys(kept: Stored, by_name: bool) -> None:
    kept.registry = failed(Kind.UNAUTHORIZED)
    service, said = (named(), Said()) if by_name else (None, Said(service=SERVICE))
    held = token_keys.of_token(token(f"{HOST}/devices/d"), said, service, lambda _: None)
    assert isinstance(held.unread, KeysHidden)
    assert (held.expected.resource, dict(held.expected.keys)) == (f"{HOST}/devices/d", {})


def test_a_missing_device_is_no_reason_to_go_on(kept: Stored) -> None:
    kept.registry = failed(Kind.MISSING)
    with pytest.raises(NotFound):
        token_keys.of_token(token(f"{HOST}/devices/d"), Said(), named(), lambda _: None)


def test_a_login_that_may_not_list_keys() -> None:
    arm = Arm(answers={f"{HUB}/listkeys": denied()})
    held = token_keys.of_token(token(HOST, KEY, "service"), Said(), find_hub(arm.account(), "north"), lambda _: None)
    assert held.unread is not None and held.expected.resource == HOST


def test_which_service_was_meant() -> None:
    string = DpsConnectionString("front.azure-devices-provisioning.net", "owner", PRIMARY)
    assert token_keys.place(Said(), None).hub == ""
    assert token_keys.place(Said(service=SERVICE), None).hub == HOST
    assert token_keys.place(Said(service=string), None).dps == string.host
    assert token_keys.place(Said(), named()).hub == HOST and token_keys.place(Said(), provisioning()).dps
