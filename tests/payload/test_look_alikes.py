"""What bodies that are no JSON look like: right where the format says so, and nothing where it does not."""

from __future__ import annotations

import gzip
import struct
import zlib

import pytest

from azext_iotdiag.payload.look_alikes import binary, is_latin1, is_utf16, is_utf32

# Maps of CBOR by the examples of RFC 8949, appendix A, and maps around each kind of its items.
CBOR = [
    "a1616101", "a26161016162820203", "a56161614161626142616361436164614461656145",
    "bf61610161629f0203ffff", "bf6346756ef563416d7421ff", "a161611818", "a161611903e8",
    "a161611a000f4240", "a161611b000000e8d4a51000", "a1616120", "a16161f93c00", "a16161fb3ff199999999999a",
    "a16161f6", "a161614401020304", "a16161c074323031332d30332d32315432303a30343a30305a", "a1616180", "a16161bfff",
    "b801616101",
]  # fmt: skip
# The same kinds of items, but the bytes end too early or too late, or the bits mean nothing.
NO_CBOR = [
    "", "a0", "a1", "a16161", "a161610101", "a26161016162", "a161611803ff", "a1616119", "a161611900",
    "a161614401", "a16161fc", "a16161ff", "bf616101", "a1616182ff", "80", "0102", "a161615c01",
]  # fmt: skip


@pytest.mark.parametrize(("body", "name"), [
    (gzip.compress(b"x", mtime=0), "gzip"), (zlib.compress(b"x", 1), "zlib"), (zlib.compress(b"x"), "zlib"),
    (zlib.compress(b"x", 9), "zlib"), (b"x\x5e..", "zlib"), (b"PK\x03\x04..", "zip"),
    (b"\x28\xb5\x2f\xfd.", "Zstandard"),
    (b"\x89PNG\r\n\x1a\n", "PNG"), (b"\xff\xd8\xff\xe0", "JPEG"), (b"Obj\x01", "Avro"), (b"\xd9\xd9\xf7\xa0", "CBOR"),
    (b"", ""), (b"\x00", ""), (b"plain", ""),
])  # fmt: skip
def test_formats_with_a_mark(body: bytes, name: str) -> None:
    assert binary(body) == name


@pytest.mark.parametrize("text", CBOR)
def test_cbor(text: str) -> None:
    assert binary(bytes.fromhex(text)) == "CBOR"


@pytest.mark.parametrize("text", NO_CBOR)
def test_what_is_no_cbor(text: str) -> None:
    assert binary(bytes.fromhex(text)) != "CBOR"


def test_a_long_map_is_believed_after_a_thousand_items() -> None:
    """Even if it was cut: a body may be cut by whoever logged it."""
    pairs = b"\x61a\x01" * 2000
    assert binary(b"\xb9" + struct.pack(">H", 2000) + pairs[: 3 * 1900]) == "CBOR"
    assert binary(b"\xb9" + struct.pack(">H", 400) + pairs[: 3 * 390]) != "CBOR"


@pytest.mark.parametrize(("text", "found"), [
    ("81a16101", True), ("82a161c3a162c2", True), ("8fbf" + "61" * 31 + "01", True), ("80a161", False),
    ("81a1", False), ("90a16101", False), ("81a06101", False), ("81c06101", False), ("81a3616263", True),
    ("81a36162", False), ("81a10001", False), ("81a1ff01", False),
])  # fmt: skip
def test_message_pack(text: str, found: bool) -> None:
    """A map of 1 to 15 pairs whose first key is a text of 1 to 31 characters that can be printed."""
    assert (binary(bytes.fromhex(text)) == "MessagePack") is found


