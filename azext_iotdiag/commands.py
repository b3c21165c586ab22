"""The loader that az asks for, and every command, one line each: its name, and its function in `custom/`."""

from azure.cli.core import AzCommandsLoader
from azure.cli.core.commands import CliCommandType

CHANGED_TWINS = ("iot-diag", "changed-twins")  # where `journal` keeps the notes of changed twins
_RENEW = "A device that uses the renewed key is locked out until it gets the new one. Go on?"


class IotDiagCommandsLoader(AzCommandsLoader):
    """Tells az which commands there are and, once one of them is meant, which arguments it takes."""

    # az's index of commands names the extension after its loader's module. With another name it would not find us, and
    # load all of its four thousand commands instead, each time.
    __module__ = "azext_iotdiag"

    def load_command_table(self, args):
        """Add every command to az's table; the functions behind them are named, not imported.

        When one of them is about to run, the boundary is put up first, so that no error of az's parser is missed.
        """
        boundary = self._put_up_boundary(args or ())
        load_command_table(self, args)
        if boundary is not None:
            boundary.names = tuple(self.command_table)
        return self.command_table

    def _put_up_boundary(self, args):
        """Returns the boundary, None where another command is meant."""
        if "diag" not in map(str.lower, args):
            return None
        import os

        from azext_iotdiag import interruption
        from azext_iotdiag.boundary import Boundary, is_ours

        if not is_ours(args):
            return None
        boundary = Boundary(self.cli_ctx, args, os.environ)
        boundary.put_up()
        interruption.attend(self.cli_ctx)  # az takes some tenths of a second from here to the validator
        return boundary

    def load_arguments(self, command):
        """Add the arguments; az then imports the `custom` module of `command`, and only that one, for its signature."""
        from azext_iotdiag._params import load_arguments

        load_arguments(self, command)


def load_command_table(loader, _args):
    """Fill `loader`'s command table. No module of `custom/` is imported here."""
    _load_lab(loader)
    with loader.command_group("iot diag", custom_command_type=_in("simulate")) as group:
        group.custom_command(
            "simulate", "simulate", validator=_validator("simulate.simulate"), table_transformer=_table("results")
        )

    with loader.command_group("iot diag", custom_command_type=_in("check")) as group:
        group.custom_command("check", "check", validator=_validator("check.check"), table_transformer=_table("check"))

    with loader.command_group("iot diag report", custom_command_type=_in("report"), is_preview=True) as group:
        group.custom_command(
            "create", "create", validator=_validator("report.create"), table_transformer=_table("report")
        )

    with loader.command_group("iot diag monitor", custom_command_type=_in("monitor")) as group:
        group.custom_command("events", "events", validator=_validator("monitor.events"))

    with loader.command_group("iot diag monitor", custom_command_type=_in("properties")) as group:
        group.custom_command("properties", "properties", validator=_validator("properties.watch"))

    with loader.command_group("iot diag validate", custom_command_type=_in("validate")) as group:
        group.custom_command("messages", "messages", validator=_validator("validate.messages"))
        group.custom_command("properties", "properties", validator=_validator("properties.judge"))

    with loader.command_group("iot diag tally", custom_command_type=_in("tally")) as group:
        group.custom_command("merge", "merge", validator=_validator("tally.merge"))

    with loader.command_group("iot diag template", custom_command_type=_in("template")) as group:
        group.custom_show_command("show", "show", validator=_validator("template.model"))
        group.custom_command(
            "lint", "lint", validator=_validator("template.lint"), table_transformer=_table("model", "issues_table")
        )
        group.custom_command("infer", "infer", validator=_validator("template.infer"))
        group.custom_command("to-kql", "to_kql", validator=_validator("template.to_kql"))
        group.custom_command("to-spark", "to_spark", validator=_validator("template.model"))

    with loader.command_group("iot diag sas", custom_command_type=_in("sas")) as group:
        group.custom_command("create", "create", validator=_validator("sas.create"))
        group.custom_command(
            "inspect", "inspect", validator=_validator("sas.inspect"), table_transformer=_table("results")
        )

    with loader.command_group("iot diag network", custom_command_type=_in("network")) as group:
        group.custom_command("test", "test", validator=_validator("network.test"), table_transformer=_table("network"))

    with loader.command_group("iot diag", custom_command_type=_in("explain")) as group:
        group.custom_command("explain", "explain", validator=_validator(), table_transformer=_table("entry"))
    _load_identities(loader)
    _load_commands_to_devices(loader)
    _load_monitor(loader)


