"""`report create` against a lab, for a device, a hub, a provisioning service and an application, and without rights."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from azext_iotdiag.lab.lab import Lab
from azext_iotdiag.lab.tenant.roles import HUB_READER
from tests.flows.conftest import Flow
from tests.plugins import az as plugin

pytestmark = pytest.mark.slow
CREATE = ("report", "create", "--to-file", "case")
HUB = "lab-hub.azure-devices.net"
HEALTHY, PROBLEM, UNDETERMINED = 0, 4, 5


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def written(flow: Flow, done: plugin.Run, *more: str) -> dict[str, Any]:
    """The report, of which both files hold no secret of the lab, and which is judged again to the same verdict.

    `more` is what a reader gives, where no fact names the device.
    """
    page, data = Path("case.html").read_text(), Path("case.json").read_text()
    assert not [secret for secret in flow.secrets if secret in page + data]
    told: dict[str, Any] = json.loads(data)["report"]
    assert told["verdict"]["exitCode"] == done.code, done.err
    again = plugin.az("iot", "diag", "check", "--facts", "case.json", *more, environment={"AZURE_IOTDIAG_LOGIN": ""})
    assert again.code == done.code
    judged = json.loads(again.out)
    for name in ("state", "statement", "link", "certainty", "codes", "reasons", "also", "notSeen", "proofs"):
        assert judged["verdict"][name] == told["verdict"][name], name
    assert judged["checks"] == told["checks"]
    return told


def ticket(told: dict[str, Any]) -> dict[str, list[str]]:
    return {each["name"]: each["values"] for each in told["ticket"]}


def sends(flow: Flow) -> None:
    flow.send(b'{"a":1}')

    def connected(state: Lab) -> None:
        state.hub.devices["device-1"].connected = True
        state.hub.devices["device-1"].last_activity = time.time()

    flow.lab.call(connected, flow.lab.state)


def test_a_device_that_is_well(flow: Flow, run_as: Callable[..., plugin.Run]) -> None:
    sends(flow)
    told = written(flow, run_as((*CREATE, "-d", "device-1")))
    assert (told["verdict"]["exitCode"], told["standing"]) == (HEALTHY, "pass")
    shown = ticket(told)
    assert (shown["services"], shown["devices"]) == ([HUB], ["device-1"])
    (resource,) = shown["resources"]
    assert resource.startswith("/subscriptions/") and resource.endswith("/IotHubs/lab-hub")
    assert '"temperature"' not in Path("case.json").read_text()


def test_a_device_that_is_disabled(flow: Flow, run_as: Callable[..., plugin.Run]) -> None:
    flow.lab.call(lambda: setattr(flow.lab.state.hub.devices["device-1"], "status", "disabled"))
    told = written(flow, run_as((*CREATE, "-d", "device-1", "device-2", "device-3")))
    assert (told["verdict"]["link"], told["verdict"]["codes"][0]) == ("admission", "device-disabled")
    assert ticket(told)["devices"] == ["device-1", "device-2", "device-3"]
    states = {each["link"]: each["status"] for each in told["chain"]}
    assert states["admission"] == "fail" and states["stream"] != "pass"


def test_a_hub_alone(flow: Flow, run_as: Callable[..., plugin.Run]) -> None:
    told = written(flow, run_as(CREATE))
    assert (told["verdict"]["exitCode"], told["device"], ticket(told)["devices"]) == (HEALTHY, None, [])


def test_a_provisioning_service_alone(flow: Flow, run_as: Callable[..., plugin.Run]) -> None:
    told = written(flow, run_as((*CREATE, "--dps-name", "lab-dps")))
    assert told["verdict"]["exitCode"] == HEALTHY
    assert "lab-dps.azure-devices-provisioning.net" in ticket(told)["services"]
    assert any("/provisioningServices/" in each for each in ticket(told)["resources"])


def test_a_device_of_an_application(flow: Flow) -> None:
    central = flow.lab.description["central"][0]
    flow.secrets.add(central["token"].rpartition("sig=")[2])
    options = ("--app-id", central["appId"], "--token", central["token"], "-d", "thermostat-blocked")
    told = written(flow, flow.run(("iot", "diag", *CREATE), *options, AZURE_IOTDIAG_LOGIN=""))
    assert told["verdict"]["exitCode"] == PROBLEM and told["device"] == "thermostat-blocked"
    assert ticket(told)["services"][0].endswith(".azureiotcentral.com")


def test_without_any_right(flow: Flow, run_as: Callable[..., plugin.Run]) -> None:
    """The report says what could not be looked at, and whom to ask for what."""
    told = written(flow, run_as((*CREATE, "-d", "device-1"), role="Reader"), "-d", "device-1")
    assert told["standing"] in ("error", "fail") and told["notLookedAt"]["facts"]
    page = Path("case.html").read_text()
    assert "Measurements that failed" in page and "What could not be looked at" in page


def test_with_the_right_to_read_the_device_alone(flow: Flow, run_as: Callable[..., plugin.Run]) -> None:
    sends(flow)
    told = written(flow, run_as((*CREATE, "-d", "device-1"), role="Reader", data=(HUB_READER,)))
    assert [each["kind"] for each in told["evidence"]] == ["notSeen"]


def test_a_devices_own_string_that_holds_another_key(flow: Flow) -> None:
    own = flow.strings["devices"]["device-1"]
    typed = own.replace("DeviceId=device-1", "DeviceId=device-2")
    told = written(flow, flow.run(("iot", "diag", *CREATE), "--cs", typed, AZURE_IOTDIAG_LOGIN=""))
    assert told["verdict"]["codes"] == ["device-not-let-in"]


def test_a_log_of_the_device(flow: Flow, run_as: Callable[..., plugin.Run]) -> None:
    """No text of it gets into a file, except for the tracking ids."""
    id_ = "5e4d3c2b1a0f4e3d8c7b6a5f4e3d2c1b"
    Path("device.log").write_text(
        f"E refused (Tracking ID:{id_}-G:11-TimeStamp:11/30/2026 10:58:20)\n"
        "E ssl.SSLError: CERTIFICATE_VERIFY_FAILED of HostName=x;SharedAccessKey=c2VjcmV0\n"
    )
    told = written(flow, run_as((*CREATE, "-d", "device-1", "--device-log", "device.log")))
    assert told["verdict"]["codes"] == ["certificate-untrusted"]
    assert ticket(told)["trackingIds"] == [f"{id_}-G:11 at 2026-11-30T10:58:20Z (the device's log)"]
    assert "c2VjcmV0" not in Path("case.html").read_text() + Path("case.json").read_text()


def test_a_string_that_may_read_nothing(flow: Flow) -> None:
    policy = flow.lab.state.hub.policies["device"]
    text = f"HostName={HUB};SharedAccessKeyName=device;SharedAccessKey={policy.primary.reveal()}"
    told = written(
        flow, flow.run(("iot", "diag", *CREATE), "-d", "device-1", AZURE_IOTDIAG_LOGIN=text), "-d", "device-1"
    )
    assert told["verdict"]["exitCode"] == UNDETERMINED and told["standing"] == "error"
    assert "Not decided" in Path("case.html").read_text()


def test_devices_that_went_quiet(flow: Flow, run_as: Callable[..., plugin.Run]) -> None:
    """What the members share stands in the evidence, and some of them stand in the ticket."""

    def connected_long_ago(state: Lab) -> None:
        for device in state.hub.devices.values():
            device.connected, device.last_activity = False, time.time() - 3 * 86_400

    flow.lab.call(connected_long_ago, flow.lab.state)
    told = written(flow, run_as((*CREATE, "--quiet-since", "12h")))
    assert told["verdict"]["codes"] == ["group-quiet"] and told["found"][0].startswith("The group: 3 of 3 devices")
    assert ticket(told)["devices"] == ["device-1", "device-2", "device-3"]
    assert "The group: 3 of 3 devices" in Path("case.html").read_text()


def test_a_report_that_is_made_of_a_report_keeps_what_was_typed(
    flow: Flow, run_as: Callable[..., plugin.Run], tmp_path: Path
) -> None:
    id_ = "5e4d3c2b1a0f4e3d8c7b6a5f4e3d2c1b-G:11"
    typed = ("--started", "2026-11-20T10:00:00Z", "--protocol", "mqtt_ws", "--sdk", "azure-iot-device", "--sdk-version",
             "2.14.0", "--language", "Python", "--tracking-id", f"{id_}=2026-11-20T10:58:20Z")  # fmt: skip
    first = ticket(written(flow, run_as((*CREATE, "-d", "device-1", "device-2", *typed))))

    def again(*more: str) -> dict[str, list[str]]:
        made = plugin.az("iot", "diag", "report", "create", "--facts", "case.json", "--to-file", "again", "--overwrite",
                         *more, environment={"AZURE_IOTDIAG_LOGIN": ""})  # fmt: skip
        assert made.code in (HEALTHY, PROBLEM, UNDETERMINED), made.err
        return ticket(json.loads(Path("again.json").read_text())["report"])

    assert all(first.values()) and again() == first
    changed = again("--language", "C", "--tracking-id", "0123456789abcdef")
    assert changed == {
        **first, "language": ["C"],
        "trackingIds": ["0123456789abcdef, time not known (the user)", *first["trackingIds"]],
    }  # fmt: skip
    Path("case.json").write_text(Path("case.json").read_text().replace('"sdk_version": "2.14.0"', '"sdk_version": 2'))
    wrong = plugin.az("iot", "diag", "report", "create", "--facts", "case.json", "--to-file", "third")
    assert wrong.code == 1 and "report.typed.sdk_version" in wrong.err and not Path("third.json").exists()


def test_files_that_are_there_stop_it_before_a_service_is_asked(flow: Flow, run_as: Callable[..., plugin.Run]) -> None:
    Path("case.html").write_text("mine")
    before = len(flow.lab.call(flow.lab.state.audit.recent, 1000))
    done = run_as((*CREATE, "-d", "device-1"))
    assert done.code == 1 and "case.html is there already" in done.err
    assert len(flow.lab.call(flow.lab.state.audit.recent, 1000)) == before
