"""What the code in a hub's refusal means, where the code fits the HTTP status that it came with."""

from __future__ import annotations

import re

from azext_iotdiag.knowledge import lookup
from azext_iotdiag.model.finding import Entry

_CODE = re.compile(r"[1-5][0-9]{5}")  # six digits, of which the first three are the HTTP status


def named(code: str, http: int) -> Entry | None:
    """The entry of a code, which is six digits or a name; None for one that is not known, or not under this status."""
    numbered = [(entry, _numbers(entry)) for entry in lookup.find(code, "hub")]
    return next((entry for entry, numbers in numbered if any(each[:3] == str(http) for each in numbers)), None)


def _numbers(entry: Entry) -> list[str]:
    return [name for name in entry.aliases if _CODE.fullmatch(name)]
