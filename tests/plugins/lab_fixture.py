"""A lab inside the test's own process, for any test: `from tests.plugins.lab_fixture import lab`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from azext_iotdiag.lab.process import folder, server
from azext_iotdiag.lab.process.hosting import Hosted, hosted
from azext_iotdiag.lab.process.settings import Settings


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Hosted]:
    """A fresh lab with the real services: `.description`, `.state` (through `.call`), `.break_()`, `.mend()`."""
    with open_lab(tmp_path) as running:
        yield running


@contextmanager
def open_lab(path: Path, *, services: Mapping[str, server.Service] | None = None, **settings: Any) -> Iterator[Hosted]:
    """A lab with its files under `path`; `settings` are those of Settings, `services` replaces what it speaks."""
    made = Settings(**settings)
    with hosted(made, folder.make(folder.labs_of(path), made.name), services=services) as running:
        yield running
