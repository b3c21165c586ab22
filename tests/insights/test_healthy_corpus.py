"""Healthy lines by the hundred thousand, with clocks, ids and sizes by chance: no code, and each failure among them."""

from __future__ import annotations

import os
import random
import re
from pathlib import Path

import pytest

from azext_iotdiag.insights.reading import Reading

FOLDER = Path(__file__).parent / "logs"
LINES = int(os.environ.get("IOTDIAG_CORPUS_LINES", "200000"))  # `make logs-corpus` takes ten million
FAILURES = 20  # in each million, at least as many in all
_HEALTHY = [
    row.split("\t")[0] for row in (FOLDER / "expected.tsv").read_text("utf-8").splitlines() if row.endswith("\t\t")
]
_NUMBER = re.compile(
    r"(?<![\w.])\d{3,10}(?![\w.%])|(?<=\()\d{2,8}(?=\) )|(?<=PACKET_ID: )\d+|(?<=PAYLOAD_LEN: )\d+|(?<=\+)\d+(?=ms)"
)
# Numbers that say something stay as they are.
_FIXED = re.compile(
    r"CONNACK|connack|RETURN_CODE|return_?code|result code|status|HTTP|-> \d{3} |reason|res/|rc=|errno|Certificate",
    re.I,
)
_FAILED = "hub answered errorCode: 404103 DeviceNotOnline"


def healthy_lines(dice: random.Random) -> list[str]:
    """A block of healthy lines of all families, in the order of their logs."""
    name = dice.choice(_HEALTHY)
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    return [
        line if _FIXED.search(line) else _NUMBER.sub(lambda match: str(dice.randrange(10 ** len(match[0]))), line)
        for line in lines
    ]


@pytest.mark.slow
def test_healthy_lines_hold_no_code_and_failures_among_them_are_found() -> None:
    dice = random.Random(17)
    reading, hidden, read = Reading(), 0, 0
    blocks = [healthy_lines(dice) for _ in range(2_000)]
    wanted = max(FAILURES, LINES // 1_000_000 * FAILURES)
    while read < LINES:
        lines = [line for _ in range(200) for line in dice.choice(blocks)]
        if hidden < wanted:
            lines.insert(dice.randrange(len(lines)), _FAILED)
            hidden += 1
        reading.add(("\n".join(lines) + "\n").encode())
        read += len(lines)
    found = {mention.entry.code: mention.times for mention in reading.story().mentions}
    assert found == {"hub-404103": wanted}
