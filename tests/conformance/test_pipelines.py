"""The examples of docs/pipelines.md: each is read as YAML, and its scripts run against a lab as on a build server.

The tasks of the build servers themselves do not run here. What they would take of the scripts is looked at: each file
of test results is there, and is JUnit.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

import pytest
import yaml

from tests.conformance.conftest import CHECKOUT, absent
from tests.plugins import page_blocks, pages, wheel
from tests.plugins.page_blocks import Block

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="the scripts are for a shell of POSIX"),
]
PAGE = CHECKOUT / "docs" / "pipelines.md"
LAB = (
    "az iot diag lab start --detach --fleet 300 -o none",
    "az iot diag lab login -o none",
    ". ~/.azure/iot-diag/labs/lab/login.sh",
)
AZURE, GITHUB = {"TF_BUILD": "True"}, {"GITHUB_ACTIONS": "true"}
MODEL = {
    "@context": "dtmi:dtdl:context;2", "@id": "dtmi:example:Thermostat;1", "@type": "Interface",
    "contents": [{"@type": "Telemetry", "name": "temperature", "schema": "double"}],
}  # fmt: skip
GOOD, BAD = '{"temperature": 21.5}', '{"temperature": "21.5"}'
SHUT = "az iot hub update --name lab-hub --set properties.publicNetworkAccess=Disabled -o none"


class Example(NamedTuple):
    """An example of the page: its scripts by name, and the files that the build server takes then."""

    scripts: dict[str, str]
    results: tuple[str, ...]


def examples() -> list[tuple[Block, dict[str, Any]]]:
    found = [block for block in page_blocks.blocks(PAGE) if block.language == "yaml"]
    return [(block, yaml.safe_load(block.text)) for block in found]


def of_azure(document: Mapping[str, Any]) -> Example:
    """The scripts of a pipeline of Azure DevOps, with its variables put in."""
    variables = {**document["variables"], "hub": "lab-hub"}
    scripts, results = {}, []
    for step in document["steps"]:
        inputs = step.get("inputs", {})
        if script := step.get("bash") or inputs.get("inlineScript"):
            scripts[step["displayName"]] = re.sub(r"\$\((\w+)\)", lambda found: variables[found[1]], script)
        results += [*inputs.get("testResultsFiles", "").split(), *([step["publish"]] if "publish" in step else [])]
    return Example(scripts, tuple(results))


def of_github(document: Mapping[str, Any]) -> Example:
    """The scripts of a workflow of GitHub, with its variables before them."""
    (job,) = document["jobs"].values()
    given = "".join(f"export {name}=lab-hub\n" for name in document["env"])
    scripts = {step["name"]: f"set -e\n{given}{step['run']}" for step in job["steps"] if "run" in step}
    return Example(scripts, ())


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The wheel, and a folder of extensions into which the examples put it."""
    if not shutil.which("jq"):
        absent("no jq")
    return wheel.build(tmp_path_factory.mktemp("wheel")), tmp_path_factory.mktemp("extensions")


@pytest.fixture
def agent(tmp_path: Path, tools: tuple[Path, Path]) -> Iterator[Path]:
    """The home of a build agent, which has checked out a repository."""
    built, extensions = tools
    pages.home(tmp_path, str(extensions))
    here = tmp_path / "here"
    (here / "tools").mkdir()
    shutil.copy(built, here / "tools")
    (here / "recorded").mkdir()
    (here / "recorded" / "boot.jsonl").write_text(f"{GOOD}\n")
    (here / "template.json").write_text(json.dumps(MODEL))
    yield tmp_path
    pages.typed(tmp_path, "az iot diag lab stop --all\n")


def run(agent: Path, scripts: Mapping[str, str], before: str = "", **environment: str) -> dict[str, pages.Ran]:
    """What came of each script, run as a file of its own beside a lab that az is logged in to."""
    here = agent / "here"
    for number, script in enumerate(scripts.values()):
        (here / f"step-{number}.sh").write_text(script)
    steps = [INSTALL, *LAB, before or "true", f"export {' '.join(f'{k}={v}' for k, v in environment.items())} SET=1"]
    ran = pages.run(agent, [*steps, *(f"bash step-{number}.sh" for number in range(len(scripts)))])
    assert [done.code for done in ran[: len(steps)]] == [0] * len(steps), ran[: len(steps)]
    return dict(zip(scripts, ran[len(steps) :]))


INSTALL = "az extension add --source tools/*.whl --yes"


def test_the_examples_are_complete() -> None:
    documents = [document for _, document in examples()]
    assert [("jobs" in each, "schedules" in each) for each in documents] == [
        (False, False), (False, False), (False, True), (True, False),
    ]  # fmt: skip
    tasks = [step for each in documents[:3] for step in each["steps"] if "AzureCLI" in step.get("task", "")]
    assert [step["task"] for step in tasks] == ["AzureCLI@2", "AzureCLI@3", "AzureCLI@2"]
    for step in tasks:
        assert step["inputs"]["azureSubscription"] == "$(connection)" and step["inputs"]["scriptType"] == "bash"
        assert step["inputs"]["scriptLocation"] == "inlineScript"
        assert (step["inputs"].get("connectionType") == "azureRM") is (step["task"] == "AzureCLI@3")
    assert documents[3]["permissions"]["id-token"] == "write"
    assert all(INSTALL in "".join((*of_azure(each).scripts.values(),)) for each in documents[:3])
    assert not any("${{" in script for script in of_github(documents[3]).scripts.values())


