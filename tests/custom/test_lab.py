"""`az iot diag lab`: what the commands return and how they fail, from their functions on."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from azure.cli.core import azclierror
from knack.prompting import NoTTYException
from knack.validators import DefaultStr

from azext_iotdiag import boundary, output
from azext_iotdiag._validators import lab as validators
from azext_iotdiag.custom import lab as commands
from azext_iotdiag.lab.process import detached as process
from azext_iotdiag.lab.process import folder


@pytest.fixture
def cmd(tmp_path, monkeypatch):
    """What az hands to a command whose stdout is no terminal; labs that it started are ended."""
    monkeypatch.setattr(output, "for_person", lambda _cmd: False)
    yield SimpleNamespace(cli_ctx=SimpleNamespace(config=SimpleNamespace(config_dir=str(tmp_path))))
    process.stop_all(folder.labs_of(tmp_path))


def start(cmd, detach=False, **typed):
    """Start a lab as az does: with defaults, through the validator."""
    usual = {
        "name": "lab",
        "partition_count": 4,
        "device_count": None,
        "flood": 0,
        "scenario": None,
        "fleet": 0,
        "keep": False,
        "bind": None,
        "hubs": 1,
        "listen": None,
        "yes": False,
    }
    namespace = SimpleNamespace(detach=detach, **{**usual, "units": 0, **typed})
    validators.start(cmd, namespace)
    return commands.start(cmd, **vars(namespace))


def test_a_life(cmd):
    described = start(cmd, name=DefaultStr("lab"), detach=True, device_count=2)
    assert {"version", "name", "state", "hub", "endpoints", "connectionStrings", "provisioning", "central", "caFile",
            "environment", "environmentFile"} == set(described)  # fmt: skip
    assert {"service", "iothubowner", "eventHub", "provisioning", "devices"} == set(described["connectionStrings"])
    assert type(described["name"]) is str
    assert commands.break_(cmd, "connection-dropped", parameters={"after": 5}) == {
        "version": 1, "name": "lab", "fault": "connection-dropped", "parameters": {"after": 5, "times": 1}
    }  # fmt: skip
    status = commands.status(cmd, audit=1)
    assert status["faults"] == [{"name": "connection-dropped", "parameters": {"after": 5, "times": 1}}]
    assert [record["reason"] for record in status["audit"]] == ["connection-dropped starts"]
    assert commands.mend(cmd) == {"version": 1, "name": "lab", "mended": ["connection-dropped"]}
    assert commands.stop(cmd, all_labs=True) == {"version": 1, "stopped": ["lab"]}
    assert commands.stop(cmd, all_labs=True) == {"version": 1, "stopped": []}


def test_a_kept_life(cmd, capsys):
    first = start(cmd, detach=True, keep=True, device_count=1)
    commands.stop(cmd)
    assert start(cmd, detach=True, keep=True) == first
    assert commands.status(cmd)["kept"]["problem"] == "" and capsys.readouterr().err == ""
    commands.stop(cmd)
    other = start(cmd, detach=True)
    assert other["hub"] == first["hub"] and "start it with --keep" in capsys.readouterr().err
    assert commands.stop(cmd, forget=True) == {"version": 1, "stopped": ["lab"], "forgotten": ["lab"]}


def test_the_network_is_let_in_only_by_consent(cmd, monkeypatch):
    asked = []

    def refuses(text, default):
        asked.append((text, default))
        return False

    monkeypatch.setattr("azext_iotdiag.lab.process.operations.start", lambda *_: pytest.fail("it was started"))
    monkeypatch.setattr("knack.prompting.prompt_y_n", refuses)
    with pytest.raises(azclierror.ManualInterrupt, match="was not started"):
        start(cmd, detach=True, listen="lan")
    ((text, default),) = asked
    assert default == "n" and "Every machine of your local network will reach this lab" in text
    assert "It does not reach the control port, the proxy, managed identities" in text


def test_without_a_terminal_consent_is_an_option(cmd, monkeypatch):
    def no_terminal(*_, **__):
        raise NoTTYException

    monkeypatch.setattr("knack.prompting.prompt_y_n", no_terminal)
    with pytest.raises(azclierror.RequiredArgumentMissingError) as wrong:
        start(cmd, detach=True, listen="lan")
    assert "--yes" in str(wrong.value.recommendations)
    monkeypatch.setattr("azext_iotdiag.lab.process.operations.start", lambda settings, _: {"lan": settings.lan})
    monkeypatch.setattr("azext_iotdiag.lab.process.cli_text.description", lambda _: [])
    assert start(cmd, detach=True, listen="lan", yes=True) == {"lan": True}


def test_faults_are_listed(cmd):
    listed = {fault["name"]: fault for fault in commands.faults(cmd)}
    assert listed["connection-dropped"] == {
        "name": "connection-dropped",
        "title": "the connection breaks off after some events",
        "heals": True,
        "code": "connection-dropped",
        "parameters": {"after": 3, "times": 1},
        "seen": None,
    }
    assert "not authorised" in listed["device-disabled"]["seen"]


def judged(validator, **typed):
    validator(None, SimpleNamespace(**typed))


@pytest.mark.parametrize(
    ("act", "error", "said"),
    [
        (lambda cmd: commands.status(cmd), azclierror.ResourceNotFoundError, "no lab named 'lab'"),
        (lambda cmd: commands.stop(cmd, name="x"), azclierror.ResourceNotFoundError, "no lab named 'x'"),
        (lambda cmd: commands.break_(cmd, "unknown-ca"), azclierror.ResourceNotFoundError, "no lab named 'lab'"),
        (lambda cmd: commands.mend(cmd), azclierror.ResourceNotFoundError, "no lab named 'lab'"),
        (lambda cmd: commands.stop(cmd, all_labs=True, forget=True),
         azclierror.InvalidArgumentValueError, "--all means"),
        (lambda cmd: start(cmd, keep=True, flood=5), azclierror.InvalidArgumentValueError, "what --flood makes up"),
        (lambda cmd: start(cmd, bind="10.0.0.1"), azclierror.InvalidArgumentValueError, "bound to '10.0.0.1'"),
        (lambda cmd: judged(validators.break_, fault="unknwn-ca", parameters=None),
         azclierror.InvalidArgumentValueError, "no fault 'unknwn-ca'"),
        (lambda cmd: judged(validators.mend, fault="nonsense"),
         azclierror.InvalidArgumentValueError, "no fault 'nonsense'"),
        (lambda cmd: judged(validators.break_, fault="connection-dropped", parameters=["after"]),
         azclierror.InvalidArgumentValueError, "'after' is not of the form"),
        (lambda cmd: start(cmd, name="No"), azclierror.InvalidArgumentValueError, "'No' cannot be the name"),
        (lambda cmd: start(cmd, name="No", detach=True), azclierror.InvalidArgumentValueError, "'No' cannot"),
        (lambda cmd: start(cmd, partition_count=0), azclierror.InvalidArgumentValueError, "0 partitions"),
    ],
)  # fmt: skip
def test_bad_input_is_one_az_error_with_advice(cmd, tmp_path, act, error, said):
    found = az_error(act, cmd)
    assert isinstance(found, error)
    assert said in str(found)
    assert found.recommendations
    assert not list(tmp_path.iterdir())


def test_a_second_start_is_an_az_error(cmd):
    start(cmd, detach=True)
    for detach in (True, False):
        found = az_error(start, cmd, detach)
        assert isinstance(found, azclierror.ClientRequestError) and "runs already" in str(found)
        assert "lab stop --name lab" in found.recommendations[0]


def test_a_file_in_the_folders_place_is_an_az_error(cmd, tmp_path):
    (tmp_path / "iot-diag").write_text("")
    found = az_error(start, cmd, True)
    assert isinstance(found, azclierror.FileOperationError) and "The lab cannot be run: " in str(found)


def az_error(act, *arguments):
    """What az is given of the error that a command raises."""
    with pytest.raises(Exception) as caught:
        act(*arguments)
    return boundary.as_az_error(caught.value)