def _load_identities(loader):
    with loader.command_group("iot diag device", custom_command_type=_in("device")) as group:
        group.custom_show_command(
            "show", "show", validator=_validator("device.show"), table_transformer=_table("results")
        )
        group.custom_command("list", "list_", validator=_validator("device.fleet"))
        group.custom_command(
            "summary", "summary", validator=_validator("device.fleet"), table_transformer=_table("fleet")
        )
        for name in ("create", "delete", "approve", "unblock", "assign-template"):
            function = name.replace("-", "_")
            validator = _validator(f"device_changes.{function}")
            group.custom_command(name, function, validator=validator, table_transformer=_table("results"))

    with loader.command_group("iot diag key", custom_command_type=_in("key")) as group:
        group.custom_command("test", "test", validator=_validator("key.test"), table_transformer=_table("results"))
        group.custom_command("renew", "renew", validator=_validator("key.renew"), confirmation=_RENEW)
        group.custom_show_command("show", "show", validator=_validator("key.show"))


def _load_commands_to_devices(loader):
    with loader.command_group("iot diag method", custom_command_type=_in("method")) as group:
        group.custom_command("ping", "ping", validator=_validator("method.ping"), table_transformer=_table("results"))
    with loader.command_group("iot diag message", custom_command_type=_in("message"), is_preview=True) as group:
        group.custom_command("send", "send", validator=_validator("message.send"), table_transformer=_table("results"))
    with loader.command_group("iot diag twin", custom_command_type=_in("twin")) as group:
        group.custom_command("test", "test", validator=_validator("twin.test"), table_transformer=_table("results"))
    with loader.command_group("iot diag route", custom_command_type=_in("route")) as group:
        group.custom_command(
            "trace", "trace", validator=_validator("route.trace"), table_transformer=_table("route_trace")
        )
    with loader.command_group("iot diag changes", custom_command_type=_in("changes")) as group:
        group.custom_show_command(
            "show", "show", validator=_validator("changes.show"), table_transformer=_table("changes")
        )


def _load_monitor(loader):
    with loader.command_group("iot diag logs", custom_command_type=_in("logs"), is_preview=True) as group:
        group.custom_command(
            "errors", "errors", validator=_validator("logs.errors"), table_transformer=_table("log_errors")
        )
        group.custom_command(
            "query", "query", validator=_validator("log_query.query"), table_transformer=_table("log_query")
        )
        for name in ("status", "enable", "disable"):
            group.custom_command(
                name, name, validator=_validator(f"log_settings.{name}"), table_transformer=_table("log_settings")
            )
    with loader.command_group("iot diag alert", custom_command_type=_in("alert"), is_preview=True) as group:
        for name, function in (("create", "create"), ("list", "list_"), ("delete", "delete")):
            group.custom_command(
                name, function, validator=_validator(f"alert.{function}"), table_transformer=_table("alerts")
            )
    with loader.command_group("iot diag health", custom_command_type=_in("health"), is_preview=True) as group:
        group.custom_show_command(
            "show", "show", validator=_validator("health.show"), table_transformer=_table("health")
        )
    with loader.command_group("iot diag metrics", custom_command_type=_in("metrics"), is_preview=True) as group:
        group.custom_show_command(
            "show", "show", validator=_validator("metrics.show"), table_transformer=_table("metrics")
        )


