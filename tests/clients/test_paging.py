"""What a server names as its next page: asked for only at the same host, and never for ever."""

from __future__ import annotations

import itertools

import pytest

from azext_iotdiag.clients import paging
from azext_iotdiag.clients.http import Http
from azext_iotdiag.clients.paging import Pages
from azext_iotdiag.model.failure import Kind, StepFailed

HOST, TARGET = "app.example", "/api/devices?api-version=1"


def pages(**options) -> Pages:
    return Pages(Http(HOST), "the list", **options)


@pytest.mark.parametrize(("link", "target"), [
    (None, ""), ("", ""),
    (f"https://{HOST}/next?a=b", "/next?a=b"), (f"https://{HOST.upper()}:443/next?a=%20b", "/next?a=%20b"),
    ("/next?a=b", "/next?a=b"), ("next?a=b", "/api/next?a=b"), ("?page=2", "/api/devices?page=2"),
    (f"//{HOST}/next", "/next"), (f"https://{HOST}", "/"), (f"https://user:secret@{HOST}/next", "/next"),
])  # fmt: skip
def test_links_to_the_same_host(link, target: str) -> None:
    assert pages().link(link, TARGET, 1) == target


@pytest.mark.parametrize(("link", "words"), [
    ("https://evil.example/next", "another host, evil.example"), ("//evil.example/next", "another host"),
    (f"https://{HOST}.evil.example/next", "another host"), (f"https://{HOST}@evil.example/next", "evil.example"),
    (f"https://{HOST}:8443/next", "another host"), (f"http://{HOST}/next", "by http"), ("ftp://x/y", "another host"),
    ("https://[::1/next", "no link"), (f"https://{HOST}:99999/", "no link"), (f"https://{HOST}:x/", "no link"),
    ("javascript:alert(1)", "another host"),
    (f"https://{HOST}/caf\u00e9", "cannot be asked for"), (f"https://{HOST}/" + "x" * 20_000, "cannot be asked for"),
    (7, "a number, not a text"), (True, "true or false"), (["x"], "a list"), ({"href": "x"}, "an object"),
    (0, "a number"), (False, "true or false"), ([], "a list"),
])  # fmt: skip
def test_links_that_are_not_followed(link, words: str) -> None:
    with pytest.raises(StepFailed) as failed:
        pages().link(link, TARGET, 1)
    failure = failed.value.failure
    assert (failure.kind, failure.step, failure.host) == (Kind.NOT_HTTP, "the list", HOST)
    assert words in failure.description and "secret" not in failure.description


@pytest.mark.parametrize("token", ["a\r\nX: 1", "a\nb", "caf\u00e9", " a", "a ", "\t", "x" * 20_000, "a\0b", "\x7f"])
def test_continuations_that_cannot_be_sent_back(token: str) -> None:
    with pytest.raises(StepFailed, match="cannot be sent back"):
        pages().continuation(token, 1)


def test_continuations() -> None:
    token = '{"token":"+RID:~x#RT:1","range":{"min":"","max":"FF"}}'
    assert pages().continuation(token, 0) == token and pages().continuation("", 0) == ""


@pytest.mark.parametrize("cycle", [["/a"], ["/a", "/b"], [f"/{number}" for number in range(50)]])
def test_a_cycle_ends(cycle: list[str]) -> None:
    looked_after = pages()
    with pytest.raises(StepFailed, match="do not end"):
        for link in itertools.islice(itertools.cycle(cycle), 200):
            looked_after.link(link, TARGET, 5)


def test_pages_without_a_row_end() -> None:
    looked_after = pages()
    with pytest.raises(StepFailed, match="101 pages in a row are empty"):
        for number in range(1000):
            looked_after.continuation(str(number), int(number == 500))
    looked_after = pages()
    for number in range(1000):  # now and then a row comes
        looked_after.continuation(str(number), int(number % paging.MOST_EMPTY == 0))


def test_the_number_of_pages_is_bounded() -> None:
    looked_after = pages(most=3)
    assert [looked_after.link(f"/{number}", TARGET, 1) for number in range(2)] == ["/0", "/1"]
    with pytest.raises(StepFailed, match="more than 3 pages"):
        looked_after.link("/2", TARGET, 1)
