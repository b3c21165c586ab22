"""Judges so many messages that are in memory already: `rules_alone.py COUNT MODEL`. What any program needs for that."""

from __future__ import annotations

import sys
from contextlib import suppress

import template

from azext_iotdiag.payload import NotJson, read_model


def main(count: int, path: str) -> None:
    """Read and judge."""
    model = read_model(path)
    bodies = template.mixed()
    for number in range(count):
        with suppress(NotJson):
            model.telemetry_json(bodies[number % len(bodies)])


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
