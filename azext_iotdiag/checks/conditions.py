"""What facts say about causes: each condition is true, false, or None where the facts do not decide.

An entry's cause names the condition without which it cannot be the cause, and the one that proves it.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, NamedTuple

from azext_iotdiag.checks import edge_routes, said
from azext_iotdiag.checks.stream.device_id_exact import CASE_DIFFERS, difference
from azext_iotdiag.model.authorities import Authority
from azext_iotdiag.model.check import Check
from azext_iotdiag.model.device_says import DeviceSays
from azext_iotdiag.model.dps import Registration
from azext_iotdiag.model.edge import EdgeRuntime
from azext_iotdiag.model.facts import Fact, Facts, Vantage
from azext_iotdiag.model.finding import Cause, Entry
from azext_iotdiag.model.hidden_messages import HiddenMessages
from azext_iotdiag.model.hub_metrics import HubMetrics
from azext_iotdiag.model.hub_settings import HubSettings
from azext_iotdiag.model.identity import Identity
from azext_iotdiag.model.keys import Asked, GivenKey, KeyComparison
from azext_iotdiag.model.method import NOT_IMPLEMENTED
from azext_iotdiag.model.newest_messages import NewestMessages
from azext_iotdiag.model.stream import StreamRequest
from azext_iotdiag.model.token import SasFacts
from azext_iotdiag.model.twin_test import TwinTest
from azext_iotdiag.model.verdict import Standing

MESSAGE_LIMIT = 262_144  # bytes; https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-quotas-throttling
_SURELY_SMALL = 200_000  # what properties add to a message is less than the rest
_HUB_HOSTS = (".azure-devices.net", ".azure-devices.us", ".azure-devices.cn", ".azure-devices.de")
_LAB_AUTHORITY = "iot-diag lab"
_PUBLIC_AUTHORITIES = ("digicert", "microsoft", "baltimore")
_DEVICE_OPTION = "--device-id"
_FRESH_MS = 120_000  # a device that sent since then, and is shown as connected, is there
_STATE_LATE_MS = 600_000  # the state of a connection is at most five minutes late, its activity as much
_MISSING = (404, NOT_IMPLEMENTED)  # of a method, by samples and by SDKs
_DISTRUST = ("certificate-untrusted",)
# Where the certificate of the server is right, a device that takes it for ended has a wrong clock.
_WRONG_TIME = ("certificate-expired", "certificate-not-yet-valid", "clock-skew", "sas-expired", "sdk-token-expired")
_CUT_OFF = ("name-not-resolved", "connection-refused", "server-unreachable", "server-silent", "port-8883-blocked")
_TIMELESS = "now"  # a time was measured nowhere
_OF_CENTRAL = "iotc-"  # how the names of hubs behind IoT Central begin
_NO_IMAGE = ("pull image", "manifest unknown", "manifest for", "pull access denied")
_PLACELESS = (_TIMELESS, "network_asked", "asked")  # what was asked for was measured nowhere
_WEBHOOK_STATUS = re.compile(r"status code: (\d{3})")  # "Custom allocation failed with status code: 404"


class Condition(NamedTuple):
    """What is tested, in words that follow "the facts say that", and the test, of the values of the facts.

    `second` is asked where the first test decides nothing: other facts may tell the same.
    """

    says: str
    facts: tuple[str, ...]
    test: Callable[..., bool | None]
    second: Condition | None = None

    def holds(self, facts: Facts) -> bool | None:
        """Whether it holds; None where a fact was not measured, or decides nothing."""
        values = [_value(facts, name) for name in self.facts]
        found = None if any(value is None for value in values) else self.test(*values)
        return self.second.holds(facts) if found is None and self.second is not None else found

    @property
    def all_facts(self) -> tuple[str, ...]:
        """The facts of both tests."""
        return (*self.facts, *(self.second.all_facts if self.second is not None else ()))


def _value(facts: Facts, name: str) -> Any:
    fact = facts.get(name)
    return None if fact is None or fact.failure is not None else fact.value


def _none_usable(authorities: tuple[Authority, ...], now: float) -> bool | None:
    """None where there are none: the enrollment may hold the certificate itself."""
    usable = (each.verified and (each.expires is None or each.expires > now * 1000) for each in authorities)
    return None if not authorities else not any(usable)


def _webhook_refused(registration: Registration) -> bool | None:
    """Whether the function answered 401; None where the message names no status."""
    found = _WEBHOOK_STATUS.search(registration.error_message)
    return None if found is None else found[1] == "401"


def _restricts_addresses(settings: HubSettings) -> bool:
    return not settings.public_access or settings.denies_by_default or settings.address_rules > 0


def _not_searched(owners: str) -> Callable[[KeyComparison], bool | None]:
    """False where all keys of these were compared with the given one."""
    return lambda keys: False if owners in keys.searched else None


def _never(*_: Any) -> bool:
    return False


def _near(request: StreamRequest, hidden_messages: HiddenMessages, how: str) -> bool | None:
    """Whether a device sent whose id differs from the one that was asked for in this alone; None where none is near."""
    if not request.device:
        return None
    seen = [found for device in hidden_messages.devices if (found := difference(request.device, device))]
    return how in seen if seen else None


def _case(request: StreamRequest, hidden_messages: HiddenMessages) -> bool | None:
    return _near(request, hidden_messages, CASE_DIFFERS)


def _not_case(request: StreamRequest, hidden_messages: HiddenMessages) -> bool | None:
    """False where an id in other letters is known; else nothing is."""
    return False if _case(request, hidden_messages) else None


def _knows_near(identity: Identity) -> bool | None:
    return True if identity.near else None


def _knows_none_near(identity: Identity) -> bool | None:
    return False if identity.near else None


def _seen(identity: Identity) -> bool:
    return identity.known and (identity.last_activity is not None or identity.reported is not None)


def _signs_in(identity: Identity, *ways: str) -> bool | None:
    return identity.authentication in ways if identity.authentication else None


def _reported_meanwhile(identity: Identity, request: StreamRequest) -> bool | None:
    begun = request.since if request.since is not None else request.ended - int(request.seconds * 1000)
    return None if identity.reported is None else identity.reported >= begun


def _passed_by_built_in(counted: HubMetrics) -> bool | None:
    """None where the hub took no message that could have got there."""
    return None if not counted.accepted or counted.built_in is None else counted.built_in == 0


def _same_but_case(asked: Asked, given: GivenKey) -> bool | None:
    if not asked.device or not given.device or asked.device == given.device:
        return None
    return asked.device.lower() == given.device.lower()


def _opposite(test: Callable[..., bool | None]) -> Callable[..., bool | None]:
    def decide(*values: Any) -> bool | None:
        found = test(*values)
        return None if found is None else not found

    return decide


def _too_large(simulated: Any) -> bool | None:
    size = simulated.last_bytes
    return True if size > MESSAGE_LIMIT else False if size < _SURELY_SMALL else None


def _issued_by(*words: str) -> Callable[[Any], bool]:
    return lambda certificate: any(word in certificate.issuer.lower() for word in words)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def _names_hub(token: SasFacts) -> bool | None:
    host = token.resource.partition("/")[0].lower()
    return host.endswith(_HUB_HOSTS) if host else None


def _sent_lately(newest: NewestMessages, now: float) -> bool:
    return newest.came is not None and now * 1000 - newest.came <= _FRESH_MS


def _may_be_offline(identity: Identity, newest: NewestMessages, now: float) -> bool | None:
    """False where the hub shows a session of the device, and a message came just before: the state alone may be old."""
    return False if identity.connected and _sent_lately(newest, now) else None


def _may_be_connected(identity: Identity, now: float) -> bool | None:
    """False where the hub shows no session, and has seen nothing of the device for longer than its state is late."""
    signs = [each for each in (identity.last_activity, identity.reported) if each is not None]
    lately = any(now * 1000 - each <= _STATE_LATE_MS for each in signs)
    return None if identity.connected or lately else False


def _reported_nothing(identity: Identity, twin_test: TwinTest) -> bool | None:
    """False where the hub shows a session of the device, and the device reported properties meanwhile."""
    return False if identity.connected and twin_test.others else None


def _set_away(identity: Identity) -> bool | None:
    """Whether all that the device has not taken up was set before it connected; None where that time is not known."""
    if identity.twin is None or not identity.twin.pending or identity.connected_since is None:
        return None
    return all(each.desired < identity.connected_since for each in identity.twin.pending)


def _may_be_set_away(identity: Identity) -> bool | None:
    """False where all of it was set while the device was connected."""
    if identity.twin is None or not identity.twin.pending or identity.connected_since is None:
        return None
    return any(each.desired < identity.connected_since for each in identity.twin.pending)


def _may_be_unanswered(says: DeviceSays) -> bool | None:
    """False where a service answered the device: then name, network and trust are right."""
    answered = any(each.lasting and said.was_answered(each.code) for each in says.codes)
    return False if answered else None


def _says_one_of(codes: Collection[str]) -> Callable[[DeviceSays], bool | None]:
    """Whether the last word of the device is one of these; None where it is another."""
    return lambda says: True if any(each.lasting and each.code in codes for each in says.codes[:1]) else None


def _image_is_missing(runtime: EdgeRuntime) -> bool | None:
    """True where the agent's words say so; other words decide nothing."""
    words = runtime.agent.words.lower() if runtime.agent is not None else ""
    return True if any(each in words for each in _NO_IMAGE) else None


