"""What the user knows from the device: its log, and the codes that it got."""

from __future__ import annotations

import sys

from azure.cli.core.azclierror import InvalidArgumentValueError

from azext_iotdiag.insights import device_log, survey, tracking
from azext_iotdiag.model.device_says import DeviceSays, SaidCode
from azext_iotdiag.streams import text
from azext_iotdiag.streams.blocks import blocks

_FIRST_LINE_SECONDS = 60.0  # for standard input
_LOG, _ERROR = "--device-log", "--error"


def said(namespace):
    """What the log and the codes tell; None without either. Raises InvalidArgumentValueError, and survey.Unknown."""
    path, names = namespace.device_log, namespace.error
    if path is None and not names:
        return None
    typed = tuple(_of_names(names or ()))
    read = _of_log(path) if path is not None else DeviceSays(_ERROR)
    source = " and ".join(option for option, given in ((_LOG, path), (_ERROR, names)) if given)
    return DeviceSays(source, (*typed, *read.codes), read.lines, read.tracking)


def _of_names(names):
    for mention in survey.ask(names).mentions if names else ():
        yield SaidCode(mention.entry.code, mention.names)


def _of_log(path):
    try:
        if path == "-":
            return _lines_of(_standard_input())
        with open(path, "rb") as file:
            return _lines_of(file)
    except OSError as error:
        raise InvalidArgumentValueError(f"{_LOG} {path} cannot be read: {error.strerror or error}.") from None


def _standard_input():
    if sys.stdin is None or sys.stdin.isatty():
        raise InvalidArgumentValueError(
            f"{_LOG} - reads the log from standard input, and nothing is piped into it.",
            recommendation=f"Name a file: {_LOG} device.log",
        )
    return text.Patience(sys.stdin.buffer, _FIRST_LINE_SECONDS)


def _lines_of(source):
    noted = tracking.Noted(blocks(source), "the device's log")
    codes, lines = device_log.read(noted)
    return DeviceSays(_LOG, codes, lines, noted.ids)
