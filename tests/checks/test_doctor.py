"""What the doctor says of whole sets of facts: public cases by their numbers, healthy devices, and access that lacks.

A number such as R1 is that of a publicly reported case; the comment says what was reported. The facts are what this
tool would measure there.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, NamedTuple

import pytest

from azext_iotdiag.checks import catalogue, verdict
from azext_iotdiag.model.central import CentralDevice
from azext_iotdiag.model.dps import Enrollment, ProvisioningAsked, Registration
from azext_iotdiag.model.dps_settings import DpsSettings, LinkedHub
from azext_iotdiag.model.facts import Fact, Facts, Vantage, Window
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.finding import Certainty
from azext_iotdiag.model.hub_settings import EndpointHealth, HubSettings, Quota, Route
from azext_iotdiag.model.identity import Identity
from azext_iotdiag.model.newest_messages import NewestMessages
from azext_iotdiag.model.verdict import State, Verdict
from tests.checks.judging import MEASURED, known

NOW = MEASURED.timestamp()
NOW_MS = int(NOW * 1000)
SECOND, MINUTE, HOUR = 1, 60, 3600
HOST = "hub.azure-devices.net"
FALLBACK = Route("$fallback", "DeviceMessages", "true", ("events",), True)
FALLBACK_OFF = Route("$fallback", "DeviceMessages", "true", ("events",), False)
HEALTHY_ENDPOINTS = (EndpointHealth("events", "healthy"),)
NO_RIGHT = Failure(Kind.UNAUTHORIZED, "the settings", "management", 443, condition="AuthorizationFailed")
NO_KEY = Failure(Kind.UNAUTHORIZED, "the keys of the hub", HOST, 443, condition="NotAllowed")


def ago(seconds: float) -> int:
    return NOW_MS - int(seconds * 1000)


def device(heard: float | None = 30, **more: Any) -> Identity:
    """The device as its hub shows it, which heard of it so many seconds ago."""
    given = {"status": "enabled", "connected": heard is not None and heard < HOUR, "authentication": "sas", **more}
    return Identity(HOST, "pump", last_activity=None if heard is None else ago(heard), **given)


def hub(*routes: Route, state: str = "Active", fallback: Route | None = FALLBACK, **more: Any) -> HubSettings:
    return HubSettings(HOST, state, routes=routes, fallback=fallback, **more)


def stream(came: float | None, *, count: int = 1, gap: float = 0, complete: bool = True) -> Fact[NewestMessages]:
    """The messages of a day, of which the device's newest came so many seconds ago."""
    window = Window(MEASURED - timedelta(days=1), MEASURED, complete)
    found = NewestMessages("pump", None if came is None else ago(came), 500, 20, ago(1), count, gap)
    return Fact(found, MEASURED, "the built-in endpoint", Vantage.SERVICE, window=window)


def route(condition: str, *endpoints: str, source: str = "DeviceMessages") -> Route:
    return Route("r", source, condition, endpoints, True)


def judged(**values: Any) -> Verdict:
    facts: Facts = known(now=NOW, **values)
    return verdict.judge(catalogue.ALL, facts, lambda: 0.0).verdict


WITH_LOGIN = {"quota": Quota(1000, 400_000), "endpoint_health": HEALTHY_ENDPOINTS}


class Case(NamedTuple):
    """Facts, and where the data stops by them, with the first code that says why."""

    number: str
    facts: dict[str, Any]
    link: str
    code: str
    certainty: Certainty = Certainty.OPEN