def _deployment_is_wrong(runtime: EdgeRuntime) -> bool | None:
    """True where the agent's code says so, and its words name no image; other codes decide nothing."""
    wrong = runtime.agent is not None and runtime.agent.code in (400, 412)
    return True if wrong and not _image_is_missing(runtime) else None


def _may_use_https(identity: Identity) -> bool | None:
    """False where the hub shows a session: a device that uses HTTPS alone never has one."""
    return False if identity.connected else None


def _pair(
    name: str, says: str, opposite: str, says_opposite: str, facts: tuple[str, ...], test: Callable[..., bool | None]
) -> dict[str, Condition]:
    """A condition, and the one that holds where it does not."""
    return {name: Condition(says, facts, test), opposite: Condition(says_opposite, facts, _opposite(test))}


CONDITIONS: Mapping[str, Condition] = {
    **_pair(
        "asked-with-login", "az's login asked the hub",
        "asked-with-key", "a policy's key asked the hub",
        ("access",), lambda access: access.by_login,
    ),
    "asked-from-outside": Condition(
        "the resource manager shows the public network access of the hub as off",
        ("access",), lambda access: access.closed or None,
    ),
    "dps-asked-from-outside": Condition(
        "the resource manager shows the public network access of the provisioning service as off",
        ("dps_access",), lambda access: access.closed or None,
    ),
    **_pair(
        "hub-keys-off", "the hub takes no key of a shared access policy",
        "hub-keys-on", "the hub takes keys of shared access policies",
        ("hub_settings",), lambda settings: not settings.keys_allowed,
    ),
    "dps-authority-unusable": Condition(
        "the provisioning service holds certificates of authorities, of which none is verified and current",
        ("dps_authorities", "now"), _none_usable,
    ),
    "webhook-may-want-key": Condition(
        "the message names no other status of the function than 401", ("registration",), _webhook_refused
    ),
    "hub-restricts-addresses": Condition(
        "the hub's network settings let in some addresses alone, or none", ("hub_settings",), _restricts_addresses
    ),
    "key-may-be-a-policys": Condition(
        "not all keys of the hub's policies were compared", ("key_comparison",), _not_searched("policies")
    ),
    "key-may-be-anothers": Condition(
        "not all keys of the hub's devices were compared", ("key_comparison",), _not_searched("devices")
    ),
    "asked-with-given-key": Condition(
        "the key with which the hub was asked was given, and not just read from it",
        ("access",), lambda access: not access.by_login and not access.key_found,
    ),
    **_pair(
        "dps-asked-with-login", "az's login asked the provisioning service",
        "dps-asked-with-key", "a policy's key asked the provisioning service",
        ("dps_access",), lambda access: access.by_login,
    ),
    "dps-asked-with-given-key": Condition(
        "the key with which the provisioning service was asked was given, and not just read from it",
        ("dps_access",), lambda access: not access.by_login and not access.key_found,
    ),
    **_pair(
        "central-asked-with-login", "az's login asked IoT Central",
        "central-asked-with-token", "an API token asked IoT Central",
        ("central_access",), lambda access: access.by_login,
    ),
    "central-device-is-known": Condition(
        "IoT Central has the device", ("central_device",), lambda device: device.known
    ),
    "reading-key-was-given": Condition(
        "the key for the messages was given, and not just read from the hub",
        ("reading",), lambda reading: not reading.key_found,
    ),
    "event-hub-was-named": Condition(
        "the string that was given names an Event Hub", ("reading",), lambda reading: reading.names_entity
    ),
    "reader-is-own": Condition(
        "this tool's own reader was used", ("reading",), lambda reading: reading.reader == "wire"
    ),
    "consumer-group-was-named": Condition(
        "a consumer group other than $Default was named",
        ("stream",), lambda stream: stream.consumer_group not in ("", "$Default"),
    ),
    "filters-hid-messages": Condition(
        "a filter other than --device-id hid messages",
        ("hidden_messages",),
        lambda found: any(hid for option, hid in found.by_filter.items() if option != _DEVICE_OPTION),
    ),
    "issuer-is-lab": Condition(
        "a lab of this tool issued the server's certificate", ("server_certificate",), _issued_by(_LAB_AUTHORITY)
    ),
    "issuer-is-public": Condition(
        "Microsoft or DigiCert issued the server's certificate", ("server_certificate",),
        _issued_by(*_PUBLIC_AUTHORITIES),
    ),
    "issuer-is-another": Condition(
        "another authority than Microsoft, DigiCert or a lab issued the server's certificate", ("server_certificate",),
        _opposite(_issued_by(_LAB_AUTHORITY, *_PUBLIC_AUTHORITIES)),
    ),
    **_pair(
        "certificate-has-names", "the server's certificate has DNS names",
        "certificate-lacks-names", "the server's certificate has no DNS name",
        ("server_certificate",), lambda certificate: bool(certificate.names),
    ),
    "host-is-address": Condition(
        "the host was given as an address", ("network_asked",), lambda asked: _is_address(asked.host)
    ),
    "address-is-of-azure": Condition(
        "the host was given as an address, and its certificate names hosts of Azure IoT",
        ("network_asked", "server_certificate"),
        lambda asked, shown: _is_address(asked.host) and any(name.endswith(_HUB_HOSTS) for name in shown.names),
    ),
    **_pair(
        "device-was-seen", "the hub has heard of the device before",
        "device-was-never-seen", "the hub has never heard of the device",
        ("identity",), _seen,
    ),
    "hub-took-messages": Condition(
        "the hub took messages in the last hour, of some device",
        ("hub_metrics",), lambda counted: None if counted.accepted is None else counted.accepted > 0,
    ),
    "hub-was-sent-nothing": Condition(
        "no device tried to send a message to the hub in the last hour",
        ("hub_metrics",), lambda counted: None if counted.attempted is None else counted.attempted == 0,
    ),
    "built-in-got-none": Condition(
        "the hub took messages in the last hour, and none reached the built-in endpoint",
        ("hub_metrics",), _passed_by_built_in,
    ),
    "hub-has-keys": Condition(
        "the hub has keys for the device", ("identity",), lambda found: _signs_in(found, "sas")
    ),
    "hub-wants-certificate": Condition(
        "the hub wants a certificate of the device",
        ("identity",), lambda found: _signs_in(found, "selfSigned", "certificateAuthority"),
    ),
    "device-reported-meanwhile": Condition(
        "the device reported properties in this time", ("identity", "request"), _reported_meanwhile
    ),
    "device-is-disabled": Condition(
        "the device is disabled", ("key_comparison",), lambda keys: keys.status == "disabled"
    ),
    "id-differs-in-case": Condition(
        "a device is known, or sends, whose id differs in its case alone", ("identity",), _knows_near,
        Condition("a device sends whose id differs in its case alone", ("request", "hidden_messages"), _case),
    ),
    "id-differs-otherwise": Condition(
        "no device is known, or sends, whose id differs in its case alone", ("identity",), _knows_none_near,
        Condition("no device sends whose id differs in its case alone", ("request", "hidden_messages"), _not_case),
    ),
    **_pair(
        "string-differs-in-case", "the string's id differs in its case alone",
        "string-differs-otherwise", "the string's id differs in more than its case",
        ("asked", "given"), _same_but_case,
    ),
    "messages-are-used-up": Condition(
        "the messages of the day are used up", ("quota",), lambda quota: True if quota.share >= 1 else None
    ),
    "messages-may-be-left": Condition(
        "messages of the day may be left", ("quota",), lambda quota: False if quota.share >= 1 else None
    ),
    "device-may-have-no-queue": Condition(
        "no messages from the cloud are known to wait for the device", ("identity",),
        lambda identity: False if identity.queued else None,
    ),
    "hub-is-of-central": Condition(
        "the hub has the name of one behind IoT Central", ("admission",),
        lambda admission: admission.host.lower().startswith(_OF_CENTRAL),
    ),
    "signed-with-key": Condition(
        "a key signs the device in", ("given",), lambda given: given.authentication == "sas"
    ),
    **_pair(
        "token-names-hub", "the token names an IoT hub",
        "token-names-no-hub", "the token names no IoT hub",
        ("token",), _names_hub,
    ),
    "token-names-module": Condition(
        "the token names a module", ("token",), lambda token: "/modules/" in token.resource
    ),
    **_pair(
        "policy-is-wanted", "the token should name a policy",
        "no-policy-is-wanted", "the token should name no policy",
        ("token",), lambda token: None if token.wanted_policy is None else bool(token.wanted_policy),
    ),
    "sent-too-large": Condition(
        "the message that was sent last is larger than a hub takes", ("simulated",), _too_large
    ),
    "hub-fails-over": Condition(
        "the hub fails over", ("hub_settings",), lambda settings: settings.state.lower() == "failingover"
    ),
    "hub-is-suspended": Condition(
        "the hub is suspended", ("hub_settings",), lambda settings: settings.state.lower() == "suspended"
    ),
    "hub-is-in-another-state": Condition(
        "the hub is in another state than FailingOver and Suspended", ("hub_settings",),
        lambda settings: settings.state.lower() not in ("failingover", "suspended"),
    ),
    "method-may-be-missing": Condition(
        "the status stands for a missing method", ("method_answer",), lambda answer: answer.status in _MISSING
    ),
    "device-may-be-offline": Condition(
        "the device may be offline: it is not connected, or no message of it came in the last two minutes",
        ("identity", "newest_messages", "now"), _may_be_offline,
        Condition("the device reported nothing in this time", ("identity", "twin_test"), _reported_nothing),
    ),
    "device-may-be-connected": Condition(
        "the device may be connected: the hub shows that, or has seen it in the last ten minutes",
        ("identity", "now"), _may_be_connected,
    ),
    "device-may-use-https": Condition(
        "the device may use HTTPS: the hub shows no session of it", ("identity",), _may_use_https
    ),
    "desired-was-set-away": Condition(
        "every desired property that is behind was set before the device connected", ("identity",), _set_away
    ),
    "desired-may-be-set-away": Condition(
        "a desired property that is behind may have been set before the device connected",
        ("identity",), _may_be_set_away,
    ),
    "device-may-be-unanswered": Condition(
        "no answer of a service to the device is known", ("device_says",), _may_be_unanswered
    ),
    "device-distrusts": Condition(
        "the device says that it does not trust the server", ("device_says",), _says_one_of(_DISTRUST)
    ),
    "device-has-another-time": Condition(
        "the device says that a certificate or a token ended or has not begun", ("device_says",),
        _says_one_of(_WRONG_TIME),
    ),
    "device-is-cut-off": Condition(
        "the device says that it does not reach the server", ("device_says",), _says_one_of(_CUT_OFF)
    ),
    "identity-may-be-shared": Condition(
        "another program may know the device's key", ("simulated",), lambda simulated: not simulated.temporary
    ),
    **_pair(
        "edge-routes-lack-upstream", "no route of the edge hub leads to $upstream",
        "edge-routes-have-upstream", "a route of the edge hub leads to $upstream",
        ("edge_runtime",), lambda runtime: not edge_routes.upstream(runtime),
    ),
    "edge-image-is-missing": Condition(
        "the agent's words name an image that cannot be pulled", ("edge_runtime",), _image_is_missing
    ),
    "edge-image-may-be-missing": Condition(
        "the agent reports no mistake of the deployment itself", ("edge_runtime",),
        lambda runtime: False if _deployment_is_wrong(runtime) else None,
    ),
    "edge-deployment-is-wrong": Condition(
        "the agent reports 400 or 412, and names no image", ("edge_runtime",), _deployment_is_wrong
    ),
    "edge-image-may-be-there": Condition(
        "the agent's words name no image that cannot be pulled", ("edge_runtime",),
        lambda runtime: False if _image_is_missing(runtime) else None,
    ),
    "edge-engine-may-refuse": Condition(
        "the agent names neither an image nor a mistake of the deployment", ("edge_runtime",),
        lambda runtime: False if _image_is_missing(runtime) or _deployment_is_wrong(runtime) else None,
    ),
    "key-was-given": Condition(
        "the device's key was given, and not just read from the hub", ("registered",), _never
    ),
}  # fmt: skip


