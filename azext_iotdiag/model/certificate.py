"""A certificate as a server shows it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Certificate:
    """Whom a certificate is for, who signed it, and until when it holds (ISO 8601, UTC)."""

    subject: str
    issuer: str
    names: tuple[str, ...]
    not_before: str
    not_after: str