CASES = (
    # The hub refuses public addresses, and answers as to a wrong key. The keys were suspected.
    Case("H1", {"identity": device(6 * HOUR), "hub_settings": hub(public_access=False),
                "newest_messages": stream(None)},
         "admission", "public-access-off", Certainty.SURE),
    # Messages stopped in the evening, for all devices at once; senders saw no error.
    Case("H2", {"identity": device(2 * HOUR), "hub_settings": hub(), "newest_messages": stream(2 * HOUR),
                "quota": Quota(400_000, 400_000)},
         "ingress", "hub-403002", Certainty.LIKELY),
    # A gateway asks with the id in other letters than it was registered with.
    Case("I1", {"identity": Identity(HOST, "PUMP", known=False, near=("pump",)), "hub_settings": hub()},
         "admission", "device-unknown", Certainty.SURE),
    # All messages went to the endpoint of a route, and the built-in endpoint stayed empty.
    Case("R1", {"identity": device(HOUR), "hub_settings": hub(route("true", "storage"), fallback=FALLBACK_OFF),
                "newest_messages": stream(None)},
         "routing", "fallback-off"),
    Case("R1, with the fallback", {"identity": device(HOUR), "hub_settings": hub(route("true", "storage")),
                                   "newest_messages": stream(None)},
         "routing", "routed-elsewhere"),
    # A hub made by Terraform has no fallback route, and no other either.
    Case("R2", {"identity": device(HOUR), "hub_settings": hub(fallback=None), "newest_messages": stream(None)},
         "routing", "fallback-off"),
    # The hub answers that it does not exist while it fails over.
    Case("P7", {"identity": Failure(Kind.MISSING, "the device's twin", HOST, 443, condition="http:404"),
                "hub_settings": hub(state="FailingOver")},
         "admission", "hub-not-active", Certainty.SURE),
    # The identity was deleted, and the device keeps what it was once assigned.
    Case("P6", {"identity": Identity(HOST, "pump", known=False), "hub_settings": hub(),
                "registration": Registration("pump", "assigned", hub=HOST, device="pump", updated=ago(90 * 24 * HOUR)),
                "enrollment": Enrollment("pump"), "provisioning": ProvisioningAsked("dps", "pump")},
         "admission", "device-unknown"),
    # The device waits for approval or was blocked: IoT Central does not tell the two apart.
    Case("blocked", {"central_device": CentralDevice("app", "pump")}, "admission", "central-blocked-or-waiting"),
    Case("disabled by its owner", {"identity": device(3 * HOUR, status="disabled", status_updated=ago(HOUR)),
                                   "hub_settings": hub(), "newest_messages": stream(3 * HOUR)},
         "admission", "device-disabled", Certainty.SURE),
    Case("no keys", {"identity": device(HOUR), "hub_settings": hub(device_keys_allowed=False),
                     "newest_messages": stream(HOUR)},
         "admission", "device-keys-off", Certainty.SURE),
    Case("assigned elsewhere", {"identity": device(None), "hub_settings": hub(),
                                "registration": Registration("pump", "assigned", hub="other.azure-devices.net",
                                                             device="pump", updated=ago(HOUR)),
                                "enrollment": Enrollment("pump"), "provisioning": ProvisioningAsked("dps", "pump")},
         "provisioning", "device-assigned-elsewhere", Certainty.SURE),
    Case("two faults: the earlier one counts", {"identity": device(None, status="disabled"),
                                                "hub_settings": hub(fallback=None), "quota": Quota(9, 9)},
         "admission", "device-disabled", Certainty.SURE),
    Case("the rhythm of an hour is broken", {"identity": device(5 * HOUR), "hub_settings": hub(),
                                             "newest_messages": stream(5 * HOUR, count=19, gap=HOUR)},
         "stream", "rhythm-broken"),
    Case("the endpoint of the hub is dead", {"identity": device(10), "hub_settings": hub(),
                                             "newest_messages": stream(None),
                                             "endpoint_health": (EndpointHealth("events", "dead"),)},
         "routing", "route-endpoint-dead", Certainty.SURE),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.number)
def test_a_case_and_its_verdict(case: Case) -> None:
    facts = {**WITH_LOGIN, **case.facts} if "hub_settings" in case.facts else case.facts
    found = judged(**facts)
    assert found.state is State.BROKEN and found.link is not None, found
    assert (found.link.value, found.reasons[0].finding.entry.code) == (case.link, case.code)
    assert found.certainty is case.certainty
    assert found.exit_code == 4


