"""An id that no hub can hold is said to be that by every command that takes one, before anything else."""

from __future__ import annotations

import pytest

from azext_iotdiag import commands
from tests.plugins import az
from tests.validating import refuse_sockets

WRONG = [
    ("", "It is empty"),
    ("pump 7", "It holds a blank at character 5"),
    (" pump-7", "It holds a blank at character 1"),
    ("pump/7", "It holds '/' at character 5"),
    ("pömp", "It holds a character outside ASCII at character 2"),
    ("p" * 129, "It has 129 characters"),
]


def takers() -> dict[str, list[str]]:
    """Each command that takes an id, and the arguments that az wants of it beside."""
    az.install()
    from azure.cli.core import get_default_cli

    loader = commands.IotDiagCommandsLoader(get_default_cli())
    loader.skip_applicability = True
    table = loader.load_command_table([])
    found = {}
    for name in sorted(table):
        loader.command_name = name
        loader.load_arguments(name)
        table[name].load_arguments()
        loader._apply_parameter_info(name, table[name])  # adds what the validator takes out again
        arguments = table[name].arguments
        if "device_id" in arguments:
            required = [key for key, each in arguments.items() if each.type.settings.get("required")]
            options = (
                arguments[key].type.settings["options_list"][0] for key in required if key not in ("cmd", "device_id")
            )
            found[name] = [word for option in options for word in (option, _VALUES.get(option, "x"))]
    return found


_VALUES = {"--key-type": "primary"}


def test_every_command_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_sockets(monkeypatch)
    found = takers()
    assert {"iot diag monitor events", "iot diag simulate", "iot diag key renew", "iot diag sas create"} <= set(found)
    said = {}
    for command, beside in found.items():
        run = az.az(*command.split(), *beside, "-d", "pump 7", *(["--yes"] if "renew" in command else []))
        said[command] = (run.code, run.err)
    words = "--device-id: no hub can hold a device with this id. It holds a blank at character 5."
    assert {command: each for command, each in said.items() if each[0] != 1 or words not in each[1]} == {}


@pytest.mark.parametrize(("text", "fault"), WRONG)
def test_what_is_wrong_is_said(text: str, fault: str) -> None:
    run = az.az("iot", "diag", "device", "show", "--device-id", text)
    assert run.code == 1 and f"{fault}." in run.err
    run = az.az("iot", "diag", "simulate", "-d", "pump", "--module-id", text, "-n", "hub")
    assert run.code == 1 and f"--module-id: no hub can hold a module with this id. {fault}." in run.err
