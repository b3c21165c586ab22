"""az with the checkout's extension in it, in the test's process or in one of its own, and what came of a command."""

from __future__ import annotations

import contextlib
import io
import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple
from unittest import mock

CHECKOUT = Path(__file__).parents[2]
METADATA = "Metadata-Version: 2.1\nName: iot-diag\nVersion: 1.0.0b1\n"
SECONDS = 60.0


class Run(NamedTuple):
    """What a command wrote, and its exit code."""

    code: int
    out: bytes
    err: str

    @property
    def messages(self) -> list[dict]:
        """What stdout holds, as the JSON objects of its lines."""
        return [json.loads(line) for line in self.out.split(b"\n") if line]


def install() -> None:
    """Put the checkout into the extension folder that the test run's az looks into; again does nothing."""
    folder = Path(os.environ["AZURE_EXTENSION_DIR"], "iot-diag")
    if folder.exists():
        return
    information = folder / "iot_diag-1.0.0b1.dist-info"
    information.mkdir(parents=True)
    (information / "METADATA").write_text(METADATA, encoding="utf-8")
    (folder / "azext_iotdiag").symlink_to(CHECKOUT / "azext_iotdiag", target_is_directory=True)


class _Out(io.TextIOWrapper):
    """stdout on bytes in memory, which may say that it is a terminal."""

    terminal = False

    def isatty(self) -> bool:
        return self.terminal


def az(*arguments: str, environment: Mapping[str, str] | None = None, terminal: bool = False) -> Run:
    """Run a command in this process, with its own stdout and stderr; stdout may be one that says it is a terminal."""
    install()
    from azure.cli.core import get_default_cli

    out, err = _Out(io.BytesIO(), encoding="utf-8"), io.StringIO()
    out.terminal = terminal
    with (
        mock.patch.dict(os.environ, environment or {}), _without_log_handlers(),
        contextlib.redirect_stdout(out), contextlib.redirect_stderr(err),
    ):  # fmt: skip
        try:
            code = get_default_cli().invoke(list(arguments), out_file=out)
        except SystemExit as left:
            code = left.code
    out.flush()
    return Run(int(code or 0), out.buffer.getvalue(), err.getvalue())


def start(*arguments: str, environment: Mapping[str, str] | None = None, **options) -> subprocess.Popen[bytes]:
    """Start a command in a process of its own, away from the checkout; whoever starts it ends it."""
    install()
    command = [sys.executable, "-m", "azure.cli", *arguments]
    options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
    folder = os.environ["AZURE_CONFIG_DIR"]
    return subprocess.Popen(command, cwd=folder, env={**os.environ, **(environment or {})}, **options)


def finished(process: subprocess.Popen[bytes], seconds: float = SECONDS) -> Run:
    """Wait until a process has ended, and kill it when it does not in time."""
    try:
        out, err = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
        raise AssertionError(f"az ran for more than {seconds:g} s\n{err.decode()}") from None
    return Run(process.returncode, out or b"", (err or b"").decode())


@contextlib.contextmanager
def _without_log_handlers() -> Iterator[None]:
    """az sets its handlers up once in a process, on the stderr of that time; here each command gets its own."""
    loggers = [logging.getLogger(name) for name in (None, "cli", "azure")]
    before = [(logger, logger.handlers[:], logger.level, logger.propagate) for logger in loggers]
    for logger in loggers:
        logger.handlers[:] = []
    try:
        yield
    finally:
        for logger, handlers, level, propagate in before:
            logger.handlers[:] = handlers
            logger.setLevel(level)
            logger.propagate = propagate
