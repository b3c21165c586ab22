"""An az configuration that is logged in to a lab: what it is made of; tests/conformance/test_az.py uses it."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest

from azext_iotdiag.lab.lab import new_lab
from azext_iotdiag.lab.process import folder, login
from azext_iotdiag.lab.process.errors import LabError
from azext_iotdiag.lab.tenant import app_credentials
from azext_iotdiag.lab.tenant.entra import assertions as entra_assertions
from azext_iotdiag.lab.tenant.tenant import HUB_TYPE, LOGINS

DESCRIBED = {
    "version": 1,
    "name": "it's",
    "hub": "x-hub.azure-devices.net",
    "endpoints": {"proxy": "127.0.0.1:1", "identity": "127.0.0.1:2"},
    "environment": {"REQUESTS_CA_BUNDLE": "/a b/ca"},
}
CREDENTIAL = {"identity": "service-principal", "role": "owner", "tenant": "t", "client": "c", "secret": "-s3cret"}


def test_everything_leads_to_the_lab(tmp_path):
    made = login.environment(DESCRIBED, tmp_path, {"AZURE_EXTENSION_DIR": "/ext"})
    assert made["HTTPS_PROXY"] == made["https_proxy"] == "http://127.0.0.1:1"
    assert made["AZURE_POD_IDENTITY_AUTHORITY_HOST"] == "http://127.0.0.1:2"
    assert made["AZURE_CONFIG_DIR"] == str(tmp_path / "azure") and made["AZURE_EXTENSION_DIR"] == "/ext"
    assert "localhost" in made["NO_PROXY"] and made["REQUESTS_CA_BUNDLE"] == "/a b/ca"
    assert not set(made) & set(login.UNSET)


@pytest.mark.parametrize(("identity", "expected"), [
    ("service-principal", "login --service-principal --username c --tenant t --password=-s3cret --output json"),
    ("certificate", "login --service-principal --username c --tenant t --certificate /x/certificate.pem --output json"),
    ("federated-token", "login --service-principal --username c --tenant t --federated-token=-s3cret --output json"),
    ("managed-identity", "login --identity --client-id c --output json"),
    ("user", "login --use-device-code --output json"),
])  # fmt: skip
def test_what_az_is_told(identity, expected):
    assert " ".join(login._arguments({**CREDENTIAL, "identity": identity}, Path("/x"))) == expected


def test_the_secret_is_on_no_command_line_and_a_failure_is_in_az_s_words(tmp_path, monkeypatch):
    seen = []

    def run(command, **options):
        seen.append((command, options))
        return subprocess.CompletedProcess(command, 1, "", "ERROR: AADSTS7000215\n\nnot that way\n")

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setenv("ALL_PROXY", "socks5://elsewhere")
    (tmp_path / "azure").mkdir()
    (tmp_path / "azure" / "old").touch()
    with pytest.raises(LabError, match=r"`az login` failed: ERROR: AADSTS7000215 not that way"):
        login.prepare(DESCRIBED, tmp_path, {}, CREDENTIAL)
    command, options = seen[0]
    assert "s3cret" not in str(command) and "s3cret" in options["input"]
    assert "s3cret" not in str(options["env"]) and "ALL_PROXY" not in options["env"]
    assert not (tmp_path / "azure" / "old").exists() and not (tmp_path / "login.sh").exists()
    assert (tmp_path / "azure").stat().st_mode & 0o77 == 0


def test_az_that_hangs(tmp_path, monkeypatch):
    def run(command, timeout, **_options):
        raise subprocess.TimeoutExpired(command, timeout)

    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(LabError, match="did not end within 60 s"):
        login.prepare(DESCRIBED, tmp_path, {}, CREDENTIAL)


def test_who_can_log_in():
    azure = new_lab().tenant
    for identity in ("service-principal", "managed-identity", "user"):
        for role in ("owner", "owner-without-data", "data-reader", "reader"):
            found = app_credentials.credential(azure, identity, role, time.time())
            assert found["tenant"] == azure.id and bool(found["secret"]) == (identity == "service-principal")
    assert azure.visitor().name.startswith("bob@")  # the user who was asked for last confirms the device code
    for identity, role in (("nobody", "owner"), ("user", "king")):
        assert app_credentials.credential(azure, identity, role, time.time()) is None


def test_what_each_login_may_do():
    lab = new_lab()
    azure, hub = lab.tenant, lab.tenant.path_of(lab.hub)
    keys, read, write = "listkeys/action", "devices/read", "devices/write"
    may = {
        login.name: [
            azure.allows(azure.signs_in("user", login.name).object_id, f"{HUB_TYPE}/{action}", hub, data=action != keys)
            for action in (keys, read, write)
        ]
        for login in LOGINS
    }
    assert may == {
        "owner": [True, True, True],
        "owner-without-data": [True, False, False],
        "reader": [False, False, False],
        "data-reader": [False, True, False],
    }


def test_a_certificate_and_a_pipelines_token_are_registered():
    azure = new_lab().tenant
    owner = azure.signs_in("servicePrincipal", "owner")
    pem = app_credentials.credential(azure, "certificate", "owner", time.time())["secret"]
    assert owner.certificates[0].decode() in pem and "PRIVATE KEY" in pem
    for _ in range(2):  # the newest alone counts
        token = app_credentials.credential(azure, "federated-token", "owner", time.time())["secret"]
    assert len(owner.federations) == 1
    assert entra_assertions.judge(token, owner, azure.id, time.time()) is None


def test_the_labs_are_found_from_within_one_of_them(tmp_path):
    labs = folder.labs_of(tmp_path)
    made = folder.make(labs, "lab")
    assert folder.labs_of(made / "azure") == labs
    assert folder.labs_of(tmp_path / "azure") == tmp_path / "azure" / "iot-diag" / "labs"
    (made / "azure" / "commands").mkdir(parents=True)
    for form in ("sh", "ps1", "cmd"):
        (made / f"login.{form}").touch()
    folder.forget(made)
    assert list(made.iterdir()) == []
