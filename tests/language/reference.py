"""The reference parser of DTDL in one node process: the names of the rules that each model breaks."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).parents[1] / "conformance" / "node" / "dtdl_parser.mjs"
CRASH = "crash"  # the reference stumbles over some models itself, and says nothing about them
SECONDS = 120


def broken_rules(models: Iterable[Any], node_modules: str) -> list[list[str]]:
    """For each model the rules that it breaks by the reference: none for one that is right."""
    lines = "".join(json.dumps(each) + "\n" for each in models)
    command = ["node", str(SCRIPT), node_modules]
    told = subprocess.run(command, input=lines, capture_output=True, text=True, check=True, timeout=SECONDS)
    return [json.loads(line) for line in told.stdout.splitlines()]