HEALTHY: dict[str, dict[str, Any]] = {
    "a device with a key": {"identity": device(), "newest_messages": stream(20)},
    "one with a certificate": {
        "identity": device(authentication="selfSigned"), "hub_settings": hub(device_keys_allowed=False),
        "newest_messages": stream(20),
    },
    "one with a certificate of an authority": {
        "identity": device(authentication="certificateAuthority"), "newest_messages": stream(20),
    },
    "one that speaks HTTPS only": {"identity": device(None), "newest_messages": stream(30)},
    "one that sends once a day": {"identity": device(23 * HOUR), "newest_messages": stream(23 * HOUR)},
    "one that sends once a week": {"identity": device(6 * 24 * HOUR), "newest_messages": stream(None)},
    "one that sends four times a day": {
        "identity": device(5 * HOUR), "newest_messages": stream(5 * HOUR, count=4, gap=6 * HOUR),
    },
    "one in its own rhythm": {"identity": device(100), "newest_messages": stream(100, count=800, gap=110)},
    "one that sends in bursts": {"identity": device(2 * HOUR), "newest_messages": stream(2 * HOUR, count=60, gap=HOUR)},
    "one that is connected and silent by nature": {"identity": device(10), "newest_messages": stream(None)},
    "one that reported properties alone": {
        "identity": device(None, reported=ago(60), connected=True), "newest_messages": stream(None),
    },
    "one behind a gateway": {"identity": device(parents=True), "newest_messages": stream(40)},
    "one behind a private endpoint": {
        "identity": device(), "newest_messages": stream(20),
        "hub_settings": hub(public_access=False, private_endpoints=("Approved",)),
    },
    "one behind a private endpoint that is not told": {
        "identity": device(), "newest_messages": stream(20), "hub_settings": hub(public_access=False),
    },
    "one whose address a rule lets in": {
        "identity": device(), "newest_messages": stream(20),
        "hub_settings": hub(denies_by_default=True, address_rules=3),
    },
    "one that a route brings to the built-in endpoint": {
        "identity": device(), "newest_messages": stream(20),
        "hub_settings": hub(route("true", "events"), fallback=FALLBACK_OFF),
    },
    "one whose copy goes elsewhere": {
        "identity": device(), "newest_messages": stream(20),
        "hub_settings": hub(route("true", "storage"), route("true", "events"), fallback=FALLBACK_OFF),
    },
    "one whose alarms go elsewhere": {
        "identity": device(), "newest_messages": stream(20), "hub_settings": hub(route("alarm = 'true'", "queue")),
    },
    "one that a condition brings to the built-in endpoint": {
        "identity": device(), "newest_messages": stream(20),
        "hub_settings": hub(route("level = 'low'", "events"), fallback=FALLBACK_OFF),
    },
    "one whose twin changes go elsewhere": {
        "identity": device(), "newest_messages": stream(20),
        "hub_settings": hub(route("true", "twins", source="TwinChangeEvents")),
    },
    "one of a hub whose other endpoint is dead": {
        "identity": device(), "newest_messages": stream(20),
        "endpoint_health": (*HEALTHY_ENDPOINTS, EndpointHealth("cold", "dead")),
    },
    "one of a hub with half of its quota": {
        "identity": device(), "newest_messages": stream(20), "quota": Quota(200_000, 400_000),
    },
    "one that came back after it was enabled": {
        "identity": device(10, status_updated=ago(HOUR)), "newest_messages": stream(5),
    },
    "one with a model": {"identity": device(model="dtmi:com:example:Pump;1"), "newest_messages": stream(20)},
    "one that is an edge device": {"identity": device(edge=True), "newest_messages": stream(20)},
    "one with messages that wait for it": {"identity": device(queued=12), "newest_messages": stream(20)},
    "one that was provisioned here": {
        "identity": device(), "newest_messages": stream(20), "provisioning": ProvisioningAsked("dps", "pump"),
        "registration": Registration("pump", "assigned", hub=HOST, device="pump", updated=ago(24 * HOUR)),
        "enrollment": Enrollment("pump"), "dps_settings": DpsSettings("dps", "Active", hubs=(LinkedHub(HOST),)),
    },
    "one that needs no provisioning": {
        "identity": device(), "newest_messages": stream(20),
        "provisioning": ProvisioningAsked("dps", "pump", expected=False),
        "registration": Fact(None, MEASURED, "the provisioning service"),
        "enrollment": Fact(None, MEASURED, "the provisioning service"),
        "dps_settings": DpsSettings("dps", "Active", hubs=(LinkedHub(HOST),)),
    },
    "one whose provisioning service has no hub any more": {
        "identity": device(), "newest_messages": stream(20), "dps_settings": DpsSettings("dps", "Active"),
    },
    "one among too many messages to read": {"identity": device(), "newest_messages": stream(None, complete=False)},
    "one whose enrollment was switched off after it was assigned": {
        "identity": device(), "newest_messages": stream(20), "provisioning": ProvisioningAsked("dps", "pump"),
        "registration": Registration("pump", "assigned", hub=HOST, device="pump", updated=ago(24 * HOUR)),
        "enrollment": Enrollment("pump", enabled=False, updated=ago(HOUR)),
    },
    "one whose enrollment is off since an unknown time": {
        "identity": device(), "newest_messages": stream(20), "provisioning": ProvisioningAsked("dps", "pump"),
        "registration": Registration("pump", "assigned", hub=HOST, device="pump", updated=ago(24 * HOUR)),
        "enrollment": Enrollment("pump", enabled=False),
    },
    "one of a hub that is being changed": {
        "identity": device(), "newest_messages": stream(20), "hub_settings": hub(state="Transitioning"),
    },
    "one whose messages come though the endpoint is called dead": {
        "identity": device(), "newest_messages": stream(20), "endpoint_health": (EndpointHealth("events", "dead"),),
    },
    "one that stopped where nobody looked": {
        "identity": device(HOUR), "newest_messages": stream(5 * HOUR, count=19, gap=HOUR, complete=False),
    },
}  # fmt: skip


