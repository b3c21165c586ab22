"""What `lab start` hands out, and the files beside it."""

from __future__ import annotations

import subprocess

import pytest

from azext_iotdiag.credential import connection_string
from azext_iotdiag.lab.lab import new_lab
from azext_iotdiag.lab.net.certificates import make_authority
from azext_iotdiag.lab.process import description

PORTS = {"amqp": 1001, "mqtt": 1002, "https": 1003, "identity": 1006, "proxy": 1004, "control": 1005}


@pytest.fixture
def made(tmp_path):
    state = new_lab("lab")
    described = description.describe("lab", state, PORTS, tmp_path)
    return state, described


def test_the_strings_can_be_read(made):
    (_, described), hub = made, made[0].hub
    strings = described["connectionStrings"]
    for policy in ("service", "iothubowner"):
        read = connection_string.read(strings[policy])
        assert (read.host, read.policy, read.key) == (hub.host, policy, hub.policies[policy].primary)
    read = connection_string.read(strings["eventHub"])
    assert (read.host, read.policy, read.entity) == (hub.stream.host, "service", hub.stream.entity)
    assert read.key == hub.policies["service"].primary
    service = connection_string.read(strings["provisioning"])
    assert (service.host, service.policy) == ("lab-dps.azure-devices-provisioning.net", "provisioningserviceowner")
    for name, device in hub.devices.items():
        read = connection_string.read(strings["devices"][name])
        assert (read.host, read.device, read.key) == (hub.host, name, device.primary)


def test_the_environment_leads_to_the_ports(made, tmp_path):
    (state, described), hub = made, made[0].hub
    backing = [each.hub for each in state.apps[0].hubs]
    expected = {f"{each.host}:{port}" for each in (hub, *backing) for port in (5671, 8883, 443)}
    expected |= {f"{host}:{port}" for each in (hub, *backing) for host in each.namespaces for port in (5671, 443)}
    expected |= {f"global.azure-devices-provisioning.net:{port}" for port in (8883, 443)}
    expected |= {"lab-dps.azure-devices-provisioning.net:443", "lab-app.azureiotcentral.com:443"}
    ports = {"5671": 1001, "8883": 1002, "443": 1003}
    assert described["environment"] == {
        "AZURE_IOTDIAG_CONNECT_TO": described["environment"]["AZURE_IOTDIAG_CONNECT_TO"],
        "REQUESTS_CA_BUNDLE": str(tmp_path / "ca-bundle.pem"),
        "SSL_CERT_FILE": str(tmp_path / "ca-bundle.pem"),
        "NODE_EXTRA_CA_CERTS": str(tmp_path / "ca.pem"),
    }
    ways = described["environment"]["AZURE_IOTDIAG_CONNECT_TO"].split(",")
    assert sorted(ways) == sorted(f"{name}=127.0.0.1:{ports[name.rpartition(':')[2]]}" for name in expected)
    assert described["endpoints"] == {
        "amqps": "127.0.0.1:1001", "mqtts": "127.0.0.1:1002", "https": "127.0.0.1:1003",
        "identity": "127.0.0.1:1006", "proxy": "127.0.0.1:1004",
        "namespace": hub.stream.host,
    }  # fmt: skip


@pytest.mark.parametrize(("instance", "named"), [("i1", True), ("", False)])
def test_a_lab_within_another_program_does_not_say_where_a_shell_finds_it(tmp_path, instance, named):
    described = description.describe("lab", new_lab("lab"), PORTS, tmp_path, instance)
    assert ("AZURE_IOTDIAG_LAB" in described["environment"]) is named


def test_a_shell_can_load_it(tmp_path):
    folder = tmp_path / "it's a folder; $HOME"
    folder.mkdir()
    described = description.describe("lab", new_lab("lab"), PORTS, folder)
    description.write(described, make_authority("x").pem, folder)
    names = " ".join(f'"${name}"' for name in described["environment"])
    shell = f'. "$1"; printf "%s|" {names}'
    said = subprocess.run(
        ["sh", "-c", shell, "sh", described["environmentFile"]], capture_output=True, text=True, timeout=10, check=True
    )
    assert said.stdout.split("|")[:-1] == list(described["environment"].values())


@pytest.mark.parametrize("variable", [None, "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_the_bundle_holds_what_az_trusts_and_the_lab(tmp_path, monkeypatch, variable):
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
    labs, own, company = tmp_path / "labs", make_authority("lab").pem, make_authority("company").pem
    (labs / "lab").mkdir(parents=True)
    if variable:
        (tmp_path / "company.pem").write_bytes(company.strip())
        monkeypatch.setenv(variable, str(tmp_path / "company.pem"))
    description.write(description.describe("lab", new_lab("lab"), PORTS, labs / "lab"), own, labs / "lab")
    bundle = (labs / "lab" / "ca-bundle.pem").read_bytes()
    assert bundle.endswith(b"\n" + own)
    assert (company.strip() in bundle) == bool(variable)
    assert (bundle.count(b"BEGIN CERTIFICATE") > 50) == (not variable)


@pytest.mark.parametrize("content", [None, b"", b"not PEM"])
def test_a_bundle_that_is_another_labs_or_none_is_passed_over(tmp_path, monkeypatch, content):
    labs = tmp_path / "labs"
    (labs / "lab").mkdir(parents=True)
    other = labs / "old" / "ca-bundle.pem" if content is None else tmp_path / "bundle.pem"
    other.parent.mkdir(exist_ok=True)
    content = make_authority("old").pem if content is None else content
    other.write_bytes(content)
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.setenv(name, str(other))
    own = make_authority("lab").pem
    description.write(description.describe("lab", new_lab("lab"), PORTS, labs / "lab"), own, labs / "lab")
    bundle = (labs / "lab" / "ca-bundle.pem").read_bytes()
    assert bundle.count(b"BEGIN CERTIFICATE") > 50
    assert not content or content not in bundle
