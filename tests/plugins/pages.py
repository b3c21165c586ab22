"""Commands typed into a shell as a reader of docs/ pastes them, and what came of each."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import shutil
import signal
import struct
import subprocess
import sys
import termios
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conformance.conftest import absent
from tests.plugins import az as plugin

SECONDS = 400
ROWS, COLUMNS = 50, 100  # of the terminal
_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_ENDED = re.compile(r"^@@ (\d+) (\d+)$", re.MULTILINE)
_FAILED = re.compile(r"^@! (\d+) (.*)\n", re.MULTILINE)


class Ran(NamedTuple):
    """What came of a step: its exit code, all that was shown, and the commands before the last that failed."""

    code: int
    shown: str
    failed: tuple[str, ...]


def run(reader: Path, steps: Sequence[str], *, terminal: bool = False, **environment: str) -> list[Ran]:
    """Paste all steps into a shell at once, and tell what came of each."""
    script = "".join(_marked(number, step) for number, step in enumerate(steps))
    shown = _COLOUR.sub("", typed(reader, script, terminal=terminal, **environment))
    ran, begin = [], 0
    for ended in _ENDED.finditer(shown):
        assert int(ended[1]) == len(ran), shown[-4000:]
        part = shown[begin : ended.start()]
        failed = [f"{code}: {command}" for code, command in _FAILED.findall(part)]
        ran.append(Ran(int(ended[2]), _FAILED.sub("", part), tuple(failed[: -1 if int(ended[2]) else None])))
        begin = ended.end() + 1
    assert len(ran) == len(steps), f"the shell ended in step {len(ran)}\n{shown[-4000:]}"
    return ran


def _marked(number: int, step: str) -> str:
    """A step, with what tells how it and each of its commands ended. A new shell has no trap yet."""
    return f'trap \'echo "@! $? $BASH_COMMAND"\' ERR\n{step.rstrip()}\necho "@@ {number} $?"\n'


def typed(reader: Path, script: str, *, terminal: bool = False, **environment: str) -> str:
    """All that a shell shows to which a script is typed, on a terminal or in a pipe."""
    left_out = {
        "AZURE_CONFIG_DIR", "AZURE_EXTENSION_DIR", "REQUESTS_CA_BUNDLE", "AZURE_IOTDIAG_CONNECT_TO", "TF_BUILD",
        "GITHUB_ACTIONS", "AZURE_CORE_NO_COLOR",
    }  # fmt: skip
    kept = {
        name: value for name, value in os.environ.items()
        if name not in left_out and not name.lower().endswith("_proxy") and not name.startswith("PYTEST")
    }  # fmt: skip
    own = {
        "HOME": str(reader), "PATH": f"{reader / 'bin'}:{os.environ['PATH']}", "AZURE_CORE_COLLECT_TELEMETRY": "no",
        "SHELL": shutil.which("bash") or "/bin/bash", "NO_COLOR": "1",
    }  # fmt: skip
    out, screen = pty.openpty() if terminal else os.pipe()
    if terminal:
        fcntl.ioctl(screen, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    process = subprocess.Popen(
        ["bash"], stdin=subprocess.PIPE, stdout=screen, stderr=screen, cwd=reader / "here",
        env={**kept, **own, **environment},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    os.close(screen)
    limit = threading.Timer(SECONDS, process.kill)
    limit.start()
    writer = threading.Thread(target=_type, args=(process, script.encode()))
    writer.start()
    try:
        return b"".join(_read(out)).decode(errors="replace").replace("\r\n", "\n")
    finally:
        os.close(out)
        process.wait()
        limit.cancel()
        writer.join()


def _type(process: subprocess.Popen[bytes], script: bytes) -> None:
    assert process.stdin is not None
    try:
        with process.stdin:
            process.stdin.write(script)
    except BrokenPipeError:  # the shell has ended before its end
        pass


def _read(out: int) -> Iterator[bytes]:
    while True:
        try:
            piece = os.read(out, 65536)
        except OSError:  # the last program that had the terminal has ended
            return
        if not piece:
            return
        yield piece


def home(folder: Path, extensions: str) -> Path:
    """Make a home with az on the path, and a folder `here` in which commands are typed."""
    program = folder / "bin" / "az"
    program.parent.mkdir()
    program.write_text(
        f'#!/bin/sh\nexport AZURE_EXTENSION_DIR="{extensions}"\nexec "{sys.executable}" -m azure.cli "$@"\n'
    )
    program.chmod(0o755)
    (folder / "here").mkdir()
    return folder


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Path]:
    """A home of its own with az on the path; labs that a page leaves are ended."""
    if not shutil.which("jq"):
        absent("no jq")
    plugin.install()
    home(tmp_path, os.environ["AZURE_EXTENSION_DIR"])
    yield tmp_path
    typed(tmp_path, "az iot diag lab stop --all\n")
