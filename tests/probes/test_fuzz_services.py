"""Whatever JSON a hub, a provisioning service, IoT Central or the resource manager answers, the probes have facts or a
failure of their own. No word of an answer that holds keys is in them.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from azext_iotdiag.clients import device as device_client
from azext_iotdiag.clients import keys
from azext_iotdiag.clients.arm import Arm, ArmError, Service
from azext_iotdiag.clients.central import EVENT_TOKENS, Central
from azext_iotdiag.clients.deadlines import Clock, Deadlines, applying
from azext_iotdiag.clients.dps import Dps
from azext_iotdiag.clients.http import Http, HttpAnswer
from azext_iotdiag.clients.hub import Hub
from azext_iotdiag.clients.pace import Pace
from azext_iotdiag.credential import sas
from azext_iotdiag.login import key_origin
from azext_iotdiag.model.failure import StepFailed
from azext_iotdiag.model.fleet import Filters
from azext_iotdiag.model.target import Secret, Target
from azext_iotdiag.probes import central_fleet, enrollments, fleet
from azext_iotdiag.probes.catalogue import PROBES
from azext_iotdiag.probes.context import Context, Typed
from azext_iotdiag.streams import properties, templates
from tests.plugins import clocks, fuzzing

KEY = "YSBrZXkgdGhhdCBub2JvZHkgbWF5IHNlZQ=="
HUB, APP, DPS, ARM = (
    "hub.azure-devices.net",
    "app.azureiotcentral.com",
    "d.azure-devices-provisioning.net",
    "arm.example",
)
TWIN = {
    "deviceId": "d", "etag": "e", "status": "enabled", "statusReason": None, "connectionState": "Connected",
    "lastActivityTime": "2024-01-01T00:00:00.5Z", "cloudToDeviceMessageCount": 1, "modelId": "dtmi:a;1", "number": 3,
    "authentication": {"type": "sas", "symmetricKey": {"primaryKey": KEY, "secondaryKey": KEY},
                       "x509Thumbprint": {"primaryThumbprint": None, "secondaryThumbprint": None}},
    "authenticationType": "sas", "capabilities": {"iotEdge": False}, "parentScopes": [], "tags": {"a": {"b": 1}},
    "properties": {"desired": {"$version": 2, "a": {"__t": "c", "b": 1}, "$metadata": {"$lastUpdated": "x"}},
                   "reported": {"$version": 1, "a": 2, "$metadata": {"a": {"$lastUpdatedVersion": 3}}}},
    "totalDeviceCount": 5,
}  # fmt: skip
ENROLLMENT = {
    "registrationId": "d", "enrollmentGroupId": "g", "status": "assigned", "substatus": "x", "assignedHub": HUB,
    "deviceId": "d", "errorCode": 401002, "errorMessage": "m", "lastUpdatedDateTimeUtc": "2024-01-01T00:00:00Z",
    "provisioningStatus": "enabled", "attestation": {"type": "symmetricKey"}, "allocationPolicy": "hashed",
    "iotHubs": [HUB], "type": "symmetricKey", "symmetricKey": {"primaryKey": KEY, "secondaryKey": KEY},
}  # fmt: skip
DEVICE = {
    "id": "d", "displayName": "D", "provisioned": True, "enabled": True, "template": "dtmi:a;1", "simulated": False,
    "symmetricKey": {"primaryKey": KEY}, "idScope": "0ne", "type": "x509", "capabilityModel": {"contents": []},
    "x509": {"clientCertificates": {"primary": {"info": {"sha1Thumbprint": "AB"}}}},
    "$metadata": {"a": {"desiredValue": 1, "desiredVersion": 2, "ackVersion": 1}}, "a": 1,
}  # fmt: skip
TOKENS = {HUB: {"eventhubSasToken": {
    "hostname": "sb://ns.example/", "entityPath": "e", "sasToken": sas.sign("sb://ns.example/e", b"key", 4_000_000_000)
}}}  # fmt: skip
ROW = {
    "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Devices/IotHubs/h", "name": "h",
    "keyName": "p", "rights": "ServiceConnect, RegistryRead", "primaryKey": KEY, "secondaryKey": KEY,
    "dataActions": ["*/read"], "notDataActions": [], "properties": {
        "hostName": HUB, "disableLocalAuth": False, "publicNetworkAccess": "Enabled", "subdomain": "app",
        "networkRuleSets": {"defaultAction": "Deny", "ipRules": [{"ipMask": "1.2.3.4"}]}, "ipFilterRules": [{}],
    },
}  # fmt: skip
ERRORS = (
    {"Message": "ErrorCode:DeviceNotFound;x", "ExceptionMessage": "Tracking ID:y"},
    {"error": {"code": "C", "message": "m"}},
    {"Message": '{"errorCode":401002,"message":"m","trackingId":"t"}'}, {"errorCode": 404201, "message": "m"},
)  # fmt: skip
LINKS = (None, "", "https://evil.example/x", "next?a=b", f"https://{APP}/a", f"https://{ARM}/b", 7, [], "\r\nX: 1")
CONTINUATIONS = ("", "", "a", "b", "a\r\nX: 1", "x" * 20_000, "caf\u00e9")


def of(host: str) -> Target:
    """What opens all services: this test asks one only, at `host`."""
    key = Secret(KEY)
    return Target(hub=host, dps=host, policy="p", credential=key, app=host, authorization=None)


def of_central() -> Target:
    return Target(app=APP, authorization=lambda: Secret("SharedAccessSignature x"))


def _pages(pages: Any) -> list[Any]:
    return [row for page in pages for row in page]


def _watched(target: Target, document: Callable[[], Any], read: Callable[[Any], Any]) -> Any:
    look = read(document())
    properties.patch([], look)
    properties.whole(look)
    return list(properties.changes("d", look.sides, look.sides))


def _write() -> None:
    before = keys.read(of(HUB), "d", lambda: 0.0)
    keys.write(of(HUB), before, Secret(KEY), Secret(KEY), lambda: 0.0)


def _measure(fact: str, host: str, **typed: str) -> Any:
    """What the probe of a fact makes of the answers."""
    central = of_central() if host == APP else None
    context = Context(
        Typed(**typed),
        hub=of(host),
        dps=of(host),
        central=central,
        deadlines=clocks.deadlines(_now, sleep=lambda seconds: None),
    )
    return PROBES[fact].measure(context, context.clock() + 15, {})


def _now() -> float:
    return 1000.0


def _fleet(call: Callable[..., Any]) -> Any:
    return call(of(HUB), Filters(), _now, Pace(1000))


HUB_QUESTIONS: tuple[Callable[[], Any], ...] = (
    lambda: _measure("identity", HUB, device="d"),
    lambda: _measure("key_comparison", HUB, device="d", key=KEY),
    lambda: _measure("key_comparison", HUB, device="d", module="m"),
    lambda: keys.read(of(HUB), "d", _now),
    _write,
    lambda: _measure("query_selection", HUB, query="SELECT * FROM devices"),
    lambda: _fleet(fleet.measure),
    lambda: _pages(fleet.pages(of(HUB), Filters(), _now, Pace(1000), lambda failure: None)),
    lambda: fleet.total(of(HUB), _now),
    lambda: _watched(of(HUB), lambda: Hub(of(HUB), _now).twin("d"), properties.of_twin),
    lambda: Hub(of(HUB), _now).create_device("d", Secret(KEY), "why"),
    lambda: device_client.admission(HUB, "d", Secret("SharedAccessSignature x")),
    lambda: _measure("clock", HUB, clock_host=HUB),
)
DPS_QUESTIONS: tuple[Callable[[], Any], ...] = (
    lambda: _measure("registration", DPS, registration_id="d"),
    lambda: _measure("enrollment", DPS, enrollment_id="g"),
    lambda: keys.of_enrollment(of(DPS), "d", False, _now),
    lambda: key_origin.find(of(DPS), keys.of_identity(HUB, "d", "", TWIN), _now),
    lambda: _pages(_enrollments().pages()),
    lambda: (_enrollments().extent(), _enrollments().names()),
    lambda: len(_pages(Dps(of(DPS), _now).registrations("g"))),
)
CENTRAL_QUESTIONS: tuple[Callable[[], Any], ...] = (
    lambda: _measure("central_device", APP, device="d"),
    lambda: _measure("central_proof", APP, device="d"),
    lambda: central_fleet.count(of_central(), lambda why, seconds: None),
    lambda: templates.ask(_central())("d").lack,
    lambda: _watched(of_central(), lambda: _central().properties("d"), properties.of_central),
    lambda: _central().event_tokens(1000.0),
)
ARM_QUESTIONS: tuple[Callable[[], Any], ...] = (
    lambda: [(hub.is_dps, hub.local_auth, hub.is_private, hub.lets_in, hub.has_ip_filter) for hub in _arm().hubs("s")],
    lambda: _arm().provisioning_services("s", "g"),
    lambda: _arm().central_apps("s"),
    lambda: _arm().policies(_SERVICE),
    lambda: _arm().consumer_groups(_SERVICE),
    lambda: _arm().lacking(_SERVICE, ["Microsoft.Devices/IotHubs/devices/read"]),
)
_SERVICE = Service("/s", "h", "g", HUB, {})


def _enrollments() -> enrollments.Enrollments:
    return enrollments.Enrollments(of(DPS), _now, Pace(10**9), lambda why, seconds: None)


def _central() -> Central:
    return Central(of_central())


def _arm() -> Arm:
    return Arm(f"https://{ARM}", lambda: "token")


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[random.Random, Any, bool], list[str]]]:
    """Sets what all services answer from now on; gives the list of what is asked of which host."""
    asked: list[str] = []

    def set_(chance: random.Random, document: Any, paged: bool) -> list[str]:
        asked.clear()

        def request(self: Http, method: str, target: str, step: str, *, headers: Any = None, **_: Any) -> HttpAnswer:
            asked.append(self.host)
            assert len(asked) < 500, "the questions do not end"
            assert not [value for value in (headers or {}).values() if "\r" in value or "\n" in value]
            return answer_of(chance, TOKENS if target.startswith(EVENT_TOKENS) else document, target, paged)

        monkeypatch.setattr(Http, "request", request)
        return asked

    with applying(Deadlines(clock=Clock(sleep=lambda seconds: None))):
        yield set_


_KEYS_IN = re.compile(r"^/devices/[^/?]+(/modules|\?)|attestation|credentials|(?i:listkeys)")


def _without_keys(document: Any) -> Any:
    if not isinstance(document, dict):
        return document
    return {name: _without_keys(part) for name, part in document.items() if name not in ("primaryKey", "secondaryKey")}


def answer_of(chance: random.Random, document: Any, target: str, paged: bool) -> HttpAnswer:
    if chance.random() < 0.15:
        error = fuzzing.altered(chance.choice(ERRORS), chance)
        return HttpAnswer(chance.choice((302, 400, 401, 403, 404, 409, 412, 429, 500)), {}, json.dumps(error).encode())
    whole = document
    if not _KEYS_IN.search(target):  # others hold no keys, and may be shown
        whole = document = _without_keys(document)
    if "query" in target or paged:
        rows = [document] * chance.randrange(3)
        whole = rows if "query" in target else {"value": rows, "nextLink": chance.choice(LINKS)}
    body = json.dumps(fuzzing.altered(whole, chance, 0.1)).encode()
    if chance.random() < 0.1:
        body = chance.choice((b"", b"<html>portal</html>", b"[" * 100_000, b"\xff\xfe{", fuzzing.damaged(body, chance)))
    headers = {"date": chance.choice(fuzzing.TEXTS), "x-ms-continuation": chance.choice(CONTINUATIONS)}
    return HttpAnswer(chance.choice((200, 200, 200, 204)), headers, body)


QUESTIONS = {
    "hub": (HUB, HUB_QUESTIONS, TWIN, False), "dps": (DPS, DPS_QUESTIONS, ENROLLMENT, False),
    "central": (APP, CENTRAL_QUESTIONS, DEVICE, True), "arm": (ARM, ARM_QUESTIONS, ROW, True),
}  # fmt: skip


@pytest.mark.parametrize("service", QUESTIONS)
def test_a_service_answers_nonsense(answers, service: str) -> None:
    host, questions, document, paged = QUESTIONS[service]
    for seed, chance in fuzzing.rounds(service):
        question = chance.choice(questions)
        asked = answers(chance, document, paged and chance.random() < 0.8)
        try:
            said = repr(question())
        except (StepFailed, ArmError, keys.Changed) as failed:
            said = f"{failed} {getattr(failed, 'failure', '')}"
        assert KEY not in said and KEY[:20] not in said, seed
        assert set(asked) <= {host}, seed
