"""A body as the content type that somebody says it has."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azext_iotdiag.streams.content_type import decoder
from azext_iotdiag.streams.decode import decode


@pytest.mark.parametrize("content_type", [
    "application/json", "Application/JSON; charset=utf-8", "text/json", "application/ld+json", " application/json ",
])  # fmt: skip
@pytest.mark.parametrize(("body", "form", "problem"), [
    (b'{"a": 1.50}', "json", ""),
    (b"21,5", "text", "not JSON: extra data at line 1, column 3"),
    (b'{"a": 1,\n b}', "text", "not JSON: expecting property name enclosed in double quotes at line 2, column 2"),
    (b"[NaN]", "text", "not JSON: NaN and Infinity are no numbers in JSON"),
    (b"", "text", "not JSON: it is empty"),
    (b"[" * 100_000, "text", "not JSON: the JSON is nested deeper than 100 levels"),
    (b"[" * 101 + b"]" * 101, "text", "not JSON: the JSON is nested deeper than 100 levels"),
    (b"\xff\xfe", "base64", "not JSON: not text in utf-8 at byte 0"),
])  # fmt: skip
def test_json(content_type: str, body: bytes, form: str, problem: str) -> None:
    shown = decoder(content_type)(body)
    assert (shown.form, shown.problem) == (form, problem)
    assert shown.text.encode() == body or base64.b64decode(shown.text) == body


@pytest.mark.parametrize("content_type", ["text/plain", "text/csv", "application/xml", "application/soap+xml"])
def test_text(content_type: str) -> None:
    assert decoder(content_type)(b'{"a": 1}') == ("text", '{"a": 1}', "", "")
    assert decoder(content_type)(b"a\x00b") == ("text", "a\x00b", "", "")


@pytest.mark.parametrize(("body", "looks_like"), [
    (b'{"a": 1}', "JSON"), (b"hello", "text"), (b"\x1f\x8b\x00", "gzip"), (b"\x00\x01", "binary"),
])  # fmt: skip
@pytest.mark.parametrize("content_type", ["application/octet-stream", "image/png", "application/x-protobuf"])
def test_bytes(content_type: str, body: bytes, looks_like: str) -> None:
    assert decoder(content_type)(body) == ("base64", base64.b64encode(body).decode(), looks_like, "")


@pytest.mark.parametrize(("content_type", "body", "shown"), [
    ("text/plain; charset=utf-16", "grün".encode("utf-16"), ("text", "grün", "", "")),
    ('text/plain; charset="iso-8859-1"', b"gr\xfcn", ("text", "grün", "", "")),
    ("application/json;charset=UTF-16LE", '{"a":1}'.encode("utf-16-le"), ("json", '{"a":1}', "", "")),
    ("text/plain; charset=utf-16", b"a", ("base64", "YQ==", "text", "not text in utf-16 at byte 0")),
])  # fmt: skip
def test_charset(content_type: str, body: bytes, shown: tuple[str, ...]) -> None:
    assert decoder(content_type)(body) == shown


@pytest.mark.parametrize(("content_type", "words"), [
    ("json", "'json' is not a content type"), ("", "'' is not"), ("a/b/c", "is not a content type"),
    ("application/json, text/plain", "is not a content type"),
    ("text/plain; charset=klingon", "'klingon' is not known"),
    ("text/plain; charset=rot13", "'rot13' is not known"), ("text/plain; charset=base64", "'base64' is not known"),
])  # fmt: skip
def test_what_is_no_content_type(content_type: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        decoder(content_type)


@given(st.binary())
def test_any_body_comes_back(body: bytes) -> None:
    for content_type in ("application/json", "text/plain", "application/octet-stream"):
        shown = decoder(content_type)(body)
        assert (base64.b64decode(shown.text) if shown.form == "base64" else shown.text.encode()) == body
    assert (decoder("application/json")(body).form == "json") is (decode(body).form == "json")
