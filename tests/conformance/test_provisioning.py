"""Other people's provisioning clients, unmodified except for authority and proxy, against the lab's service."""

from __future__ import annotations

import json
import os
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from azext_iotdiag.lab.dps.service import X509, Attestation, Enrollment, Registration, derived
from azext_iotdiag.lab.hub.identities import new_key
from tests.plugins.dps_device import certificate, pem
from tests.plugins.lab_fixture import open_lab

pytestmark = pytest.mark.slow
HERE = Path(__file__).parent
SECONDS = 90


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    with open_lab(tmp_path_factory.mktemp("lab")) as running:
        yield running


@pytest.fixture(scope="module")
def place(lab):
    """What every device is told."""
    described = lab.description
    ports = lab.running.ports
    return {
        "host": described["provisioning"]["host"],
        "id_scope": described["provisioning"]["idScope"],
        "ca_pem": lab.running.ca_pem.decode(),
        "proxy": f"http://{described['endpoints']['proxy']}",
        "proxy_port": ports["proxy"],
    }


@pytest.fixture(scope="module")
def npm(node_modules):
    if not Path(node_modules, "azure-iot-provisioning-device").is_dir():
        if os.environ.get("IOTDIAG_REQUIRE_CLIENTS") == "1":
            pytest.fail(f"no npm provisioning clients: {node_modules}")
        pytest.skip(f"no npm provisioning clients: {node_modules}")
    return node_modules


@pytest.fixture(scope="module")
def npm_amqp(npm):
    """The same folder, where the provisioning client's AMQP is in it, too."""
    name = "azure-iot-provisioning-device-amqp"
    if not Path(npm, name).is_dir():
        if os.environ.get("IOTDIAG_REQUIRE_CLIENTS") == "1":
            pytest.fail(f"no npm {name}: {npm}")
        pytest.skip(f"no npm {name}: {npm}")
    return npm


def act(command, task, **environment):
    done = subprocess.run(
        command, input=json.dumps(task), capture_output=True, text=True, encoding="utf-8", timeout=SECONDS, check=False,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **environment},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def all_at_once(tasks, run):
    """The results of several clients that run at the same time: each waits 3 s, as the service asks."""
    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))


def key_of(lab, registration_id):
    group = lab.state.provisioning[0].groups["devices"]
    return derived(group.attestation.primary, registration_id).reveal()


def x509_files(lab, folder, registration_id):
    """The files of a device's certificate and key, for which there is an enrollment."""
    made, key = certificate(registration_id, time.time())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    enrollment = Enrollment(registration_id, attestation=Attestation(X509, certificates=[pem(made)]))
    lab.call(lab.state.provisioning[0].enrollments.__setitem__, registration_id, enrollment)
    (folder / "cert.pem").write_text(pem(made), encoding="ascii")
    (folder / "key.pem").write_bytes(private)
    return {"cert_file": str(folder / "cert.pem"), "key_file": str(folder / "key.pem")}


def test_azure_iot_device(lab, place, clients_python, tmp_path):
    tasks = [
        {**place, "transport": "mqtt", "id": "py-mqtt", "key": key_of(lab, "py-mqtt"), "payload": {"a": 1}},
        {**place, "transport": "mqtt-ws", "id": "py-ws", "key": key_of(lab, "py-ws")},
        {**place, "transport": "mqtt", "id": "py-x509", **x509_files(lab, tmp_path, "py-x509")},
        {**place, "transport": "mqtt", "id": "py-wrong", "key": new_key().reveal()},
    ]
    *assigned, refused = all_at_once(
        tasks, lambda task: act([clients_python, str(HERE / "clients" / "provisioning.py")], task)
    )
    for task, result in zip(tasks, assigned, strict=False):
        expected = {"status": "assigned", "hub": lab.state.hub.host, "device": task["id"]}
        assert result == {**expected, **({"sent": True} if "key" in task else {})}
    assert "nauthorized" in refused["error"] or "not authorised" in refused["error"].lower(), refused