@pytest.mark.parametrize("values", HEALTHY.values(), ids=HEALTHY)
def test_a_healthy_device_raises_no_alarm(values: dict[str, Any]) -> None:
    found = judged(**{**WITH_LOGIN, "hub_settings": hub(), **values})
    assert (found.state, found.link, found.exit_code) == (State.HEALTHY, None, 0), found.reasons
    assert len(HEALTHY) >= 30


def test_a_device_of_central() -> None:
    app = CentralDevice("app", "pump", provisioned=True, enabled=True, template="dtmi:com:example:Pump;1")
    assert judged(central_device=app).state is State.HEALTHY


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.number)
@pytest.mark.parametrize("name", ["hub_settings", "identity", "newest_messages", "quota", "registration"])
def test_a_fact_less_never_makes_a_verdict_surer(case: Case, name: str) -> None:
    facts = {**WITH_LOGIN, **case.facts} if "hub_settings" in case.facts else case.facts
    whole, less = judged(**facts), judged(**{each: value for each, value in facts.items() if each != name})
    if less.link is whole.link and less.reasons and less.reasons[0].finding == whole.reasons[0].finding:
        assert less.certainty.rank <= whole.certainty.rank


def test_what_a_reader_without_keys_may_not_see_is_listed_and_breaks_nothing() -> None:
    found = judged(identity=device(), hub_settings=hub(), newest_messages=NO_KEY, **WITH_LOGIN)
    assert (found.state, found.exit_code) == (State.HEALTHY, 0)
    assert [reason.finding.entry.code for reason in found.blind] == ["messages-not-readable"]


def test_without_a_sign_of_the_device_missing_rights_leave_it_open() -> None:
    refused = Failure(Kind.UNAUTHORIZED, "the device's twin", HOST, 443, condition="http:401")
    found = judged(identity=refused, hub_settings=NO_RIGHT, newest_messages=NO_KEY)
    assert (found.state, found.exit_code) == (State.UNDETERMINED, 5)


def test_a_hub_without_twins_is_no_fault_while_messages_come() -> None:
    """What the policy `service` sees of a hub of the basic tier."""
    tier = Failure(Kind.UNAUTHORIZED, "the device's twin", HOST, 443, condition="OperationNotAvailableInCurrentTier")
    found = judged(identity=tier, newest_messages=stream(5))
    assert (found.state, [reason.finding.entry.code for reason in found.blind]) == (State.HEALTHY, ["hub-403010"])
    assert judged(identity=tier, newest_messages=stream(None)).state is State.UNDETERMINED


def test_what_is_coming_is_no_broken_link() -> None:
    found = judged(identity=device(), hub_settings=hub(), newest_messages=stream(5), quota=Quota(95, 100))
    assert (found.link, found.when.value, found.exit_code) == (None, "coming", 4)
    assert [reason.finding.entry.code for reason in found.also] == ["quota-ends-soon"]


def test_the_latest_sign_at_each_link_is_the_proof() -> None:
    found = judged(identity=device(30, reported=ago(10)), hub_settings=hub(), newest_messages=stream(5))
    assert [(each.link.value, NOW_MS - each.at) for each in found.proofs] == [("connection", 10_000), ("stream", 5_000)]


def test_what_no_access_shows_behind_iot_central_is_not_said_to_be_missed() -> None:
    spots = {each.name for each in judged(central_device=CentralDevice("app", "pump", provisioned=True)).blind_spots}
    assert spots & {"SETTINGS", "LOGS"} == set() and "DEVICE" in spots
    assert {"SETTINGS", "LOGS"} <= {each.name for each in judged(identity=device()).blind_spots}


def test_a_hub_alone_misses_no_facts_of_a_device() -> None:
    assert [each.name for each in judged(hub_settings=hub()).blind_spots] == ["ANY_DEVICE", "LOGS_OF_ALL"]
    assert [each.name for each in judged(dps_settings=DpsSettings("dps", "Active")).blind_spots] == ["ANY_DEVICE"]
    for named in ({"device_named": "pump"}, {"identity": device()}):  # the first with --only, which measures less
        assert {"DEVICE", "LOGS"} <= {each.name for each in judged(hub_settings=hub(), **named).blind_spots}


@pytest.mark.parametrize("condition", ["http:429", "http:503"])
def test_an_application_that_is_busy_leaves_it_open(condition: str) -> None:
    busy = Failure(Kind.BUSY, "the device in IoT Central", "app.azureiotcentral.com", 443, condition=condition)
    found = judged(central_device=busy, central_proof=busy)
    assert (found.state, found.exit_code, found.reasons) == (State.UNDETERMINED, 5, ())
    assert found.blind and found.certainty is Certainty.OPEN