def test_the_gates_of_azure_devops_are_open_where_all_is_well(agent: Path) -> None:
    example = of_azure(examples()[0][1])
    ran = run(agent, example.scripts, **AZURE)
    assert {name: done.code for name, done in ran.items()} == dict.fromkeys(example.scripts, 0)
    assert failures(agent, example.results) == {"messages.xml": 0, "hub.xml": 0}
    assert not any("##vso[" in done.shown for done in ran.values())


def test_the_gates_of_azure_devops_close(agent: Path) -> None:
    example = of_azure(examples()[0][1])
    (agent / "here" / "recorded" / "boot.jsonl").write_text(f"{GOOD}\n{BAD}\n")
    ran = run(agent, example.scripts, SHUT, **AZURE)
    messages, hub = ran["The messages fit the template"], ran["The hub is well before we deploy"]
    assert (messages.code, hub.code) == (4, 4)
    assert "##vso[task.logissue type=error;code=wrong-type]wrong-type $.temperature: " in messages.shown
    assert "##vso[task.logissue type=error;code=public-access-off]" in hub.shown
    assert failures(agent, example.results) == {"messages.xml": 1, "hub.xml": 1}


def test_the_newer_task_of_azure_devops(agent: Path) -> None:
    example = of_azure(examples()[1][1])
    (done,) = run(agent, example.scripts, **AZURE).values()
    assert done.code == 0 and failures(agent, example.results) == {"hub.xml": 0}


def test_each_night_who_went_quiet(agent: Path) -> None:
    example = of_azure(examples()[2][1])
    (done,) = run(agent, example.scripts, **AZURE).values()
    assert done.code == 4 and "##vso[task.logissue type=error;code=group-quiet]" in done.shown
    table, results = agent / "here" / "quiet.tsv", [name for name in example.results if name.endswith(".xml")]
    states = [line.split("\t")[1] for line in table.read_text().splitlines()]
    assert states and all(state.startswith("device-") for state in states)
    assert "quiet.tsv" in example.results and failures(agent, results) == {"quiet.xml": 1}


@pytest.mark.parametrize(("body", "code"), [(GOOD, 0), (BAD, 4)])
def test_the_workflow_of_github(agent: Path, body: str, code: int) -> None:
    (agent / "here" / "recorded" / "boot.jsonl").write_text(f"{body}\n")
    ran = run(agent, of_github(examples()[3][1]).scripts, **GITHUB)
    assert [done.code for done in ran.values()] == [0, code, 0, 4]
    messages, quiet = ran["The messages fit the template"], ran["Who went quiet"]
    assert ("::error title=wrong-type::wrong-type $.temperature: " in messages.shown) is (code == 4)
    assert "\n::error title=group-quiet::" in quiet.shown
    assert failures(agent, ["messages.xml", "hub.xml", "quiet.xml"]) == {
        "messages.xml": int(code == 4), "hub.xml": 0, "quiet.xml": 1,
    }  # fmt: skip


def test_the_scripts_of_any_other_build_server(agent: Path) -> None:
    scripts = {block.told: block.text for block, _ in page_blocks.shells(PAGE)}
    assert set(scripts) == {"gate.sh", "device.sh", "watch.sh"}
    (agent / "here" / "given.py").write_text(GIVEN)
    before = f"PYTHONPATH={CHECKOUT} {sys.executable} given.py > given.sh && . ./given.sh"
    ran = run(agent, scripts, before)
    assert (ran["gate.sh"].code, ran["watch.sh"].code) == (0, 0)
    assert failures(agent, ["messages.xml", "hub.xml"]) == {"messages.xml": 0, "hub.xml": 0}
    assert ran["device.sh"].code == 4 and failures(agent, ["device.xml"])["device.xml"] > 0
    assert "Data of 1 device stops at connection" in ran["watch.sh"].shown


# What a build server gives to a script: ids, the token of the run, and a string from its store of secrets.
GIVEN = """
import pathlib
import shlex

from azext_iotdiag.lab.process import detached as process
from azext_iotdiag.lab.process import folder

labs = folder.labs_of(str(pathlib.Path.home() / ".azure"))
asked = process.ask("lab", labs, "credential", identity="federated-token", role="owner")
pathlib.Path("token.txt").write_text(asked["secret"])
described = process.find("lab", labs)["description"]
given = {"CLIENT_ID": asked["client"], "TENANT_ID": asked["tenant"], "TOKEN_FILE": "token.txt", "HUB": "lab-hub",
         "DEVICE": "device-1", "AZURE_IOTDIAG_LOGIN": described["connectionStrings"]["service"]}
print("export", shlex.join(f"{name}={value}" for name, value in given.items()))
"""


def failures(agent: Path, names: Any) -> dict[str, int]:
    """How many tests failed in each file of results."""
    return {
        name: sum(int(suite.attrib["failures"]) for suite in ElementTree.parse(agent / "here" / name).getroot())
        for name in names
    }
