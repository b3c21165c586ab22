"""`lab shell`: which shell it opens, what it knows, and that Ctrl-C is for the shell."""

from __future__ import annotations

import os
import signal
import stat
from pathlib import Path
from typing import Any

import pytest

from azext_iotdiag.lab.process import cli_text, shell
from azext_iotdiag.lab.process import folder as files
from azext_iotdiag.lab.process.errors import LabError

ENDPOINTS = {"proxy": "127.0.0.1:1", "identity": "127.0.0.1:2"}
DESCRIBED: dict[str, Any] = {"name": "lab", "endpoints": ENDPOINTS, "environment": {"AZURE_IOTDIAG_LOGIN": "x"}}
POSIX = os.name == "posix"


def script(path: Path, *lines: str) -> str:
    path.write_text("\n".join(["#!/bin/sh", *lines, ""]))
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def test_the_environment_of_the_lab(tmp_path: Path) -> None:
    opened = shell.prepare(DESCRIBED, tmp_path, {}, {"HOME": "/h", "HTTPS_PROXY": "http://own"}, "posix")
    assert opened.variables == {"HOME": "/h", "HTTPS_PROXY": "http://own", "AZURE_IOTDIAG_LOGIN": "x"}
    assert not opened.logged_in and "lab login --name lab" in cli_text.shell(opened)[1]


def test_the_environment_of_the_login(tmp_path: Path) -> None:
    (tmp_path / files.LOGIN).touch()
    typed = {"HTTPS_PROXY": "http://own", "ALL_PROXY": "socks://own", "AZURE_CLOUD_NAME": "AzureChinaCloud"}
    opened = shell.prepare(DESCRIBED, tmp_path, {"AZURE_EXTENSION_DIR": "/e"}, typed, "posix")
    assert opened.variables["HTTPS_PROXY"] == "http://127.0.0.1:1" and opened.variables["AZURE_EXTENSION_DIR"] == "/e"
    assert opened.variables["AZURE_CONFIG_DIR"] == str(tmp_path / files.AZURE)
    assert not {"ALL_PROXY", "AZURE_CLOUD_NAME"} & set(opened.variables)
    assert opened.logged_in and "logged in to the lab" in cli_text.shell(opened)[1]


@pytest.mark.parametrize(("environment", "system", "command"), [
    ({"SHELL": "/bin/zsh"}, "posix", ("/bin/zsh",)),
    ({}, "posix", ("/bin/sh",)),
    ({"PSModulePath": "a;b;c", "COMSPEC": "C:\\cmd.exe"}, "nt", ("powershell.exe", "-NoLogo")),
    ({"PSModulePath": "a;b", "COMSPEC": "C:\\cmd.exe"}, "nt", ("C:\\cmd.exe",)),
    ({}, "nt", ("cmd.exe",)),
])  # fmt: skip
def test_which_shell(environment: dict[str, str], system: str, command: tuple[str, ...]) -> None:
    assert shell.command_of(environment, system) == command


@pytest.mark.skipif(not POSIX, reason="a shell script stands for the shell")
def test_it_runs_until_it_ends(tmp_path: Path) -> None:
    told = tmp_path / "told"
    own = script(tmp_path / "own", f'echo "$AZURE_IOTDIAG_LOGIN" > {told}', "exit 3")
    assert shell.prepare(DESCRIBED, tmp_path, {}, {"SHELL": own}).run() == 3
    assert told.read_text() == "x\n"


@pytest.mark.skipif(not POSIX, reason="a shell script stands for the shell")
def test_ctrl_c_is_for_the_shell(tmp_path: Path) -> None:
    """Both get it, as from a terminal: az goes on, and a program in the shell ends by it."""
    ends = "import os, signal; os.kill(os.getpid(), signal.SIGINT)"
    lines = (f"kill -INT {os.getpid()}", f'python3 -c "{ends}" 2>/dev/null', "[ $? -ne 0 ] && exit 7")
    before = signal.getsignal(signal.SIGINT)
    assert shell.prepare(DESCRIBED, tmp_path, {}, {**os.environ, "SHELL": script(tmp_path / "own", *lines)}).run() == 7
    assert signal.getsignal(signal.SIGINT) is before


def test_a_shell_that_cannot_be_started(tmp_path: Path) -> None:
    with pytest.raises(LabError, match="nowhere") as wrong:
        shell.prepare(DESCRIBED, tmp_path, {}, {"SHELL": str(tmp_path / "nowhere")}, "posix").run()
    assert "SHELL" in wrong.value.advice
