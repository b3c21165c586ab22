"""One process of az that runs many commands, in an environment that az reads when it starts: that of `lab login`."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from azext_iotdiag.lab.process.login import UNSET
from tests.plugins import az

_SERVE = "from tests.plugins.az_session import serve; serve()"


class Session:
    """az in a process of its own; commands are run one after the other, each as if it were typed."""

    def __init__(self, process: subprocess.Popen[bytes]):
        self._process = process

    def run(self, *arguments: str) -> az.Run:
        """What came of a command. Fails where it takes longer than `az.SECONDS`."""
        asked, answers = self._process.stdin, self._process.stdout
        assert asked is not None and answers is not None
        asked.write(json.dumps(arguments).encode() + b"\n")
        asked.flush()
        readable, _, _ = select.select([answers], [], [], az.SECONDS)
        assert readable, f"az {' '.join(arguments[:4])} ran for more than {az.SECONDS:g} s"
        line = answers.readline()
        assert line, "az's process has ended"
        code, out, err = json.loads(line)
        return az.Run(code, bytes.fromhex(out), err)


@contextmanager
def session(environment: Mapping[str, str]) -> Iterator[Session]:
    """A process in that environment, which must hold all that az is to know; ended at the end."""
    kept = {name: value for name, value in os.environ.items() if name not in UNSET}
    process = subprocess.Popen(
        [sys.executable, "-c", _SERVE],
        cwd=az.CHECKOUT,
        env={**kept, **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with process:
        try:
            yield Session(process)
        finally:
            process.kill()


def serve() -> None:
    """Run the commands that come on standard input, a JSON list a line, and answer each on standard output."""
    asked, answers = os.fdopen(os.dup(0), "r", encoding="utf-8"), os.fdopen(os.dup(1), "w", encoding="utf-8")
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1):  # neither is for the commands
        os.dup2(nothing, stream)
    os.chdir(Path(os.environ["AZURE_CONFIG_DIR"]))
    for line in asked:
        done = az.az(*_arguments(line))
        answers.write(json.dumps([done.code, done.out.hex(), done.err]) + "\n")
        answers.flush()


def _arguments(line: str) -> Sequence[str]:
    return [str(each) for each in json.loads(line)]
