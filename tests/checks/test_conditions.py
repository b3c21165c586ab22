"""Causes that facts rule out, prove, or leave open."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from azext_iotdiag.checks import catalogue as checks
from azext_iotdiag.checks.conditions import CONDITIONS, MESSAGE_LIMIT, causes_left
from azext_iotdiag.knowledge import catalogue
from azext_iotdiag.model.access import OpenedBy, ReaderAccess
from azext_iotdiag.model.authorities import Authority
from azext_iotdiag.model.central import CentralDevice
from azext_iotdiag.model.device_says import DeviceSays, SaidCode
from azext_iotdiag.model.dps import Registration
from azext_iotdiag.model.facts import FACTS, Vantage, Window
from azext_iotdiag.model.finding import Cause, Entry
from azext_iotdiag.model.hub_metrics import HubMetrics
from azext_iotdiag.model.hub_settings import HubSettings, Quota
from azext_iotdiag.model.keys import Admission, Asked, GivenKey, KeyComparison
from azext_iotdiag.model.method import MethodAnswer, MethodCall
from azext_iotdiag.model.network import NetworkAsked
from azext_iotdiag.model.newest_messages import NewestMessages
from azext_iotdiag.model.simulated import Registered, Simulated
from azext_iotdiag.model.token import SasFacts
from azext_iotdiag.model.twin_state import Pending, TwinState
from azext_iotdiag.model.twin_test import TwinTest
from azext_iotdiag.model.verdict import Standing
from tests.checks import edge
from tests.checks.facts import identity
from tests.checks.judging import NOW, hidden, known, request, stream
from tests.checks.samples import SAMPLES, issued
from tests.plugins.rows import all_rows

ALWAYS = Cause("Always.", ("Do.",), confirm="Look.")
LOGIN = Cause("Login.", ("Do.",), confirm="Look.", only_if="asked-with-login")
SEEN = Cause("Seen.", ("Do.",), confirm="Look.", proven_by="device-was-seen")
CHECKED = Cause("Checked.", ("Do.",), check="device-known")
ENTRY = Entry("a-code", "A title", (ALWAYS, LOGIN, SEEN, CHECKED))
BY_NAME = {check.name: check for check in checks.ALL}
KNOWN = {"device-known": BY_NAME["device-known"]}
OPEN, PROVEN = Standing.OPEN, Standing.PROVEN
HEARD = identity(last_activity=1)
LOGGED_IN = OpenedBy(by_login=True)
every_entry = all_rows("entry", catalogue.ALL, ids=lambda entry: entry.code)


def ago(seconds):
    """A time so many seconds before NOW, None for never."""
    return None if seconds is None else NOW - seconds * 1000


def seen(*, connected, sent=None, active=None, reported=None):
    """What a hub shows of a device whose last signs are so many seconds old."""
    return {
        "identity": identity(connected=connected, last_activity=ago(active), reported=ago(reported)),
        "newest_messages": NewestMessages("pump", came=ago(sent)),
        "now": NOW / 1000,
    }


def reporting(*, connected, others):
    """What a test of a twin saw of a device."""
    tested = TwinTest("h", "d", "", "a", "1", others=others)
    return {"identity": identity(connected=connected), "twin_test": tested}


@pytest.mark.parametrize(("values", "decided", "left"), [
    ({}, {}, [(ALWAYS, OPEN), (LOGIN, OPEN), (SEEN, OPEN), (CHECKED, OPEN)]),
    ({"access": OpenedBy(by_login=False)}, KNOWN, [(ALWAYS, OPEN), (SEEN, OPEN)]),
    ({"access": OpenedBy(by_login=True), "identity": HEARD}, KNOWN, [(SEEN, PROVEN), (ALWAYS, OPEN), (LOGIN, OPEN)]),
    ({"identity": identity(known=False)}, KNOWN, [(ALWAYS, OPEN), (LOGIN, OPEN), (SEEN, OPEN)]),
])  # fmt: skip
def test_what_is_left(values, decided, left) -> None:
    assert list(causes_left(ENTRY, known(**values), decided)) == left


@pytest.mark.parametrize(("place", "judged", "drops"), [
    (Vantage.HERE, Vantage.HERE, True), (Vantage.HERE, Vantage.SERVICE, True), (Vantage.HERE, Vantage.DEVICE, False),
    (Vantage.DEVICE, Vantage.DEVICE, True), (Vantage.DEVICE, Vantage.HERE, False),
    (Vantage.SERVICE, Vantage.DEVICE, True), (Vantage.SERVICE, Vantage.HERE, True),
])  # fmt: skip
def test_what_was_measured_here_says_nothing_of_the_devices_machine(place, judged, drops) -> None:
    facts = known(access=OpenedBy(), identity=HEARD, stream=1)
    facts["access"], facts["identity"] = (replace(facts[name], place=place) for name in ("access", "identity"))
    facts["stream"] = replace(facts["stream"], place=judged)
    left = [cause for cause, _ in causes_left(ENTRY, facts, KNOWN, ["stream"])]
    assert (LOGIN in left, CHECKED in left) == (not drops, not drops)
    assert left[0] is (SEEN if drops else ALWAYS)


@pytest.mark.parametrize(("begin", "end", "complete", "drops"), [
    (0, 10, True, True), (-5, 15, True, True), (1, 10, True, False), (0, 9, True, False), (0, 10, False, False),
])  # fmt: skip
def test_a_fact_must_cover_the_time_of_what_was_judged(begin, end, complete, drops) -> None:
    now = datetime(2026, 11, 30, tzinfo=timezone.utc)
    facts = known(access=OpenedBy(), stream=1)
    window = Window(now + timedelta(minutes=begin), now + timedelta(minutes=end), complete)
    facts["access"] = replace(facts["access"], window=window)
    facts["stream"] = replace(facts["stream"], window=Window(now, now + timedelta(minutes=10)))
    assert (LOGIN not in [cause for cause, _ in causes_left(ENTRY, facts, {}, ["stream"])]) is drops


@pytest.mark.parametrize(("name", "values", "holds"), [
    ("asked-with-login", {"access": OpenedBy(by_login=True)}, True),
    ("asked-from-outside", {"access": OpenedBy(closed=True)}, True),
    ("asked-from-outside", {"access": OpenedBy()}, None),
    ("dps-asked-from-outside", {"dps_access": OpenedBy(closed=True)}, True),
    ("dps-asked-from-outside", {"dps_access": OpenedBy()}, None),
    ("asked-with-key", {"access": OpenedBy(by_login=True)}, False),
    ("asked-with-given-key", {"access": OpenedBy(key_found=True)}, False),
    ("id-differs-in-case", {"request": request(device="Pump"), "hidden_messages": hidden("pump", "pamp")}, True),
    ("id-differs-in-case", {"request": request(device="pumps"), "hidden_messages": hidden("pamps")}, False),
    ("id-differs-in-case", {"request": request(device="pump"), "hidden_messages": hidden("valve")}, None),
    ("id-differs-otherwise", {"request": request(device="Pump"), "hidden_messages": hidden("pump")}, False),
    ("id-differs-otherwise", {"request": request(device="pumps"), "hidden_messages": hidden("pamps")}, None),
    ("id-differs-in-case", {"request": request(), "hidden_messages": hidden("pump")}, None),
    ("id-differs-in-case", {"identity": identity(known=False, near=("pump",))}, True),
    ("id-differs-otherwise", {"identity": identity(known=False, near=("pump",))}, False),
    ("id-differs-otherwise", {"identity": identity(known=False)}, None),
    *(("method-may-be-missing", {"method_answer": MethodAnswer("h", "d", "", MethodCall(), 200, 0, 0, status)}, holds)
      for status, holds in ((501, True), (404, True), (500, False))),
    ("device-may-be-offline", seen(connected=True, sent=119), False),
    ("device-may-be-offline", seen(connected=True, sent=121), None),
    ("device-may-be-offline", seen(connected=True), None),
    ("device-may-be-offline", seen(connected=False, sent=1), None),  # over HTTPS, perhaps
    ("device-may-be-connected", seen(connected=True), None),
    ("device-may-be-connected", seen(connected=False, active=599), None),
    ("device-may-be-connected", seen(connected=False, active=601), False),
    ("device-may-be-connected", seen(connected=False, active=601, reported=1), None),
    ("device-may-be-connected", seen(connected=False), False),
    ("device-may-use-https", seen(connected=True), False),
    ("device-may-use-https", seen(connected=False, sent=1), None),
    ("device-may-be-offline", reporting(connected=True, others=True), False),
    ("device-may-be-offline", reporting(connected=True, others=False), None),
    ("device-may-be-offline", reporting(connected=False, others=True), None),
    *((name, {"identity": identity(connected_since=since, twin=TwinState(pending=behind))}, holds)
      for name, since, behind, holds in (
          ("desired-was-set-away", 10, (Pending("a", 2, 5),), True), ("desired-was-set-away", 10, (), None),
          ("desired-was-set-away", 10, (Pending("a", 2, 5), Pending("b", 3, 15)), False),
          ("desired-was-set-away", None, (Pending("a", 2, 5),), None),
          ("desired-may-be-set-away", 10, (Pending("a", 2, 5), Pending("b", 3, 15)), True),
          ("desired-may-be-set-away", 10, (Pending("b", 3, 15),), False))),
    *((name, {"device_says": DeviceSays("--error", (SaidCode(code, (code,), lasting=lasting),))}, holds)
      for name, code, lasting, holds in (
          ("device-may-be-unanswered", "hub-401003", True, False),
          ("device-may-be-unanswered", "hub-401003", False, None),
          ("device-may-be-unanswered", "dps-404201", True, False),
          ("device-may-be-unanswered", "device-refused", True, False),
          ("device-may-be-unanswered", "sdk-unauthorized", True, None),
          ("device-has-another-time", "certificate-not-yet-valid", True, True),
          ("device-has-another-time", "hub-401003", True, None),
          ("device-distrusts", "certificate-untrusted", True, True), ("device-distrusts", "hub-401003", True, None),
          ("device-is-cut-off", "name-not-resolved", True, True), ("device-is-cut-off", "hub-401003", True, None))),
    ("sent-too-large", {"simulated": Simulated("d", last_bytes=MESSAGE_LIMIT + 1)}, True),
    ("sent-too-large", {"simulated": Simulated("d", last_bytes=MESSAGE_LIMIT)}, None),  # its properties count, too
    ("sent-too-large", {"simulated": Simulated("d", last_bytes=1000)}, False),
    ("asked-with-login", {"access": OpenedBy(by_login=False)}, False),
    ("asked-with-key", {"access": OpenedBy(by_login=False)}, True),
    ("asked-with-given-key", {"access": OpenedBy()}, True), ("asked-with-given-key", {"access": LOGGED_IN}, False),
    ("dps-asked-with-login", {"dps_access": LOGGED_IN}, True), ("dps-asked-with-key", {"dps_access": LOGGED_IN}, False),
    ("dps-asked-with-given-key", {"dps_access": OpenedBy()}, True),
    ("dps-asked-with-given-key", {"dps_access": LOGGED_IN}, False),
    ("dps-asked-with-given-key", {"dps_access": OpenedBy(key_found=True)}, False),
    ("central-asked-with-login", {"central_access": LOGGED_IN}, True),
    ("central-asked-with-token", {"central_access": LOGGED_IN}, False),
    *((f"hub-keys-{name}", {"hub_settings": HubSettings("h", keys_allowed=allowed)}, (name == "on") is allowed)
      for name in ("on", "off") for allowed in (True, False)),
    ("central-device-is-known", {"central_device": CentralDevice("a", "d")}, True),
    ("central-device-is-known", {"central_device": CentralDevice("a", "d", known=False)}, False),
    ("reading-key-was-given", {"reading": ReaderAccess()}, True),
    ("reading-key-was-given", {"reading": ReaderAccess(key_found=True)}, False),
    ("event-hub-was-named", {"reading": ReaderAccess(names_entity=True)}, True),
    ("event-hub-was-named", {"reading": ReaderAccess()}, False),
    ("reader-is-own", {"reading": ReaderAccess("wire")}, True),
    ("reader-is-own", {"reading": ReaderAccess("sdk")}, False),
    ("consumer-group-was-named", {"stream": stream(group="diag").at_end()}, True),
    ("consumer-group-was-named", {"stream": stream(group="$Default").at_end()}, False),
    ("consumer-group-was-named", {"stream": stream(group="").at_end()}, False),
    ("filters-hid-messages", {"hidden_messages": hidden("pump")}, False),
    ("filters-hid-messages", {"hidden_messages": hidden("pump", interface=1)}, True),
    ("filters-hid-messages", {"hidden_messages": hidden("pump", interface=0)}, False),
    *((name, {"server_certificate": issued(issuer, "h")}, name == holds)
      for name in ("issuer-is-lab", "issuer-is-public", "issuer-is-another")
      for issuer, holds in (("CN=iot-diag lab x", "issuer-is-lab"), ("CN=DigiCert Global", "issuer-is-public"),
                            ("CN=Microsoft Azure RSA TLS", "issuer-is-public"), ("CN=Contoso", "issuer-is-another"))),
    ("certificate-has-names", {"server_certificate": issued("CN=x", "h")}, True),
    ("certificate-lacks-names", {"server_certificate": issued("CN=x", "h")}, False),
    ("certificate-lacks-names", {"server_certificate": issued("CN=x")}, True),
    ("hub-has-keys", {"identity": identity(authentication="sas")}, True),
    ("hub-has-keys", {"identity": identity(authentication="selfSigned")}, False),
    ("hub-has-keys", {"identity": identity()}, None),
    ("hub-wants-certificate", {"identity": identity(authentication="certificateAuthority")}, True),
    ("hub-wants-certificate", {"identity": identity(authentication="sas")}, False),
    ("device-was-seen", {"identity": identity()}, False), ("device-was-never-seen", {"identity": identity()}, True),
    ("device-was-seen", {"identity": identity(last_activity=0)}, True),
    ("device-was-seen", {"identity": identity(reported=0)}, True),
    ("device-was-seen", {"identity": identity(known=False, last_activity=0)}, False),
    # From the time that was asked for on, or as long as it took.
    ("device-reported-meanwhile", {"identity": identity(), "request": request(since=5)}, None),
    ("device-reported-meanwhile", {"identity": identity(reported=5), "request": request(since=5)}, True),
    ("device-reported-meanwhile", {"identity": identity(reported=4), "request": request(since=5)}, False),
    ("device-reported-meanwhile", {"identity": identity(reported=NOW - 2000), "request": request(seconds=2.0)}, True),
    ("device-reported-meanwhile", {"identity": identity(reported=NOW - 2001), "request": request(seconds=2.0)}, False),
    ("device-is-disabled", {"key_comparison": KeyComparison("h", "d", status="disabled")}, True),
    ("device-is-disabled", {"key_comparison": KeyComparison("h", "d", status="enabled")}, False),
    *(("string-differs-in-case", {"asked": Asked("h", asked), "given": GivenKey("--x", device=given)}, holds)
      for asked, given, holds in (("pump", "PUMP", True), ("pump", "valve", False), ("pump", "pump", None),
                                  ("", "pump", None), ("pump", "", None))),
    ("string-differs-otherwise", {"asked": Asked("h", "pump"), "given": GivenKey("--x", device="valve")}, True),
    ("string-differs-otherwise", {"asked": Asked("h", "pump"), "given": GivenKey("--x", device="PUMP")}, False),
    *((name, {"quota": Quota(used, 10)}, holds) for used, name, holds in (
        (10, "messages-are-used-up", True), (9, "messages-are-used-up", None), (10, "messages-may-be-left", False),
        (9, "messages-may-be-left", None))),
    ("device-may-have-no-queue", {"identity": identity(queued=50)}, False),
    ("device-may-have-no-queue", {"identity": identity()}, None),
    ("hub-is-of-central", {"admission": Admission("iotc-7f0c.azure-devices.net", "d", "HTTPS", False)}, True),
    ("hub-is-of-central", {"admission": Admission("hub.azure-devices.net", "d", "HTTPS", False)}, False),
    ("signed-with-key", {"given": GivenKey("--x", authentication="sas")}, True),
    ("signed-with-key", {"given": GivenKey("--x", authentication="x509")}, False),
    *(("token-names-hub", {"token": SasFacts("t", resource=resource)}, holds) for resource, holds in (
        ("h.azure-devices.net/devices/d", True), ("H.AZURE-DEVICES.NET", True), ("gateway.example.net/x", False),
        ("", None))),
    ("token-names-no-hub", {"token": SasFacts("t", resource="gateway.example.net")}, True),
    ("token-names-module", {"token": SasFacts("t", resource="h/devices/d/modules/m")}, True),
    ("token-names-module", {"token": SasFacts("t", resource="h/devices/d")}, False),
    *((name, {"token": SasFacts("t", wanted_policy=wanted)}, holds) for name, wanted, holds in (
        ("policy-is-wanted", "service", True), ("policy-is-wanted", "", False), ("policy-is-wanted", None, None),
        ("no-policy-is-wanted", "", True), ("no-policy-is-wanted", "service", False))),
    *((name, {"hub_settings": HubSettings("h", state)}, name == holds)
      for name in ("hub-fails-over", "hub-is-suspended", "hub-is-in-another-state")
      for state, holds in (("FailingOver", "hub-fails-over"), ("suspended", "hub-is-suspended"),
                           ("Active", "hub-is-in-another-state"), ("", "hub-is-in-another-state"))),
    *((name, {"hub_metrics": HubMetrics(0, 1, attempted, accepted, built_in=built_in)}, holds)
      for name, attempted, accepted, built_in, holds in (
        ("hub-took-messages", 5, 5, 5, True), ("hub-took-messages", 5, 0, 0, False),
        ("hub-took-messages", None, None, None, None), ("hub-was-sent-nothing", 0, 0, 0, True),
        ("hub-was-sent-nothing", 5, 0, 0, False), ("hub-was-sent-nothing", None, None, None, None),
        ("built-in-got-none", 5, 5, 0, True), ("built-in-got-none", 5, 5, 1, False),
        ("built-in-got-none", 5, 0, 0, None), ("built-in-got-none", 5, 5, None, None))),
    *(("hub-restricts-addresses", {"hub_settings": HubSettings("h", **rules)}, holds) for rules, holds in (
        ({}, False), ({"public_access": False}, True), ({"denies_by_default": True}, True),
        ({"address_rules": 1}, True))),
    *((name, {"key_comparison": KeyComparison("h", "d", searched=searched)}, holds) for name, searched, holds in (
        ("key-may-be-a-policys", ("policies",), False), ("key-may-be-a-policys", ("devices",), None),
        ("key-may-be-anothers", ("policies",), None), ("key-may-be-anothers", ("policies", "devices"), False))),
    *(("dps-authority-unusable", {"dps_authorities": held, "now": NOW / 1000}, holds) for held, holds in (
        ((), None), ((Authority("a"),), True), ((Authority("a"), Authority("b", verified=True)), False),
        ((Authority("a", verified=True, expires=NOW),), True))),
    *(("webhook-may-want-key", {"registration": Registration("r", "failed", error_message=message)}, holds)
      for message, holds in (("status code: 401", True), ("status code: 404", False), ("no word", None))),
    ("host-is-address", {"network_asked": NetworkAsked("10.0.0.5")}, True),
    ("host-is-address", {"network_asked": NetworkAsked("fd00::5")}, True),
    ("host-is-address", {"network_asked": NetworkAsked("hub.azure-devices.net")}, False),
    *(("address-is-of-azure", {"network_asked": NetworkAsked(host), "server_certificate": issued("CN=x", name)}, holds)
      for host, name, holds in (("10.0.0.5", "*.azure-devices.net", True), ("10.0.0.5", "printer.local", False),
                                ("hub.azure-devices.net", "*.azure-devices.net", False))),
    ("identity-may-be-shared", {"simulated": Simulated("d")}, True),
    ("identity-may-be-shared", {"simulated": Simulated("d", temporary=True)}, False),
    ("key-was-given", {"registered": Registered("h", "d")}, False),
    *((name, {"edge_runtime": runtime}, holds)
      for runtime, lacks in ((edge.WELL, False), (replace(edge.WELL, routes=()), True))
      for name, holds in (("edge-routes-lack-upstream", lacks), ("edge-routes-have-upstream", not lacks))),
    *((name, {"edge_runtime": edge.agent(code, words)}, holds) for code, words, told in (
        (200, "", (None, None, None, None, None)),
        (500, "A task was canceled.", (None, None, None, None, None)),
        (500, "Could not pull image x", (True, None, None, False, False)),
        (400, "schema", (None, False, True, None, False)),
        (400, "manifest unknown", (True, None, None, False, False)),
    ) for name, holds in zip(("edge-image-is-missing", "edge-image-may-be-missing", "edge-deployment-is-wrong",
                              "edge-image-may-be-there", "edge-engine-may-refuse"), told, strict=True)),
])  # fmt: skip
def test_what_conditions_say(name, values, holds) -> None:
    assert CONDITIONS[name].holds(known(**values)) is holds
    assert CONDITIONS[name].holds({}) is None, "a fact that was not measured decides nothing"


def test_every_condition_has_a_row() -> None:
    (table,) = (each.args[1] for each in test_what_conditions_say.pytestmark)
    assert {name for name, _, _ in table} == set(CONDITIONS)


def combinations(names):
    """Facts with each combination of sample values, of facts that were not measured, too."""
    for values in itertools.product(*([None, *SAMPLES[name]] for name in names)):
        yield known(**{name: value for name, value in zip(names, values) if value is not None})


@all_rows("name", CONDITIONS)
def test_a_condition_is_decided_by_facts_and_used(name: str) -> None:
    condition = CONDITIONS[name]
    assert set(condition.all_facts) <= set(FACTS)
    answers = {condition.holds(facts) for facts in combinations(condition.all_facts)}
    assert False in answers or any(cause.proven_by == name for entry in catalogue.ALL for cause in entry.causes)
    assert len(answers) > 1
    assert any(name in (cause.only_if, cause.proven_by) for entry in catalogue.ALL for cause in entry.causes)


@every_entry
def test_every_cause_is_decided_or_never_dropped(entry: Entry) -> None:
    """A cause has a check, a condition, or words that tell how to confirm it. One with words alone is never dropped."""
    for cause in entry.causes:
        assert {cause.only_if, cause.proven_by} - {""} <= set(CONDITIONS)
        assert cause.check or cause.confirm, "say what tells whether this is the cause"
        if not (cause.check or cause.only_if):
            assert cause in [left for left, _ in causes_left(entry, known(), {})]


@every_entry
def test_no_facts_drop_all_causes(entry: Entry) -> None:
    """Else an entry would be shown without any cause, as if nothing could be."""
    conditions = {name for cause in entry.causes for name in (cause.only_if, cause.proven_by) if name}
    names = sorted({fact for name in conditions for fact in CONDITIONS[name].all_facts})
    decided = {cause.check: BY_NAME[cause.check] for cause in entry.causes if cause.check}
    for facts in combinations(names):
        assert causes_left(entry, facts, decided)


@every_entry
def test_more_facts_never_bring_a_cause_back(entry: Entry) -> None:
    conditions = {name for cause in entry.causes for name in (cause.only_if, cause.proven_by) if name}
    names = sorted({fact for name in conditions for fact in CONDITIONS[name].all_facts})
    for facts in combinations(names):
        with_all = dict(causes_left(entry, facts, {}))
        for missing in facts:
            fewer = dict(causes_left(entry, {name: fact for name, fact in facts.items() if name != missing}, {}))
            assert set(with_all) <= set(fewer)
            assert all(with_all.get(cause) in (None, PROVEN) for cause, how in fewer.items() if how is PROVEN)
