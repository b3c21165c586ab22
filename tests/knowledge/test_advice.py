"""The commands in the texts of entries: own ones exist as quoted, foreign ones say what they need and print."""

from __future__ import annotations

import re

import pytest

from azext_iotdiag import commands
from azext_iotdiag.knowledge import catalogue
from azext_iotdiag.model.finding import Entry
from tests.plugins import az
from tests.plugins.rows import all_rows

every_entry = all_rows("entry", catalogue.ALL, ids=lambda entry: entry.code)
QUOTED = re.compile(r"`(az [^`]*)`( \([^)]*\))?")
EXTENSION = "needs the azure-iot extension"
PRINTS = "prints a key"
# What prints keys or strings with keys, unless --query picks something else or --output is none.
SHOWS_KEYS = re.compile(
    r"az iot (hub|dps) (connection-string|show-connection-string)|az iot (hub|dps) policy"
    r"|az iot hub (device|module)-identity (?!delete)|compute-device-key|az iot central .*(credentials|keys|compute)"
)
OWN_ANSWERS = ("device-identity show", "device-identity list", "central device show", "central device list",
               "dps enrollment show", "dps enrollment list", "registration show")  # fmt: skip
NOT_SHOWN = ("generationId", "deviceScope")  # what `device show` does not have


def texts(entry: Entry) -> list[str]:
    return [entry.meaning, *(text for each in entry.causes for text in (each.why, each.confirm, *each.mitigation))]


def quoted(entry: Entry) -> list[tuple[str, str]]:
    """Each command with what stands in brackets behind it."""
    return [(command, said or "") for text in texts(entry) for command, said in QUOTED.findall(text)]


@pytest.fixture(scope="module")
def own() -> dict[str, set[str]]:
    """Every command of ours and its options, as az has them."""
    az.install()
    from azure.cli.core import get_default_cli

    loader = commands.IotDiagCommandsLoader(get_default_cli())
    loader.skip_applicability = True
    table = loader.load_command_table([])
    found: dict[str, set[str]] = {}
    for name in table:
        loader.command_name = name
        loader.load_arguments(name)
        table[name].load_arguments()
        loader._apply_parameter_info(name, table[name])  # adds what the validator takes out again
        arguments = table[name].arguments.values()
        found[name] = {option for each in arguments for option in each.type.settings.get("options_list") or ()}
    return found


@pytest.fixture(scope="module")
def of_az() -> set[str]:
    """The commands about IoT that az itself has; all others are azure-iot's."""
    az.install()
    from azure.cli.command_modules.iot import COMMAND_LOADER_CLS
    from azure.cli.core import get_default_cli

    return {f"az {name}" for name in COMMAND_LOADER_CLS(get_default_cli()).load_command_table([])}


def name_of(command: str) -> str:
    """The words before the options."""
    return re.split(r" (?=-|@|[A-Z])", command)[0].strip()


@every_entry
def test_own_commands_exist_with_these_options(entry: Entry, own) -> None:
    for command, _ in quoted(entry):
        if command.startswith("az iot diag "):
            name = next((name for name in own if f"{command} ".startswith(f"az {name} ")), None)
            assert name, command
            options = set(re.findall(r"(?<= )--?[a-z][a-z-]*", command))
            assert options <= own[name] | {"-o", "--output", "--query", "--debug"}, command


@every_entry
def test_a_foreign_command_names_its_extension(entry: Entry, of_az) -> None:
    for command, said in quoted(entry):
        if command.startswith("az iot ") and not command.startswith("az iot diag "):
            assert (EXTENSION in said) is (name_of(command) not in of_az), command


@every_entry
def test_no_command_prints_keys_without_saying_so(entry: Entry) -> None:
    for command, said in quoted(entry):
        picks = re.search(r"--query (?!.*([kK]ey\b|onnectionString|authentication\b))|--output none", command)
        assert (PRINTS in said) is bool(SHOWS_KEYS.search(command) and not picks), command


@every_entry
def test_own_commands_come_first(entry: Entry) -> None:
    for command, _ in quoted(entry):
        foreign = not command.startswith("az iot diag ")
        assert not (foreign and any(each in command for each in OWN_ANSWERS)) or any(
            field in command for field in NOT_SHOWN
        ), command


def test_the_commands_are_found(own, of_az) -> None:
    every = [command for entry in catalogue.ALL for command, _ in quoted(entry)]
    assert len([command for command in every if command.startswith("az iot diag ")]) > 50
    assert "--device-id" in own["iot diag device show"] and "az iot hub show" in of_az
    assert "az iot hub message-route list" not in of_az
