"""The commands of docs/lab.md and docs/lab-reference.md, run by a shell in their order, as a reader types them.

The programs on the pages are run by test_lab_page.py. Left out here is what a page says is of the extension azure-iot,
which no registry has, and what takes fixed ports, a terminal or the local network: each has a test of its own.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conformance.conftest import CHECKOUT, absent
from tests.plugins import az as plugin

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="the pages are for a shell of POSIX"),
]
SECONDS = 400
UNTIL_SHOWN = CHECKOUT / "tests" / "conformance" / "until_shown.py"
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PROGRAM = re.compile(r"^```\w+\n(?:#|//) (\S+)\n")
ELSEWHERE = re.compile(r"lab shell|# of the extension azure-iot|--bind |--listen |publish\.sh|mosquitto_pub|^umask ")
# What would run on, and what it shows when it does what it is for. Then it gets Ctrl-C.
ENDLESS = (
    (re.compile(r"lab watch"), "^Watching"),
    (re.compile(r"(?:monitor events|validate messages) --app-id"), '"device":"thermostat-'),
    (re.compile(r"monitor events(?!.*--max-messages)"), "^Receiving from"),
    (re.compile(r"--message-count 0|--new-device"), "^Message 1 .*acknowledged"),
)
# The exit codes of commands that find something wrong, or refuse: 4 where the hub refused, 5 where it could not look.
CODES = {"--misbehave": {0, 4}, "token-refused": {0}}
FAILING = {
    "docs/lab-reference.md": re.compile(r"monitor events|validate messages")
}  # while a fault or proxy is in the way


# A reader of one section has a lab, and a shell that is logged in to it. The page starts labs itself, too.
READY = """
if ! [ -e ~/.azure/iot-diag/labs/lab/lab.json ]; then
    unset AZURE_CONFIG_DIR AZURE_IOTDIAG_CONNECT_TO REQUESTS_CA_BUNDLE SSL_CERT_FILE HTTPS_PROXY https_proxy
    az iot diag lab start --detach -o json > lab.json
    jq -r .connectionStrings.service lab.json > hub.txt
    az iot diag lab login -o none
    . ~/.azure/iot-diag/labs/lab/login.sh
fi
"""


def blocks_of(page: str) -> list[list[str]]:
    """The commands of a page by block, without the programs and without what is not for this test."""
    found = []
    for block in BLOCK.findall((CHECKOUT / page).read_text(encoding="utf-8")):
        if not block.startswith("# "):
            found.append([line for line in block.splitlines() if line and not ELSEWHERE.search(line)])
    return [block for block in found if block]


def script_of(blocks: list[list[str]]) -> str:
    """A script that says after each line which exit code it had. What would run on gets Ctrl-C."""
    parts, number = ["umask 077"], 0
    for block in blocks:
        parts += [] if any("lab start" in line for line in block) else [READY]
        for line in block:
            parts += [limited(line), f'echo "@@ {number} $?"']
            number += 1
    return "\n".join([*parts, ""])


def limited(line: str) -> str:
    """The line, in which a command that would run on ends when it has shown what it is for."""
    sign = sign_of(line)
    until = shlex.join([sys.executable, str(UNTIL_SHOWN), sign])
    return re.sub(r"(^|\s)az ", lambda found: f"{found[1]}{until} az ", line, count=1) if sign else line


def sign_of(line: str) -> str:
    """What a command shows that would run on; empty for one that ends by itself."""
    return next((sign for words, sign in ENDLESS if words.search(line)), "")


@pytest.fixture
def reader(tmp_path: Path) -> Path:
    """A home of its own with az on the path; labs that a page leaves are ended."""
    if not shutil.which("jq"):
        absent("no jq")
    plugin.install()
    program = tmp_path / "bin" / "az"
    program.parent.mkdir()
    extensions = os.environ["AZURE_EXTENSION_DIR"]
    program.write_text(
        f'#!/bin/sh\nexport AZURE_EXTENSION_DIR="{extensions}"\nexec "{sys.executable}" -m azure.cli "$@"\n'
    )
    program.chmod(0o755)
    (tmp_path / "here").mkdir()
    yield tmp_path
    typed(tmp_path, "az iot diag lab stop --all\n")


def typed(reader: Path, script: str) -> subprocess.CompletedProcess[str]:
    left_out = {"AZURE_CONFIG_DIR", "AZURE_EXTENSION_DIR", "REQUESTS_CA_BUNDLE", "AZURE_IOTDIAG_CONNECT_TO"}
    kept = {
        name: value for name, value in os.environ.items()
        if name not in left_out and not name.lower().endswith("_proxy") and not name.startswith("PYTEST")
    }  # fmt: skip
    home = {"HOME": str(reader), "PATH": f"{reader / 'bin'}:{os.environ['PATH']}", "AZURE_CORE_COLLECT_TELEMETRY": "no"}
    return subprocess.run(
        ["bash"], input=script, cwd=reader / "here", capture_output=True, text=True, timeout=SECONDS, check=False,
        env={**kept, **home}, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip


@pytest.mark.parametrize("page", ["docs/lab.md", "docs/lab-reference.md"])
def test_the_commands_of_a_page(reader: Path, page: str) -> None:
    blocks = blocks_of(page)
    lines = [line for block in blocks for line in block]
    assert len(lines) > 10
    done = typed(reader, script_of(blocks))
    codes = {int(number): int(code) for number, code in re.findall(r"^@@ (\d+) (\d+)$", done.stdout, re.MULTILINE)}
    assert set(codes) == set(range(len(lines))), done.stderr[-2000:]
    wrong = [(line, codes[number]) for number, line in enumerate(lines) if codes[number] not in codes_of(line, page)]
    assert not wrong, (wrong, done.stderr[-4000:])
    assert "Traceback" not in done.stderr


def codes_of(line: str, page: str) -> set[int]:
    """The exit codes that a command may have; 130 for one that Ctrl-C ends."""
    own = next((codes for words, codes in CODES.items() if words in line), {0})
    broken = page in FAILING and FAILING[page].search(line) is not None
    return own | ({0, 130} if sign_of(line) else set()) | ({4, 5} if broken else set())
