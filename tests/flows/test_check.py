"""`check` against a lab: one verdict for one fault, with each access that people have."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from azext_iotdiag.credential import sas
from azext_iotdiag.lab.lab import Lab
from azext_iotdiag.lab.tenant.roles import HUB_READER
from azext_iotdiag.model import facts_json
from azext_iotdiag.model.facts import Fact, Vantage
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.network import Cloud, HostKind, NetworkAsked, Protocol, Way
from tests.flows.conftest import Flow
from tests.plugins import az as plugin

pytestmark = pytest.mark.slow
CHECK = ("check", "-d", "device-1")
HEALTHY, MISSING, PROBLEM, UNDETERMINED = 0, 3, 4, 5
Change = Callable[[Lab], None]


def device(**given: Any) -> Change:
    return lambda state: [setattr(state.hub.devices["device-1"], name, value) for name, value in given.items()] and None


def settings(**given: Any) -> Change:
    return lambda state: state.hub.settings.properties.update(given)


def routing(*routes: dict[str, Any], fallback: bool = True) -> Change:
    def change(state: Lab) -> None:
        told = state.hub.settings.properties["routing"]
        told["routes"] = list(routes)
        told["fallbackRoute"]["isEnabled"] = fallback

    return change


def route(condition: str = "true", *endpoints: str) -> dict[str, Any]:
    named = list(endpoints or ("cold",))
    return {
        "name": "r", "source": "DeviceMessages", "condition": condition, "endpointNames": named, "isEnabled": True,
    }  # fmt: skip


def sent(flow: Flow) -> None:
    """The device is connected and has sent just now."""
    flow.send(b'{"a":1}')
    flow.lab.call(device(connected=True, last_activity=time.time()), flow.lab.state)


def told(done: plugin.Run) -> dict[str, Any]:
    assert done.out, done.err
    found: dict[str, Any] = json.loads(done.out)
    assert found["verdict"]["exitCode"] == done.code
    return found


def verdict(done: plugin.Run) -> tuple[int, str | None, list[str]]:
    """The exit code, the broken link, and the first code that says why."""
    found = told(done)["verdict"]
    return done.code, found["link"], found["codes"][:1]


def test_a_device_that_sends(flow: Flow, run_as: Callable[..., plugin.Run]) -> None:
    sent(flow)
    done = run_as(CHECK)
    assert verdict(done) == (HEALTHY, None, [])
    found = told(done)
    assert [each["link"] for each in found["verdict"]["proofs"]] == ["connection", "stream"]
    assert found["verdict"]["blindSpots"] == ["device", "provisioning", "logs"]
    assert {each["status"] for each in found["links"]} == {"pass"}


FAULTS: dict[str, tuple[Change, str, str]] = {
    "disabled": (device(status="disabled"), "admission", "device-disabled"),
    "unknown": (lambda state: state.hub.devices.__delitem__("device-1"), "admission", "device-unknown"),
    "no authority": (
        device(authentication="certificateAuthority", connected=False, last_activity=time.time() - 7200),
        "admission",
        "authority-not-usable",
    ),
    "no thumbprint": (device(authentication="selfSigned"), "admission", "thumbprint-missing"),
    "failing over": (settings(state="FailingOver"), "admission", "hub-not-active"),
    "no keys of devices": (settings(disableDeviceSAS=True), "admission", "device-keys-off"),
    "never seen": (lambda state: None, "connection", "device-never-seen"),
    "fallback off": (routing(fallback=False), "routing", "fallback-off"),
    "all routed away": (routing(route()), "routing", "routed-elsewhere"),
}


@pytest.mark.parametrize(("provoke", "link", "code"), FAULTS.values(), ids=FAULTS)
def test_a_fault_and_the_link_that_it_breaks(
    flow: Flow, run_as: Callable[..., plugin.Run], provoke: Change, link: str, code: str
) -> None:
    if link == "routing":
        flow.lab.call(device(connected=True, last_activity=time.time() - 3600), flow.lab.state)
    flow.lab.call(provoke, flow.lab.state)
    assert verdict(run_as(CHECK)) == (PROBLEM, link, [code])


def test_a_quota_that_is_used_up(
    flow: Flow, run_as: Callable[..., plugin.Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    from azext_iotdiag.lab.tenant.arm import hub as arm_hub

    flow.lab.call(device(connected=True, last_activity=time.time() - 3600), flow.lab.state)
    monkeypatch.setattr(
        arm_hub, "_quota", lambda hub: [{"name": "TotalMessages", "currentValue": 8000, "maxValue": 8000}]
    )
    assert verdict(run_as(CHECK)) == (PROBLEM, "ingress", ["hub-403002"])


@pytest.mark.parametrize("change", [settings(publicNetworkAccess="Disabled"), routing(route())])
def test_a_setting_breaks_nothing_for_a_device_that_came_through_lately(
    flow: Flow, run_as: Callable[..., plugin.Run], change: Change
) -> None:
    """Such as a device behind a private endpoint, or one that a second route serves, too."""
    sent(flow)
    flow.lab.call(
        lambda state: state.hub.settings.properties.update(privateEndpointConnections=[
            {"properties": {"privateLinkServiceConnectionState": {"status": "Approved"}}}
        ]), flow.lab.state,
    )  # fmt: skip
    before = run_as(CHECK)
    assert before.code == HEALTHY


def test_a_reader_without_keys_is_told_what_stays_unseen(flow: Flow, run_as: Callable[..., plugin.Run]) -> None:
    """The hub has heard of the device, so that no fault was seen, as far as this access shows."""
    sent(flow)
    done = run_as(CHECK, role="Reader", data=(HUB_READER,))
    found = told(done)
    assert found["verdict"]["state"] == "healthy" and done.code == HEALTHY
    assert found["verdict"]["codes"] == ["messages-not-readable"]
    assert "messages" in found["verdict"]["blindSpots"]


def test_a_reader_without_keys_still_finds_the_fault(flow: Flow, run_as: Callable[..., plugin.Run]) -> None:
    flow.lab.call(device(status="disabled"), flow.lab.state)
    done = run_as(CHECK, role="Reader", data=(HUB_READER,))
    assert verdict(done) == (PROBLEM, "admission", ["device-disabled"])


def test_without_any_sign_of_the_device_a_missing_right_leaves_it_open(
    flow: Flow, run_as: Callable[..., plugin.Run]
) -> None:
    done = run_as(("check",), "--only", "stream", "-d", "device-1", role="Reader", data=(HUB_READER,))
    assert verdict(done) == (UNDETERMINED, None, ["messages-not-readable"])


def test_a_device_that_speaks_only_https_is_well(flow: Flow, run_as: Callable[..., plugin.Run]) -> None:
    """The hub never shows it as connected, and its messages are there."""
    flow.send(b'{"a":1}')
    flow.lab.call(device(last_activity=None), flow.lab.state)
    assert verdict(run_as(CHECK)) == (HEALTHY, None, [])


def test_a_hub_alone(flow: Flow, run_as: Callable[..., plugin.Run]) -> None:
    assert verdict(run_as(("check",))) == (HEALTHY, None, [])
    flow.lab.call(routing(fallback=False), flow.lab.state)
    assert verdict(run_as(("check",))) == (PROBLEM, "routing", ["fallback-off"])


def test_a_provisioning_service_alone(flow: Flow, run_as: Callable[..., plugin.Run]) -> None:
    assert verdict(run_as(("check", "--dps-name", "lab-dps"))) == (HEALTHY, None, [])


def with_string(flow: Flow, *arguments: str, **options: Any) -> plugin.Run:
    return flow.run(("iot", "diag", "check"), *arguments, **options)


def test_a_service_string_shows_device_and_messages(flow: Flow) -> None:
    sent(flow)
    done = with_string(flow, "--login", flow.strings["service"], "-d", "device-1")
    assert verdict(done) == (HEALTHY, None, [])
    assert "settings" in told(done)["verdict"]["blindSpots"]


def test_a_devices_own_string(flow: Flow) -> None:
    own = flow.strings["devices"]["device-1"]
    environment = {"AZURE_IOTDIAG_LOGIN": ""}
    assert verdict(with_string(flow, "--cs", own, **environment)) == (HEALTHY, None, [])
    flow.lab.call(device(status="disabled"), flow.lab.state)
    done = with_string(flow, "--cs", own, **environment)
    assert verdict(done) == (PROBLEM, "admission", ["device-not-let-in"])
    assert told(done)["verdict"]["blindSpots"] == ["provisioning", "registry", "settings", "messages", "logs"]


def test_a_string_that_works_here_and_not_on_the_device(flow: Flow) -> None:
    own, environment = flow.strings["devices"]["device-1"], {"AZURE_IOTDIAG_LOGIN": ""}
    done = with_string(flow, "--cs", own, **environment)
    assert "from this machine" in told(done)["verdict"]["statement"]
    done = with_string(flow, "--cs", own, "--error", "401003", **environment)
    assert verdict(done) == (PROBLEM, "device", ["works-here-not-there"])


def test_a_string_beside_its_hub(flow: Flow, run_as: Callable[..., plugin.Run]) -> None:
    """The facts of both are joined: the registry tells why the hub refuses the string."""
    own = flow.strings["devices"]["device-1"]
    flow.lab.call(device(status="disabled"), flow.lab.state)
    done = run_as(CHECK, "--cs", own)
    assert verdict(done) == (PROBLEM, "admission", ["device-disabled"])
    assert told(done)["verdict"]["certainty"] == "sure"


def test_a_string_with_a_token(flow: Flow) -> None:
    """Its end is told, and one that ended is the reason."""
    host, key = flow.lab.state.hub.host, flow.lab.state.hub.devices["device-1"].primary
    for seconds, code, codes in ((3600, HEALTHY, []), (-3600, PROBLEM, ["sas-expired"])):
        token = sas.sign(f"{host}/devices/device-1", sas.iothub_key(key.reveal()), int(time.time()) + seconds)
        own = f"HostName={host};DeviceId=device-1;SharedAccessSignature={token}"
        done = with_string(flow, "--cs", own, AZURE_IOTDIAG_LOGIN="")
        assert (done.code, told(done)["verdict"]["codes"][:1]) == (code, codes)
        assert ("string-holds-token" in done.out.decode()) is (seconds > 0)


def test_a_host_alone_is_tested_without_a_login(flow: Flow) -> None:
    done = with_string(flow, "--host", "lab-hub.azure-devices.net", AZURE_IOTDIAG_LOGIN="")
    found = told(done)
    assert done.code == HEALTHY
    assert {each["link"] for each in found["links"]} == {"machine", "network"}


def test_the_script_of_a_device_beside_its_string(flow: Flow, tmp_path: Path) -> None:
    """The port is closed there, and open here."""
    own, script = flow.strings["devices"]["device-1"], tmp_path / "device.json"
    host, at = flow.lab.state.hub.host, datetime.now(timezone.utc)
    blocked = Way(Protocol.MQTT, 8883, failure=Failure(Kind.UNREACHABLE, "a connection", host, 8883))
    facts = {
        "now": Fact(at.timestamp(), at, "the script"),
        "network_asked": Fact(NetworkAsked(host, HostKind.HUB, Cloud.PUBLIC, (Protocol.MQTT,)), at, "the script"),
        "ways": Fact((blocked,), at, "the script", Vantage.DEVICE),
    }
    script.write_text(json.dumps(facts_json.dump(facts, "1.0")))
    done = with_string(flow, "--cs", own, "--facts", str(script), AZURE_IOTDIAG_LOGIN="")
    assert done.code == PROBLEM
    found = told(done)["verdict"]
    assert "works-here-not-there" in [*found["codes"], *found["also"]]
    assert "the device's network" in found["statement"]


def test_saved_facts_come_to_the_same_without_a_network(
    flow: Flow, run_as: Callable[..., plugin.Run], tmp_path: Path
) -> None:
    flow.lab.call(device(status="disabled"), flow.lab.state)
    saved, junit = tmp_path / "facts.json", tmp_path / "junit.xml"
    first = run_as(CHECK, "--save-facts", str(saved), "--junit", str(junit))
    assert not [secret for secret in flow.secrets if secret in saved.read_text()]
    assert saved.stat().st_mode & 0o777 == 0o600
    again = plugin.az("iot", "diag", "check", "--facts", str(saved))
    assert told(again)["checks"] == told(first)["checks"]
    assert verdict(again) == verdict(first) == (PROBLEM, "admission", ["device-disabled"])
    assert 'failures="1"' in junit.read_text()


def test_the_log_of_a_device_tells_what_no_service_sees(
    flow: Flow, run_as: Callable[..., plugin.Run], tmp_path: Path
) -> None:
    log = tmp_path / "device.log"
    log.write_text("I start\nE ssl.SSLError: CERTIFICATE_VERIFY_FAILED of HostName=x;SharedAccessKey=c2VjcmV0\n")
    done = run_as(CHECK, "--device-log", str(log), "--save-facts", str(tmp_path / "facts.json"))
    assert verdict(done) == (PROBLEM, "device", ["certificate-untrusted"])
    assert "line 2" in done.out.decode() and "c2VjcmV0" not in done.out.decode() + (tmp_path / "facts.json").read_text()
    sent(flow)
    assert verdict(run_as(CHECK, "--device-log", str(log))) == (HEALTHY, None, [])


def test_a_call_shows_whether_methods_work(flow: Flow, run_as: Callable[..., plugin.Run]) -> None:
    sent(flow)
    assert verdict(run_as(CHECK, "--active")) == (HEALTHY, None, [])
    found = told(run_as(CHECK, "--active", "--for", "methods"))["verdict"]
    assert (found["link"], found["codes"]) == ("commands", ["hub-404103"])
    assert found["statement"].startswith("Methods of device-1 fail at commands: ")
    passive = told(run_as(CHECK, "--for", "methods"))["verdict"]
    assert (passive["exitCode"], passive["next"]) == (
        HEALTHY, "az iot diag method ping --hub-name lab-hub --device-id device-1",
    )  # fmt: skip
    assert "commands" in passive["blindSpots"]


def test_a_device_that_does_not_follow_its_twin(flow: Flow, run_as: Callable[..., plugin.Run]) -> None:
    """It came back after the change, and did not read its twin."""
    sent(flow)

    def behind(state: Lab) -> None:
        twin, now = state.hub.devices["device-1"].twin, time.time()
        for side, value, ago in ((twin.desired, 60, 3600), (twin.reported, 30, 7200)):
            at = datetime.fromtimestamp(now - ago, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
            side.values["interval"], side.metadata["interval"] = value, {"$lastUpdated": at, "$lastUpdatedVersion": 2}
        state.hub.devices["device-1"].connection_updated = now - 1800

    flow.lab.call(behind, flow.lab.state)
    assert verdict(run_as(CHECK)) == (HEALTHY, None, [])
    found = told(run_as(CHECK, "--for", "twin"))
    assert (found["verdict"]["link"], found["verdict"]["codes"]) == ("commands", ["desired-behind"])
    assert found["verdict"]["statement"].startswith("The twin of device-1 fails at commands: ")


MODEL = {
    "@context": "dtmi:dtdl:context;2", "@id": "dtmi:com:example:Pump;1", "@type": "Interface",
    "contents": [{"@type": "Telemetry", "name": "a", "schema": "string"}],
}  # fmt: skip


def test_the_last_messages_are_held_against_a_model(
    flow: Flow, run_as: Callable[..., plugin.Run], tmp_path: Path
) -> None:
    sent(flow)
    model = tmp_path / "pump.json"
    model.write_text(json.dumps(MODEL))
    assert verdict(run_as(CHECK)) == (HEALTHY, None, [])
    assert verdict(run_as(CHECK, "--model", str(model))) == (PROBLEM, "payload", ["wrong-type"])


def test_a_route_that_looks_into_bodies_that_are_not_marked(flow: Flow, run_as: Callable[..., plugin.Run]) -> None:
    sent(flow)
    flow.lab.call(routing(route("$body.a > 0", "events")), flow.lab.state)
    found = told(run_as(CHECK))["verdict"]
    assert (found["exitCode"], found["also"].count("hub-400103")) == (HEALTHY, 1), found


def test_an_id_that_differs_in_its_punctuation(flow: Flow, run_as: Callable[..., plugin.Run]) -> None:
    done = run_as(("check", "-d", "DEVICE_1"))
    assert verdict(done) == (PROBLEM, "admission", ["device-unknown"])
    assert "'device-1', whose punctuation differs" in done.out.decode()


def test_the_readers_consumer_group(flow: Flow, run_as: Callable[..., plugin.Run]) -> None:
    sent(flow)
    assert verdict(run_as(CHECK, "--consumer-group", "$Default")) == (HEALTHY, None, [])
    assert verdict(run_as(CHECK, "--cg", "lost")) == (PROBLEM, "reader", ["consumer-group-missing"])


def test_a_device_that_is_waited_for(flow: Flow, run_as: Callable[..., plugin.Run]) -> None:
    sent(flow)
    done = run_as(CHECK, "--wait", "1")
    assert verdict(done) == (PROBLEM, "stream", ["no-sign-came"])


def test_what_a_device_got_narrows_where_it_stops(flow: Flow, run_as: Callable[..., plugin.Run]) -> None:
    flow.lab.call(device(connected=False, last_activity=time.time() - 7200), flow.lab.state)
    assert verdict(run_as(CHECK, "--error", "403002")) == (PROBLEM, "ingress", ["hub-403002"])
    assert verdict(run_as(CHECK, "--error", "ENOTFOUND")) == (PROBLEM, "device", ["name-not-resolved"])


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("-n", "nowhere", "-d", "d"), 3, "nowhere"),
        (("--only", "quota"), 1, "Did you mean"),
        (("--skip", "nothing-alike-at-all"), 1, "--list"),
        (("--facts", "nowhere.json"), 1, "cannot be read"),
        (("--facts", "x.json", "-n", "hub"), 1, "x.json cannot be read"),
        (("--login", "a", "-n", "b"), 1, "both say which hub"),
        (("--rid", "a", "--login", "{service}"), 1, "provisioning service"),
        (("--host", "h", "--login", "{service}"), 1, "--host names a host alone"),
        (("--model", "/nowhere.json", "--login", "{service}"), 1, "--model: "),
        (("--wait", "5", "--observe", "1", "--login", "{service}"), 1, "--wait ends at the first sign"),
        (("--wait", "0", "--login", "{service}"), 1, "--wait is 0"),
        (("--observe", "1", "--login", "{service}"), 1, "--observe watches a device"),
        (("--host", "https://h"), 1, "--host is a URL"),
        (("--cs", "@nowhere"), 1, "no file of that name"),
        (("--error", "401093"), 1, "no such code is known"),
        (("--device-log", "/nowhere/log"), 1, "--device-log /nowhere/log cannot be read: No such file"),
    ],
)
def test_what_is_typed_wrong(flow: Flow, run_as: Callable[..., plugin.Run], arguments, code, says) -> None:
    typed = [each.format(service=flow.strings["service"]) for each in arguments]
    if typed[0] == "-n":
        done = run_as(("check",), *typed)
    else:
        done = plugin.az("iot", "diag", "check", *typed, environment={"AZURE_IOTDIAG_LOGIN": ""})
    assert done.code == code and says in done.err, done.err


def test_saved_facts_without_their_time(tmp_path: Path) -> None:
    """Nothing could be said of how old anything is."""
    (tmp_path / "facts.json").write_text('{"kind": "iotdiag facts", "version": "1.0", "facts": {}}')
    done = plugin.az("iot", "diag", "check", "--facts", str(tmp_path / "facts.json"))
    assert done.code == 1 and "facts.now: this is missing" in done.err


def test_saved_facts_go_with_no_service(flow: Flow, run_as: Callable[..., plugin.Run], tmp_path: Path) -> None:
    saved = tmp_path / "facts.json"
    run_as(("check",), "--save-facts", str(saved))
    done = plugin.az("iot", "diag", "check", "--facts", str(saved), "-n", "hub")
    assert done.code == 1 and "--facts judges a file without any service" in done.err


def test_on_a_terminal_the_answer_comes_first(flow: Flow) -> None:
    flow.lab.call(device(status="disabled"), flow.lab.state)
    done = plugin.az(
        "iot", "diag", "check", "-d", "device-1", environment=flow.environment, terminal=True
    )  # fmt: skip
    shown = done.out.decode().splitlines()
    assert shown[0].startswith("× Data of device-1 stops at admission: ")
    assert any(line.startswith("Next: az iot diag ") for line in shown)


def test_the_list_of_checks_asks_no_service() -> None:
    done = plugin.az("iot", "diag", "check", "--list")
    listed = json.loads(done.out)["checks"]
    assert (
        done.code == 0
        and {"link": "ingress", "check": "quota-left"}.items()
        <= next(each for each in listed if each["check"] == "quota-left").items()
    )
