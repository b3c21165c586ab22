"""Values of facts between which the conditions of causes tell, for tests that go through all of them."""

from __future__ import annotations

from typing import Any

from azext_iotdiag.model.access import OpenedBy, ReaderAccess
from azext_iotdiag.model.authorities import Authority
from azext_iotdiag.model.central import CentralDevice
from azext_iotdiag.model.certificate import Certificate
from azext_iotdiag.model.device_says import DeviceSays, SaidCode
from azext_iotdiag.model.dps import Registration
from azext_iotdiag.model.hidden_messages import HiddenMessages
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
from tests.checks import edge
from tests.checks.facts import HUB, identity
from tests.checks.judging import NOW, hidden, request, stream

ACCESS = [
    OpenedBy(by_login=True), OpenedBy(policy="service"), OpenedBy(policy="service", key_found=True),
    OpenedBy(by_login=True, closed=True),
]  # fmt: skip


def issued(issuer: str, *names: str) -> Certificate:
    return Certificate("CN=host", issuer, names, "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z")


SAMPLES: dict[str, list[Any]] = {
    "access": ACCESS,
    "dps_access": ACCESS,
    "central_access": ACCESS[:2],
    "central_device": [CentralDevice("app", "pump"), CentralDevice("app", "pump", known=False)],
    "reading": [ReaderAccess(), ReaderAccess("sdk", key_found=True), ReaderAccess(names_entity=True)],
    "stream": [stream().at_end(), stream(group="diag").at_end()],
    "hidden_messages": [
        HiddenMessages(),
        hidden("PUMP"),
        hidden("pamp"),
        hidden("other", interface=3),
    ],
    "request": [request(), request(device="pump"), request(device="pump", since=NOW - 60_000)],
    "server_certificate": [
        issued("CN=DigiCert Global G2 TLS RSA SHA256 2020 CA1", HUB),
        issued("CN=iot-diag lab lab-hub", HUB),
        issued("CN=Contoso Inspection", HUB),
        issued("CN=Contoso Inspection"),
    ],
    "hub_metrics": [
        HubMetrics(0, 3_600_000),
        HubMetrics(0, 3_600_000, attempted=0, accepted=0),
        HubMetrics(0, 3_600_000, attempted=9, accepted=9, built_in=9),
        HubMetrics(0, 3_600_000, attempted=9, accepted=9, built_in=0),
    ],
    "hub_settings": [
        *(HubSettings("h", state) for state in ("Active", "FailingOver", "Suspended", "Transitioning")),
        HubSettings("h", keys_allowed=False),
        HubSettings("h", public_access=False),
        HubSettings("h", address_rules=2),
    ],
    "identity": [
        identity(),
        identity(known=False),
        identity(connected=True, queued=50),
        identity(known=False, near=("pump",)),
        identity(authentication="sas"),
        identity(authentication="selfSigned"),
        identity(last_activity=NOW - 900_000),
        identity(last_activity=NOW - 900_000, reported=NOW - 1_000),
        identity(connected=True, last_activity=NOW - 1_000),
        *(
            identity(
                connected=True, connected_since=NOW - since, twin=TwinState(pending=(Pending("a", 2, NOW - 5_000),))
            )
            for since in (9_000, 1_000)
        ),
    ],
    "newest_messages": [NewestMessages("pump"), NewestMessages("pump", came=NOW - 1_000)],
    "edge_runtime": edge.SAMPLES,
    "quota": [Quota(1, 10), Quota(10, 10)],
    "admission": [Admission(host, "pump", "HTTPS", False) for host in (HUB, "iotc-7f0c.azure-devices.net")],
    "method_answer": [MethodAnswer(HUB, "pump", "", MethodCall(), 200, 0.1, 0.1, status) for status in (501, 404, 500)],
    "twin_test": [TwinTest(HUB, "pump", "", "a", "1"), TwinTest(HUB, "pump", "", "a", "1", others=True)],
    "device_says": [
        DeviceSays("--device-log"),
        *(
            DeviceSays("--error", (SaidCode(code, (code,)),))
            for code in ("hub-401003", "certificate-untrusted", "certificate-expired", "name-not-resolved")
        ),
    ],
    "now": [NOW / 1000],
    "key_comparison": [
        KeyComparison(HUB, "pump", status="enabled"),
        KeyComparison(HUB, "pump", status="disabled"),
        KeyComparison(HUB, "pump", searched=("policies", "devices")),
    ],
    "dps_authorities": [(), (Authority("root"),), (Authority("root", verified=True),)],
    "registration": [
        Registration("r", "failed", error_message=f"Custom allocation failed with status code: {status}")
        for status in (401, 500)
    ],
    "asked": [Asked(HUB, "pump"), Asked(HUB, "PUMP"), Asked(HUB)],
    "given": [
        GivenKey("--key", "key"),
        GivenKey("--connection-string", "device", device="pump", authentication="x509"),
        GivenKey("--connection-string", "device", device="valve"),
    ],
    "token": [
        SasFacts("--sas-token"),
        SasFacts("--sas-token", resource=f"{HUB}/devices/pump", wanted_policy=""),
        SasFacts("--sas-token", resource="gateway.example.net/devices/pump/modules/m", wanted_policy="service"),
    ],
    "simulated": [Simulated("pump"), Simulated("pump", last_bytes=30_000_000), Simulated("pump", temporary=True)],
    "registered": [Registered(HUB, "pump")],
    "network_asked": [NetworkAsked(HUB), NetworkAsked("10.0.0.4")],
}
