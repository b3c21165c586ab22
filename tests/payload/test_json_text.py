"""Bytes that are no strict JSON, each with the reason, the place, and what a tolerant reader would have read."""

from __future__ import annotations

import codecs
import gzip
import json
import zlib

import pytest

from azext_iotdiag.payload import NotJson, Reason, read_json
from azext_iotdiag.payload.json_text import NegativeZero
from azext_iotdiag.payload.not_json import UNREAD
from tests.plugins.effort import cases
from tests.plugins.rows import all_rows

NONE = "no value"
# The bytes, the reason, the byte that is named, and what a tolerant reader takes it for.
FAULTS: list[tuple[bytes, Reason, int, object]] = [
    (b"", Reason.EMPTY, 0, NONE),
    (b" \n", Reason.EMPTY, 0, NONE),
    (codecs.BOM_UTF8 + b'{"a":1}', Reason.BYTE_ORDER_MARK, 0, {"a": 1}),
    (codecs.BOM_UTF8 + b"{", Reason.BYTE_ORDER_MARK, 0, NONE),
    (b'{"a":NaN}', Reason.NOT_A_NUMBER, 5, NONE),
    (b'{"NaN":-Infinity}', Reason.NOT_A_NUMBER, 7, NONE),
    (b'{"a":1,}', Reason.TRAILING_COMMA, 6, NONE),
    (b'{"a":1 , \n}', Reason.TRAILING_COMMA, 7, NONE),
    (b"[1,2,]", Reason.TRAILING_COMMA, 4, NONE),
    (b"{'a':1}", Reason.SINGLE_QUOTES, 1, NONE),
    (b"{\"a\":'1'}", Reason.SINGLE_QUOTES, 5, NONE),
    (b"{a:1}", Reason.UNQUOTED, 1, NONE),
    (b'{"a":True}', Reason.UNQUOTED, 5, NONE),
    (b"hello", Reason.UNQUOTED, 0, NONE),
    (b'{"a":1} // x', Reason.COMMENT, 8, NONE),
    (b'{"a": # x\n1}', Reason.COMMENT, 6, NONE),
    (b'{"a":nan}', Reason.NOT_A_NUMBER, 5, NONE),
    (b'{"a":-inf}', Reason.NOT_A_NUMBER, 5, NONE),
    (b'{"a":-nan(ind),"b":1}', Reason.NOT_A_NUMBER, 5, NONE),
    (b"[1,inf]", Reason.NOT_A_NUMBER, 3, NONE),
    (b'{"a":1.#INF}', Reason.NOT_A_NUMBER, 5, NONE),
    (b'{"a":-1.#IND00}', Reason.NOT_A_NUMBER, 5, NONE),
    (b'{"a":1.#QNAN}', Reason.NOT_A_NUMBER, 5, NONE),
    (b'{"a":infinity}', Reason.NOT_A_NUMBER, 5, NONE),
    (b'{"a":+inf}', Reason.NOT_A_NUMBER, 5, NONE),
    (b'{"a":info}', Reason.UNQUOTED, 5, NONE),
    (b'{"a":01}', Reason.NUMBER, 5, NONE),
    (b'{"a":+1}', Reason.NUMBER, 5, NONE),
    (b'{"a":.5}', Reason.NUMBER, 5, NONE),
    (b'{"a":1.}', Reason.NUMBER, 5, NONE),
    (b'{"a":0x1F}', Reason.NUMBER, 5, NONE),
    (b'{"a":' + b"1" * 5000 + b"}", Reason.NUMBER, 5, NONE),
    (b'{"a":"x\ny"}', Reason.CONTROL_CHARACTER, 7, NONE),
    (b'\x00{"a":1}', Reason.CONTROL_CHARACTER, 0, NONE),
    (b'{"a":"\\x41"}', Reason.ESCAPE, 6, NONE),
    (b'{"a":1', Reason.TRUNCATED, 6, NONE),
    (b'{"a":"x', Reason.TRUNCATED, 5, NONE),
    (b'{"a":', Reason.TRUNCATED, 5, NONE),
    (b"[1,2", Reason.TRUNCATED, 4, NONE),
    ('{"a":"°'.encode()[:-1], Reason.TRUNCATED, 6, NONE),
    (b'{"a":21.', Reason.TRUNCATED, 5, NONE),
    (b'{"a":-', Reason.TRUNCATED, 5, NONE),
    (b'{"a":1e', Reason.TRUNCATED, 5, NONE),
    (b'{"a":1.5E+', Reason.TRUNCATED, 5, NONE),
    (b"[1,2.5e-", Reason.TRUNCATED, 3, NONE),
    (b'{"a":t', Reason.TRUNCATED, 5, NONE),
    (b'{"a":tr', Reason.TRUNCATED, 5, NONE),
    (b'{"a":[fals', Reason.TRUNCATED, 6, NONE),
    (b'{"a":1,"b":nul', Reason.TRUNCATED, 11, NONE),
    (b'{"a":"b\\', Reason.TRUNCATED, 5, NONE),
    (b'{"a":"b\\u', Reason.TRUNCATED, 7, NONE),
    (b'{"a":"b\\u00', Reason.TRUNCATED, 7, NONE),
    (b'{"a":"b\\u00b', Reason.TRUNCATED, 7, NONE),
    (b'{"a":"b\\\\u00', Reason.TRUNCATED, 5, NONE),
    (b'{"a":1,', Reason.TRUNCATED, 7, NONE),
    (b'{"a":1,"b', Reason.TRUNCATED, 7, NONE),
    (b'{"a":"b\\u00xx"}', Reason.ESCAPE, 8, NONE),
    (b'{"a":tru}', Reason.UNQUOTED, 5, NONE),
    (b'{"a":1}\0', Reason.ZERO_BYTE, 7, {"a": 1}),
    (b'{"a":1}\n\0\0\0', Reason.ZERO_BYTE, 8, {"a": 1}),
    (b'{"a":1}\0garbage', Reason.ZERO_BYTE, 7, {"a": 1}),
    (b'{"a":1}\x01\x02', Reason.BYTES_BEHIND, 7, {"a": 1}),
    (b'{"a":1}\xfe\x03jq', Reason.BYTES_BEHIND, 7, {"a": 1}),
    (b'{"a":1}\r\n\xff', Reason.BYTES_BEHIND, 7, {"a": 1}),
    (b'{"a":"\xc3\xbc"}\xff\xff', Reason.BYTES_BEHIND, 10, {"a": "ü"}),
    (b'{"a":12,5}', Reason.DECIMAL_COMMA, 7, NONE),
    (b'{"a":-0,25,"b":1}', Reason.DECIMAL_COMMA, 7, NONE),
    (b'{"a": 1,5 , "b": 2}', Reason.DECIMAL_COMMA, 7, NONE),
    (b"12,5", Reason.DECIMAL_COMMA, 2, NONE),
    (b'{"a":1,5:2}', Reason.UNQUOTED, 7, NONE),
    (b'{"a":1;"b":2}', Reason.SEMICOLON, 6, NONE),
    (b"[1;2]", Reason.SEMICOLON, 2, NONE),
    (b'{"a":1};', Reason.SEMICOLON, 7, NONE),
    ('{"a":1}'.encode("utf-32-le"), Reason.UTF32, 0, NONE),
    ('{"a":1}'.encode("utf-32"), Reason.UTF32, 0, NONE),
    ('{"a":"\N{DEGREE SIGN}"}'.encode("utf-32-be"), Reason.UTF32, 0, NONE),
    ('{"a":"\N{CJK UNIFIED IDEOGRAPH-6E29}\N{CJK UNIFIED IDEOGRAPH-5EA6}"}'.encode("gbk"), Reason.NOT_UTF8, 6, NONE),
    (b"b'{\"a\":1}'", Reason.SINGLE_QUOTES, 0, NONE),
    (b'{"a":1}{"b":2}', Reason.TWO_DOCUMENTS, 7, NONE),
    (b'{"a":1}\n{"b":2}\n', Reason.TWO_DOCUMENTS, 8, NONE),
    (b'{"a":1,"b":{"c":1},"a":2}', Reason.DUPLICATE_KEY, 19, {"a": 2, "b": {"c": 1}}),
    (b'[{"a":1},{"b":{"a":1,"\\u0061":2}}]', Reason.DUPLICATE_KEY, 21, [{"a": 1}, {"b": {"a": 2}}]),
    (b'"{\\"a\\":1}"', Reason.JSON_IN_A_STRING, 0, NONE),
    (b'{"a":"21\xb0C"}', Reason.NOT_UTF8, 8, NONE),
    ('{"a":1}'.encode("utf-16"), Reason.UTF16, 0, NONE),
    ('{"a":1}'.encode("utf-16-le"), Reason.UTF16, 0, NONE),
    ('{"a":1}'.encode("utf-16-be"), Reason.UTF16, 0, NONE),
    (gzip.compress(b'{"a":1}', mtime=0), Reason.BINARY, 0, NONE),
    (zlib.compress(b'{"a":1}'), Reason.BINARY, 0, NONE),
    (b"\xa1\x61\x61\x01", Reason.BINARY, 0, NONE),
    (b"\xbf\x61\x61\xfb\x40\x35\x80\x00\x00\x00\x00\x00\xff", Reason.BINARY, 0, NONE),
    (b"\x0a\x05hello\x10\x96\x01", Reason.BINARY, 0, NONE),
    (b"\x81\xa1a\x01", Reason.BINARY, 0, NONE),
    (bytes(range(128, 256)), Reason.BINARY, 0, NONE),
    (b"[" * 10_000, Reason.TOO_DEEP, 100, NONE),
    (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, Reason.TOO_DEEP, 500, NONE),
    (b"[" * 101 + b"]" * 101, Reason.TOO_DEEP, 100, NONE),
    (b"[" * 101, Reason.TOO_DEEP, 100, NONE),
    (b"[" * 100, Reason.TRUNCATED, 100, NONE),
    (b'{"a":1,"a":' + b"[" * 101 + b"]" * 101 + b"}", Reason.TOO_DEEP, 110, NONE),
    (b'{"a" ' + b"[" * 101, Reason.SYNTAX, 5, NONE),
    (b'{"a" 1}', Reason.SYNTAX, 5, NONE),
    (b"[1 2]", Reason.SYNTAX, 3, NONE),
    (b'{"a":1}x', Reason.SYNTAX, 7, NONE),
    (b"{1:2}", Reason.UNQUOTED, 1, NONE),
    (b"]", Reason.SYNTAX, 0, NONE),
]