def _load_lab(loader):
    with loader.command_group("iot diag lab", custom_command_type=_in("lab"), validator=_validator()) as group:
        group.custom_command("start", "start", validator=_validator("lab.start"))
        group.custom_command("stop", "stop")
        group.custom_command("status", "status")
        group.custom_command("break", "break_", validator=_validator("lab.break_"))
        group.custom_command("mend", "mend", validator=_validator("lab.mend"))
        group.custom_command("login", "login")
        group.custom_command("shell", "shell")
        group.custom_command("faults", "faults")
        group.custom_command("scenarios", "scenarios")
        group.custom_command("watch", "watch")


def _in(module):
    """Where a command group's functions are found, as a text that az imports only when one of them is needed."""
    return CliCommandType(operations_tmpl=f"azext_iotdiag.custom.{module}#{{}}")


def _validator(name=""):
    """What az calls after parsing and before the command, where nothing of ours beyond the table is imported yet.

    It sees to it that our libraries are found before another extension's, and that signals end the command in order.
    It judges what all commands share. Then it calls the function of that name in `_validators`, if there is one: the
    module, a dot, the function.
    """

    def validate(cmd, namespace):
        from azext_iotdiag.dependencies import prefer_own

        prefer_own()
        from azext_iotdiag import interruption

        interruption.attend(cmd.cli_ctx)
        _judge_shared(cmd, namespace)
        if name:
            from importlib import import_module

            module, _, function = name.partition(".")
            try:
                getattr(import_module(f"azext_iotdiag._validators.{module}"), function)(cmd, namespace)
            except Exception as wrong:  # az would show its bare text as a mistake in the arguments
                from azext_iotdiag.boundary import as_az_error

                if (better := as_az_error(wrong)) is not wrong:
                    raise better from wrong
                raise
            _remember_opening(cmd, namespace)
            _restore_twins(cmd, namespace)

    return validate


def _words_of(namespace):
    """The texts among the arguments, also those in lists."""
    for value in vars(namespace).values():
        yield from value if isinstance(value, list) else (value,)


def _looks_long(text):
    """Whether a text has the length of a credential and one of its signs. Only then is it looked at in detail."""
    return len(text) >= 30 and any(sign in text for sign in ("=", "eyJ", "-----BEGIN"))


def _remember_opening(cmd, namespace):
    """Keep how the hub was opened, for the commands that are shown. az has put files' texts into the arguments."""
    if hasattr(namespace, "target"):
        import sys

        from azext_iotdiag._validators import opening_again

        opening_again.remember(namespace, sys.argv, cmd.cli_ctx.data.get("safe_params") or ())


def _restore_twins(cmd, namespace):
    """Undo what a `twin test` that was killed has left. Without a note of that nothing is loaded."""
    if hasattr(namespace, "target"):
        from pathlib import Path

        if any(Path(cmd.cli_ctx.config.config_dir, *CHANGED_TWINS).glob("*.json")):
            from azext_iotdiag.custom import leftovers

            leftovers.restore(cmd, namespace.target)


def _judge_shared(cmd, namespace):
    """Judge options of azure-iot, the shell's lab and ids. What a command does not need is not loaded."""
    from azext_iotdiag import known_options, lab_shell

    if vars(namespace).pop("plain", False):  # no function takes it: the forms belong to output.py
        from azext_iotdiag import output

        output.speak_plainly(cmd)
    if cmd.name in known_options.KNOWN:
        from azext_iotdiag._validators import known

        known.judge(cmd, namespace)
    if any(isinstance(each, str) and _looks_long(each) for each in _words_of(namespace)):
        from azext_iotdiag._validators import misplaced

        misplaced.judge(namespace)
    if lab_shell.is_named():
        from azext_iotdiag._validators import shell

        shell.judge(cmd, namespace)
    if {"device_id", "module_id"} & set(vars(namespace)):
        from azext_iotdiag._validators import ids

        ids.judge(namespace)


def _table(module, function="table"):
    """The rows of `-o table` and `-o tsv`, by a function of a module in `render/`, imported when it is asked."""

    def rows(result):
        from importlib import import_module

        return getattr(import_module(f"azext_iotdiag.render.{module}"), function)(result)

    return rows
