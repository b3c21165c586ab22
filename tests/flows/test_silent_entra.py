"""az's own login against an Entra, and an identity endpoint, that never answer: in real time, in a real process."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from azext_iotdiag.lab.process import folder
from azext_iotdiag.lab.process.login import UNSET
from tests.plugins import az, hostile
from tests.plugins.lab_fixture import open_lab

pytestmark = pytest.mark.slow
NAME = "silenced"
PROMISED = 15.0  # seconds until a person has an answer
SLACK = 10.0  # of a machine that is busy with other tests


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, dict[str, str]]]:
    """The environments of two logins, whose tokens az has forgotten."""
    with ExitStack() as stack:
        patched = stack.enter_context(pytest.MonkeyPatch.context())
        for name in tuple(os.environ):
            if name.lower().endswith("_proxy") or name in UNSET:
                patched.delenv(name)
        home = Path(os.environ["AZURE_CONFIG_DIR"])
        stack.enter_context(folder.lock(folder.make(folder.labs_of(home), NAME)))
        stack.enter_context(open_lab(home, name=NAME))
        found = {}
        for identity in ("managed-identity", "service-principal"):  # each takes the place of the one before
            done = az.az("iot", "diag", "lab", "login", "--name", NAME, "--identity", identity, "-o", "json")
            assert done.code == 0, done.err
            environment = json.loads(done.out)["environment"]
            kept = tmp_path_factory.mktemp(identity)
            for file in Path(environment["AZURE_CONFIG_DIR"]).iterdir():
                if file.is_file() and "cache" not in file.name:
                    (kept / file.name).write_bytes(file.read_bytes())
            found[identity] = environment | {"AZURE_CONFIG_DIR": str(kept)}
        yield found


SIEGE = pytest.mark.skipif("IOTDIAG_SIEGE" not in os.environ, reason="waits as long as a person would")


@pytest.mark.parametrize("identity", ["service-principal", pytest.param("managed-identity", marks=SIEGE)])
def test_the_answer_comes_in_time(homes, identity: str) -> None:
    with hostile.listening(hostile.silent) as port:
        silent = {"HTTPS_PROXY": f"http://127.0.0.1:{port}", "https_proxy": f"http://127.0.0.1:{port}"}
        if identity == "managed-identity":
            silent = {"AZURE_POD_IDENTITY_AUTHORITY_HOST": f"http://127.0.0.1:{port}"}
        started = time.monotonic()
        done = az.finished(
            az.start("iot", "diag", "monitor", "events", "-n", "lab-hub", environment=homes[identity] | silent)
        )
        took = time.monotonic() - started
    assert took < PROMISED + SLACK
    assert done.code == 1 and "Traceback" not in done.err, done.err
    who = "169.254.169.254" if identity == "managed-identity" else "login.microsoftonline.com"
    assert f"did not come from {who}" in done.err and "--login" in done.err, done.err