@all_rows(("body", "reason", "byte", "value"), FAULTS, ids=lambda each: repr(each)[:30])
def test_faults(body: bytes, reason: Reason, byte: int, value: object) -> None:
    with pytest.raises(NotJson) as caught:
        read_json(body)
    assert (caught.value.reason, caught.value.byte) == (reason, byte), caught.value
    assert (NONE if caught.value.value is UNREAD else caught.value.value) == value


def test_every_reason_has_a_row() -> None:
    assert {reason for _, reason, _, _ in FAULTS} == set(Reason)


def test_line_and_column_count_characters_and_the_byte_counts_bytes() -> None:
    with pytest.raises(NotJson) as caught:
        read_json('{"grün": 1,\n "°": x}'.encode())
    wrong = caught.value
    assert (wrong.byte, wrong.line, wrong.column) == (20, 2, 7)
    assert str(wrong).endswith("at byte 20 (line 2, column 7)")


def test_line_and_column_of_a_byte_that_is_no_utf8() -> None:
    with pytest.raises(NotJson) as caught:
        read_json('{"ü": 1,\n "a": "21'.encode() + b'\xb0C"}')
    assert (caught.value.byte, caught.value.line, caught.value.column) == (19, 2, 10)
    assert "B0" in str(caught.value) and "C2 B0" in str(caught.value)


