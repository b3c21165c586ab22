"""`route trace` against a lab: the routes are tried by the lab's resource manager, as Azure does it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from azext_iotdiag.lab.tenant.roles import HUB_READER
from tests.flows.conftest import Flow
from tests.plugins import az as plugin

pytestmark = pytest.mark.slow
TRACE = ("route", "trace")
SP = '{"contentType": "application/json", "contentEncoding": "utf-8"}'
RunAs = Callable[..., plugin.Run]


def route(condition: str = "true", endpoint: str = "cold", name: str = "r") -> dict[str, Any]:
    return {
        "name": name, "source": "DeviceMessages", "condition": condition, "endpointNames": [endpoint],
        "isEnabled": True,
    }  # fmt: skip


def set_up(flow: Flow, *routes: dict[str, Any], fallback: bool = True) -> None:
    def change(state: Any) -> None:
        told = state.hub.settings.properties["routing"]
        told["endpoints"]["storageContainers"] = [{"name": "cold", "containerName": "archive"}]
        told["routes"] = list(routes)
        told["fallbackRoute"]["isEnabled"] = fallback
        state.hub.settings.version += 1

    flow.lab.call(change, flow.lab.state)


def told(done: plugin.Run) -> dict[str, Any]:
    assert done.out, done.err
    found: dict[str, Any] = json.loads(done.out)
    assert found["verdict"]["exitCode"] == done.code
    return found


def send(flow: Flow, body: bytes, level: str, **system: str) -> None:
    def put(state: Any) -> None:
        device = state.hub.devices["device-1"]
        now_ms = int(time.time() * 1000)
        state.hub.telemetry(device, body, system=system, properties={"level": level}, now_ms=now_ms)

    flow.lab.call(put, flow.lab.state)


def test_the_newest_message_of_a_device(flow: Flow, run_as: RunAs) -> None:
    set_up(flow, route('level = "high"'), route("$body.t > 30", "cold", "hot"))
    send(flow, b'{"t": 31}', "low")
    found = told(run_as(TRACE, "-d", "device-1"))
    assert found["verdict"]["exitCode"] == 0 and [each["name"] for each in found["goesTo"]] == ["events"]
    assert {each["name"]: each["outcome"] for each in found["routes"]} == {"r": "no match", "hot": "no value"}
    assert "no content type" in found["routes"][1]["why"]
    send(flow, b'{"t": 31}', "low", **{"content-type": "application/json", "content-encoding": "utf-8"})
    found = told(run_as(TRACE, "-d", "device-1"))
    assert found["verdict"]["codes"] == ["routed-elsewhere"] and found["verdict"]["exitCode"] == 4
    (cold,) = found["goesTo"]
    assert (cold["name"], cold["kind"], cold["leadsTo"]) == ("cold", "storageContainers", "archive")
    assert found["message"]["origin"] == "the newest message" and found["message"]["contentType"] == "application/json"
    assert told(run_as(TRACE, "-d", "device-1", "--endpoint", "cold"))["verdict"]["exitCode"] == 0


@pytest.mark.parametrize(("properties", "fallback", "code", "codes"), [
    ('{"level": "high"}', True, 4, ["routed-elsewhere"]),
    ('{"level": "low"}', True, 0, []),
    ('{"level": "low"}', False, 4, ["fallback-off"]),
])  # fmt: skip
def test_a_message_that_is_given(flow: Flow, run_as: RunAs, properties, fallback, code, codes) -> None:
    set_up(flow, route('level = "high"'), fallback=fallback)
    found = told(run_as(TRACE, "--body", "{}", "--ap", properties, "--sp", SP))
    assert (found["verdict"]["exitCode"], found["verdict"]["codes"]) == (code, codes)


def test_a_recorded_message(flow: Flow, run_as: RunAs, tmp_path: Path) -> None:
    set_up(flow, route("$body.t > 30"))
    recorded = {
        "SystemProperties": {"contentType": "application/json", "contentEncoding": "utf-8",
                             "connectionDeviceId": "device-1"},
        "Body": {"t": 31}, "Properties": {},
    }  # fmt: skip
    (tmp_path / "m.jsonl").write_text(json.dumps({**recorded, "Body": {"t": 1}}) + "\n" + json.dumps(recorded) + "\n")
    found = told(run_as(TRACE, "--file", str(tmp_path / "m.jsonl")))
    assert found["verdict"]["codes"] == ["routed-elsewhere"] and found["device"] == "device-1"


def test_a_condition_on_the_twin(flow: Flow, run_as: RunAs) -> None:
    set_up(flow, route('$twin.tags.site = "north"'))

    def tag(state: Any) -> None:
        state.hub.devices["device-1"].twin.tags["site"] = "north"

    flow.lab.call(tag, flow.lab.state)
    assert told(run_as(TRACE, "-d", "device-1", "--body", "{}"))["verdict"]["codes"] == ["routed-elsewhere"]
    found = told(run_as(TRACE, "--body", "{}"))
    assert found["verdict"]["codes"] == ["route-not-tried"] and found["verdict"]["exitCode"] == 5


def test_a_reader_is_told_what_to_ask_for(flow: Flow, run_as: RunAs) -> None:
    set_up(flow, route('level = "high"'))
    done = run_as(TRACE, "--body", "{}", "--plain", role="Reader", data=(HUB_READER,))
    assert done.code == 5
    said = done.out.decode()
    assert "[routes-not-tried]" in said and "Azure tried no condition." in said
    assert 'az role assignment create --assignee YOUR-NAME --role "Contributor" --scope "/subscriptions/' in said


def test_a_reader_sees_what_the_settings_decide(flow: Flow, run_as: RunAs) -> None:
    set_up(flow, route("true"))
    found = told(run_as(TRACE, "--body", "{}", role="Reader", data=(HUB_READER,)))
    assert found["verdict"]["codes"] == ["routed-elsewhere"] and found["routes"][0]["decidedBy"] == "settings"


def test_without_a_message_the_routes_are_judged(flow: Flow, run_as: RunAs) -> None:
    set_up(flow, route("true"))
    assert told(run_as(TRACE, "-d", "device-1"))["verdict"]["codes"] == ["routed-elsewhere", "no-message-to-trace"]
    set_up(flow)
    found = told(run_as(TRACE, "-d", "device-1"))
    assert found["verdict"]["codes"] == ["no-message-to-trace"] and found["verdict"]["exitCode"] == 5


def test_a_table_holds_the_verdict_and_the_routes(flow: Flow, run_as: RunAs) -> None:
    set_up(flow, route('level = "high"'))
    rows = run_as(TRACE, "--body", "{}", "-o", "tsv").out.decode().splitlines()
    assert rows[0].split("\t")[:2] == ["verdict", "healthy"]
    assert rows[1].split("\t")[:2] == ["route r", "no value"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "Which message"),
        (("--body", "a", "--file", "x"), "--file holds a message, and --body another one"),
        (("--body", "@nowhere.json"), "no file of that name"),
        (("--ap", "{"), "--app-properties is no JSON: line 1"),
        (("--sp", "[]"), "--system-properties is no JSON object"),
        (("--ap", '{"a": {}}'), "the value of 'a' is no text"),
        (("--file", "nowhere.jsonl"), "--file nowhere.jsonl cannot be read"),
    ],
)
def test_what_is_typed_wrong(arguments, says) -> None:
    done = plugin.az("iot", "diag", "route", "trace", "-n", "hub", *arguments)
    assert done.code == 1 and says in done.err, done.err


def test_without_a_hub() -> None:
    done = plugin.az("iot", "diag", "route", "trace", "--body", "{}")
    assert done.code == 1 and "az's login alone" in done.err
