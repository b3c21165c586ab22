"""`validate messages` on what a simulated device sends to the lab: each problem is found, named and located, live as in
a file of the same messages; a healthy device yields nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.flows.conftest import Flow
from tests.plugins import az as plugin
from tests.plugins.lab_fixture import open_lab
from tests.plugins.sending import JSON, device

MODEL_ID = "dtmi:example:Controller;1"


def _interface(name: str, *contents: dict[str, Any], **more: Any) -> dict[str, Any]:
    context = "dtmi:dtdl:context;2"
    return {"@context": context, "@id": f"dtmi:example:{name};1", "@type": "Interface", "contents": [*contents]} | more


def _telemetry(name: str, schema: Any) -> dict[str, Any]:
    return {"@type": "Telemetry", "name": name, "schema": schema}


STATE = {"@type": "Enum", "valueSchema": "integer", "enumValues": [{"name": "off", "enumValue": 0},
                                                                   {"name": "on", "enumValue": 1}]}  # fmt: skip
MODEL = _interface(
    "Controller",
    _telemetry("humidity", "double"),
    _telemetry("count", "integer"),
    _telemetry("since", "dateTime"),
    _telemetry("state", STATE),
    {"@type": "Property", "name": "serial", "schema": "string"},
    {"@type": "Component", "name": "thermostat", "schema": _interface("Thermostat", _telemetry("target", "double"))},
    extends=[_interface("One", _telemetry("pressure", "double")), _interface("Two", _telemetry("pressure", "string"))],
)
HEALTHY = ({"humidity": 40.5, "count": 3, "since": "2026-11-20T10:00:00Z", "state": 1}, JSON)
IN_COMPONENT = dict(JSON) | {"$.sub": "thermostat"}


class Sent(NamedTuple):
    """What a device sends, the code that must be found, where, and what the message must say."""

    body: Any
    code: str
    path: str
    words: str
    properties: Mapping[str, str] = JSON


SENT = (
    Sent({"humidty": 40.5}, "misspelt-name", "$.humidty", "humidity"),
    Sent({"Humidity": 40.5}, "misspelt-name", "$.Humidity", "case"),
    Sent({"voltage": 3.3}, "unmodeled-field", "$.voltage", "voltage"),
    Sent({"humidity": "40.5"}, "wrong-type", "$.humidity", "got"),
    Sent({"pressure": 1.5}, "ambiguous-name", "$.pressure", "dtmi:example:Two;1"),
    Sent(b'{"humidity": 40.5,}', "invalid-json", "$", "column"),
    Sent({"target": 20}, "wrong-component", "$.target", "thermostat"),
    Sent({"serial": "A1"}, "wrong-kind", "$.serial", "property"),
    Sent({"state": 7}, "not-in-enum", "$.state", "7"),
    Sent({"count": 2147483648}, "out-of-range", "$.count", "2147483648"),
    Sent({"since": "yesterday"}, "wrong-format", "$.since", "yesterday"),
    Sent({"humidity": 40.5}, "content-encoding", "", "utf-8", {"$.ct": "application/json"}),
    Sent('{"humidity": "°"}'.encode("latin-1"), "bad-encoding", "$", "byte"),
    Sent({"target": 20}, "unknown-component", "$", "heater", dict(JSON) | {"$.sub": "heater"}),
)
SAME = ("code", "severity", "path", "message", "evidence", "device", "component", "enqueued")


class Judged(NamedTuple):
    """What was found live and in a file, each by the number of the message, and how the commands ended."""

    live: plugin.Run
    recorded: plugin.Run


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judged]:
    folder = tmp_path_factory.mktemp("judged")
    model = folder / "models" / "dtmi" / "example" / "controller-1.json"
    model.parent.mkdir(parents=True)
    model.write_text(json.dumps(MODEL), encoding="utf-8")
    with open_lab(folder) as lab:
        flow = Flow(lab)
        hub = lab.state.hub
        for name in ("device-1", "device-2"):
            with device(lab, hub.host, name, hub.devices[name].primary.reveal(), model=MODEL_ID) as send:
                for body, _, _, _, properties in SENT if name == "device-1" else ():
                    send(body if isinstance(body, bytes) else json.dumps(body).encode(), properties)
                send(json.dumps(HEALTHY[0]).encode(), HEALTHY[1])
                send(b'{"target": 21}', IN_COMPONENT)
        number = str(len(SENT) + 4)
        ends = ("--since", "1h", "--max-messages", number, "--timeout", "20")
        live = flow.validate("--model", str(model), *ends)
        saved = flow.monitor("-o", "json", "--properties", "all", *ends)
        assert saved.code == 0, saved.err
        (folder / "saved.jsonl").write_bytes(saved.out)
        recorded = flow.validate("--file", str(folder / "saved.jsonl"), "--model-repo", str(folder / "models"),
                                 AZURE_IOTDIAG_LOGIN="")  # fmt: skip
        yield Judged(live, recorded)


@pytest.mark.parametrize("number", range(len(SENT)), ids=[f"{each.code}-{number}" for number, each in enumerate(SENT)])
def test_a_problem_is_found_named_and_located(judged: Judged, number: int) -> None:
    sent = SENT[number]
    (found,) = [each for each in judged.live.messages if each.get("sequence") == number]
    assert (found["code"], found["path"], found["device"]) == (sent.code, sent.path or found["path"], "device-1")
    assert sent.words in found["message"]
    assert found["enqueued"]


def test_a_healthy_device_yields_nothing(judged: Judged) -> None:
    *found, summary = judged.live.messages
    assert {each["device"] for each in found} == {"device-1"} and len(found) == len(SENT)
    assert (summary["type"], summary["messages"], summary["devices"]) == ("summary", len(SENT) + 4, 2)


def test_a_file_of_the_same_messages_gives_the_same(judged: Judged) -> None:
    def seen(run: plugin.Run) -> list[dict[str, Any]]:
        return [{name: each.get(name) for name in SAME} for each in run.messages if each["type"] == "finding"]

    assert seen(judged.recorded) == seen(judged.live)
    assert judged.live.code == judged.recorded.code == 4


def test_it_ends_as_monitor_events_does(judged: Judged) -> None:
    assert "as many messages as were asked for" in judged.live.err
    assert judged.live.messages[-1]["ended"] == "count"


def test_a_healthy_stream_and_an_empty_one(flow) -> None:
    flow.send(b"{}")
    run = flow.validate("--max-messages", "1", "--since", "1h", "--minimum-severity", "error")
    assert (run.code, run.messages[-1]["messages"]) == (0, 1)
    run = flow.validate("--duration", "1", "-o", "none")
    assert (run.code, run.out) == (4, b"") and "[nothing-came]" in run.err


@pytest.mark.parametrize(("arguments", "words"), [
    (["--file", "x", "--since", "1h"], "--since is for messages as they arrive"),
    (["--processes", "2"], "--processes is for recorded messages"),
    (["--model", "/no/such/model.json"], "cannot be read: No such file"),
    (["--model", "a", "--schema", "b"], "two ways"),
    (["--duration", "0"], "--duration is 0"),
])  # fmt: skip
def test_arguments_that_are_wrong_live(flow, arguments: list[str], words: str) -> None:
    run = flow.validate(*arguments)
    assert (run.code, run.out) == (1, b"") and words in run.err
    assert flow.lab.state.audit.recent(1) == []


def test_neither_messages_nor_a_hub() -> None:
    run = plugin.az("iot", "diag", "validate", "messages", environment={"AZURE_IOTDIAG_LOGIN": ""})
    assert run.code == 1 and "Which messages? None of --file" in run.err


def test_announced_models_that_are_not_at_hand(flow, tmp_path: Path) -> None:
    hub = flow.lab.state.hub
    for name, model in (("device-1", ""), ("device-2", "dtmi:example:Gone;2"), ("device-3", "/etc/passwd")):
        with device(flow.lab, hub.host, name, hub.devices[name].primary.reveal(), model=model) as send:
            send(b"{}")
    run = flow.validate("--model-repo", str(tmp_path), "--max-messages", "3", "--since", "1h")
    codes = {each["device"]: each["code"] for each in run.messages[:-1]}
    assert codes == {
        "device-1": "model-not-announced", "device-2": "model-not-found", "device-3": "model-not-found"
    }  # fmt: skip
    assert run.code == 4
