"""`check` for a group against a lab with a fleet: the verdict names what the quiet devices share, in few requests."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from azext_iotdiag.lab.hub.fleet import QUIET_SITE
from tests.flows.conftest import Flow
from tests.plugins import az as plugin
from tests.plugins.lab_fixture import open_lab

pytestmark = pytest.mark.slow
CHECK = ("check",)
FLEET = 3_000  # of which ten are quiet for 14 hours, all of one site
RunAs = Callable[..., plugin.Run]


@pytest.fixture
def flow(tmp_path: Path) -> Iterator[Flow]:
    with open_lab(tmp_path, fleet=FLEET) as lab:
        yield Flow(lab)


def told(done: plugin.Run) -> dict[str, Any]:
    assert done.out, done.err
    found: dict[str, Any] = json.loads(done.out)
    assert found["verdict"]["exitCode"] == done.code
    return found


def requests(flow: Flow) -> int:
    """How many requests over HTTPS the lab has had. Those of the control page are in it."""
    return sum(each.action == "request" for each in flow.lab.call(flow.lab.state.audit.recent, 10_000))


def test_quiet_devices_share_their_site(flow: Flow, run_as: RunAs) -> None:
    found = told(run_as(CHECK, "--quiet-since", "12h"))
    group = found["group"]
    assert found["verdict"]["codes"] == ["group-quiet"] and found["verdict"]["exitCode"] == 4
    assert group["devices"] == 10 and group["fleet"] == FLEET + 3
    assert [(each["name"], each["value"]) for each in group["shares"]] == [("tag site", QUIET_SITE)]
    assert group["commonLastSign"]["devices"] == 10
    assert found["verdict"]["next"].startswith("az iot diag check --hub-name lab-hub --device-id fleet-")


def test_quiet_devices_share_their_sdk_by_the_log(flow: Flow, run_as: RunAs) -> None:
    """The quiet devices connected last with another SDK than the others, from addresses that all have."""
    assert told(run_as(CHECK, "--quiet-since", "12h"))["group"]["resourceLog"]["why"].startswith(
        "No diagnostic setting"
    )
    assert run_as(("logs", "enable"), "--yes").code == 0
    quiet = [f"fleet-{number:06}" for number in range(11, FLEET, 300)]
    others = [f"fleet-{number:06}" for number in range(100, 300)]
    for sdk, devices in (("sdk/1.0", quiet), ("sdk/2.0", others)):
        for device in devices:
            connect = partial(flow.lab.state.runtime.record, "mqtt", "connect", "accepted", peer="192.0.2.17:1")
            flow.lab.call(partial(connect, who=device, sdk=sdk, auth="sas"))

    before = requests(flow)
    group = told(run_as(CHECK, "--quiet-since", "12h"))["group"]
    assert 0 < requests(flow) - before < 30
    sdk = {"name": "SDK version", "value": "sdk/1.0", "devices": 10, "of": 10, "others": 0, "ofOthers": 200}
    site = {"name": "tag site", "value": QUIET_SITE, "devices": 10, "of": 10, "others": 0, "ofOthers": FLEET + 3 - 10}
    assert sorted(group["shares"], key=lambda each: each["name"]) == [sdk, site]
    log = group["resourceLog"]
    assert (log["looked"], log["why"], log["devices"], log["others"], log["partial"]) == (True, None, 10, 200, None)


def test_a_group_with_many_tags_and_the_log_takes_few_requests(flow: Flow, run_as: RunAs) -> None:
    assert run_as(("logs", "enable"), "--yes").code == 0
    for number in range(11, FLEET, 300):
        device = flow.lab.call(flow.lab.state.hub.devices.get, f"fleet-{number:06}")
        flow.lab.call(device.twin.tags.update, {f"tag{each}": "x" for each in range(30)})
    before = requests(flow)
    group = told(run_as(CHECK, "--quiet-since", "12h"))["group"]
    assert group["devices"] == 10 and len(group["shares"]) > 4 and group["resourceLog"]["looked"]
    assert 0 < requests(flow) - before < 30


def test_by_a_string_the_history_stays_unseen(flow: Flow) -> None:
    owner = {"AZURE_IOTDIAG_LOGIN": flow.strings["iothubowner"]}
    done = flow.run(("iot", "diag", "check"), "--quiet-since", "12h", "--plain", **owner)
    said = done.out.decode()
    assert done.code == 4 and "Data of 10 devices stops at connection" in said
    assert "SDK versions and addresses were not looked at." in said
    assert "What changed before that is not known." in said and f"tag site = {QUIET_SITE}: 10 of 10" in said


def test_no_device_is_quiet_for_that_long(flow: Flow, run_as: RunAs) -> None:
    done = run_as(CHECK, "--quiet-since", "30d", "--plain")
    assert done.code == 0 and "No device is quiet since" in done.out.decode()


def test_devices_that_a_query_picks(flow: Flow, run_as: RunAs) -> None:
    query = f"SELECT * FROM devices WHERE tags.site = '{QUIET_SITE}'"
    found = told(run_as(CHECK, "-q", query))
    assert found["verdict"]["codes"] == ["group-quiet"] and found["group"]["shares"][0]["value"] == "not connected"
    found = told(run_as(CHECK, "-q", "SELECT * FROM devices WHERE tags.site = 'east'"))
    assert found["verdict"]["exitCode"] == 0 and found["group"]["connected"] > 700


def test_a_query_that_the_hub_refuses_is_shown_with_its_words(flow: Flow, run_as: RunAs) -> None:
    found = told(run_as(CHECK, "-q", "SELECT * FROM devices WHERE tags.site = "))
    assert found["verdict"]["codes"][0] == "query-refused" and found["verdict"]["exitCode"] == 5


def test_a_query_that_picks_nobody(flow: Flow, run_as: RunAs) -> None:
    found = told(run_as(CHECK, "-q", "SELECT * FROM devices WHERE tags.site = 'moon'"))
    assert found["verdict"]["codes"] == ["query-picks-nobody"] and found["verdict"]["exitCode"] == 4


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--quiet-since", "12h", "-d", "pump"), "--quiet-since names a group of a hub's devices, and --device-id"),
        (("--quiet-since", "12h", "--app-id", "app"), "--app-id something else"),
        (("-q", "SELECT deviceId FROM devices"), "--device-query must read SELECT * FROM devices"),
        (("--quiet-since", "soon"), "--quiet-since:"),
        (("--query-rate", "20"), "--query-rate belongs to a group"),
        (("--quiet-since", "12h", "--query-rate", "0"), "it must be 1 or more"),
        (("--quiet-since", "12h", "--error", "401003"), "--error something else"),
    ],
)
def test_what_is_typed_wrong(arguments, says) -> None:
    done = plugin.az("iot", "diag", "check", "-n", "hub", *arguments)
    assert done.code == 1 and says in done.err, done.err
