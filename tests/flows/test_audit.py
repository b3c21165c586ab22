"""What a person reads in the audit of a lab: the refusal of a device, whatever az has asked since."""

from __future__ import annotations

import itertools
import json
import os
import time

import pytest

from azext_iotdiag.lab.process import login
from azext_iotdiag.lab.tenant import app_credentials
from tests.flows.conftest import Flow
from tests.plugins import az as plugin
from tests.plugins.az_session import session

pytestmark = pytest.mark.slow
COMMANDS = 50
HUB = ("--hub-name", "lab-hub")
ASKED = (
    ("account", "show"),
    ("iot", "hub", "show", "--name", "lab-hub"),
    ("iot", "hub", "list"),
    ("iot", "hub", "policy", "list", *HUB),
    ("iot", "hub", "consumer-group", "list", *HUB),
    ("iot", "dps", "list"),
    ("group", "list"),
    ("iot", "diag", "device", "show", *HUB, "-d", "device-2"),
    ("iot", "diag", "device", "list", *HUB),
    ("iot", "diag", "monitor", "events", *HUB, "--duration", "1"),
)


def test_fifty_az_commands_do_not_hide_one_refused_device(flow: Flow, tmp_path) -> None:
    lab = flow.lab
    wrong = flow.strings["devices"]["device-1"].partition("SharedAccessKey=")[0] + "SharedAccessKey=" + "A" * 43 + "="
    refused = flow.run(("iot", "diag", "simulate"), "--connection-string", wrong, "--message-count", "1")
    assert refused.code == 4 and "device-refused" in refused.out.decode()
    plugin.install()
    credential = lab.call(app_credentials.credential, lab.state.tenant, "service-principal", "owner", time.time())
    extensions = {"AZURE_EXTENSION_DIR": os.environ["AZURE_EXTENSION_DIR"]}
    made = login.prepare(lab.description, tmp_path, extensions, credential)
    with session(made["environment"]) as az:
        for command in itertools.islice(itertools.cycle(ASKED), COMMANDS):
            done = az.run(*command)
            assert done.code in (0, 4), (command, done.err)
    status = lab.status(10)
    last = [(each["who"], each["action"], each["outcome"]) for each in status["audit"]]
    # az itself asks for a name that is not of the lab, to see whether it is up to date
    assert [each for each in last if each != ("", "connect", "refused")] == [("device-1", "connect", "refused")]
    assert len(last) < 4, json.dumps(status["audit"])
    assert status["auditLeftOut"] > 2 * COMMANDS
