"""The certificates of authorities that a hub holds: what the certificates of its devices lead to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Authority:
    """A certificate that was uploaded. A hub uses it once it is `verified`, which proves that the owner has its key.

    `expires` is in milliseconds since 1970, None where the hub tells none that can be read.
    """

    name: str
    subject: str = ""
    verified: bool = False
    expires: int | None = None
