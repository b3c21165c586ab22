"""Ids as parts of paths."""

from __future__ import annotations

from urllib.parse import quote


def segment(id_: str) -> str:
    """An id as one segment of a path. What is no Unicode, as JSON may hold it, is for the service to refuse."""
    return quote(id_, safe="", errors="surrogatepass")


def whole(path: str) -> str:
    """A path that a service gave, with its slashes."""
    return quote(path, safe="/", errors="surrogatepass")
