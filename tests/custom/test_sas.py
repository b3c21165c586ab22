"""`az iot diag sas create` and `sas inspect`, as somebody types them."""

from __future__ import annotations

import base64
import hmac
import json
import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote

import pytest

from azext_iotdiag.checks import catalogue
from azext_iotdiag.credential import inspection, sas
from azext_iotdiag.model.check import CheckResult, Link, Status
from azext_iotdiag.model.verdict import Diagnosis, State, Verdict
from azext_iotdiag.render import sas as render
from azext_iotdiag.render.commands import Known
from tests.plugins.az import Run, az
from tests.plugins.lab_fixture import lab  # noqa: F401

KEY, OTHER = (base64.b64encode(bytes([number]) * 32).decode() for number in (1, 2))
HOST = "hub.azure-devices.net"
STRING = f"HostName={HOST};DeviceId=Pump-7;SharedAccessKey={KEY}"
POLICY = f"HostName={HOST};SharedAccessKeyName=service;SharedAccessKey={KEY}"


def run(*arguments: str, **environment: str) -> Run:
    done = az("iot", "diag", "sas", *arguments, environment=environment)
    assert KEY not in done.out.decode() + done.err and OTHER not in done.out.decode() + done.err
    return done


def made(*arguments: str) -> dict:
    done = run("create", *arguments)
    assert done.code == 0, done.err
    return json.loads(done.out)


def codes(done: Run) -> list[str]:
    assert "sig=" not in done.out.decode() + done.err
    told = json.loads(done.out)
    return [finding["code"] for check in told["checks"] for finding in check["findings"]]


def device_token(resource: str = f"{HOST}/devices/Pump-7", key: str = KEY, lasts: float = 600, policy: str = "") -> str:
    return sas.sign(resource, sas.iothub_key(key), int(time.time() + lasts), policy)


@pytest.mark.parametrize(
    ("arguments", "resource", "policy"),
    [
        (("--cs", STRING), f"{HOST}/devices/Pump-7", None),
        (("--cs", f"{STRING};ModuleId=m"), f"{HOST}/devices/Pump-7/modules/m", None),
        (("--login", POLICY), HOST, "service"),
        (("--id-scope", "0ne1", "--rid", "pump-7", "--key", KEY), "0ne1/registrations/pump-7", "registration"),
    ],
)
def test_what_is_made_is_found_to_be_right(arguments: tuple[str, ...], resource: str, policy: str | None) -> None:
    told = made(*arguments, "--duration", "60")
    token = sas.read(told["sas"])
    assert (told["resource"], told["policy"], token.resource) == (resource, policy, resource)
    assert sas.matches(token, sas.iothub_key(KEY)) and 0 < token.expires - time.time() <= 60
    done = run("inspect", "--sas-token", told["sas"], *arguments)
    assert (done.code, codes(done)) == (0, [])


def test_a_group_key_is_derived_from() -> None:
    token = made("--id-scope", "0ne1", "--rid", "pump-7", "--group-key", KEY)["sas"]
    assert sas.matches(sas.read(token), sas.iothub_key(sas.derive(sas.iothub_key(KEY), "pump-7")))
    done = run("inspect", "--sas-token", token, "--rid", "pump-7", "--group-key", KEY)
    assert json.loads(done.out)["signedWith"] == "the key derived from the group's"
    wrong = sas.sign("0ne1/registrations/pump-7", sas.iothub_key(KEY), int(time.time()) + 60, "registration")
    done = run("inspect", "--sas-token", wrong, "--rid", "pump-7", "--group-key", KEY)
    assert (done.code, codes(done)) == (4, ["sas-signed-by-group-key"])


