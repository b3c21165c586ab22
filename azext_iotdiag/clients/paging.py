"""Lists that come in pages: what a server names as its next page is asked for at the same host, and every list ends."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urljoin, urlsplit

from azext_iotdiag.clients.http import Http
from azext_iotdiag.clients.transport import HTTPS_PORT
from azext_iotdiag.model.failure import Kind

MOST_PAGES = 100_000  # of one list; a million devices are 10,000 pages of IoT Central
MOST_EMPTY = 100  # pages without a row, one after the other
LONGEST = 12_000  # characters of what names a page; the head of a request holds 16 KB
_SENDABLE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?")


class Pages:
    """One list of one server. `step` says what is waited for. Everything may raise StepFailed.

    Call one of the two methods for each page, with what that page says of the next and the number of its rows.
    """

    def __init__(self, http: Http, step: str, *, most: int = MOST_PAGES):
        self._http = http
        self._step = step
        self._most = most
        self._seen: set[int] = set()  # hashes, because a token can have thousands of characters
        self._count = 0
        self._empty = 0

    def continuation(self, told: str, rows: int) -> str:
        """What the header x-ms-continuation names as the next page; empty at the end."""
        if not told:
            return ""
        if len(told) > LONGEST or not _SENDABLE.fullmatch(told):
            raise self._wrong("what names the next page cannot be sent back")
        self._advance(told, rows)
        return told

    def link(self, told: Any, target: str, rows: int) -> str:
        """The path and query of the page that nextLink names; empty at the end. `target` are those of this page."""
        if told is None or told == "":
            return ""
        if not isinstance(told, str):
            raise self._wrong(f"the link to the next page is {_name_of(told)}, not a text")
        following = self._same_host(told, target)
        if len(following) > LONGEST or not _SENDABLE.fullmatch(following):
            raise self._wrong("the link to the next page cannot be asked for")
        self._advance(following, rows)
        return following

    def _same_host(self, told: str, target: str) -> str:
        try:
            parts = urlsplit(urljoin(f"https://{self._http.host}{target}", told))
            host, port = parts.hostname, parts.port
        except ValueError:
            raise self._wrong("the link to the next page is no link") from None
        if host != self._http.host.lower() or port not in (None, HTTPS_PORT):
            raise self._wrong(f"the next page is at another host, {parts.netloc.rpartition('@')[2]}")
        if parts.scheme != "https":
            raise self._wrong(f"the next page is to be asked for by {parts.scheme}, not https")
        return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")

    def _advance(self, following: str, rows: int) -> None:
        self._count += 1
        self._empty = 0 if rows else self._empty + 1
        if hash(following) in self._seen:
            raise self._wrong("the answers do not end: a page names an earlier page as the next")
        if self._empty > MOST_EMPTY:
            raise self._wrong(f"the answers do not end: {self._empty} pages in a row are empty")
        if self._count >= self._most:
            raise self._wrong(f"the list has more than {self._most} pages")
        self._seen.add(hash(following))

    def _wrong(self, description: str) -> Exception:
        return self._http.failed(Kind.NOT_HTTP, self._step, description)


def _name_of(value: Any) -> str:
    return {bool: "true or false", list: "a list", dict: "an object"}.get(type(value), "a number")
