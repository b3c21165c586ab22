"""`az iot diag key show`: a device's string in a file that only its owner can read, and on no screen."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from azext_iotdiag.credential import sas
from azext_iotdiag.lab.process.hosting import Hosted
from tests.plugins import leaks
from tests.plugins.az import Run, az
from tests.plugins.lab_fixture import open_lab

pytestmark = pytest.mark.slow
OTHER = sas.base64.b64encode(b"k" * 32).decode()


class Keys:
    """A lab and the command, each run of which is searched for keys."""

    def __init__(self, lab: Hosted):
        self.lab = lab

    @property
    def device(self):
        return self.lab.state.hub.devices["device-1"]

    def run(self, file: Path, *options: str, device: str = "device-1", policy: str = "registryRead", **how) -> Run:
        hub = self.lab.state.hub
        owner = hub.policies[policy].primary.reveal()
        string = f"HostName={hub.host};SharedAccessKeyName={policy};SharedAccessKey={owner}"
        words = ("iot", "diag", "key", "show", "--login", string, "-d", device, "--to-file", str(file), *options)
        done = az(*words, environment=self.lab.description["environment"], **how)
        said = done.out.decode() + done.err
        assert "Traceback" not in said and not leaks.Search(leaks.known(self.lab)).lines(said)
        return done


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keys]:
    with open_lab(tmp_path_factory.mktemp("lab")) as lab:
        yield Keys(lab)


def test_the_string_signs_the_device_in(keys: Keys, tmp_path: Path) -> None:
    file = tmp_path / "device.txt"
    before = os.umask(0)
    try:
        done = keys.run(file)
    finally:
        os.umask(before)
    assert done.code == 0 and json.loads(done.out)["holds"] == "connection string"
    key = keys.device.primary.reveal()
    assert file.read_text() == f"HostName={keys.lab.state.hub.host};DeviceId=device-1;SharedAccessKey={key}"
    assert os.name == "nt" or stat.S_IMODE(file.stat().st_mode) == 0o600
    environment = keys.lab.description["environment"]
    assert az("iot", "diag", "simulate", "--cs", f"@{file}", "--mc", "1", environment=environment).code == 0


def test_the_key_alone(keys: Keys, tmp_path: Path) -> None:
    file = tmp_path / "key.txt"
    done = keys.run(file, "--key-only", "--key-type", "secondary")
    assert done.code == 0 and file.read_text() == keys.device.secondary.reveal()
    assert {"holds": "key", "keyType": "secondary"}.items() <= json.loads(done.out).items()


def test_a_file_that_is_there_stays_unless_it_may_be_replaced(keys: Keys, tmp_path: Path) -> None:
    file = tmp_path / "mine.txt"
    file.write_text("mine")
    file.chmod(0o644)
    asked = keys.lab.state.audit.number()
    done = keys.run(file)
    assert done.code == 1 and "is there already, and was not changed" in done.err and "--overwrite" in done.err
    assert file.read_text() == "mine" and keys.lab.state.audit.number() == asked
    assert keys.run(file, "--overwrite").code == 0 and file.read_text() != "mine"
    assert os.name == "nt" or stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.skipif(os.name == "nt", reason="there a link takes a right of its own")
def test_a_link_is_not_followed(keys: Keys, tmp_path: Path) -> None:
    target, link = tmp_path / "target.txt", tmp_path / "link.txt"
    target.write_text("theirs")
    link.symlink_to(target)
    assert keys.run(link).code == 1
    assert keys.run(link, "--overwrite").code == 0
    assert target.read_text() == "theirs" and not link.is_symlink()


def test_where_no_file_can_be_is_said_before_the_hub_is_asked(keys: Keys, tmp_path: Path) -> None:
    asked = keys.lab.state.audit.number()
    missing = keys.run(tmp_path / "nowhere" / "device.txt")
    folder = keys.run(tmp_path)
    assert missing.code == folder.code == 1 and keys.lab.state.audit.number() == asked
    assert "there is no directory" in missing.err and "it is a directory" in folder.err


def test_the_file_must_be_named() -> None:
    done = az("iot", "diag", "key", "show", "-n", "hub", "-d", "device-1")
    assert done.code == 1 and "--to-file is missing. No key is printed." in done.err


def test_nothing_is_written_where_the_key_cannot_be_read(keys: Keys, tmp_path: Path) -> None:
    file = tmp_path / "device.txt"
    unknown = keys.run(file, device="stranger")
    refused = keys.run(file, policy="service")
    assert (unknown.code, refused.code) == (3, 1) and not file.exists()
    assert "knows no device 'stranger'" in unknown.err and "RegistryRead" in refused.err


def test_a_device_with_a_certificate_has_no_key(keys: Keys, tmp_path: Path) -> None:
    file, device = tmp_path / "device.txt", keys.lab.state.hub.devices["device-2"]
    before, device.authentication = device.authentication, "selfSigned"
    try:
        done = keys.run(file, device="device-2")
    finally:
        device.authentication = before
    assert done.code == 1 and "selfSigned" in done.err and not file.exists()


def test_golden(
    keys: Keys, tmp_path: Path, golden: Callable[[str, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a terminal, a pipe and a table get."""
    monkeypatch.chdir(tmp_path)
    shown: list[str] = []
    for name, options, how in (
        ("on a terminal", (), {"terminal": True}),
        ("again, on a terminal", (), {"terminal": True}),
        ("in a pipe", ("--overwrite", "--key-only"), {}),
        ("as a table", ("--overwrite", "-o", "table"), {}),
    ):
        done = keys.run(Path("device.txt"), *options, **how)
        shown += [f"== {name}: {done.code}", done.out.decode().rstrip(), f"-- stderr\n{done.err.rstrip()}"]
    text = "\n".join(shown).replace(keys.lab.description["hub"], "hub.azure-devices.net")
    golden("key_file.txt", text + "\n")