@pytest.mark.parametrize(
    ("token", "code"),
    [
        (device_token(lasts=-60), "sas-expired"),
        (device_token(key=OTHER), "sas-signed-by-another-key"),
        (device_token(f"{HOST}/devices/pump-7"), "sas-case-differs"),
        (device_token(f"{HOST}/Pump-7"), "sas-path-differs"),
        (device_token("other.azure-devices.net/devices/Pump-7"), "sas-for-another-host"),
        (device_token(f"{HOST}/devices/Pump-8"), "sas-for-another-device"),
        (device_token(policy="service"), "sas-policy-differs"),
        (device_token()[:90], "sas-malformed"),
    ],
    ids=lambda value: value if isinstance(value, str) and value.startswith("sas-") else "",
)
def test_what_is_wrong_with_it(token: str, code: str) -> None:
    done = run("inspect", "--sas-token", token, "--cs", STRING)
    assert (done.code, codes(done)) == (4, [code])


def statuses(done: Run) -> dict[str, str]:
    return {check["check"]: check["status"] for check in json.loads(done.out)["checks"]}


def test_nothing_passes_that_was_not_compared() -> None:
    done = run("inspect", "--sas-token", device_token())
    assert done.code == 0 and statuses(done) == {
        "token-is-whole": "pass",
        "token-is-current": "pass",
        "token-fits-resource": "skip",
        "token-fits-key": "skip",
    }
    told = run("inspect", "--sas-token", device_token(), "--cs", STRING)
    assert set(statuses(told).values()) == {"pass"}


def test_a_token_for_the_provisioning_service_needs_no_policy() -> None:
    resource = "0ne00AB/registrations/pump-7"
    asked = ("--id-scope", "0ne00AB", "--registration-id", "pump-7", "--key", KEY)
    for policy in ("", "registration"):
        done = run("inspect", "--sas-token", device_token(resource, policy=policy), *asked)
        assert (done.code, codes(done)) == (0, []) and set(statuses(done).values()) == {"pass"}
    done = run("inspect", "--sas-token", device_token(resource, policy="other"), *asked)
    assert (done.code, codes(done)) == (4, ["sas-policy-differs"])


def test_the_right_key_used_in_two_wrong_ways() -> None:
    resource, ends = f"{HOST}/devices/pump-7", int(time.time() + 600)
    signature = hmac.new(base64.b64decode(KEY), f"{HOST}/devices/Pump-7\n{ends}".encode(), "sha256").digest()
    written = quote(base64.b64encode(signature).decode(), safe="")
    done = run("inspect", "--sas-token", f"SharedAccessSignature sr={quote(resource, safe='')}&sig={written}&se={ends}",
               "--cs", STRING)  # fmt: skip
    assert (done.code, codes(done)) == (4, ["sas-case-differs", "sas-signed-unencoded"])


@pytest.mark.parametrize(("given", "words"), [
    (STRING, "a device's connection string"), (POLICY, "a hub's connection string"), (KEY, "a key"),
])  # fmt: skip
def test_what_stands_where_a_token_belongs(given: str, words: str) -> None:
    done = run("inspect", "--sas-token", given)
    [finding] = json.loads(done.out)["checks"][0]["findings"]
    assert done.code == 4 and finding["code"] == "sas-malformed" and words in finding["message"]


def test_a_person_reads_what_was_compared() -> None:
    facts = inspection.inspect(device_token(), inspection.Expected(f"{HOST}/devices/Pump-7"))
    checks = [check for check in catalogue.of(Link.DEVICE) if check.name.startswith("token-")]
    judged = tuple(CheckResult(each, Status.PASS if "key" not in each.name else Status.SKIP) for each in checks)
    found = Diagnosis(judged, Verdict(State.HEALTHY, 0))
    told = list(render.lines(facts, found, None, time.time(), Known()))
    assert "√ No problem found. Compared: the form, the end, the resource." in told
    assert any(line.startswith("- Not compared: the signature.") for line in told)


