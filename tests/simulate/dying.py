"""A run with a temporary identity that stops at a chosen point, to be killed there: `dying.py POINT HUB-FOLDER NOTES`.

The hub is a folder with a file for each device. It prints the point's name once it is there.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from azext_iotdiag.simulate import temporary


class Folder:
    """A registry of files; `at(point)` is called between any two steps."""

    def __init__(self, path, at=lambda point: None):
        self.path = Path(path)
        self.at = at

    def create_device(self, device, key, why):
        self.at("before-create")
        assert key.reveal() and why
        (self.path / device).touch()
        self.at("after-create")

    def delete_device(self, device):
        self.at("before-delete")
        known = (self.path / device).exists()
        (self.path / device).unlink(missing_ok=True)
        self.at("after-delete")
        return known


def main(point, hub, notes):
    def at(here):
        if here == point:
            print(here, flush=True)
            time.sleep(60)

    registry = Folder(hub, at)
    with temporary.identity(registry, "h", Path(notes)):
        at("running")


if __name__ == "__main__":
    main(*sys.argv[1:])
