"""The outermost layer of a command: what az and Python do with its output and its exceptions on the way out.

az formats results, prints errors and writes its logs by itself. So this stands in for az's `output.out`, its exception
handler, stderr and the streams of az's log handlers, for as long as one command of ours runs. It says and decides
nothing about devices.
"""

from __future__ import annotations

import configparser
import copy
import logging
import os
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from azext_iotdiag import output
from azext_iotdiag.render import appearance, pipeline_safe, terminal_safe
from azext_iotdiag.render.safety import Safety
from azext_iotdiag.render.typed_secrets import TypedSecrets
from azext_iotdiag.version import VERSION

_PACKAGE = Path(__file__).parent
_LOGGERS = (None, "cli")  # the root, and the one that az's own loggers stand below
_COMMAND_LOG = "az_command_data_logger"  # az writes errors to a file by it, for `az feedback`
_NAMED_FILES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR")
_TELEMETRY = ("set_user_fault", "set_failure", "set_success")  # what az reports of errors, its parser's included
# What az's handler knows how to tell, by the names of the classes: importing them would cost more than they are worth.
_TOLD_BY_AZ = {
    ("knack.util", "CLIError"), ("azure.core.exceptions", "AzureError"), ("azure.common", "AzureException"),
    ("jmespath.exceptions", "JMESPathError"), ("requests.exceptions", "SSLError"),
    ("requests.exceptions", "HTTPError"), ("msrest.exceptions", "ClientException"),
    ("msal_extensions.persistence", "PersistenceError"),
}  # fmt: skip
# Errors of our own layers, named for the same reason, and the module of `_validators` whose `az_error` says them.
_SAID_BY = {
    ("azext_iotdiag.login.errors", "LoginError"): "login_errors",
    ("azext_iotdiag.lab.process.errors", "LabError"): "lab",
    ("azext_iotdiag.lab.process.settings", "BadSetting"): "lab",
    ("azext_iotdiag.insights.survey", "UnknownName"): "explain",
    ("azext_iotdiag.sessions.logs", "NothingToExplain"): "explain",
    ("azext_iotdiag.sessions.fleets", "UnknownEnrollment"): "device",
    ("azext_iotdiag.sessions.simulate", "NoKey"): "simulate",
    ("azext_iotdiag.model.position", "BadPosition"): "position",
    ("azext_iotdiag.position_file", "NotSaved"): "position",
    ("azext_iotdiag.sessions.results", "BadResult"): "tally",
}


def is_ours(arguments: Sequence[str]) -> bool:
    """Whether the words of a command line name a command of this extension."""
    words = [word.lower() for word in arguments]
    return ("iot", "diag") in pairwise(words)


def _configured(config: Any) -> Iterator[str]:
    """The settings of az that our commands read in place of arguments, as words of a command line."""
    for section, option in (("defaults", "--hub-name"), ("iotdiag", "--login")):
        try:
            settings = config.items(section)
        except configparser.Error:  # the validators tell what is wrong in the file, and do not repeat it
            continue
        for setting in settings:
            yield f"{option}={setting['value']}"


def _of_environment(environment: Mapping[str, str]) -> Iterator[str]:
    """The variables that our commands read and may repeat in an error, as words of a command line."""
    for name, value in environment.items():
        if name.lower().endswith("_proxy"):
            yield f"--proxy={value}"
        elif (name.startswith("AZURE_IOTDIAG_") and name != "AZURE_IOTDIAG_LOGIN") or name in _NAMED_FILES:
            yield f"--environment={value}"


