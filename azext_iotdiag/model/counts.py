"""Counts as people read them, with their noun."""

from __future__ import annotations


def counted(count: int, noun: str, plural: str = "") -> str:
    """A count and what it counts: "1 message", "1,000 messages"; `plural` is for nouns that take more than an s."""
    return f"{count:,} {noun if count == 1 else plural or f'{noun}s'}"
