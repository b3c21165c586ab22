"""What a body is taken for, and that nothing of it is altered or lost."""

from __future__ import annotations

import base64
import gzip
import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azext_iotdiag.streams.decode import decode

JSON = [
    b"{}", b"[]", b'""', b"0", b"-1", b"1.50", b"1E400", b"-0.0", b"true", b"null", b' \r\n\t{"a" : 1 }\n',
    b'{"a":1,"a":2}', b'{"":{"":[[[]]]}}', b"9" * 5000, b"0." + b"3" * 5000, b'{"big":' + b"1" * 20000 + b"}",
    b'"\\ud800"', b'"\\udc00\\ud800"', b'"\\u0000\\u001b"', '"\u2028\x7f\x9b"'.encode(), '"ä😀"'.encode(),
    b"[" * 100 + b"]" * 100,
]  # fmt: skip
TEXT = [
    b"", b"hello", b" ", b"\n", b"a\tb\r\nc", b"{", b"{'a': 1}", b"NaN", b"Infinity", b'{"a":-Infinity}', b"[1,]",
    b"01", b"1.", b".5", b"+1", b"{} {}", b'{"a":1}x', b"\xef\xbb\xbf{}", b'"a\tb"', b'"\\x41"', b"True",
    "grün \u202e \x9b".encode(), b"t=1,h=2", b"<a/>", b"[" * 200_000, b"[" * 400 + b"]" * 400,
]  # fmt: skip
BINARY = [
    (b"\0", "binary"), (b"\xff", "binary"), (b"\x80", "binary"), (b"\x1b", "binary"), (b"a\0b", "binary"),
    (b'{"a": "\0"}', "binary"), (b"\x7f\x00\x00", "binary"),
    (gzip.compress(b"{}", mtime=0), "gzip"),
    *((zlib.compress(b"some text that is long enough " * 9, level), "zlib") for level in (1, 6, 9)),
    (b"PK\x03\x04\x14\0\xff", "zip"), (b"\x89PNG\r\n\x1a\n\0", "PNG"), (b"\xff\xd8\xff\xe0\0", "JPEG"),
    (b"Obj\x01\x04\x14avro\xff", "Avro"), (b"\xd9\xd9\xf7\xa1aa\x01", "CBOR"), (b"\xa1aa\x18\xff", "binary"),
    ('{"a":1}'.encode("utf-16"), "UTF-16 text"), ('{"a":1}'.encode("utf-16-be"), "UTF-16 text"),
    ("grün".encode("utf-16-le"), "UTF-16 text"), (b"\xfe\xff\0a", "UTF-16 text"),
    ("Temperatur: 21 Grad, Gehäuse heiß".encode("latin-1"), "Latin-1 text"),
    (b"\xe4\xf6\xfc", "binary"), (bytes(range(256)), "binary"), (b"\xed\xa0\x80", "binary"), (b"\xc0\xaf", "binary"),
]  # fmt: skip


def shortened(value) -> str:
    return repr(value)[:40]


@pytest.mark.parametrize("body", JSON, ids=shortened)
def test_json(body: bytes) -> None:
    assert decode(body)[:3] == ("json", body.decode(), "")


@pytest.mark.parametrize("body", TEXT, ids=shortened)
def test_text(body: bytes) -> None:
    assert decode(body)[:3] == ("text", body.decode(), "")


@pytest.mark.parametrize(("body", "looks_like"), BINARY, ids=shortened)
def test_binary(body: bytes, looks_like: str) -> None:
    assert decode(body)[:3] == ("base64", base64.b64encode(body).decode(), looks_like)


HEADS = st.sampled_from([body[:4] for body, _ in BINARY])


@given(st.binary() | st.text().map(str.encode) | st.builds(bytes.__add__, HEADS, st.binary()))
def test_any_body_comes_back(body: bytes) -> None:
    form, text, looks_like, _ = decode(body)
    assert (base64.b64decode(text, validate=True) if form == "base64" else text.encode()) == body
    assert bool(looks_like) is (form == "base64")


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(ANY_JSON, st.booleans(), st.sampled_from([None, 2, "\t"]))
def test_any_json_is_json(value, ascii_only: bool, indent) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    try:
        body = text.encode()
    except UnicodeEncodeError:  # a lone surrogate, which no UTF-8 holds
        return
    assert decode(body)[:3] == ("json", text, "")


@given(st.binary(max_size=1))
def test_single_bytes(body: bytes) -> None:
    assert decode(body).form in ("json", "text", "base64")


@pytest.mark.parametrize(("body", "looks_like"), [
    (b"a\0b\0", "UTF-16 text"), (b"\0a\0b", "UTF-16 text"), (b"a\0b\0c", "binary"), (b"a\0", "binary"),
    (b"a\0\0b", "binary"), (b"a\0b\0cd", "binary"),
])  # fmt: skip
def test_every_other_byte_of_utf_16_is_zero(body: bytes, looks_like: str) -> None:
    assert decode(body).looks_like == looks_like
