"""`az iot diag device create` and `device delete`, against a lab, through the real az."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from azext_iotdiag.lab.hub import cloud_messages
from azext_iotdiag.lab.process.hosting import Hosted
from tests.plugins.az import Run, az
from tests.plugins.lab_fixture import open_lab

pytestmark = pytest.mark.slow


class Registry:
    """A lab and the commands, with the string of a policy that may do all, unless another one is named."""

    def __init__(self, lab: Hosted):
        self.lab = lab

    @property
    def hub(self):
        return self.lab.state.hub

    def string(self, policy: str = "iothubowner") -> str:
        key = self.hub.policies[policy].primary.reveal()
        return f"HostName={self.hub.host};SharedAccessKeyName={policy};SharedAccessKey={key}"

    def run(self, verb: str, device: str, *options: str, policy: str = "iothubowner", **how) -> Run:
        words = ("iot", "diag", "device", verb, "--device-id", device, "--login", self.string(policy), *options)
        done = az(*words, environment=self.lab.description["environment"], **how)
        said = done.out.decode() + done.err
        assert "Traceback" not in said and "ERROR: The extension" not in said
        keys = [key.reveal() for each in self.hub.devices.values() for key in (each.primary, each.secondary)]
        assert not [key for key in keys if key in said]
        return done


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    with open_lab(tmp_path_factory.mktemp("lab")) as lab:
        yield Registry(lab)


def codes(done: Run) -> list[str]:
    return json.loads(done.out)["verdict"]["codes"]


def test_a_device_is_created_and_deleted(registry: Registry) -> None:
    made = registry.run("create", "pump-7")
    told = json.loads(made.out)
    assert made.code == 0 and told["done"] is True and told["action"] == "create" and told["device"] == "pump-7"
    device = registry.hub.devices["pump-7"]
    assert device.status == "enabled" and device.primary != device.secondary and not device.status_reason
    gone = registry.run("delete", "pump-7", "--yes")
    assert gone.code == 0 and json.loads(gone.out)["done"] is True
    assert "pump-7 in lab-hub.azure-devices.net: enabled, not connected, never seen." in gone.err.replace(
        registry.lab.description["hub"], "lab-hub.azure-devices.net"
    )
    assert "pump-7" not in registry.hub.devices


def test_a_device_that_exists_is_never_overwritten(registry: Registry) -> None:
    before = registry.hub.devices["device-1"].primary
    done = registry.run("create", "device-1")
    assert done.code == 4 and codes(done) == ["hub-409001"]
    assert registry.hub.devices["device-1"].primary == before


def test_a_device_that_does_not_exist_is_not_deleted(registry: Registry) -> None:
    done = registry.run("delete", "Device-1", "--yes")
    assert done.code == 4 and codes(done) == ["device-unknown"] and "device-1" in registry.hub.devices


@pytest.mark.parametrize("policy", ["service", "registryRead"])
def test_a_policy_without_the_right_changes_nothing(registry: Registry, policy: str) -> None:
    made = registry.run("create", "never", policy=policy)
    assert made.code == 5 and codes(made) == ["registry-read-only"] and "never" not in registry.hub.devices
    kept = registry.run("delete", "device-1", "--yes", policy=policy)
    refused = {"service": "registry-refused", "registryRead": "registry-read-only"}
    assert kept.code == 5 and codes(kept) == [refused[policy]] and "device-1" in registry.hub.devices


@pytest.mark.parametrize("verb", ["create", "delete"])
@pytest.mark.parametrize("device", ["pump 7", "pümp", "a" * 129, ""])
def test_an_id_that_no_hub_can_hold_is_refused_before_any_request(registry: Registry, verb: str, device: str) -> None:
    asked = registry.lab.state.audit.number()
    done = registry.run(verb, device, "--yes") if verb == "delete" else registry.run(verb, device)
    assert done.code == 1 and "no hub can hold a device with this id" in done.err
    assert registry.lab.state.audit.number() == asked


def test_a_deletion_asks_first(registry: Registry) -> None:
    done = registry.run("delete", "device-1")
    assert done.code == 1 and "this is no terminal on which to ask you" in done.err
    assert "device-1" in registry.hub.devices


@pytest.mark.parametrize("answer", [True, False])
def test_the_question_names_what_is_lost(registry: Registry, answer: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    registry.run("create", "asked")
    lab = registry.lab
    lab.call(lambda: cloud_messages.send(lab.state.runtime, registry.hub.devices["asked"], b"x"))
    asked: list[str] = []
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr(
        "azext_iotdiag._validators.agreement.prompt_y_n", lambda question: asked.append(question) or answer
    )
    done = registry.run("delete", "asked")
    assert len(asked) == 1 and "with its keys, its twin and the messages that wait for it?" in asked[0]
    assert "1 cloud-to-device message for the device will be lost." in done.err
    assert (done.code, "asked" in registry.hub.devices) == ((0, False) if answer else (1, True))


def test_the_string_of_a_new_device_can_be_had(registry: Registry, tmp_path: Path) -> None:
    """The command that is named writes what signs the new device in."""
    done = registry.run("create", "stringed", "--plain")
    (command,) = re.findall(r"`az (iot diag key show .*)`", done.out.decode())
    (tmp_path / "hub.txt").write_text(registry.string())
    file = tmp_path / "device.txt"
    words = command.replace("hub.txt", str(tmp_path / "hub.txt")).replace(" device.txt", f" {file}").split()
    environment = registry.lab.description["environment"]
    assert az(*words, environment=environment).code == 0
    assert az("iot", "diag", "key", "test", "--cs", f"@{file}", environment=environment).code == 0


def test_golden(registry: Registry, golden: Callable[[str, str], None]) -> None:
    """What a terminal, a pipe and a table get."""
    shown: list[str] = []
    for name, verb, device, options, how in (
        ("create, on a terminal", "create", "golden", (), {"terminal": True}),
        ("create again, as JSON in a pipe", "create", "golden", (), {}),
        ("create again, as a table", "create", "golden", ("-o", "table"), {}),
        ("delete, in a pipe for people", "delete", "golden", ("--plain", "--yes"), {}),
        ("delete again, on a terminal", "delete", "golden", ("--yes",), {"terminal": True}),
        ("delete again, as tsv", "delete", "golden", ("--yes", "-o", "tsv"), {}),
    ):
        done = registry.run(verb, device, *options, **how)
        shown += [f"== {name}: {done.code}", done.out.decode().rstrip(), f"-- stderr\n{done.err.rstrip()}"]
    text = "\n".join(shown).replace(registry.lab.description["hub"], "hub.azure-devices.net")
    golden("device_changes.txt", "\n".join(line.rstrip() for line in text.splitlines()) + "\n")