def causes_left(
    entry: Entry, facts: Facts, decided: Mapping[str, Check], judged: Collection[str] = ()
) -> tuple[tuple[Cause, Standing], ...]:
    """The causes of an entry that the facts leave, proven ones first.

    A cause that one of the checks in `decided` judges is left out: that check has said what it found. Only facts of the
    same place and window as those that were `judged` drop or prove a cause.
    """
    about = [facts[name] for name in judged if name in facts and name not in _PLACELESS]

    def speak(names: Collection[str]) -> bool:
        return all(_speaks_for(facts[name], each) for name in names if name in facts for each in about)

    def holds(name: str) -> bool | None:
        return CONDITIONS[name].holds(facts) if name and speak(CONDITIONS[name].all_facts) else None

    proven: list[tuple[Cause, Standing]] = []
    left: list[tuple[Cause, Standing]] = []
    for cause in entry.causes:
        if cause.check in decided and speak(list(_facts_of(decided[cause.check]))):
            continue
        if holds(cause.only_if) is False:
            continue
        if holds(cause.proven_by):
            proven.append((cause, Standing.PROVEN))
        else:
            left.append((cause, Standing.OPEN))
    return (*proven, *left)


def _facts_of(check: Check) -> Iterator[str]:
    return (need.name for need in check.needs if need.name != _TIMELESS)


def _speaks_for(fact: Fact[Any], other: Fact[Any]) -> bool:
    """Whether a fact may drop a cause of what another fact showed.

    What was measured here says nothing of the device's machine, and the other way round. What a service tells counts in
    both places. A fact of a window must cover the window of the other.
    """
    if {fact.place, other.place} == {Vantage.HERE, Vantage.DEVICE}:
        return False
    if fact.window is None or other.window is None:
        return True
    covers = fact.window.begin <= other.window.begin and fact.window.end >= other.window.end
    return covers and fact.window.complete
