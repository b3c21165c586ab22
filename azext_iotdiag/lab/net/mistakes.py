"""What clients and the audit are told when the lab itself makes a mistake."""

from __future__ import annotations

WORDS = "The service encountered an internal error. Please retry the operation."


def reason(mistake: BaseException) -> str:
    """What the audit says of a mistake."""
    return f"a mistake of the lab: {type(mistake).__name__}: {mistake}"
