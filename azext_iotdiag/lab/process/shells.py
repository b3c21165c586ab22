"""Files that set variables in a shell when they are loaded: one form for each kind of shell."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple


class Shell(NamedTuple):
    """A kind of shell: the lines that set and unset a variable, its comments, and how a file is loaded."""

    name: str
    load: str
    comment: str
    set: Callable[[str, str], str]
    unset: Callable[[str], str]
    encoding: str = "utf-8"
    newline: str = "\n"


def _powershell(value: str) -> str:
    """A text that PowerShell takes as it is. It takes typographic quotes for straight ones."""
    return "'" + re.sub("(['\u2018\u2019\u201a\u201b])", r"\1\1", value) + "'"


def _cmd(name: str, value: str) -> str:
    return f'@set "{name}={value.replace("%", "%%")}"'


SHELLS = {
    ".sh": Shell(
        "a shell", ". FILE", "# ",
        lambda name, value: f"export {name}={shlex.quote(value)}",
        lambda name: f"unset {name}",
    ),
    ".ps1": Shell(
        "PowerShell", ". FILE", "# ",
        lambda name, value: f"$env:{name} = {_powershell(value)}",
        lambda name: f"Remove-Item Env:{name} -ErrorAction SilentlyContinue",
        encoding="utf-8-sig",  # without the mark, PowerShell 5.1 reads another encoding
    ),
    ".cmd": Shell("cmd", "call FILE", "@rem ", _cmd, lambda name: _cmd(name, ""), newline="\r\n"),
}  # fmt: skip


def script(shell: Shell, title: str, variables: Mapping[str, str], unset: Iterable[str] = ()) -> bytes:
    """The content of a file that sets and unsets variables."""
    lines = [
        f"{shell.comment}{title}. Load it into {shell.name} with: {shell.load}",
        *(shell.unset(name) for name in unset),
        *(shell.set(name, value) for name, value in variables.items()),
        "",
    ]
    return shell.newline.join(lines).encode(shell.encoding)


def loading(file: str, system: str = os.name) -> str:
    """What to type to load a file, in the shell that this system has."""
    return f". {_powershell(str(Path(file).with_suffix('.ps1')))}" if system == "nt" else f". {shlex.quote(file)}"
