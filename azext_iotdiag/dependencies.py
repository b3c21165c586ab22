"""Which copy of a library our commands import where several extensions bring one."""

from __future__ import annotations

import os
import sys


def prefer_own() -> None:
    """Put this extension's folder in front of other extensions' on sys.path, but never in front of az's own libraries.

    az appends the folders of all extensions under `az iot` in the order of their names, so that one that sorts before
    us would otherwise provide our libraries, in versions of its choice.
    """
    own = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    extensions = os.path.dirname(own)
    first = next(
        (at for at, folder in enumerate(sys.path) if folder != own and os.path.dirname(folder) == extensions), None
    )
    if own in sys.path and first is not None and sys.path.index(own) > first:
        sys.path.remove(own)
        sys.path.insert(first, own)
