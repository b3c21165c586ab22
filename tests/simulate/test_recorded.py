"""Messages from files."""

from __future__ import annotations

import pytest

from azext_iotdiag.simulate import recorded

CASES = {
    "a.jsonl": ('{"a": 1}\n\n  [2.50]\n', ['{"a": 1}', "  [2.50]"], "application/json"),
    "a.ndjson": ("\ufeff1\n", ["1"], "application/json"),
    "a.json": ('[{"a": "ü"},\n 2]', ['{"a": "\\u00fc"}', "2"], "application/json"),
    "b.json": ('{"a":\n 1.10}\n', ['{"a":\n 1.10}'], "application/json"),
    "a.csv": ('t, room,ok\n21.5,"hall, 7",true\n,x,\n007,null,1e3\n',
              ['{"t": 21.5, "room": "hall, 7", "ok": true}', '{"room": "x"}',
               '{"t": "007", "room": null, "ok": 1000.0}'],
              "application/json"),
    "a.txt": ("one\n\ntwo words\n", ["one", "two words"], "text/plain"),
    "noname": ("one", ["one"], "text/plain"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_each_form(tmp_path, name):
    text, expected, content_type = CASES[name]
    (tmp_path / name).write_text(text, encoding="utf-8")
    found = recorded.read(str(tmp_path / name))
    assert [body.payload.decode() for body in found] == expected
    assert {(body.content_type, body.content_encoding) for body in found} == {(content_type, "utf-8")}


@pytest.mark.parametrize(("name", "data", "words"), [
    ("a.jsonl", b'{"a": 1}\n{"a": }\n', "line 2, column 7"),
    ("a.json", b'[1,\n 2,\n x]', "line 3, column 2"),
    ("a.csv", b"a,b\n1\n", "line 2: 1 cells, and the head has 2"),
    ("a.csv", b"a,a\n1,2\n", "line 1"),
    ("a.csv", b'a\n"1\n', "line 2"),
    ("a.csv", b"a,b\n", "holds no message"),
    ("a.txt", b"ok\n\xff", "byte 3 is 0xff"),
    ("a.jsonl", b"\n", "holds no message"),
    ("a.json", b"[]", "holds no message"),
    ("a.json", b"[" * 100_000, "nested deeper than 100 levels"),
    ("a.json", b"[" * 101 + b"]" * 101, "nested deeper than 100 levels"),
])  # fmt: skip
def test_a_file_that_cannot_be_sent(tmp_path, name, data, words):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(recorded.BadFile) as caught:
        recorded.read(str(tmp_path / name))
    assert words in str(caught.value)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(OSError):
        recorded.read(str(tmp_path / "none.csv"))
