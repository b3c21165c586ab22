"""JSON that clients send: what is none is refused, and what is taken can be written again."""

from __future__ import annotations

import json

import pytest

from azext_iotdiag.lab.net.http_types import Answer
from azext_iotdiag.lab.net.incoming import DEEPEST, BadJson, read

DATA = [None, True, 0, -1.5, 1e300, "", "ü€😀", [], {}, {"a": [{"ü": None}]}, "\\ud800"]


@pytest.mark.parametrize("data", DATA)
def test_json_is_read(data):
    for text in (json.dumps(data), json.dumps(data, ensure_ascii=False), f" {json.dumps(data)}\n"):
        assert read(text.encode()) == read(b"\xef\xbb\xbf" + text.encode()) == data


@pytest.mark.parametrize("nest", [lambda n: "[" * n + "]" * n, lambda n: '{"a":' * n + "1" + "}" * n])
def test_depth_has_a_limit_of_its_own(nest):
    assert read(nest(DEEPEST).encode())
    for depth in (DEEPEST + 1, 900, 100_000):
        with pytest.raises(BadJson, match="nested deeper than 100 levels"):
            read(nest(depth).encode())


@pytest.mark.parametrize(("body", "why"), [
    (b'"\\ud800"', "surrogate"), (b'"a\\udfffb"', "surrogate"), (b'{"\\ud83d": 1}', "surrogate"),
    (b'[{"a": ["\\ude00\\ud83d"]}]', "surrogate"), (b'"\xed\xa0\x80"', "UTF-8"), (b'"\xff"', "UTF-8"),
    ('"a"'.encode("utf-16"), "UTF-8"), ('"a"'.encode("utf-16-le"), "syntax"), (b"NaN", "a number"),
    (b"[Infinity]", "a number"), (b'{"a": -Infinity}', "a number"), (b"1e999", "a number"), (b"", "syntax"),
    (b"{", "syntax"), (b"{}{}", "syntax"), (b"'a'", "syntax"), (b'"\n"', "syntax"), (b"[1,]", "syntax"),
    (b"{}\0\0", "bytes of zero stand behind it: 2"), (b"{\0", "syntax"), (b"{\0}", "syntax"),
])  # fmt: skip
def test_what_is_no_json(body, why):
    with pytest.raises(BadJson, match=why) as caught:
        read(body)
    assert "\\ud" not in str(caught.value)


def test_a_pair_is_one_character():
    assert read(b'"\\ud83d\\ude00"') == "😀"


def test_an_answer_is_json_whatever_is_in_it():
    """What is stored can always be shown, also where it came in by another way than JSON."""
    written, _ = Answer(200, {"half \ud800": ["\udfff", "ü", "\\"]}).content()
    assert json.loads(written) == {"half \ud800": ["\udfff", "ü", "\\"]} and "ü".encode() in written