class Boundary:
    """Put between az and the world by `put_up`, and taken away by az's own event when the command is over.

    One stands at a time: az may load its table of commands twice for one command.
    """

    _standing: Boundary | None = None

    def __init__(self, cli_ctx: Any, arguments: Sequence[str], environment: Mapping[str, str]):
        self._cli_ctx = cli_ctx
        self._arguments = tuple(arguments)
        self.names: tuple[str, ...] = ()  # of all commands that az knows here
        self._undo: list[Callable[[], Any]] = []
        self._stderr = self._errors = sys.stderr
        self.safety = Safety(
            TypedSecrets([*arguments, *_configured(cli_ctx.config), *_of_environment(environment)]),
            pipeline_safe.is_pipeline(environment),
            lambda: output.form_of_stdout(cli_ctx),
        )
        self._appearance = appearance.wanted(cli_ctx, environment)

    def put_up(self) -> None:
        """Stand between az and the world, until the command is over."""
        from knack.events import EVENT_CLI_POST_EXECUTE

        if Boundary._standing is not None:
            Boundary._standing.take_down()
        Boundary._standing = self
        context = self._cli_ctx
        self._replace(output, "safety", self.safety)
        self._replace(output, "appearance", self._appearance)
        self._guard_streams()
        self._guard_logs()
        self._guard_telemetry()
        self._guide_to_commands()
        self._replace(context.output, "out", self._out)
        self._replace(context, "exception_handler", self._handled)
        context.register_event(EVENT_CLI_POST_EXECUTE, self.take_down)

    def take_down(self, *_args: Any, **_named: Any) -> None:
        """Leave everything as it was found."""
        from knack.events import EVENT_CLI_POST_EXECUTE

        Boundary._standing = None
        self._cli_ctx.unregister_event(EVENT_CLI_POST_EXECUTE, self.take_down)
        while self._undo:
            self._undo.pop()()

    def _replace(self, where: Any, name: str, new: Any) -> None:
        """Give an object an attribute of its own, which stands in front of that of its class or before."""
        own = vars(where)
        had, before = name in own, own.get(name)
        setattr(where, name, new)
        self._undo.append(lambda: setattr(where, name, before) if had else delattr(where, name))

    def _guard_streams(self) -> None:
        self._stderr = sys.stderr
        self._errors = output.Errors(self._stderr, self.safety.text("text", terminal=False))
        self._replace(sys, "stderr", self._errors)
        if sys.stdout is None:
            self._replace(sys, "stdout", output.OutputClosed())
        if sys.stdin is None:
            # It is closed when the boundary is taken down.
            nothing = open(os.devnull, encoding="utf-8")  # noqa: SIM115  # pylint: disable=consider-using-with
            self._undo.append(nothing.close)
            self._replace(sys, "stdin", nothing)

    def _guard_logs(self) -> None:
        for logger in map(logging.getLogger, _LOGGERS):
            for handler in logger.handlers:
                is_console = hasattr(handler, "stream") and handler.stream in (self._stderr, sys.__stderr__)
                if is_console:
                    self._replace(handler, "stream", self._errors)
                self._filter(handler, terminal=is_console and self._errors.isatty())
        self._filter(logging.getLogger(_COMMAND_LOG), terminal=False)

    def _guard_telemetry(self) -> None:
        from azure.cli.core import telemetry

        for name in _TELEMETRY:
            tell = getattr(telemetry, name)

            def clean(summary: Any = None, tell: Callable[[Any], Any] = tell) -> Any:
                return tell(self.safety.secrets(summary) if isinstance(summary, str) else summary)

            self._replace(telemetry, name, clean)

    def _guide_to_commands(self) -> None:
        """Say what may be meant, where az's parser does not know a command or an argument and recommends nothing."""
        from azure.cli.core.azclierror import CommandNotFoundError, UnrecognizedArgumentError

        def command(_error: Any) -> str:
            from azext_iotdiag._validators import command_names

            return command_names.recommendation(self._arguments, self.names)

        def argument(error: Any) -> str:
            from azext_iotdiag._validators import command_names

            return command_names.of_stray(str(error.error_msg))

        for kind, recommends in ((CommandNotFoundError, command), (UnrecognizedArgumentError, argument)):

            def print_error(error: Any, show: Any = kind.print_error, recommends: Any = recommends) -> None:
                if not error.recommendations and (said := recommends(error)):
                    error.set_recommendation(said)
                show(error)

            self._replace(kind, "print_error", print_error)

    def _filter(self, where: logging.Handler | logging.Logger, *, terminal: bool) -> None:
        clean = _Clean(self.safety.secrets, terminal)
        where.addFilter(clean)
        self._undo.append(lambda: where.removeFilter(clean))

    def _out(self, obj: Any, formatter: Callable[[Any], str] | None = None, out_file: Any = None) -> None:
        """In the place of knack's: the result of a command in the form that was asked for."""
        if formatter is not None:
            output.result(formatter(_with_rows(obj, output.form_of_stdout(self._cli_ctx))), out_file)

    def _handled(self, error: Exception) -> int:
        """In the place of az's: prints an error, and gives the exit code."""
        better = as_az_error(error)
        self._clean(better)
        return int(type(self._cli_ctx).exception_handler(self._cli_ctx, better))

    def _clean(self, error: Any) -> None:
        """Take what was typed by mistake, and what steers a terminal, out of an error that az is about to print."""
        secrets, terminal = self.safety.secrets, self._errors.isatty()

        def clean(text: str) -> str:
            return terminal_safe.shown(secrets(text)) if terminal else secrets(text)

        text = str(error)
        if clean(text) == text and not getattr(error, "recommendations", None):
            return
        error.args = tuple(clean(each) if isinstance(each, str) else each for each in error.args)
        if hasattr(error, "recommendations"):
            error.error_msg = clean(str(error.error_msg))
            error.recommendations = [clean(each) for each in error.recommendations]
        elif hasattr(error, "message") or str(error) != clean(text):
            error.message = clean(str(getattr(error, "message", text)))


