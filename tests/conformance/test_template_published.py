"""The lines of docs/devices.md that publish a new version of a device template and migrate a device, run in a lab."""

from __future__ import annotations

import json
import os
import re
import shlex
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from azext_iotdiag.lab.central import samples
from azext_iotdiag.lab.process import folder
from azext_iotdiag.lab.process.hosting import Hosted
from azext_iotdiag.lab.process.login import UNSET
from tests.plugins import az
from tests.plugins.az_session import Session, session
from tests.plugins.lab_fixture import open_lab

pytestmark = pytest.mark.slow
NAME, TEMPLATE = "published", "dtmi:contoso:pump;2"
PAGE = az.CHECKOUT / "docs" / "devices.md"


@pytest.fixture(scope="module")
def lab() -> Iterator[Hosted]:
    with ExitStack() as stack:
        patched = stack.enter_context(pytest.MonkeyPatch.context())
        for name in tuple(os.environ):
            if name.lower().endswith("_proxy") or name in UNSET:
                patched.delenv(name)
        home = Path(os.environ["AZURE_CONFIG_DIR"])
        stack.enter_context(folder.lock(folder.make(folder.labs_of(home), NAME)))
        yield stack.enter_context(open_lab(home, name=NAME))


@pytest.fixture(scope="module")
def logged_in(lab: Hosted) -> Iterator[Session]:
    assert lab
    done = az.az("iot", "diag", "lab", "login", "--name", NAME, "-o", "json")
    assert done.code == 0, done.err
    with session(json.loads(done.out)["environment"]) as running:
        yield running


def line_of(page: Path, begins: str) -> str:
    (found,) = re.findall(rf"^({begins}.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return str(found)


def test_a_new_version_is_published_and_a_device_gets_it(lab: Hosted, logged_in: Session, tmp_path: Path) -> None:
    app, central = lab.description["central"][0]["appId"], lab.state.apps[0]
    file = tmp_path / "template.json"
    file.write_text(json.dumps({name: samples.TEMPLATE[name] for name in ("@type", "displayName", "capabilityModel")}))
    publish = line_of(PAGE, "az rest --method put").replace("APP", app).replace("template.json", str(file))
    _, *words = shlex.split(publish)
    done = logged_in.run(*words)
    assert done.code == 0, done.err
    assert json.loads(done.out)["@id"] == TEMPLATE and TEMPLATE in central.templates
    again = logged_in.run(*words)
    assert again.code != 0 and "Conflict" in again.err  # a published template is not replaced
    migrate = line_of(PAGE, "az iot diag device assign-template").replace("APP", app).replace("pump-7", "stranger")
    _, *words = shlex.split(migrate)
    done = logged_in.run(*words, "--yes")
    assert done.code == 0 and json.loads(done.out)["done"] is True, done.err
    assert central.members["stranger"].template == TEMPLATE