def test_npm_devices(lab, place, npm, tmp_path):
    files = x509_files(lab, tmp_path, "js-x509")
    texts = {"cert": Path(files["cert_file"]).read_text(), "key": Path(files["key_file"]).read_text()}
    own = {**place, "host": f"localhost:{lab.running.ports['mqtt']}"}  # over plain MQTT it takes a port
    disabled = Enrollment("js-disabled", enabled=False)
    lab.call(lab.state.provisioning[0].enrollments.__setitem__, "js-disabled", disabled)
    tasks = [
        {**own, "transport": "mqtt", "id": "js-mqtt", "key": key_of(lab, "js-mqtt")},
        {**place, "transport": "http", "id": "js-http", "key": key_of(lab, "js-http")},
        {**own, "transport": "mqtt", "id": "js-x509", **texts},
        {**place, "transport": "http", "id": "js-wrong", "key": new_key().reveal()},
        {**place, "transport": "http", "id": "js-disabled", "key": disabled.attestation.primary.reveal()},
    ]
    ca = {"NODE_EXTRA_CA_CERTS": lab.description["caFile"], "IOTDIAG_CLIENTS_NODE_MODULES": npm}
    results = all_at_once(tasks, lambda task: act(["node", str(HERE / "node" / "provisioning.js")], task, **ca))
    for task, result in zip(tasks[:3], results, strict=False):
        assert result == {"status": "assigned", "hub": lab.state.hub.host, "device": task["id"]}
    assert "nauthorized" in results[3]["error"], results[3]
    assert "disabled" in results[4]["error"], results[4]


@pytest.mark.parametrize("transport", ["amqp", "amqp-ws"])
def test_npm_devices_over_amqp(lab, place, npm_amqp, tmp_path, transport):
    files = x509_files(lab, tmp_path, f"js-x509-{transport}")
    texts = {"cert": Path(files["cert_file"]).read_text(), "key": Path(files["key_file"]).read_text()}
    disabled = Enrollment(f"js-off-{transport}", enabled=False)
    lab.call(lab.state.provisioning[0].enrollments.__setitem__, disabled.id, disabled)
    own = {**place, "transport": transport, "amqp_port": lab.running.ports["amqp"]}
    tasks = [
        {**own, "id": f"js-{transport}", "key": key_of(lab, f"js-{transport}")},
        {**own, "id": f"js-x509-{transport}", **texts},
        {**own, "id": f"js-wrong-{transport}", "key": new_key().reveal()},
        {**own, "id": disabled.id, "key": disabled.attestation.primary.reveal()},
    ]
    ca = {"NODE_EXTRA_CA_CERTS": lab.description["caFile"], "IOTDIAG_CLIENTS_NODE_MODULES": npm_amqp}
    results = all_at_once(tasks, lambda task: act(["node", str(HERE / "node" / "provisioning.js")], task, **ca))
    for task, result in zip(tasks[:2], results, strict=False):
        assert result == {"status": "assigned", "hub": lab.state.hub.host, "device": task["id"]}, result
    assert results[2]["error"] and "disabled" in results[3]["error"], results
    audit = [each.reason for each in lab.call(lab.state.audit.recent, 200) if each.who == f"js-wrong-{transport}"]
    assert audit and "401002" in audit[0], audit


def test_npm_service(lab, place, npm):
    dps = lab.state.provisioning[0]
    lab.call(lambda: dps.enrollments.update({f"s{number}": Enrollment(f"s{number}") for number in range(2)}))
    known = Enrollment("seen")
    operation = lab.call(lambda: dps.registrations.setdefault("seen", _registered(known)))
    task = {
        **place,
        "transport": "http",
        "connection_string": lab.description["connectionStrings"]["provisioning"],
        "enrollment": {"registrationId": "by-npm", "attestation": {"type": "symmetricKey"}, "deviceId": "pump"},
        "group": {"enrollmentGroupId": "npm-group", "attestation": {"type": "symmetricKey"}},
        "registered": operation.id,
    }
    ca = {"NODE_EXTRA_CA_CERTS": lab.description["caFile"], "IOTDIAG_CLIENTS_NODE_MODULES": npm}
    result = act(["node", str(HERE / "node" / "provisioning.js")], task, **ca)
    assert (result["read"], result["group"], result["registration"]) == ("by-npm", "npm-group", "assigned"), result
    assert len(result["keys"]["symmetricKey"]["primaryKey"]) == 44
    names = [name for page in result["pages"] for name in page]
    assert {"by-npm", "s0", "s1"} <= set(names) and all(len(page) == 1 for page in result["pages"])
    assert result["missing"] and "by-npm" not in dps.enrollments


def _registered(enrollment):
    return Registration(enrollment.id, enrollment, "assigned", hub="h", device_id="seen", created=1.0, updated=1.0)
