"""Devices put files: azure-iot-device for Python and npm's, with @azure/storage-blob, against the lab's storage."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from azext_iotdiag.lab.hub import upload
from tests.plugins.lab_fixture import open_lab

HERE = Path(__file__).parent
SECONDS = 60
STRING = "DefaultEndpointsProtocol=https;AccountName=labstore;AccountKey=bGFiIGtleQ==;EndpointSuffix=core.windows.net"
pytestmark = pytest.mark.slow


@pytest.fixture
def lab(tmp_path):
    with open_lab(tmp_path) as running:
        settings = {
            "storageEndpoints": {"$default": {"connectionString": STRING, "containerName": "uploads"}},
            "enableFileUploadNotifications": True,
        }
        running.call(running.state.hub.settings.update, settings)
        yield running


def run(command, task, **extra):
    kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    done = subprocess.run(
        command, input=json.dumps(task), capture_output=True, text=True, encoding="utf-8", timeout=SECONDS, check=False,
        env={**kept, **extra},
    )  # fmt: skip
    assert done.returncode == 0 and done.stdout, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("websockets", [False, True])
def test_python_puts_a_file(lab, clients_python, websockets):
    told = lab.description
    task = {
        "connection_string": told["connectionStrings"]["devices"]["device-1"], "ca": told["caFile"],
        "proxy": told["endpoints"]["proxy"], "websockets": websockets, "more": upload.MOST_OPEN + 1,
    }  # fmt: skip
    result = run([clients_python, str(HERE / "clients" / "upload.py")], task)
    assert (result["put"], result["spoilt"]) == (201, 403)
    assert result["info"]["hostName"] == "labstore.blob.core.windows.net"
    assert result["info"]["blobName"] == "device-1/logs/today.txt"
    (record,) = lab.call(lambda: lab.runtime.files.records)
    assert (record["deviceId"], record["blobSizeInBytes"]) == ("device-1", 11)
    (file,) = lab.runtime.blobs.folder.glob("uploads/*")
    assert file.read_bytes() == b"from Python" and file.stat().st_mode & 0o77 == 0
    assert "403" in result["refused"], result
    assert lab.call(lambda: len(lab.runtime.uploads)) == upload.MOST_OPEN


@pytest.mark.parametrize(("transport", "size"), [("mqtt", 100), ("amqp", 100), ("http", 9_000_000)])
def test_node_puts_a_file_and_the_service_hears_of_it(lab, device_transports, azure_iothub, transport, size):
    told = lab.description
    proxy = f"http://{told['endpoints']['proxy']}"
    task = {
        "device": told["connectionStrings"]["devices"]["device-2"], "service": told["connectionStrings"]["service"],
        "proxy": proxy, "amqp_port": lab.running.ports["amqp"], "transport": transport, "size": size,
    }  # fmt: skip
    extra = {"NODE_EXTRA_CA_CERTS": told["caFile"], "IOTDIAG_CLIENTS_NODE_MODULES": azure_iothub, "HTTPS_PROXY": proxy}
    heard = run(["node", str(HERE / "node" / "upload.js")], task, **extra)
    assert (heard["deviceId"], heard["blobName"], heard["blobSizeInBytes"]) == (
        "device-2", "device-2/logs/node.bin", size
    )  # fmt: skip
    assert lab.call(lambda: lab.runtime.files.records) == []
