"""A value of JSON without anything that looks like a secret, for what leaves the company: a report for a ticket.

Elsewhere only what was typed is hidden, because payloads must stay as they are. A report holds no payload.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from azext_iotdiag.render.typed_secrets import TypedSecrets

_MOST_REMEMBERED = 10_000  # texts; rows of a log repeat most of theirs


def redacted(value: Any, names: Iterable[str] = ()) -> Any:
    """The value with *** in the place of each piece of a secret, in all of its texts and names of fields.

    `names` are ids and hosts that the value is about: one that looks like a key is no key, and stays.
    """
    alike = sorted({name for name in names if name and TypedSecrets([name])}, key=len, reverse=True)
    between = re.compile("|".join(f"({re.escape(each)})" for each in alike)) if alike else None

    @lru_cache(maxsize=_MOST_REMEMBERED)
    def clean(text: str) -> str:
        if between is None:
            return TypedSecrets([text])(text)
        parts = [each for each in between.split(text) if each is not None]
        return "".join(each if each in alike else TypedSecrets([each])(each) for each in parts)

    return _walked(value, clean)


def _walked(value: Any, clean: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean(name): _walked(each, clean) for name, each in value.items()}
    if isinstance(value, list):
        return [_walked(each, clean) for each in value]
    return value
