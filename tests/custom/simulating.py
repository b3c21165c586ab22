"""What the tests of `simulate` share: a command as az gives it, and good arguments."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from azext_iotdiag.credential.connection_string import DeviceConnectionString
from azext_iotdiag.custom.simulate import simulate
from azext_iotdiag.model.target import Secret, Target
from azext_iotdiag.sessions.simulate import Messages, SimulateAsked


class Cmd:
    """What a command gets from az, and what it did with it."""

    def __init__(self, folder="/nowhere"):
        self.ending = []
        self.cli_ctx = SimpleNamespace(
            config=SimpleNamespace(config_dir=str(folder)),
            data={"safe_params": []},
            register_event=lambda _event, act: self.ending.append(act),
            unregister_event=lambda _event, act: self.ending.remove(act),
        )

    def exit_code(self):
        for act in tuple(self.ending):
            with pytest.raises(SystemExit) as left:
                act()
            return left.value.code
        return 0


def string(lab, device="device-1", key=None):
    return DeviceConnectionString(lab.host, device, key=Secret(key) if key else lab.device(device).primary)


def owner(lab, policy="iothubowner"):
    return Target(hub=lab.host, policy=policy, credential=lab.hosted.state.hub.policies[policy].primary)


def play(cmd, given=None, login=None, **more):
    """Simulate, with messages made of `more` where it names what `Messages` has."""
    of_messages = {name: more.pop(name) for name in tuple(more) if name in Messages.__dataclass_fields__}
    asked = {"interval": 0.0, "count": 1, **more, "given": given, "messages": Messages(**of_messages)}
    return simulate(cmd, login or Target(hub=given.host), SimulateAsked(**asked))


def codes(result):
    return [finding["code"] for finding in result["findings"]]
