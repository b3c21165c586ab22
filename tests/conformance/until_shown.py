"""Runs a command, and types Ctrl-C when it has shown what it is for: until_shown.py PATTERN COMMAND…

A command that ends by itself is left alone. One that has not ended after a minute is killed.
"""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import threading
from typing import IO

SECONDS = 60


def main(pattern: bytes, command: list[str]) -> int:
    """The exit code of the command."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    once = threading.Lock()

    def copy(source: IO[bytes], target: IO[bytes]) -> None:
        for line in source:
            target.write(line)
            target.flush()
            if re.search(pattern, line) and once.acquire(blocking=False):
                process.send_signal(signal.SIGINT)

    assert process.stdout is not None and process.stderr is not None
    pairs = ((process.stdout, sys.stdout.buffer), (process.stderr, sys.stderr.buffer))
    copies = [threading.Thread(target=copy, args=pair) for pair in pairs]
    limit = threading.Timer(SECONDS, process.kill)
    for each in (limit, *copies):
        each.start()
    code = process.wait()
    limit.cancel()
    for each in copies:
        each.join()
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1].encode(), sys.argv[2:]))
