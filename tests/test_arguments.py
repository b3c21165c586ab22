"""What a command takes is registered, whether az asks for that command alone or for all."""

from __future__ import annotations

import pytest

from azext_iotdiag import _params, commands
from tests.plugins import az


def loaded(names: list[str], *, everything: bool) -> dict[str, dict[str, list[str]]]:
    """The options of each argument of each command."""
    from azure.cli.core import get_default_cli

    found = {}
    for name in names:
        loader = commands.IotDiagCommandsLoader(get_default_cli())
        loader.skip_applicability = True
        table = loader.load_command_table([])
        loader.command_name = name
        loader.load_arguments(name)
        if everything:
            for _, load in _params._LOADERS:
                load(loader)
        table[name].load_arguments()
        loader._apply_parameter_info(name, table[name])
        found[name] = {
            each: list(argument.type.settings.get("options_list") or ())
            for each, argument in table[name].arguments.items()
        }
    return found


@pytest.mark.starts
def test_no_loader_of_another_group_adds_to_a_command() -> None:
    az.install()
    from azure.cli.core import get_default_cli

    names = sorted(commands.IotDiagCommandsLoader(get_default_cli()).load_command_table([]))
    assert names
    assert loaded(names, everything=False) == loaded(names, everything=True)
