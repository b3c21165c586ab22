"""A stdout for output.py that tests can look at."""

from __future__ import annotations

import functools
import io
import sys
from types import SimpleNamespace

import pytest

from azext_iotdiag import output


class Stdout(io.TextIOWrapper):
    """A stdout on bytes in memory that counts how often it is flushed."""

    def __init__(self, terminal: bool = False, raw: io.RawIOBase | None = None):
        super().__init__(raw or io.BytesIO(), encoding="utf-8", write_through=False)
        self.terminal = terminal
        self.flushed = 0

    def isatty(self) -> bool:
        return self.terminal

    def flush(self) -> None:
        self.flushed += 1
        super().flush()


def stand_in(monkeypatch: pytest.MonkeyPatch, stdout, stderr=None) -> None:
    """Give output.py these streams. pytest sets sys.stdout anew after the fixtures, so that is no place for them."""
    monkeypatch.setattr(output, "sys", SimpleNamespace(stdout=stdout, stderr=stderr, exit=sys.exit))
    monkeypatch.setattr(output, "print", functools.partial(print, file=stdout), raising=False)


@pytest.fixture
def stdout(monkeypatch: pytest.MonkeyPatch) -> Stdout:
    made = Stdout()
    stand_in(monkeypatch, made)
    return made
