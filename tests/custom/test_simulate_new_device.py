"""`simulate --new-device`: the device is made, played and deleted, however the run ends."""

from __future__ import annotations

import itertools
import json
import signal
from dataclasses import replace

import pytest

from azext_iotdiag.clients.deadlines import Deadlines, applying
from azext_iotdiag.knowledge import registry
from azext_iotdiag.simulate import temporary
from azext_iotdiag.simulate.telemetry import Body
from tests.custom.simulating import codes, owner, play
from tests.plugins import az


def test_a_new_device(lab, cmd, capsys):
    result = play(cmd, login=owner(lab), new=True)
    assert result["device"].startswith(temporary.PREFIX) and result["acknowledged"] == 1
    assert lab.messages(result["device"]) and result["device"] not in lab.hosted.state.hub.devices
    assert f"Deleted the temporary device {result['device']}." in capsys.readouterr().err


def test_a_new_device_needs_the_right_to_make_it(lab, cmd):
    assert codes(play(cmd, login=owner(lab, "registryRead"), new=True)) == [registry.REGISTRY_READ_ONLY.code]
    assert cmd.exit_code() == 4
    notes = temporary.folder_of(cmd.cli_ctx.config.config_dir)
    assert list(notes.iterdir()) == []


def test_a_new_device_that_cannot_be_deleted_is_said(lab, cmd, capsys, monkeypatch):
    data = itertools.chain([Body(b"1", "", "")], itertools.repeat(Body(b"2", "", "")))

    def breaking():
        for body in data:
            lab.hosted.call(lambda: lab.hosted.state.hub.policies.pop("iothubowner", None))
            yield body

    monkeypatch.setattr("azext_iotdiag.simulate.telemetry.bodies", lambda kind, seed: breaking())
    usual = Deadlines()
    with applying(replace(usual, requests=replace(usual.requests, seconds=0.1))):
        result = play(cmd, login=owner(lab), new=True)
    assert (result["acknowledged"], codes(result)) == (1, [registry.REGISTRY_READ_ONLY.code])
    assert f"The temporary device {result['device']} could not be deleted" in capsys.readouterr().err


def test_ctrl_c_while_the_hub_is_asked(lab, cmd, capsys, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("azext_iotdiag.clients.hub.Hub.create_device", interrupted)
    result = play(cmd, login=owner(lab), new=True)
    assert (result["ended"], cmd.exit_code()) == ("interrupted", 130)
    assert "Interrupted. If a temporary device is left" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize(("line", "sent"), [("Made the temporary device", None), ("Message ", signal.SIGINT)])
def test_a_new_device_of_a_run_that_is_ended(lab, tmp_path, line, sent):
    """Killed, the next run deletes its device; with Ctrl-C, it does so itself, and sums up."""
    login = lab.hosted.description["connectionStrings"]["iothubowner"]
    environment = {**lab.hosted.description["environment"], "AZURE_IOTDIAG_LOGIN": login}
    words = ("iot", "diag", "simulate", "--new-device", "--message-interval", "0.2", "-o", "json")
    run = az.start(*words, "--message-count", "0", environment=environment)
    try:
        while line not in (said := run.stderr.readline().decode()):
            assert said, "it ended by itself"
        run.send_signal(sent or signal.SIGKILL)
        ended = az.finished(run)
    finally:
        run.kill()
        run.wait()
    left = [name for name in lab.hosted.state.hub.devices if name.startswith(temporary.PREFIX)]
    if sent:
        assert (ended.code, json.loads(ended.out)["ended"], left) == (0, "interrupted", [])
        assert "Interrupted: " in ended.err and "Deleted the temporary device" in ended.err
        return
    assert len(left) == 1 and ended.code == -signal.SIGKILL
    again = az.az(*words, "--message-count", "1", environment=environment)
    assert again.code == 0 and f"Deleted {left[0]}, which a run that was killed had left." in again.err
    assert not [name for name in lab.hosted.state.hub.devices if name.startswith(temporary.PREFIX)]
