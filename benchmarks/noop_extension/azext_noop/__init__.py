"""`az iot noop ping`, and as little as az lets an extension be."""

from azure.cli.core import AzCommandsLoader
from azure.cli.core.commands import CliCommandType


class NoopCommandsLoader(AzCommandsLoader):
    """One command without arguments."""

    def load_command_table(self, args):
        """Name the command."""
        here = CliCommandType(operations_tmpl="azext_noop#{}")
        with self.command_group("iot noop", custom_command_type=here) as group:
            group.custom_command("ping", "ping")
        return self.command_table

    def load_arguments(self, command):
        """There are none."""


def ping():
    """Do nothing."""
    return []


COMMAND_LOADER_CLS = NoopCommandsLoader
