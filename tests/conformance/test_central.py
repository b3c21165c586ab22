"""The tokens that the lab's IoT Central application hands out open its hubs' streams for azure-eventhub, unmodified."""

from __future__ import annotations

import base64
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from azext_iotdiag.lab.central import application as central
from tests.plugins.lab_fixture import open_lab

HERE = Path(__file__).parent
SECONDS = 90


@pytest.mark.slow
def test_azure_eventhub_reads_each_hub_with_its_token(tmp_path: Path, clients_python: str) -> None:
    with open_lab(tmp_path) as lab:
        (app,) = lab.state.apps
        tokens = lab.call(central.event_tokens, app)
        for backing in app.hubs:
            told = tokens[backing.hub.name]["eventhubSasToken"]
            string = (
                f"Endpoint={told['hostname']};SharedAccessSignature={told['sasToken']};EntityPath={told['entityPath']}"
            )
            senders = {device for device, member in app.members.items() if member.hub is backing}
            result = _read(lab, clients_python, connection_string=string, count=2)
            assert result["errors"] == [], result["errors"]
            marks = [each["annotations"]["iothub-connection-device-id"] for each in result["events"]]
            seen = {base64.b64decode(each["bytes"]).decode() if isinstance(each, dict) else each for each in marks}
            assert seen and seen <= senders
            assert all(base64.b64decode(each["body"]).startswith(b"{") for each in result["events"])


def _read(lab: Any, python: str, **task: Any) -> dict[str, Any]:
    task |= {"address": f"sb://localhost:{lab.running.ports['amqp']}", "ca_file": lab.description["caFile"]}
    done = subprocess.run(
        [python, str(HERE / "clients" / "event_hub.py")], input=json.dumps(task), capture_output=True, text=True,
        encoding="utf-8", timeout=SECONDS, check=False, env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    assert done.returncode == 0 and done.stdout, done.stderr
    return json.loads(done.stdout.splitlines()[-1])
