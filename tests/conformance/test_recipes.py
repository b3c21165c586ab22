"""The commands of docs/lab.md and docs/lab-reference.md, run by a shell in their order, as a reader types them.

The programs on the pages are run by test_lab_page.py. Left out here is what a page says is of the extension azure-iot,
which no registry has, and what takes fixed ports, a terminal or the local network: each has a test of its own.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
from pathlib import Path

import pytest

from tests.conformance.conftest import CHECKOUT
from tests.plugins import page_blocks, pages
from tests.plugins.pages import reader  # noqa: F401  # a fixture

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="the pages are for a shell of POSIX"),
]
UNTIL_SHOWN = CHECKOUT / "tests" / "conformance" / "until_shown.py"
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
    for block, _ in page_blocks.shells(CHECKOUT / page):
        if not block.text.startswith("# "):
            found.append([line for line in block.text.splitlines() if line and not ELSEWHERE.search(line)])
    return [block for block in found if block]


def steps_of(blocks: list[list[str]]) -> list[str]:
    """What is typed for each line. What would run on gets Ctrl-C."""
    steps = []
    for block in blocks:
        ready = "" if any("lab start" in line for line in block) else READY
        steps += [f"{ready if number == 0 else ''}{limited(line)}" for number, line in enumerate(block)]
    return ["umask 077", *steps]


def limited(line: str) -> str:
    """The line, in which a command that would run on ends when it has shown what it is for."""
    sign = sign_of(line)
    until = shlex.join([sys.executable, str(UNTIL_SHOWN), sign])
    return re.sub(r"(^|\s)az ", lambda found: f"{found[1]}{until} az ", line, count=1) if sign else line


def sign_of(line: str) -> str:
    """What a command shows that would run on; empty for one that ends by itself."""
    return next((sign for words, sign in ENDLESS if words.search(line)), "")


@pytest.mark.parametrize("page", ["docs/lab.md", "docs/lab-reference.md"])
def test_the_commands_of_a_page(reader: Path, page: str) -> None:  # noqa: F811
    blocks = blocks_of(page)
    lines = [line for block in blocks for line in block]
    assert len(lines) > 10
    ran = pages.run(reader, steps_of(blocks))[1:]
    wrong = [(line, done.code, done.shown[-1000:]) for line, done in zip(lines, ran)
             if done.code not in codes_of(line, page)]  # fmt: skip
    assert not wrong
    assert not [line for line, done in zip(lines, ran) if "Traceback" in done.shown]


def codes_of(line: str, page: str) -> set[int]:
    """The exit codes that a command may have; 130 for one that Ctrl-C ends."""
    own = next((codes for words, codes in CODES.items() if words in line), {0})
    broken = page in FAILING and FAILING[page].search(line) is not None
    return own | ({0, 130} if sign_of(line) else set()) | ({4, 5} if broken else set())
