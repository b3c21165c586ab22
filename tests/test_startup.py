"""What az imports of ours before a command runs: every `az iot ...` on the machine pays for it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

PACKAGE = Path(__file__).parent.parent / "azext_iotdiag"

LOAD = """
import json, sys
import azure.cli.core.commands.command_operation, azure.cli.core.commands.parameters
from azure.cli.core.mock import DummyCli
cli = DummyCli()
before = set(sys.modules)
import azext_iotdiag
loader = azext_iotdiag.COMMAND_LOADER_CLS(cli_ctx=cli)
loader.load_command_table([])
table = sorted(set(sys.modules) - before)
loader.command_name = "iot diag lab faults"
loader.skip_applicability = True
loader.command_table = {loader.command_name: loader.command_table[loader.command_name]}
loader.load_arguments(loader.command_name)
loader.command_table[loader.command_name].load_arguments()
json.dump([table, sorted(set(sys.modules) - before - set(table))], sys.stdout)
"""


def test_start_up_imports_next_to_nothing() -> None:
    """The table is loaded with every `az iot ...`; the arguments, and one module of custom/, with our own commands."""
    run = subprocess.run(
        [sys.executable, "-c", LOAD], capture_output=True, text=True, cwd=PACKAGE.parent, timeout=60, check=False
    )
    assert run.returncode == 0, run.stderr
    table, arguments = json.loads(run.stdout)
    assert set(table) <= {
        "azext_iotdiag",
        "azext_iotdiag._help",
        "azext_iotdiag._help_lab",
        "azext_iotdiag._help_identity",
        "azext_iotdiag._help_payload",
        "azext_iotdiag.commands",
    }
    ours = {
        "azext_iotdiag._params",
        "azext_iotdiag._params_identity",
        "azext_iotdiag._params_known",
        "azext_iotdiag._params_sas",
        "azext_iotdiag._params_simulate",
        "azext_iotdiag._params_payload",
        "azext_iotdiag._params_target",
        "azext_iotdiag.custom",
        "azext_iotdiag.custom.lab",
    }
    assert set(arguments) <= ours | {"__future__", "contextlib"}