class _Clean(logging.Filter):
    """Takes secrets out of a record; out of a traceback everything that looks like one."""

    def __init__(self, secrets: TypedSecrets, terminal: bool):
        super().__init__()
        self._secrets, self._terminal = secrets, terminal

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the record where it has to be; it is always logged."""
        text = record.getMessage()
        clean = self._cleaned(text)
        if clean != text:
            record.msg, record.args = clean, ()
        if record.exc_info and not record.exc_text:
            record.exc_text = self._cleaned("".join(traceback.format_exception(*record.exc_info)).rstrip("\n"))
        return True

    def _cleaned(self, text: str) -> str:
        text = self._secrets(text)
        if "Traceback (most recent call last)" in text:
            text = TypedSecrets([text])(text)
        return terminal_safe.shown(text) if self._terminal else text


def _with_rows(item: Any, form: str) -> Any:
    """A result with the rows of its table, for tsv, where az would write the names of what is nested."""
    if form != "tsv" or item.table_transformer is None or item.is_query_active:
        return item
    from azext_iotdiag.render import tsv

    rows = copy.copy(item)
    rows.result = [[tsv.value(each) for each in row.values()] for row in item.table_transformer(item.result)]
    return rows


def as_az_error(error: Exception) -> Exception:
    """The error as az can tell it: itself, or a sentence in the place of an unexpected one."""
    from azure.cli.core.azclierror import CLIInternalError, FileOperationError

    names = [(each.__module__, each.__name__) for each in type(error).__mro__]
    if any(name in _TOLD_BY_AZ for name in names):
        return error
    if said_by := next((_SAID_BY[name] for name in names if name in _SAID_BY), ""):
        from importlib import import_module

        said: Exception = import_module(f"azext_iotdiag._validators.{said_by}").az_error(error)
        return said
    instead: Exception = CLIInternalError(
        f"The extension iot-diag {VERSION} failed unexpectedly: {type(error).__name__} at {_place(error)}.",
        recommendation="Please report it to the maintainers of iot-diag, with the output of the command with --debug.",
    )
    if isinstance(error, OSError) and error.filename == output.STDOUT:
        instead = FileOperationError(
            f"The result cannot be written to stdout: {error.strerror}. What was written is not complete.",
            recommendation="Free some space, or write the output to another place.",
        )
    return instead


def _place(error: BaseException) -> str:
    """The module and line of ours where an exception was last at."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if _PACKAGE in Path(frame.filename).parents]
    if not ours:
        return "an unknown line"
    module = ".".join(Path(ours[-1].filename).relative_to(_PACKAGE.parent).with_suffix("").parts)
    return f"{module}, line {ours[-1].lineno}"