@pytest.mark.parametrize(("text", "found"), [
    ("089601", True), ("120774657374696e67", True), ("1a03089601", True),  # of its documentation
    ("0d0000803f", True), ("09000000000000f03f", True), ("089601120161", True), ("0800", True),
    ("08", False), ("0896", False), ("1207746573", False), ("0d000080", False), ("0b00", False), ("0f00", False),
    ("0001", False), ("12", False), ("0801ff", False), ("08ffffffffffffffffff01", True), ("fdffffff0f00000000", True),
    ("fdffffff1f00000000", False), ("08ffffffffffffffffffff01", False), ("120161", True), ("12016100", False),
])  # fmt: skip
def test_protocol_buffers(text: str, found: bool) -> None:
    """Fields of the kinds 0, 1, 2 and 5, numbered from 1 to 2^29 - 1, which end where the bytes do."""
    assert (binary(bytes.fromhex(text)) == "Protocol Buffers") is found


def test_many_fields_are_believed() -> None:
    assert binary(b"\x08\x01" * 1000) == "Protocol Buffers" == binary(b"\x08\x01" * 1500 + b"\x12")
    assert binary(b"\x08\x01" * 900 + b"\x12") == ""


@pytest.mark.parametrize(("body", "found"), [
    ("{}".encode("utf-16"), True), ('{"a":1}'.encode("utf-16-le"), True), ('{"a":1}'.encode("utf-16-be"), True),
    (b"\xff\xfe", True), (b"\xfe\xff", True), (b"{}", False), (b"a\x00", False), (b"a\x00b\x00", True),
    (b"\x00a\x00b", True), (b"a\x00b\x00c", True), (b"\x00\x00\x00\x00", False), (b"a\x00\x00\x00", False),
    (b"", False), (b"a\x00b\x01", False),
])  # fmt: skip
def test_utf_16(body: bytes, found: bool) -> None:
    assert is_utf16(body) is found


@pytest.mark.parametrize(("body", "found"), [
    ('{"a": "21 °C"}'.encode("latin-1"), True), (b"caf\xe9 au lait\r\n\t", True), (b"abcdefg\xe9a\xe9a\xe9", True),
    (b"abc\xe9d\xe9ef\xe9", False), (b"abc\xe9d\xe9ef\xe9g", True), (b"\xe9\xe8", False),
    ("{\"a\": \"温度\"}, and text of ASCII".encode("gbk"), False), ("ünd über das".encode("latin-1"), True),
    ("{\"a\": \"温度\"}, and text of ASCII".encode("shift_jis"), False), (b"it costs \x80 5, or so", False),
    ("{\"a\": \"тест\"}, and text of ASCII".encode("cp1251"), False), (b"text\x00", False), (b"text\x7f", False),
    (b"", False),
])  # fmt: skip
def test_latin_1(body: bytes, found: bool) -> None:
    """Text by its control characters, of which at least 70 % is ASCII."""
    assert is_latin1(body) is found


@pytest.mark.parametrize(("text", "found"), [("81a161", True), ("81a1", False), ("8fa161", True), ("80a161", False)])
def test_the_shortest_message_pack(text: str, found: bool) -> None:
    assert (binary(bytes.fromhex(text)) == "MessagePack") is found


def test_a_number_of_protobuf_ends_after_ten_bytes() -> None:
    assert binary(b"\x08" + b"\x80" * 9 + b"\x01" + b"\x10\x01") == "Protocol Buffers"
    assert binary(b"\x08" + b"\x80" * 10 + b"\x01" + b"\x10\x01") == ""
    assert binary(b"\x80" * 11) == ""


@pytest.mark.parametrize(("body", "found"), [
    ("{}".encode("utf-32-le"), True), ("{}".encode("utf-32-be"), True), ("{}".encode("utf-32"), True),
    ("{}".encode("utf-16-le"), False), ("{}".encode("utf-16"), False), (b"{}", False), (b"\0" * 8, False),
    ("{".encode("utf-32-le"), False), (b"", False), ("°°".encode("utf-32-le"), True),
])  # fmt: skip
def test_utf_32(body: bytes, found: bool) -> None:
    assert is_utf32(body) is found
