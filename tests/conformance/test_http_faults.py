"""The faults that strike requests over HTTPS, through Microsoft's npm packages: each on its path, with its status."""

from __future__ import annotations

import json
import os
import subprocess
from http import HTTPStatus

import pytest

from azext_iotdiag.insights import codes
from azext_iotdiag.knowledge import lookup
from azext_iotdiag.lab.faults.table import FAULTS
from tests.plugins.conversation import HERE, conversation, task_for
from tests.plugins.lab_fixture import open_lab

pytestmark = pytest.mark.slow

STEPS = {
    "http-identities": ["get", "device-1"],
    "http-queries": ["query", "SELECT * FROM devices", 5],
    "http-twins": ["getTwin", "device-1"],
    "http-methods": ["invoke", "device-1", "ping"],
}
ERRORS = {401: "UnauthorizedError", 404: "DeviceNotFoundError", 429: "ThrottlingError", 500: "InternalServerError"}


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """One lab for all."""
    with open_lab(tmp_path_factory.mktemp("lab")) as running:
        yield running


@pytest.fixture
def lab(shared):
    """That lab, mended afterwards."""
    yield shared
    shared.mend()


@pytest.fixture
def steps(lab, azure_iothub):
    """A function that lets azure-iothub take all steps, each of which comes to an answer or an error."""

    def run():
        told = lab.description
        environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        environment |= {"NODE_EXTRA_CA_CERTS": told["caFile"], "IOTDIAG_CLIENTS_NODE_MODULES": azure_iothub}
        task = {
            "connection_string": told["connectionStrings"]["iothubowner"],
            "proxy": f"http://{told['endpoints']['proxy']}",
            "steps": list(STEPS.values()),
        }
        done = subprocess.run(
            ["node", str(HERE / "node" / "service.js")], input=json.dumps(task), capture_output=True, text=True,
            encoding="utf-8", timeout=60, check=False, env=environment,
        )  # fmt: skip
        assert done.returncode == 0 and done.stdout, done.stderr
        return dict(zip(STEPS, json.loads(done.stdout), strict=True))

    return run


@pytest.mark.parametrize("status", ERRORS)
@pytest.mark.parametrize("pair", [("http-identities", "http-methods"), ("http-queries", "http-twins")])
def test_each_path_has_its_own(lab, steps, pair, status):
    struck = [name for name in pair if status in FAULTS[name].allowed["status"]]
    for name in struck:
        lab.break_(name, status=status, seconds=2)
    results = steps()
    for name, result in results.items():
        if name in struck:
            assert (result["error"], result["status"]) == (ERRORS[status], status)
            assert result.get("retryAfter") == ("2" if status == 429 else None)
        elif name == "http-methods":
            assert (result["error"], result["message"]) == ("Error", "Not found"), "the device is not connected"
        else:
            assert "error" not in result


def test_what_the_developer_reads_and_what_explains_it(lab, steps):
    for name in STEPS:
        lab.break_(name)
    for name, result in steps().items():
        assert result["error"] == FAULTS[name].seen
        assert FAULTS[name].entry in [entry for hit in codes.find(result["body"]) for entry in lookup.find(hit.name)]


def test_who_calls_a_device_that_takes_no_methods(lab, steps):
    lab.break_("method-handler-missing")
    result = steps()["http-methods"]
    assert FAULTS["method-handler-missing"].seen.endswith(f"{result['error']}: {result['message']}")


@pytest.mark.parametrize("status", [401, 404, 429, 500])
def test_a_device_over_https(lab, device_transports, status):
    lab.break_("http-messages", status=status)
    command = ["node", str(HERE / "node" / "conversation.js")]
    extra = {"IOTDIAG_CLIENTS_NODE_MODULES": device_transports, "NODE_EXTRA_CA_CERTS": lab.description["caFile"]}
    with conversation(command, task_for(lab, "node", "http", "device-1"), **extra) as device:
        told = device.until("error")
    expected = {**ERRORS, 429: "Error"}[status]  # it has no word of its own for 429
    assert (told["name"], told["message"]) == (expected, f"Could not send message: {HTTPStatus(status).phrase}")
    assert status != 500 or told["name"] == FAULTS["http-messages"].seen
    records = [one for one in lab.call(lab.state.audit.recent, 100) if "the fault http-messages is on" in one.reason]
    assert records[-1].details["path"] == "/devices/device-1/messages/events"
