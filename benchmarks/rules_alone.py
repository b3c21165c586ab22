"""Judges so many messages that are in memory already: `rules_alone.py COUNT MODEL`. What any program needs for that."""

from __future__ import annotations

import sys

import template

from azext_iotdiag.payload import NotJson, read_json, read_model


def main(count: int, path: str) -> None:
    """Read and judge."""
    model = read_model(path)
    bodies = template.mixed()
    for number in range(count):
        try:
            value = read_json(bodies[number % len(bodies)])
        except NotJson:
            continue
        model.telemetry(value)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
