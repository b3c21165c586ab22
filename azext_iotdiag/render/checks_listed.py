"""All checks by their links, as `check --list` shows them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from azext_iotdiag.model.check import ByLink

_WIDTH = 30


def data(checks: ByLink) -> dict[str, Any]:
    """Each check with its link and its title."""
    return {
        "version": 1,
        "checks": [
            {"link": link.value, "check": check.name, "title": check.title}
            for link, listed in checks.items()
            for check in listed
        ],
    }


def lines(checks: ByLink) -> Iterator[str]:
    """The same for a person."""
    for link, listed in checks.items():
        yield link.value
        yield from (f"  {check.name:<{_WIDTH}}{check.title}" for check in listed)
