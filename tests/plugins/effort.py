"""How hard a test with random cases tries: many more with IOTDIAG_SIEGE=1, and a tenth in `make quick`."""

from __future__ import annotations

import os

from hypothesis import settings

QUICK = ("quick", "mutants")  # the profiles of tests/conftest.py in which time counts more than rare cases
FEWEST = 25


def siege() -> bool:
    """Whether `make siege` runs."""
    return bool(os.environ.get("IOTDIAG_SIEGE"))


def quick() -> bool:
    """Whether `make quick` or `make mutants` runs."""
    return settings.get_current_profile_name() in QUICK


def cases(suite: int, in_siege: int = 0) -> int:
    """How many cases a test takes that takes `suite` of them in `make test`."""
    if siege():
        return max(suite, in_siege)
    return max(suite // 10, FEWEST) if quick() else suite


def few(suite: int, in_siege: int = 5_000) -> int:
    """The same for a test that many rows of a table share: each row gets a tenth in `make quick`, however few."""
    return max(suite, in_siege) if siege() else suite // 10 if quick() else suite