def test_it_may_come_on_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    with tempfile.TemporaryFile() as given:
        given.write(f"Authorization: {device_token()}\n".encode())
        given.seek(0)
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=given, isatty=lambda: False))
        done = run("inspect", "--cs", STRING)
    assert (done.code, json.loads(done.out)["foundIn"]) == (0, "header")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("create",), "Whose token?"),
        (("create", "--cs", device_token()), "is a SAS token, not a connection string"),
        (("create", "--cs", f"{{{STRING}}}"), "Leave out the braces of the sample"),
        (("create", "--cs", STRING.replace("Pump-7", "X:1;X:2")), "--hub-name HUB --device-id 'ID'"),
        (("create", "--id-scope", "0ne1", "--rid", "x", "--key", STRING), "this is a device's connection string"),
        (("create", "--cs", POLICY), "no device's or module's own string"),
        (("create", "--login", STRING), "a device's own string"),
        (("create", "--cs", f"HostName={HOST};DeviceId=d;x509=true"), "with a certificate"),
        (("create", "--cs", STRING, "--duration", "0"), "--duration"),
        (("create", "--id-scope", "0ne1", "--key", KEY), "needs --id-scope, --registration-id"),
        (("create", "--id-scope", "0ne1", "--rid", "x", "--key", KEY, "--gk", KEY), "give one of them"),
        (("create", "--id-scope", "0ne1", "--rid", "x", "--key", KEY[:-3]), "--key: the key is not base64"),
        (("inspect", "--sas-token", "@missing.txt"), "no file of that name"),
        (("inspect", "--sas-token", "x", "--hub-name", "a b"), "--hub-name"),
        (("inspect", "--sas-token", "x", "--gk", KEY), "--group-key needs"),
        (("inspect", "--sas-token", "x", "--hub-name", "hub"), "az login"),
        (("create", "--dps-name", "dps"), "Or give the key with --key, or a string"),
        (("create", "--login", POLICY, "--hub-name", "hub"), "--hub-name and --login both say"),
        (("create", "--login", POLICY, "--policy-name", "device"), "--policy-name picks a policy of what --hub-name"),
        (("inspect", "--sas-token", "x", "--dps-name", "dps", "--cs", STRING), "--dps-name and --connection-string"),
    ],
)
def test_wrong_arguments(arguments: tuple[str, ...], words: str) -> None:
    done = run(*arguments)
    assert done.code == 1 and words in done.err and not done.out, done.err


@pytest.mark.slow
def test_against_the_keys_of_a_hub(lab, tmp_path: Path) -> None:  # noqa: F811
    environment = lab.description["environment"]
    login = lab.description["connectionStrings"]["iothubowner"]
    asked = ("--login", login, "--device-id", "device-1")
    done = run("create", *asked, "--kt", "secondary", **environment)
    token = json.loads(done.out)["sas"]
    done = run("inspect", "--sas-token", token, *asked, **environment)
    assert (done.code, json.loads(done.out)["signedWith"]) == (0, "the secondary key")
    done = run("inspect", "--sas-token", token, "--login", login, **environment)  # the token names its device
    assert json.loads(done.out)["signedWith"] == "the secondary key"
    done = run("create", "--login", login, "--device-id", "Device-1", **environment)
    assert done.code == 3 and "knows no device 'Device-1'" in done.err
    done = run("create", "--login", lab.description["connectionStrings"]["service"], "-d", "device-1", **environment)
    assert done.code == 1 and "RegistryRead" in done.err
    service = ("--login", lab.description["connectionStrings"]["service"])
    done = run("inspect", "--sas-token", token, *service, **environment)
    assert done.code == 5 and "could not be read" in done.err and "RegistryRead" in done.err


@pytest.mark.slow
@pytest.mark.parametrize(("fault", "seconds", "code"), [("clock-ahead", 600, 4), ("clock-behind", 60, 0)])
def test_the_clocks_are_compared(lab, fault: str, seconds: int, code: int) -> None:  # noqa: F811
    lab.break_(fault, seconds=seconds)
    token = sas.sign(lab.description["hub"], sas.iothub_key(KEY), int(time.time()) + 3600, "service")
    done = run("inspect", "--sas-token", token, "--check-clock", **lab.description["environment"])
    assert (done.code, codes(done)) == (code, ["clock-skew"])
    ahead = json.loads(done.out)["clockAheadSeconds"]
    assert abs(abs(ahead) - seconds) < 5 and (ahead > 0) == (fault == "clock-behind")