@pytest.mark.parametrize("text", [
    '{"a":"C:\\\\new"}', '{"a":"a\\nb"}', ' {"a": [1, 2.5, -3e-2, true, null, "x"]} \n', "[]", "0",
    '""', '"a: b"', "null",
    '{"a":{"a":{"a":1}}}', '{"x":"NaN"}', '{"NaN":1}', "12345678901234567890123", '{"a":"{\\"b\\":1}"}', '"[not json"',
])  # fmt: skip
def test_what_is_right_is_read_as_it_stands(text: str) -> None:
    assert read_json(text.encode()) == json.loads(text)


def test_types_are_kept_apart() -> None:
    read = read_json(b'{"whole":3,"float":3.0,"power":1e2,"zero":-0,"floatzero":-0.0,"huge":1e999}')
    assert [type(each) for each in read.values()] == [int, float, float, NegativeZero, float, float]
    assert read["huge"] == float("inf")


@pytest.mark.parametrize("text", ['{"t":"2020-01-01"}', '{"t":"x-0"}', '{"t":-0.5}', '{"t":-0e1}'])
def test_what_only_looks_like_a_negative_zero(text: str) -> None:
    assert read_json(text.encode()) == json.loads(text)
    assert type(read_json(text.encode())["t"]) is not NegativeZero


MEMBERS = cases(1_000_000)  # of ten bytes each


def test_ten_megabytes() -> None:
    body = b'{"a":[' + b",".join([b'{"k":"v"}'] * MEMBERS) + b"]}"
    assert len(read_json(body)["a"]) == MEMBERS


