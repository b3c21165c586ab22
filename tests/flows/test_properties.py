"""`monitor properties` and `validate properties` against the lab: what a twin, or an application, shows of changes."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from azext_iotdiag.lab.central import samples
from azext_iotdiag.lab.hub import twins
from tests.flows.conftest import Flow
from tests.plugins import az as plugin
from tests.plugins.lab_fixture import open_lab

MONITOR = ("iot", "diag", "monitor", "properties")
VALIDATE = ("iot", "diag", "validate", "properties")
NOW = 1_900_000_000


class Watching:
    """A lab, its commands about properties, and a device that reports while they watch."""

    def __init__(self, lab) -> None:
        self.flow = Flow(lab)
        (described,) = lab.description["central"]
        self.environment = self.flow.environment | {"AZURE_IOTDIAG_TOKEN": described["token"]}
        self.lab = lab
        self.thread = threading.Thread()

    def run(self, command: tuple[str, ...], *arguments: str, **environment: str) -> plugin.Run:
        return self.flow.run(command, *arguments, **self.environment | environment)

    def twin(self, device: str = "device-1"):
        return self.lab.state.hub.devices[device].twin

    def reports(self, *patches: dict, device: str = "device-1") -> None:
        """Report each once the command has looked since the one before."""

        def act() -> None:
            for patch in patches:
                before = self.looks()
                self.flow.wait_for(lambda before=before: self.looks() > before, "a look at the twin")
                self.lab.call(twins.report, self.twin(device), patch, NOW)

        self.thread = threading.Thread(target=act)
        self.thread.start()

    def looks(self) -> int:
        return self.lab.state.audit.counts().get("requests", 0) or sum(
            "/twins/" in str(each.data()) for each in self.lab.state.audit.recent(10_000)
        )


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[Watching]:
    with open_lab(tmp_path) as lab:
        made = Watching(lab)
        made.flow.timing = {"hub_look": 0.1, "app_look": 0.1}
        twins.report(made.twin(), {"serial": "A"}, NOW)
        yield made


def test_changes_come_once_with_versions_and_times(watching) -> None:
    watching.reports({"serial": "B"}, {"level": 5})
    run = watching.run(MONITOR, "-d", "device-1", "--max-changes", "2", "--duration", "30")
    watching.thread.join()
    assert run.code == 0
    assert [(each["side"], each["property"], each.get("before"), each["after"], each["versions"]) for each in
            run.messages] == [
        ("reported", "serial", "A", "B", {"before": 2, "after": 3}),
        ("reported", "level", None, 5, {"before": 3, "after": 4}),
    ]  # fmt: skip
    assert "before" not in run.messages[1] and run.messages[0]["times"]["after"] == "2030-03-17T17:46:40Z"
    assert "1 reported property in version 2; watching for changes" in run.err


def test_a_query(watching) -> None:
    watching.reports({"serial": "B"})
    run = watching.run(MONITOR, "-d", "device-1", "--max-changes", "1", "--duration", "30", "--query", "after")
    watching.thread.join()
    assert (run.code, run.out) == (0, b'"B"\n')


def test_a_row_for_each_change(watching) -> None:
    watching.reports({"serial": "B"})
    run = watching.run(MONITOR, "-d", "device-1", "--max-changes", "1", "--duration", "30", "-o", "tsv")
    watching.thread.join()
    assert run.code == 0
    assert run.out.startswith(b"device-1\treported\tserial\tA\tB\t2\t3\t") and run.out.count(b"\n") == 1


@pytest.mark.parametrize(("arguments", "code", "words"), [
    (("-d", "device-1", "--timeout", "1"), 4, "[properties-unchanged]"),
    (("-d", "device-1", "--duration", "1"), 0, "0 changes in 1."),
    (("-d", "device-1", "--duration", "1", "--max-changes", "1"), 4, "[properties-unchanged]"),
    (("-d", "nobody", "--timeout", "1"), 4, "[device-unknown]"),
    (("--app-id", "lab-app", "-d", "nobody", "--timeout", "1"), 4, "[device-not-in-app]"),
    (("--timeout", "1"), 2, "--device-id/-d"),
    (("-d", "device-*", "--timeout", "1"), 1, "wildcard"),
    (("-d", "device-1", "--max-changes", "0"), 1, "--max-changes is 0"),
])  # fmt: skip
def test_what_comes_to_nothing(watching, arguments, code: int, words: str) -> None:
    run = watching.run(MONITOR, *arguments)
    assert (run.code, run.out) == (code, b"") and words in run.err


@pytest.mark.parametrize("command", [MONITOR, VALIDATE], ids=" ".join)
def test_a_policy_that_may_not_read_twins(watching, tmp_path: Path, command: tuple[str, ...]) -> None:
    key = watching.lab.state.hub.policies["registryRead"].primary.reveal()
    login = f"HostName={watching.lab.state.hub.host};SharedAccessKeyName=registryRead;SharedAccessKey={key}"
    (tmp_path / "model.json").write_text(json.dumps(samples.TEMPLATE), encoding="utf-8")
    model = ("--model", str(tmp_path / "model.json")) if command == VALIDATE else ()
    run = watching.run(command, "-d", "device-1", *model, "--timeout", "1", AZURE_IOTDIAG_LOGIN=login)
    assert run.code == 4 and "[twin-refused]" in run.err
    assert "lacks the right ServiceConnect" in run.err and "lacks the right RegistryRead" not in run.err


def test_an_event_hub_string_is_of_no_use(watching) -> None:
    run = watching.run(MONITOR, "-d", "device-1", AZURE_IOTDIAG_LOGIN=watching.flow.strings["eventHub"])
    assert run.code == 1 and "not its twins" in run.err


def test_properties_are_judged_as_they_are_and_at_each_change(watching, tmp_path: Path) -> None:
    model = tmp_path / "model.json"
    model.write_text(json.dumps(samples.TEMPLATE), encoding="utf-8")
    watching.lab.call(twins.report, watching.twin(), {"serial": None, "serialNumber": 5}, NOW)
    run = watching.run(VALIDATE, "-d", "device-1", "--model", str(model))
    (found, summary) = run.messages
    assert (run.code, found["code"], found["path"]) == (4, "wrong-type", "$.properties.reported.serialNumber")
    assert found["device"] == "device-1" and summary["messages"] == 1
    watching.reports({"serialNumber": "A"}, {"colour": 1})
    run = watching.run(VALIDATE, "-d", "device-1", "--model", str(model), "--max-changes", "2", "--duration", "30")
    watching.thread.join()
    assert [(each["code"], each["path"]) for each in run.messages[:-1]] == [
        ("wrong-type", "$.properties.reported.serialNumber"), ("unmodeled-field", "$.properties.reported.colour"),
    ]  # fmt: skip


@pytest.mark.parametrize(("device", "code", "found"), [
    ("thermostat-good", 0, set()),
    ("thermostat-odd", 4, {("wrong-type", "$.properties.reported.serialNumber"),
                           ("missing-component-marker", "$.properties.reported.battery")}),
    ("stranger", 0, {("central-unassociated", "")}),
])  # fmt: skip
def test_an_applications_devices_are_judged_by_their_templates(watching, device: str, code: int, found) -> None:
    run = watching.run(VALIDATE, "--app-id", "lab-app", "-d", device)
    assert run.code == code and {(each["code"], each["path"]) for each in run.messages[:-1]} == found


@pytest.mark.parametrize(("arguments", "words"), [
    (("-d", "device-1"), "--model is missing"), (("--file", "x", "-d", "y", "--model", "z"), "--device-id is for"),
    (("--file", "x"), "--model is missing"),
])  # fmt: skip
def test_arguments_that_are_wrong(watching, arguments, words: str) -> None:
    run = watching.run(VALIDATE, *arguments)
    assert (run.code, run.out) == (1, b"") and words in run.err
