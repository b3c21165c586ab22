"""A certificate as a server shows it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Certificate:
    """Whom a certificate is for, who signed it, and until when it holds (ISO 8601, UTC).

    `sha1` is its fingerprint in hexadecimal digits, empty where it was not taken.
    """

    subject: str
    issuer: str
    names: tuple[str, ...]
    not_before: str
    not_after: str
    sha1: str = ""


def name_of(distinguished: str) -> str:
    """What people call a subject or an issuer: its common name, else its organisation, else all of it."""
    parts = dict(part.strip().split("=", 1) for part in reversed(distinguished.split(",")) if "=" in part)
    return parts.get("CN") or parts.get("O") or distinguished