def test_ten_megabytes_with_a_fault_at_the_end() -> None:
    body = b'{"a":[' + b",".join([b'{"k":"v"}'] * MEMBERS) + b",]}"
    with pytest.raises(NotJson) as caught:
        read_json(body)
    assert (caught.value.reason, caught.value.byte) == (Reason.TRAILING_COMMA, len(body) - 3)


# The first and the last character of each length in UTF-8.
EDGES = "\x80\u07ff\u0800\uffff\U00010000\U0010ffff"


@pytest.mark.parametrize("cut", [
    character.encode()[:length] for character in EDGES for length in range(1, len(character.encode()))
])  # fmt: skip
def test_a_body_that_ends_within_a_character_is_cut_off(cut: bytes) -> None:
    with pytest.raises(NotJson) as caught:
        read_json(b'{"a":"' + cut)
    assert (caught.value.reason, caught.value.byte) == (Reason.TRUNCATED, 6)


@pytest.mark.parametrize("end", [
    b"\x80", b"\xc1", b"\xf5", b"\xff", b"\xe2\x28", b"\xf0\x9f\x28", b"\xc3\x28",
    b"\xe0\x80\x80", b"\xed\xa0\x80", b"\xf0\x80\x80\x80", b"\xf4\x90\x80\x80",  # whole, and of no character
])  # fmt: skip
def test_what_begins_no_character_is_not_one_that_is_cut_off(end: bytes) -> None:
    with pytest.raises(NotJson) as caught:
        read_json(b'{"a":"' + end)
    assert caught.value.reason in (Reason.NOT_UTF8, Reason.BINARY)


@pytest.mark.parametrize(("body", "words"), [
    (b'{"a":"x\ny"}', "holds the control character U+000A as it is"), (b'{"a":\x01}', "the control character U+0001"),
    (b'{"a":1}x', '"x" follows the end of the document'), (b"{a:1}", 'the key "a" stands without quotes'),
    (b'{"a":yes}', 'a value should stand here, not "yes"'), (b'{"a" 1}', "a ':' should stand here, not \"1\""),
    (b"[1 2]", "a ',' should stand here, not \"2\""), (b"{1:2}", 'the key "1" stands without quotes'),
    (b"[" * 101 + b"]" * 101, "nested deeper than 100 levels"),
    (b'{"a":1}\0', "a zero byte follows the document, which is whole: the end of a C string was sent along"),
    (b'{"a":1}\0\0', "2 zero bytes follow the document"),
    (b'{"a":1}\0x', "a buffer was sent that is longer than its text"),
    (b'{"a":1}\xfe\x03jq', "4 bytes follow the document, which is whole"),
    (b'{"a":1}\xff', "1 byte follows the document"),
    (b'{"a":12,5}', "after 12 stands a comma: is 12.5 meant? JSON has a decimal point"),
    (b'{"a":1;"b":2}', "a ';' stands here, and JSON separates with a ','"),
    (b'{"a":nan}', "nan is what programs print where there is no number"),
    (b'{"a":True}', 'not "True": is true meant?'), (b'{"a":None}', "is null meant?"),
    (b'{"a":21.', "the body ends within a number: it is cut off"), (b'{"a":tr', "ends within a word"),
    (b'{"a":"\\u00', "ends within an escape"), (b"b'{}'", "the body is what Python prints of bytes"),
    ("{\u201ca\u201d:1}".encode(), "a curly quote stands here"),
    ('{"a":"\u6e29\u5ea6"}'.encode("gbk"), "which the bytes do not tell"),
    ('{"a":1}'.encode("utf-32"), "UTF-32"),
])  # fmt: skip
def test_what_a_fault_is_called(body: bytes, words: str) -> None:
    with pytest.raises(NotJson) as caught:
        read_json(body)
    assert words in str(caught.value)


@pytest.mark.parametrize("levels", [100, 101])
def test_an_object_may_have_a_hundred_levels(levels: int) -> None:
    body = b'{"a":' * levels + b"1" + b"}" * levels
    if levels == 100:
        assert read_json(body) == json.loads(body)
    else:
        with pytest.raises(NotJson, match="nested deeper than 100 levels"):
            read_json(body)


def test_what_stands_in_a_wrong_place_is_shown_as_it_is() -> None:
    with pytest.raises(NotJson, match='not "ä"'):
        read_json('{"a" ä}'.encode())


def test_the_line_of_a_byte_counts_the_first_one() -> None:
    with pytest.raises(NotJson) as caught:
        read_json(b"\n{\xff}")
    assert (caught.value.line, caught.value.column) == (2, 2)
