"""A Python that has az and what az brings, but none of the libraries that only this extension needs."""

from __future__ import annotations

import sysconfig
import venv
from pathlib import Path

from tests.plugins.decoy_extension import LIBRARIES


def make(folder: Path) -> str:
    """Make it, of links to what this test run's Python has, and return the path of its interpreter."""
    venv.create(folder, symlinks=True, with_pip=False)
    (site,) = folder.glob("[Ll]ib/**/site-packages")
    hidden = {library.split("/")[-1] for library in LIBRARIES}
    _link(Path(sysconfig.get_path("purelib")), site, hidden)
    return str(next(folder.glob("bin/python")))


def _link(source: Path, target: Path, hidden: set[str]) -> None:
    for entry in source.iterdir():
        if entry.name in hidden or (target / entry.name).exists():
            continue
        if entry.name == "azure":  # a namespace, which eventhub is a part of
            (target / entry.name).mkdir()
            _link(entry, target / entry.name, hidden)
        else:
            (target / entry.name).symlink_to(entry, target_is_directory=entry.is_dir())
