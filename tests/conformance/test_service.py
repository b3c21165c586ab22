"""A registry client of others, unmodified, through the lab's proxy: it finds in the lab the REST API that it knows."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.plugins.lab_fixture import open_lab

HERE = Path(__file__).parent
SECONDS = 90
DESIRED = {"x": {"y": 1}}
STEPS = {
    "get": ["get", "device-1"],
    "get missing": ["get", "Device-1"],
    "write twin": ["updateTwin", "device-1", {"tags": {"site": "north"}, "properties": {"desired": DESIRED}}, "*"],
    "write twin too late": ["updateTwin", "device-1", {"tags": {"site": "south"}}, "AAAAAAAAAAE="],
    "twin": ["getTwin", "device-1"],
    "query all": ["query", "SELECT * FROM devices", 5],
    "query some": ["query", "SELECT deviceId FROM devices WHERE tags.site = 'north'", 5],
    "query wrong": ["query", "SELECT nonsense", 5],
    "create": ["create", {"deviceId": "new", "status": "disabled"}],
    "create again": ["create", {"deviceId": "new"}],
    "enable": ["update", {"deviceId": "new", "status": "enabled"}],
    "list": ["list"],
    "statistics": ["getRegistryStatistics"],
    "delete": ["delete", "new"],
    "gone": ["get", "new"],
    "add many": ["addDevices", [{"deviceId": "many-1"}, {"deviceId": "many-2", "status": "disabled"}]],
    "add many again": ["addDevices", [{"deviceId": "many-1"}]],
    "update many": ["updateDevices", [{"deviceId": "many-2", "status": "enabled"}], True],
    "remove many": ["removeDevices", [{"deviceId": "many-1"}, {"deviceId": "many-2"}], True],
    "edge": ["create", {"deviceId": "edge", "capabilities": {"iotEdge": True}}],
    "edge modules": ["getModulesOnDevice", "edge"],
}


@pytest.fixture
def results(tmp_path, azure_iothub):
    """What each step came to, with all rights and with those of the policy `service` alone."""
    with open_lab(tmp_path, device_count=12) as lab:
        told = lab.description
        environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        environment |= {"NODE_EXTRA_CA_CERTS": told["caFile"], "IOTDIAG_CLIENTS_NODE_MODULES": azure_iothub}

        def run(policy):
            task = {
                "connection_string": told["connectionStrings"][policy],
                "proxy": f"http://{told['endpoints']['proxy']}",
                "steps": list(STEPS.values()),
            }
            done = subprocess.run(
                ["node", str(HERE / "node" / "service.js")], input=json.dumps(task), capture_output=True, text=True,
                encoding="utf-8", timeout=SECONDS, check=False, env=environment,
            )  # fmt: skip
            assert done.returncode == 0 and done.stdout, done.stderr
            return dict(zip(STEPS, json.loads(done.stdout), strict=True))

        yield run


@pytest.mark.slow
def test_the_registry_client_gets_what_it_expects(results):
    found = results("iothubowner")
    answered = {step: result["answered"] for step, result in found.items() if "answered" in result}
    assert answered["get"]["deviceId"] == "device-1"
    assert answered["write twin"]["properties"]["desired"]["x"] == DESIRED["x"]
    assert answered["twin"]["tags"] == {"site": "north"}
    assert [row["deviceId"] for row in answered["query all"]["rows"]] == [f"device-{n}" for n in range(1, 13)]
    assert answered["query all"]["pages"] == 3
    assert answered["query some"] == {"rows": [{"deviceId": "device-1"}], "pages": 1}
    assert (answered["create"]["status"], answered["enable"]["status"]) == ("disabled", "enabled")
    assert len(answered["list"]) == answered["statistics"]["totalDeviceCount"] == 13
    assert {step: result["error"] for step, result in found.items() if "error" in result} == {
        "get missing": "DeviceNotFoundError", "write twin too late": "InvalidEtagError", "query wrong": "ArgumentError",
        "create again": "DeviceAlreadyExistsError", "gone": "DeviceNotFoundError", "add many again": "ArgumentError",
    }  # fmt: skip
    assert "DeviceAlreadyExists" in found["add many again"]["body"]
    for step in ("add many", "update many", "remove many"):
        assert answered[step]["isSuccessful"] and answered[step]["errors"] == []
    assert answered["edge"]["deviceScope"].startswith("ms-azure-iot-edge://edge-")
    assert [module["moduleId"] for module in answered["edge modules"]] == ["$edgeAgent", "$edgeHub"]


@pytest.mark.slow
def test_without_the_rights_it_is_refused(results):
    found = results("service")
    allowed = {step for step, result in found.items() if "error" not in result}
    assert allowed == {"write twin", "twin"}
    assert {result["error"] for step, result in found.items() if step not in (*allowed, "write twin too late")} == {
        "UnauthorizedError"
    }
