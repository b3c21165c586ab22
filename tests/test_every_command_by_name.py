"""Every command works in the environment that `lab login` makes, with the names of hubs, applications and provisioning
services in the place of strings: for a service principal and for a managed identity, through the real az.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import pytest

from azext_iotdiag import commands
from azext_iotdiag.credential import sas
from azext_iotdiag.lab.dps.service import Enrollment
from azext_iotdiag.lab.process import detached as process
from azext_iotdiag.lab.process import folder
from azext_iotdiag.lab.process.login import UNSET
from tests.plugins import az
from tests.plugins.az_session import Session, session
from tests.plugins.lab_fixture import open_lab
from tests.plugins.results import SUMMARY

pytestmark = pytest.mark.slow
NAME, OTHER = "named", "named-other"
OPTIONS = {"hub_name": "-n", "app_id": "--app-id", "dps_name": "--dps-name"}
MODEL = {"@context": "dtmi:dtdl:context;2", "@id": "dtmi:example:thermostat;1", "@type": "Interface", "contents": [
    {"@type": "Telemetry", "name": "temperature", "schema": "double"},
]}  # fmt: skip


class Row(NamedTuple):
    """A command in which {names} stand for what the lab has, its exit code, and what it says when it did its work."""

    text: str
    says: str
    code: int = 0


HUB, APP, DPS = "-n {hub}", "--app-id {app}", "--dps-name {dps}"
D, THERMOSTAT = "-d device-1", "-d thermostat-good"
REPORT = "--to-file {report} --overwrite"
LATELY = "--since 1h --max-messages 1"
ROWS = (
    Row(f"monitor events {HUB} {LATELY} {D}", r'"temperature": ?21\.5'),
    Row(f"monitor events {HUB} {LATELY} -q {{query}}", r'"device": ?"device-1"'),
    Row(f"monitor events {HUB} -d device-2 --duration 1", r"device-never-seen", 4),
    Row(f"monitor events {APP} {LATELY} {THERMOSTAT}", r'"device": ?"thermostat-good"'),
    Row(f"monitor properties {HUB} {D} --duration 1", r"device-1 has 0 desired properties in version 1", 0),
    Row(f"monitor properties {APP} {THERMOSTAT} --duration 1", r"thermostat-good has 0 desired", 0),
    Row(f"validate messages {HUB} {LATELY} {D} --model {{model}}", r"1 message of 1 device: nothing is wrong"),
    Row(f"validate messages {APP} {LATELY} {THERMOSTAT}", r"1 message of 1 device: nothing is wrong"),
    Row(f"validate properties {HUB} {D} --model {{model}}", r"of 1 device: nothing is wrong"),
    Row(f"validate properties {APP} {THERMOSTAT}", r"of 1 device: nothing is wrong"),
    Row(f"check {HUB} {D}", r'"state": ?"healthy"'),
    Row(f"check {HUB} {D} {DPS}", r'"link": ?"provisioning"'),
    Row(f"check {APP} {THERMOSTAT}", r'"state": ?"healthy"'),
    Row(f"report create {HUB} {D} {REPORT}", r'"state": ?"healthy"'),
    Row(f"report create {HUB} {D} {DPS} {REPORT}", r'"state": ?"healthy"'),
    Row(f"report create {APP} {THERMOSTAT} {REPORT}", r'"state": ?"healthy"'),
    Row(f"method ping {HUB} {D}", r'"httpStatus": 404', 4),
    Row(f"twin test {HUB} -d device-3 --yes --timeout 1", r'"restoring": "done"', 5),
    Row(f"route trace {HUB} {D}", r'"arrives": true'),
    Row(f"changes show {HUB} --only activity-log roles", r'"complete": true'),
    Row("template show --model {model}", r"dtmi:example:thermostat;1"),
    Row("template lint --model {model}", r"No issue found"),
    Row(f"metrics show {HUB}", r'"portalName": "Connected devices"'),
    Row(f"alert create {HUB} --on throttled --email a@example.com --dry-run", r'"wouldHaveFired": 0'),
    Row(f"alert create {HUB} --on throttled --threshold 5 --email a@example.com --yes", r'"carriedOut": true'),
    Row(f"metrics show {DPS}", r'"portalName": "Attestation attempts"'),
    Row(f"metrics show {APP} --since 2h", r'"portalName": "Total Connected Devices"'),
    Row(f"health show {APP}", r'"state": "Available"'),
    Row(f"health show {HUB}", r'"state": "Available"'),
    Row(f"health show {DPS}", r'"offered": false'),
    Row(f"alert list {HUB}", r'"kind": "metric"'),
    Row(f"alert delete {HUB} --yes", r'"action": "delete"'),
    Row(f"logs status {HUB}", r"are not logged in any workspace", 4),
    Row(f"logs enable {HUB} --dry-run", r'"action": "create"'),
    Row(f"logs enable {DPS} --yes", r'"carriedOut": true'),
    Row(f"logs status {DPS}", r'"connections": true'),
    Row(f"logs disable {HUB} --yes", r'"action": "nothing"'),
    Row(f"logs disable {DPS} --yes", r'"action": "(delete|nothing)"'),
    *(
        Row(f"logs {command} {APP}", "IoT Central has no connection log", 1)
        for command in ("status", "enable", "disable", "errors", "query")
    ),
    Row("logs errors --file {rows}", r'"code": "401003"', 4),
    Row(f"logs errors {HUB}", r'"failure": "logs-not-collected"', 5),
    Row(f"logs errors {DPS}", r'"failure": "logs-not-collected"', 5),
    Row(f"logs query {DPS} --saved collected", r'"failure": "logs-not-collected"', 5),
    Row(f"logs query {HUB} --saved collected", r'"failure": "logs-not-collected"', 5),
    Row("logs query --list", r'"name": "connection-errors"'),
    Row("template to-kql --model {model}", r"let Model = datatable"),
    Row("template to-spark --model {model}", r"from pyspark.sql import"),
    Row("tally merge {results}", r'"messages": ?1,'),
    Row("template infer --file {messages} --model-id dtmi:example:inferred;1", r"dtmi:example:inferred;1"),
    Row(f"simulate {HUB} {D} --message-count 1", r'"acknowledged": 1'),
    Row(f"simulate {HUB} --new-device --message-count 1", r"Deleted the temporary device"),
    Row(f"sas create {HUB} {D}", r"Asking {hub} \(resource group lab-group\) with az's login"),
    Row(f"sas create {HUB}", r"Using the primary key of the policy service"),
    Row(f"sas create {DPS}", r"Using the primary key of the policy provisioningserviceowner"),
    Row(f"sas create {DPS} --rid pump", r'"policy": "registration"'),
    Row(f"sas inspect --sas @{{sas}} {HUB}", r'"signedWith": "the secondary key"'),
    Row(f"sas inspect --sas @{{registering}} {DPS} --check-clock", r'"signedWith": "the primary key"'),
    Row(f"device show {HUB} {D}", r'"device": "device-1"'),
    Row(f"device show {HUB} {D} {DPS}", r'"device": "device-1"'),
    Row(f"device show {DPS} --eid devices", r'"group": true'),
    Row(f"device show {APP} {THERMOSTAT}", r'"device": "thermostat-good"'),
    Row(f"device list {HUB}", r'"device": ?"device-3"'),
    Row(f"device list {APP}", r'"device": ?"thermostat-blocked"'),
    Row(f"device list {DPS} --eid devices", r"0 devices, by \d"),
    Row(f"device summary {DPS}", r'"complete": true'),
    Row(f"device summary {HUB}", r'"devices": 3'),
    Row(f"device summary {APP}", r'"devices": \d'),
    Row(f"device approve {APP} -d thermostat-new --yes", r'"unneeded": true'),
    Row(f"device unblock {APP} -d thermostat-blocked --yes", r'"action": "unblock"'),
    Row(f"device assign-template {APP} -d stranger --template dtmi:a:b;1 --yes", r'"codes": \[\s*"central-404"', 4),
    Row(f"message send {HUB} -d device-2 --data on", r'"accepted": true'),
    Row(f"device create {HUB} -d made-by-name", r'"action": "create"'),
    Row(f"device delete {HUB} -d made-by-name --yes", r'"action": "delete"'),
    Row(f"key test {HUB} {D} --key @{{key}}", r'"fits": "primary"'),
    Row(f"key show {HUB} -d device-3 --to-file {{written}} --overwrite", r'"holds": "connection string"'),
    Row(f"key renew {HUB} -d device-3 --key-type swap --yes", r'"renewed": "swap"'),
    Row(f"key renew {HUB} -d device-3 --key-type swap --yes {DPS}", r'"renewed": "swap"'),
    Row(f"network test {HUB}", r'"state": "open"'),
    Row("explain 401003", r"IoTHubUnauthorized"),
    Row("lab status --name {lab}", r"{hub}\.azure-devices\.net"),
    Row("lab break --name {lab} --fault connection-dropped", r"connection-dropped"),
    Row("lab mend --name {lab}", r"connection-dropped"),
    Row("lab faults", r"connection-dropped"),
    Row("lab scenarios", r'"devices":'),
    Row("lab watch --name {lab} --duration 1", r"Watching the lab {lab}"),
    Row(f"lab start --name {OTHER} --detach --device-count 1", rf"{OTHER}\S*\.azure-devices\.net"),
    Row(f"lab login --name {OTHER}", r'"identity": "service-principal"'),
    Row(f"lab shell --name {OTHER}", r"az in it is logged in to the lab"),
    Row(f"lab stop --name {OTHER}", rf'"{OTHER}"'),
)


class World(NamedTuple):
    """A lab that az finds, and what the rows name."""

    names: dict[str, str]
    labs: Path


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with ExitStack() as stack:
        patched = stack.enter_context(pytest.MonkeyPatch.context())
        for name in tuple(os.environ):
            if name.lower().endswith("_proxy") or name in UNSET:
                patched.delenv(name)
        home = Path(os.environ["AZURE_CONFIG_DIR"])
        labs = folder.labs_of(home)
        stack.enter_context(folder.lock(folder.make(labs, NAME)))
        lab = stack.enter_context(open_lab(home, name=NAME))
        lab.call(_populate, lab.state)
        stack.callback(_end, OTHER, labs)
        yield World(_names(lab, tmp_path_factory.mktemp("named")), labs)


def _end(name: str, labs: Path) -> None:
    if (labs / name / folder.RUNTIME).exists():
        process.stop(name, labs)


def _populate(state) -> None:
    """A message of a device, and an enrollment."""
    hub = state.hub
    sent = {"content-type": "application/json", "content-encoding": "utf-8"}
    now = int(time.time() * 1000)
    good = next(each.hub for each in state.apps[0].hubs if "thermostat-good" in each.hub.devices)
    for at, device in ((hub, "device-1"), (good, "thermostat-good")):
        at.telemetry(at.devices[device], b'{"temperature": 21.5}', system=sent, properties={}, now_ms=now)
    state.provisioning[0].enrollments["pump"] = Enrollment("pump")


def _names(lab, path: Path) -> dict[str, str]:
    told, ends = lab.description, int(time.time()) + 3600
    device, dps = lab.state.hub.devices["device-1"], lab.state.provisioning[0]
    of_device = sas.iothub_key(device.secondary.reveal())
    of_pump = sas.iothub_key(dps.enrollments["pump"].attestation.primary.reveal())
    texts = {
        "key": device.primary.reveal(),
        "sas": sas.sign(f"{told['hub']}/devices/device-1", of_device, ends),
        "registering": sas.sign(f"{dps.id_scope}/registrations/pump", of_pump, ends, "registration"),
        "model": json.dumps(MODEL),
        "results": SUMMARY,
        "messages": '{"temperature": 21.5}\n',
        "rows": "TimeGenerated,OperationName,ResultType\n2026-11-30T10:00:00Z,deviceConnect,401003\n",
    }
    for name, text in texts.items():
        (path / f"{name}.json").write_text(text, encoding="utf-8")
    return {name: str(path / f"{name}.json") for name in texts} | {
        "hub": told["hub"].partition(".")[0],
        "app": told["central"][0]["appId"],
        "dps": dps.name,
        "lab": NAME,
        "report": str(path / "report"),
        "written": str(path / "written.txt"),
        "query": "SELECT * FROM devices WHERE deviceId = 'device-1'",
    }


@pytest.fixture(scope="module", params=["service-principal", "managed-identity"])
def logged_in(world: World, request: pytest.FixtureRequest) -> Iterator[Session]:
    """az as `lab login` leaves it to a shell."""
    done = az.az("iot", "diag", "lab", "login", "--name", NAME, "--identity", request.param, "-o", "json")
    assert done.code == 0, done.err
    with session(json.loads(done.out)["environment"]) as running:
        user = json.loads(running.run("account", "show", "-o", "json").out)["user"]
        assert ("assignedIdentityInfo" in user) == (request.param == "managed-identity")
        yield running


@pytest.mark.parametrize("row", ROWS, ids=[row.text for row in ROWS])
def test_it_works_by_name(world: World, logged_in: Session, row: Row) -> None:
    words = [word.format(**world.names) for word in row.text.split()]
    done = logged_in.run("iot", "diag", *words, "-o", "json")
    said = f"{done.out.decode()}\n{done.err}"
    assert done.code == row.code, said[-3000:]
    assert re.search(row.says.format(**world.names), said), said[-3000:]
    assert "Traceback" not in done.err and ("ERROR" in done.err) is (row.code == 1)


def test_every_command_has_a_row_for_each_way_to_name_what_it_asks() -> None:
    az.install()
    from azure.cli.core import get_default_cli

    loader = commands.IotDiagCommandsLoader(get_default_cli())
    loader.skip_applicability = True
    table = loader.load_command_table([])
    missing = []
    for name in sorted(table):
        loader.command_name = name
        loader.load_arguments(name)
        table[name].load_arguments()
        loader._apply_parameter_info(name, table[name])  # adds what the validator takes out again
        command = name.removeprefix("iot diag ")
        rows = [row.text for row in ROWS if f"{row.text} ".startswith(f"{command} ")]
        missing += [] if rows else [command]
        for argument, option in OPTIONS.items():
            if argument in table[name].arguments and not any(f" {option} " in f"{text} " for text in rows):
                missing.append(f"{command} {option}")
    assert table and not missing
