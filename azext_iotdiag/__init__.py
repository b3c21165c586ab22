"""The command loader. Every `az iot ...` on the machine imports this file, so it imports the help texts and no more."""

from azure.cli.core import AzCommandsLoader

from azext_iotdiag import _help  # noqa: F401  # pylint: disable=unused-import


class IotDiagCommandsLoader(AzCommandsLoader):
    """Tells az which commands there are and, once one of them is meant, which arguments it takes."""

    def load_command_table(self, args):
        """Add every command to az's table; the functions behind them are named, not imported."""
        from azext_iotdiag.commands import load_command_table

        load_command_table(self, args)
        return self.command_table

    def load_arguments(self, command):
        """Add the arguments; az then imports the `custom` module of `command`, and only that one, for its signature."""
        from azext_iotdiag._params import load_arguments

        load_arguments(self, command)


COMMAND_LOADER_CLS = IotDiagCommandsLoader
