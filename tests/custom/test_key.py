"""`az iot diag key test` and `key renew`, against a lab, as somebody types them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from azext_iotdiag.credential import sas
from azext_iotdiag.lab.dps.service import Enrollment
from azext_iotdiag.lab.process.hosting import Hosted
from azext_iotdiag.model.target import Secret
from tests.credential.test_certificate import make_pem
from tests.plugins.az import Run, az
from tests.plugins.lab_fixture import open_lab

pytestmark = pytest.mark.slow
GROUP = sas.base64.b64encode(b"g" * 32).decode()


class Keys:
    """A lab and the commands, each run of which is searched for keys."""

    def __init__(self, lab: Hosted):
        self.lab = lab
        self.environment = lab.description["environment"]
        self.login = lab.description["connectionStrings"]["iothubowner"]
        self.string = lab.description["connectionStrings"]["devices"]["device-1"]

    @property
    def device(self):
        return self.lab.state.hub.devices["device-1"]

    def run(self, *arguments: str, shown: bool = False) -> Run:
        known = [key.reveal() for key in (self.device.primary, self.device.secondary)]
        done = az("iot", "diag", "key", *arguments, environment=self.environment)
        said = done.out.decode() + done.err
        assert "Traceback" not in said and "sig=" not in said
        known += [key.reveal() for key in (self.device.primary, self.device.secondary)]
        assert shown or not [key for key in known if key in said]
        return done

    def test(self, *arguments: str) -> tuple[int, list[str], dict]:
        done = self.run("test", *arguments)
        told = json.loads(done.out)
        return done.code, [each["code"] for check in told["checks"] for each in check["findings"]], told


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keys]:
    with open_lab(tmp_path_factory.mktemp("lab")) as lab:
        yield Keys(lab)


def test_the_keys_are_compared(keys: Keys) -> None:
    for key, fits in ((keys.device.primary, "primary"), (keys.device.secondary, "secondary")):
        told = keys.test("--login", keys.login, "-d", "device-1", "--key", key.reveal())
        assert told[:2] == (0, []) and told[2]["fits"] == fits and told[2]["letIn"] is None
    assert keys.test("--login", keys.login, "--cs", keys.string)[:2] == (0, [])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda key: key[:-4], "key-cut"),
        (lambda key: key[:-1], "key-cut"),
        (lambda key: f"{key};x=1", "key-has-more"),
        (lambda key: key.swapcase(), "key-case-differs"),
        (lambda key: sas.base64.b64encode(b"x" * 32).decode(), "key-is-not-the-devices"),
    ],
)
def test_what_became_of_a_key(keys: Keys, change, code: str) -> None:
    given = change(keys.device.primary.reveal())
    assert keys.test("--login", keys.login, "-d", "device-1", "--key", given)[:2] == (4, [code])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda text: text[:-6], "key-cut"),
        (lambda text: text.replace("lab-hub.", "other."), "string-for-another-hub"),
        (lambda text: text.replace("SharedAccessKey=", "SharedAccesKey="), "key-malformed"),
    ],
)
def test_a_string_that_is_wrong(keys: Keys, change, code: str) -> None:
    exit_code, codes, _ = keys.test("--login", keys.login, "-d", "device-1", "--cs", change(keys.string))
    assert exit_code == 4 and code in codes


def test_a_string_of_another_kind(keys: Keys) -> None:
    for name in ("service", "eventHub"):
        text = keys.lab.description["connectionStrings"][name]
        assert keys.test("--cs", text)[:2] == (4, ["wrong-kind-of-string"])


def test_only_a_device(keys: Keys) -> None:
    code, codes, told = keys.test("--login", keys.login, "-d", "device-1")
    assert (code, codes, told["authentication"], told["status"]) == (0, [], "sas", "enabled")
    assert keys.test("--login", keys.login, "-d", "nobody")[:2] == (4, ["device-unknown"])


def test_a_policy_that_may_not_look(keys: Keys) -> None:
    service = keys.lab.description["connectionStrings"]["service"]
    assert keys.test("--login", service, "-d", "device-1")[:2] == (5, ["registry-refused"])


def test_a_group_key(keys: Keys) -> None:
    device = keys.lab.state.hub.devices["device-2"]
    kept = device.primary
    device.primary = Secret(sas.derive(sas.iothub_key(GROUP), "device-2"))
    asked = ("--login", keys.login, "-d", "device-2")
    assert keys.test(*asked, "--key", GROUP)[:2] == (4, ["key-is-the-groups"])
    done = keys.run("renew", *asked, "--kt", "primary", "--gk", GROUP, "--yes")
    assert done.code == 1 and "enrollment group" in done.err
    assert device.primary != kept


def test_a_certificate(keys: Keys, tmp_path: Path) -> None:
    device = keys.lab.state.hub.devices["device-3"]
    file = tmp_path / "device-3.pem"
    file.write_bytes(make_pem("device-3"))
    asked = ("--login", keys.login, "-d", "device-3", "--certificate", str(file))
    assert keys.test(*asked)[1] == ["device-certificate-ends-soon", "proof-differs"]
    device.authentication, device.thumbprints = "selfSigned", ("AB" * 20, "")
    assert keys.test(*asked)[:2] == (4, ["device-certificate-ends-soon", "thumbprint-differs"])


@pytest.mark.parametrize("key_type", ["primary", "secondary", "swap"])
def test_renew(keys: Keys, key_type: str) -> None:
    before = (keys.device.primary, keys.device.secondary)
    done = keys.run("renew", "--login", keys.login, "-d", "device-1", "--key-type", key_type, "--yes")
    assert done.code == 0, done.err
    after = (keys.device.primary, keys.device.secondary)
    if key_type == "swap":
        assert after == before[::-1]
    else:
        assert [one == other for one, other in zip(before, after)] == [key_type == "secondary", key_type == "primary"]
    assert keys.device.status == "enabled" and len(sas.iothub_key(after[0].reveal())) == 32


def test_a_string_alone_is_tried_without_ending_a_connection(keys: Keys) -> None:
    string = keys.lab.call(lambda: keys.lab.state.hub.devices["device-1"]).primary.reveal()
    given = f"HostName={keys.lab.description['hub']};DeviceId=device-1;SharedAccessKey={string}"
    code, codes, told = keys.test("--cs", given)
    assert (code, codes, told["letIn"], told["protocol"]) == (0, ["works-here"], True, "HTTPS")
    code, codes, told = keys.test("--cs", given.replace("device-1", "device-2"))
    assert (code, codes, told["letIn"]) == (4, ["device-not-let-in"], False)
    seen = [each.data() for each in keys.lab.call(lambda: keys.lab.state.audit.recent(50))]
    assert not [each for each in seen if each["service"] == "mqtt"]


def test_mqtt_asks_first(keys: Keys) -> None:
    key = keys.device.primary.reveal()
    given = f"HostName={keys.lab.description['hub']};DeviceId=device-1;SharedAccessKey={key}"
    done = keys.run("test", "--cs", given, "--protocol", "mqtt")
    assert done.code == 1 and "Add --yes" in done.err
    code, _, told = keys.test("--cs", given, "--protocol", "mqtt", "--yes")
    assert (code, told["letIn"], told["protocol"]) == (0, True, "MQTT")
    code, codes, told = keys.test("--cs", given.replace("device-1", "device-2"), "--protocol", "mqtt", "--yes")
    assert (code, codes, told["letIn"]) == (4, ["device-not-let-in"], False)


@pytest.mark.parametrize(("made_by", "words", "code"), [
    ("group", "It is the group 'devices' of", 1), ("enrollment", "It is the enrollment 'device-1' of", 1),
    ("nobody", '"renewed": "primary"', 0), ("a stranger", "is not known, so nothing was renewed", 1),
])  # fmt: skip
def test_keys_that_a_provisioning_service_made_are_not_renewed(
    keys: Keys, monkeypatch: pytest.MonkeyPatch, made_by: str, words: str, code: int
) -> None:
    dps, device = keys.lab.state.provisioning[0], keys.device
    login = keys.lab.description["connectionStrings"]["provisioning"]
    enrollment = Enrollment("device-1")
    monkeypatch.setitem(dps.enrollments, "device-1", enrollment)
    if made_by == "group":
        key = sas.derive(sas.iothub_key(dps.groups["devices"].attestation.secondary.reveal()), "device-1")
        monkeypatch.setattr(device, "secondary", Secret(key))
    if made_by == "enrollment":
        monkeypatch.setattr(device, "primary", enrollment.attestation.primary)
    if made_by == "a stranger":
        login = login.rpartition("SharedAccessKey=")[0] + f"SharedAccessKey={GROUP}"
    before = device.primary, device.secondary
    asked = ("--login", keys.login, "-d", "device-1", "--key-type", "primary", "--dps-login", login, "--yes")
    done = keys.run("renew", *asked)
    assert done.code == code and words in done.err + done.out.decode(), done.err
    assert ((device.primary, device.secondary) == before) == (code == 1)
    assert "comes through DPS" not in done.err


def test_renew_shows_keys_only_when_asked(keys: Keys) -> None:
    asked = ("--login", keys.login, "-d", "device-1", "--kt", "secondary", "--yes", "--show")
    told = json.loads(keys.run("renew", *asked, shown=True).out)
    assert told["secondaryKey"] == keys.device.secondary.reveal()


@pytest.mark.parametrize(("key_type", "other"), [("primary", "secondary"), ("secondary", "primary")])
def test_renew_takes_a_key_from_a_file(keys: Keys, tmp_path: Path, key_type: str, other: str) -> None:
    file, value, kept = tmp_path / "key.txt", sas.base64.b64encode(key_type.encode() * 3).decode(), {}
    file.write_text(f"{value}\n", encoding="utf-8")
    kept[other] = getattr(keys.device, other)
    done = keys.run("renew", "--login", keys.login, "-d", "device-1", "--kt", key_type, "--value", f"@{file}", "--yes")
    assert done.code == 0 and json.loads(done.out)["renewed"] == key_type
    assert getattr(keys.device, key_type).reveal() == value and getattr(keys.device, other) == kept[other]
    assert value not in done.out.decode() + done.err


@pytest.mark.parametrize(("value", "key_type", "words"), [
    ("not base64!", "primary", "--value: "),
    (sas.base64.b64encode(b"short").decode(), "primary", "the key has 5 bytes. A hub takes keys of 16 to 64 bytes"),
    (sas.base64.b64encode(b"x" * 65).decode(), "secondary", "the key has 65 bytes"),
    (GROUP, "swap", "--key-type swap takes none"),
    ("@nowhere.txt", "primary", "no file of that name"),
])  # fmt: skip
def test_a_value_that_no_hub_takes_is_refused_before_any_request(
    keys: Keys, value: str, key_type: str, words: str
) -> None:
    asked = keys.lab.state.audit.number()
    done = keys.run("renew", "--login", keys.login, "-d", "device-1", "--kt", key_type, "--value", value, "--yes")
    assert done.code == 1 and words in done.err and keys.lab.state.audit.number() == asked


def test_renew_asks_and_needs_somebody_to_answer(keys: Keys) -> None:
    before = keys.device.primary
    done = keys.run("renew", "--login", keys.login, "-d", "device-1", "--key-type", "primary")
    assert done.code != 0 and keys.device.primary == before


def test_renew_overwrites_nothing(keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    from azext_iotdiag.clients import keys as client

    reading = client.read

    def read(*arguments):
        found = reading(*arguments)
        keys.device.edition += 1  # somebody else writes now
        return found

    monkeypatch.setattr(client, "read", read)
    before = keys.device.primary
    done = keys.run("renew", "--login", keys.login, "-d", "device-1", "--key-type", "primary", "--yes")
    assert done.code == 1 and "nothing was written" in done.err and keys.device.primary == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("test",), "Whose key?"),
        (("test", "--cs", "x", "--key", "y"), "leave out --key"),
        (("test", "--cs", "@nothing"), "no file of that name"),
        (("renew", "--kt", "primary", "--yes", "-d", "d"), "Which hub?"),
    ],
)
def test_wrong_arguments(keys: Keys, arguments: tuple[str, ...], words: str) -> None:
    done = keys.run(*arguments)
    assert done.code == 1 and words in done.err, done.err
