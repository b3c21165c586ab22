"""`device approve`, `unblock` and `assign-template`, against the lab's IoT Central, through the real az."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest

from azext_iotdiag.credential import sas
from azext_iotdiag.lab.central import application as apps
from azext_iotdiag.lab.central import samples
from azext_iotdiag.lab.process.hosting import Hosted
from tests.plugins.az import Run, az
from tests.plugins.lab_fixture import open_lab

pytestmark = pytest.mark.slow
FIRST, SECOND = samples.TEMPLATE["@id"], "dtmi:contoso:thermostat;2"


class App:
    """A lab's application and the commands, with a token of its administrator."""

    def __init__(self, lab: Hosted):
        self.lab = lab
        self.central = lab.state.apps[0]
        self.told = lab.description["central"][0]

    def run(self, verb: str, device: str, *options: str, token: str = "", **how) -> Run:
        token = token or self.told["token"]
        words = ("iot", "diag", "device", verb, "--app-id", self.told["appId"], "--token", token, "-d", device)
        done = az(*words, *options, environment=self.lab.description["environment"], **how)
        said = done.out.decode() + done.err
        assert "Traceback" not in said and sas.read(token).signature not in said
        return done

    def waits(self, device: str) -> None:
        """Let a device wait for approval, as one does that came through a group that does not approve."""

        def add() -> None:
            member = self.central.add(device, device, generation=self.lab.state.new_generation())
            member.provisioned = False
            self.central.enable(member, False)

        self.lab.call(add)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with open_lab(tmp_path_factory.mktemp("lab")) as lab:
        made = App(lab)
        lab.call(made.central.templates.update, {SECOND: {**samples.TEMPLATE, "@id": SECOND}})
        yield made


def told(done: Run) -> tuple[int, list[str], bool, bool]:
    data = json.loads(done.out)
    return done.code, data["verdict"]["codes"], data["done"], data["unneeded"]


def test_a_device_that_waits_is_approved_once(app: App) -> None:
    app.waits("waiting")
    assert told(app.run("approve", "waiting", "--yes")) == (0, [], True, False)
    assert app.central.members["waiting"].enabled and app.central.members["waiting"].identity.status == "enabled"
    assert told(app.run("approve", "waiting", "--yes")) == (0, [], False, True)


def test_a_device_that_is_surely_blocked_is_not_approved(app: App) -> None:
    assert told(app.run("approve", "thermostat-blocked", "--yes")) == (4, ["central-blocked"], False, False)
    assert not app.central.members["thermostat-blocked"].enabled


def test_a_blocked_device_is_unblocked_once(app: App) -> None:
    app.lab.call(app.central.enable, app.central.members["thermostat-odd"], False)
    assert told(app.run("unblock", "thermostat-odd", "--yes")) == (0, [], True, False)
    assert app.central.members["thermostat-odd"].enabled
    assert told(app.run("unblock", "thermostat-odd", "--yes")) == (0, [], False, True)


def test_a_device_gets_a_template_and_then_its_new_version(app: App) -> None:
    for template in (FIRST, SECOND):
        assert told(app.run("assign-template", "stranger", "--template", template, "--yes")) == (0, [], True, False)
        assert app.central.members["stranger"].template == template
    assert told(app.run("assign-template", "stranger", "--template", SECOND, "--yes")) == (0, [], False, True)


@pytest.mark.parametrize(("verb", "options", "code"), [
    ("approve", (), "device-not-in-app"),
    ("unblock", (), "device-not-in-app"),
    ("assign-template", ("--template", FIRST), "device-not-in-app"),
])  # fmt: skip
def test_a_device_that_the_application_does_not_have(app: App, verb: str, options: tuple[str, ...], code: str) -> None:
    assert told(app.run(verb, "nobody", *options, "--yes")) == (4, [code], False, False)


def test_a_template_that_the_application_does_not_have(app: App) -> None:
    done = app.run("assign-template", "thermostat-good", "--template", "dtmi:a:b;9", "--yes")
    assert told(done) == (4, ["central-404"], False, False)
    assert app.central.members["thermostat-good"].template == FIRST


@pytest.mark.parametrize("template", ["thermostat", "dtmi:a:b", "dtmi:a:b;0", ""])
def test_an_id_of_no_template_is_refused_before_any_request(app: App, template: str) -> None:
    asked = app.lab.state.audit.number()
    done = app.run("assign-template", "stranger", "--template", template, "--yes")
    assert done.code == 1 and "--template" in done.err and app.lab.state.audit.number() == asked


@pytest.mark.parametrize("verb", ["approve", "unblock"])
def test_it_asks_first(app: App, verb: str) -> None:
    done = app.run(verb, "thermostat-blocked")
    assert done.code == 1 and "this is no terminal on which to ask you" in done.err
    assert not app.central.members["thermostat-blocked"].enabled


def test_a_token_that_the_application_does_not_know(app: App) -> None:
    wrong = sas.sign(app.told["appId"], b"another key", 4_000_000_000, apps.TOKEN_NAME)
    done = app.run("unblock", "thermostat-blocked", "--yes", token=wrong)
    assert told(done)[:2] == (5, ["central-401"]) and not app.central.members["thermostat-blocked"].enabled


def test_golden(app: App, golden: Callable[[str, str], None]) -> None:
    """What a terminal, a pipe and a table get."""
    app.waits("golden")
    shown: list[str] = []
    for name, verb, device, options, how in (
        ("approve, on a terminal", "approve", "golden", (), {"terminal": True}),
        ("approve again, as JSON", "approve", "golden", (), {}),
        ("approve a blocked device, on a terminal", "approve", "thermostat-blocked", (), {"terminal": True}),
        ("unblock a device that is not blocked, for people", "unblock", "golden", ("--plain",), {}),
        ("assign a template, on a terminal", "assign-template", "golden", ("--template", SECOND), {"terminal": True}),
        ("assign a missing template, as a table", "assign-template", "golden",
         ("--template", "dtmi:a:b;9", "-o", "table"), {}),
    ):  # fmt: skip
        done = app.run(verb, device, "--yes", *options, **how)
        shown += [f"== {name}: {done.code}", done.out.decode().rstrip(), f"-- stderr\n{done.err.rstrip()}"]
    text = "\n".join(shown).replace(app.told["host"], "app.azureiotcentral.com")
    golden("devices_of_central.txt", "\n".join(line.rstrip() for line in text.splitlines()) + "\n")
